"""A newsroom's folder: its settings, its stories, and the commands that are run in it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mujaz.domain import Episode, Kind
from mujaz.publish.folder.snapshot import read_snapshot
from tests.conftest import Mujaz, report_of, today

_CONFIG = """
[show]
title = "إذاعة التجربة"
base_url = "https://news.example/audio/"
[text]
diacritizer = "none"
[speech]
voice = "tone"
[audio]
bitrate_kbps = 32
[bulletin]
min_words = 3
{more}
"""
_SOURCE = """
[[bulletin.sources]]
path = "{folder}/"
section = "{section}"
publisher = "{publisher}"
order = "name"
"""


class Newsroom:
    """A folder with ``mujaz.toml`` and folders of stories.

    Args:
        mujaz: Runs the command.
        folder: The folder.
    """

    def __init__(self, mujaz: Mujaz, folder: Path) -> None:
        self._mujaz = mujaz
        self.folder = folder
        self.show = folder / "show"

    def configure(self, *sources: tuple[str, str, str], more: str = "") -> None:
        """Write the settings: of each source folder, section and publisher."""
        text = _CONFIG.format(more=more)
        for folder, section, publisher in sources:
            text += _SOURCE.format(folder=folder, section=section, publisher=publisher)
            (self.folder / folder).mkdir(exist_ok=True)
        (self.folder / "mujaz.toml").write_text(text, encoding="utf-8")

    def story(self, path: str, title: str, *paragraphs: str, head: str = "") -> Path:
        """Write a story, a few minutes old."""
        file = self.folder / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{head}{title}\n\n" + "\n\n".join(paragraphs) + "\n", encoding="utf-8")
        at = datetime.now(UTC).timestamp() - 300
        os.utime(file, (at, at))
        return file

    def run(
        self, *arguments: object, status: int = 0, **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command, which must end with a status."""
        result = self._mujaz("--config", self.folder / "mujaz.toml", *arguments, **environment)
        assert result.returncode == status, result.stderr.decode()
        return result

    def bulletin(self, *more: object, status: int = 0) -> dict[str, Any]:
        """Make the bulletin of today; gives its report."""
        command = ("bulletin", "--date", today(), "-o", self.show, "--json")
        return report_of(self.run(*command, *more, status=status))

    def draft(self, *more: object) -> Path:
        """Write the bulletin of today as a script."""
        path = self.folder / "today.script"
        self.run("bulletin", "--date", today(), "-o", self.show, "--draft", path, *more)
        return path

    def episode(self) -> Episode:
        """The newest episode on air."""
        return read_snapshot(self.show).episodes[0].episode

    def said(self, *kinds: Kind) -> Sequence[str]:
        """What the newest episode says, as it is shown; of some kinds only, or all."""
        sentences = (cue.sentence for cue in self.episode().cues)
        return [one.text for one in sentences if not kinds or one.kind in kinds]
