"""The parts that all services share: show folder, database, configuration, way of reading."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mujaz.desk.store.database import FILE, Database
from mujaz.publish.folder.workspace import PRIVATE
from mujaz.settings.loading import load_config
from mujaz.settings.values import Config

if TYPE_CHECKING:
    from mujaz.text.script import Reading


def untranslated(message: str, lang: str) -> str:
    """Return a message as it is: the translation where none is given."""
    return message


class Context:
    """The desk of one show folder.

    Args:
        root: The show folder.
        config_path: The configuration; None for the defaults.
        translate: Returns a message in a language, ``ar`` or ``en``.
    """

    def __init__(
        self,
        root: Path,
        config_path: Path | None = None,
        translate: Callable[[str, str], str] = untranslated,
    ) -> None:
        self.root = root
        self.config_path = config_path
        self.translate = translate
        self.private = root / PRIVATE
        self.database = Database(self.private / FILE)
        # Models are not made for several threads. Each is held for one sentence at a time, so that
        # a long text of one editor does not keep the others waiting.
        self.reading_lock = threading.RLock()
        self.speaking_lock = threading.Lock()
        self._config_lock = threading.Lock()
        self._config: Config | None = None
        self._config_state: tuple[int, int] = (0, 0)
        self._reading: Reading | None = None
        self._reading_state: object = None

    @property
    def config(self) -> Config:
        """The configuration; read again when its file has changed.

        Raises:
            ConfigError: If the file cannot be used.
        """
        with self._config_lock:
            state = _state(self.config_path)
            if self._config is None or state != self._config_state:
                self._config = load_config(self.config_path)
                self._config_state = state
            return self._config

    def reading(self) -> Reading:
        """The configured way of reading text; made again when settings or lexicon have changed.

        Several threads may use it.
        """
        from mujaz.diacritizers import lexicon_path
        from mujaz.pipeline.read import reading

        config = self.config
        state = (config, _state(lexicon_path(config)))
        with self.reading_lock:
            if self._reading is None or state != self._reading_state:
                made = reading(config)

                def diacritize(line: str) -> str:
                    with self.reading_lock:
                        return made.diacritize(line)

                self._reading = replace(made, diacritize=diacritize)
                self._reading_state = state
            return self._reading

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def _state(path: Path | None) -> tuple[int, int]:
    """Modification time and size of a file; zeros without one."""
    try:
        found = path.stat() if path else None
    except OSError:
        found = None
    return (found.st_mtime_ns, found.st_size) if found else (0, 0)
