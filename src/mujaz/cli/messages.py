"""Messages in the user's language.

Messages are written in English in the code; ``messages.tsv`` maps patterns of them to Arabic. A
message without a row is shown in English.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from functools import cache
from importlib.resources import files

import click

# Text from outside must not move the cursor of a terminal.
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f]")


class Level(IntEnum):
    """Severity of a line: the numbers of syslog (RFC 5424), which journald reads."""

    ERROR = 3
    WARNING = 4
    INFO = 6


def language() -> str:
    """Return ``ar`` or ``en``: from ``MUJAZ_LANG``, else from the locale."""
    chosen = os.environ.get("MUJAZ_LANG", "")
    if chosen in ("ar", "en"):
        return chosen
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "ar" if locale.lower().startswith("ar") else "en"


def translated(message: str) -> str:
    """Return a message in the user's language."""
    if language() == "en":
        return message
    for pattern, arabic in _table():
        match = pattern.search(message)
        if match is not None:
            before, after = message[: match.start()], message[match.end() :]
            return before + match.expand(arabic) + after
    return message


def tell(message: str, level: Level = Level.INFO) -> None:
    """Show a line to the user, in their language, on standard error."""
    show_line(translated(message), level)


@contextmanager
def progress_shown() -> Iterator[None]:
    """Show what mujaz logs in the meantime on standard error."""
    logger, handler = logging.getLogger("mujaz"), _Lines()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


class _Lines(logging.Handler):
    """A log handler that shows each record as a line in the user's language."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show a record."""
        if record.levelno >= logging.WARNING:
            tell(f"warning: {record.getMessage()}", Level.WARNING)
        else:
            tell(record.getMessage())


def show_line(line: str, level: Level) -> None:
    """Write one line to standard error, with its severity if that is the journal."""
    one = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", " ".join(line.splitlines()))
    click.echo(f"<{level.value}>{one}" if _to_journal() else one, err=True)


def _to_journal() -> bool:
    """Whether standard error is the journal's socket: see JOURNAL_STREAM in systemd.exec(5)."""
    named = os.environ.get("JOURNAL_STREAM", "")
    if not named:
        return False
    try:
        about = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{about.st_dev}:{about.st_ino}"


@cache
def _table() -> tuple[tuple[re.Pattern[str], str], ...]:
    text = (files("mujaz.cli") / "messages.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple((re.compile(english), arabic) for english, arabic in rows[1:])
