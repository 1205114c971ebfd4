"""Messages in the user's language.

Messages are written in English where they arise; ``messages.tsv`` holds patterns of them with
their Arabic. What has no row is shown in English: better than not at all.
"""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.resources import files

import click


def language() -> str:
    """``ar`` or ``en``: from ``MUJAZ_LANG``, else from the locale."""
    chosen = os.environ.get("MUJAZ_LANG", "")
    if chosen in ("ar", "en"):
        return chosen
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "ar" if locale.lower().startswith("ar") else "en"


def translated(message: str) -> str:
    """A message in the user's language."""
    if language() == "en":
        return message
    for pattern, arabic in _table():
        match = pattern.search(message)
        if match is not None:
            before, after = message[: match.start()], message[match.end() :]
            return before + match.expand(arabic) + after
    return message


def tell(message: str) -> None:
    """Show a human line on standard error."""
    click.echo(translated(message), err=True)


@cache
def _table() -> tuple[tuple[re.Pattern[str], str], ...]:
    text = (files("mujaz.cli") / "messages.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple((re.compile(english), arabic) for english, arabic in rows[1:])
