"""Messages in the user's language.

Messages are written in English in the code; ``messages.tsv`` has their Arabic, as templates of
whole messages. A message without a row is shown in English; a test finds it.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from functools import cache
from importlib.resources import files

import click

from mujaz.cli.still_working import StillWorking
from mujaz.errors import MujazError
from mujaz.tables import read_table

# Warnings that were logged and shown.
_logged: set[str] = set()
# Text from outside must not move the cursor of a terminal.
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f]")

_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?", re.ASCII)
# Seconds without a line after which one says that the work goes on, and between such lines.
SILENCE_S, AGAIN_S = 3.0, 15.0
_STAGES = {
    "ingest": "reading the sources",
    "text": "preparing the text",
    "diacritize": "diacritizing",
    "speech": "speaking",
    "audio": "mastering the audio",
    "publish": "writing the show folder",
}


class Level(IntEnum):
    """Severity of a line: the numbers of syslog (RFC 5424), which journald reads."""

    ERROR = 3
    WARNING = 4
    INFO = 6


# The language of one request of the desk, where each user has one.
_asked: ContextVar[str] = ContextVar("mujaz_language", default="")


def language() -> str:
    """Return ``ar`` or ``en``: from ``MUJAZ_LANG``, else from the locale."""
    chosen = _asked.get() or os.environ.get("MUJAZ_LANG", "")
    if chosen in ("ar", "en"):
        return chosen
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "ar" if locale.lower().startswith("ar") else "en"


def translated_to(message: str, lang: str) -> str:
    """Return a message in a language, ``ar`` or ``en``."""
    before = _asked.set(lang)
    try:
        return translated(message)
    finally:
        _asked.reset(before)


def translated(message: str) -> str:
    """Return a message in the user's language."""
    if language() == "en":
        return _agreeing(message)
    whole = _from_template(message, message)
    if whole:
        return whole
    for colon in re.finditer(": ", message):
        found = _from_template(message[colon.end() :], message)
        if found:
            return message[: colon.end()] + found
    return message


def _from_template(text: str, message: str) -> str:
    """Translate a text by its template; an empty string without one.

    Parts that are messages themselves are translated too, unless they are the ``message`` itself.
    """
    for pattern, arabic in _templates():
        match = pattern.fullmatch(text)
        if match is not None:
            return _filled(arabic, match.groups(), message)
    return ""


def _filled(arabic: str, parts: Sequence[str], message: str) -> str:
    """Put parts into a template.

    {} takes the next part, {2} the second; {2#story} counts stories, and {2#story~} does so after a
    preposition or in construct state. A part that is a message itself is translated too.
    """
    shown = [part if part == message else translated(part) for part in parts]
    following = iter(shown)

    def part(match: re.Match[str]) -> str:
        found = shown[int(match[1]) - 1] if match[1] else next(following, "")
        return _counted(found, match[2], governed=bool(match[3])) if match[2] else found

    return re.sub(r"\{(\d?)(?:#(\w+)(~?))?\}", part, arabic)


def _counted(number: str, noun: str, *, governed: bool) -> str:
    """A number with the noun that it counts, which agrees with it («خبران», «3 أخبار»).

    After a decimal fraction the noun agrees with the whole number before it («3.5 دقائق»).
    """
    match = _NUMBER.fullmatch(number)
    if match is None:
        return number
    row = next(row for row in _nouns() if row["noun"] == noun)
    count, fraction = int(match[1].replace(",", "")), (match[2] or "").strip("0")
    shown = number if fraction else match[1]
    if count in (1, 2) and not fraction:
        return row["one" if count == 1 else "two_after" if governed else "two"]
    rest = count % 100
    few, many = 3 <= rest <= 10, rest > 10 or bool(fraction)
    form = row["few"] if few else row["many"] if many else row["hundreds"]
    return f"{shown} {form}"


def _agreeing(message: str) -> str:
    """An English message in which a noun behind 1 is singular."""

    def one(match: re.Match[str]) -> str:
        return next(r["english_one"] for r in _nouns() if r["english"] == match[1])

    return _one_of_several().sub(lambda match: f"1 {one(match)}", message)


@cache
def _nouns() -> tuple[Mapping[str, str], ...]:
    return read_table("mujaz.cli", "counts.tsv")


@cache
def _one_of_several() -> re.Pattern[str]:
    nouns = "|".join(row["english"] for row in _nouns())
    return re.compile(rf"(?<![\d.,:/-])1(?:\.0)? ({nouns})\b")


def tell(message: str, level: Level = Level.INFO) -> None:
    """Show a line to the user, in their language, on standard error."""
    show_line(translated(message), level)


def tell_warnings(warnings: Iterable[str]) -> None:
    """Show the warnings of a report, without those that were shown when they were logged."""
    for warning in warnings:
        if warning not in _logged:
            tell(f"warning: {warning}", Level.WARNING)


def failure_text(error: BaseException) -> str:
    """Describe the error that ends a run, for its report."""
    if isinstance(error, MujazError):
        return str(error)
    if isinstance(error, Exception):
        return f"unexpected fault: {type(error).__name__}: {error}"
    return "interrupted"


@contextmanager
def progress_shown(stage: Callable[[], str] = lambda: "") -> Iterator[None]:
    """Show what mujaz logs in the meantime on standard error.

    If nothing was shown for some seconds, a line says that the work goes on.

    Args:
        stage: Gives the name of the stage that runs; empty before the first.
    """
    logger, handler = logging.getLogger("mujaz"), _Lines()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)

    def say(seconds: float) -> None:
        name = _STAGES.get(stage(), "starting")
        tell(f"still at work: {name} ({seconds:.0f} s)")

    watch = StillWorking(say, silence_s=SILENCE_S, again_s=AGAIN_S)
    handler.heard = watch.heard
    try:
        with watch:
            yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


class _Lines(logging.Handler):
    """A log handler that shows each record as a line in the user's language."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: Callable[[], None] = lambda: None

    def emit(self, record: logging.LogRecord) -> None:
        """Show a record; tracebacks go to the show folder's fault log instead."""
        if record.exc_info is not None:
            return
        self.heard()
        if record.levelno >= logging.WARNING:
            _logged.add(record.getMessage())
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
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Templates as patterns, those with the longest fixed text first."""
    text = (files("mujaz.cli") / "messages.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")][1:]
    rows.sort(key=lambda row: -len(row[0].replace("{}", "")))
    return tuple((_pattern(english), arabic) for english, arabic in rows)


def _pattern(template: str) -> re.Pattern[str]:
    """A template as a pattern; a part at its beginning holds no place and colon."""
    text = re.escape(template).replace(r"\{\}", "(.+?)")
    if template.startswith("{}"):
        text = text.replace("(.+?)", "((?:(?!: ).)+?)", 1)
    return re.compile(text, re.DOTALL)
