"""The desk of a show: all services, for screens and API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mujaz.desk.jobs.process import JobProcess
from mujaz.desk.services.context import Context, untranslated
from mujaz.desk.services.drafts import Drafts
from mujaz.desk.services.jobs import JobService
from mujaz.desk.services.lexicon import Words
from mujaz.desk.services.settings import Settings
from mujaz.desk.services.show import ShowService
from mujaz.desk.services.sound import Sound
from mujaz.desk.store.accounts import Accounts
from mujaz.desk.store.log import Log


class Desk:
    """The desk of a show folder.

    Args:
        root: The show folder; made if missing.
        config_path: The configuration; None for the defaults.
        translate: Returns a message in a language, ``ar`` or ``en``.
    """

    def __init__(
        self,
        root: Path,
        config_path: Path | None = None,
        translate: Callable[[str, str], str] = untranslated,
    ) -> None:
        self.context = Context(root, config_path, translate)
        self.processes = JobProcess(self.context)
        self.drafts = Drafts(self.context)
        self.jobs = JobService(self.context, self.processes.wake)
        self.words = Words(self.context)
        self.sound = Sound(self.context)
        self.show = ShowService(self.context, self.jobs)
        self.settings = Settings(self.context)
        self.accounts = Accounts(self.context.database)
        self.log = Log(self.context.database)

    def translate(self, message: str, lang: str) -> str:
        """A message in a language, ``ar`` or ``en``."""
        return self.context.translate(message, lang)

    def close(self) -> None:
        """Begin no more jobs, and close the database."""
        self.processes.stop()
        self.context.close()
