"""Help and usage errors in Arabic: the texts of the commands, and those of click itself.

Click takes its own texts from ``gettext``; its modules hold the function under the name ``_``
(Click documentation, "Internationalization"). A text without a row in ``help.tsv`` stays English,
whole; a test finds it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import click

_MODULES = ("core", "exceptions", "formatting", "parser", "types", "decorators")
# Marks a paragraph whose lines click leaves as they are.
_AS_IT_IS = "\b"


def speak_arabic() -> None:
    """Give click's own texts in Arabic, for the rest of this process."""
    for name in _MODULES:
        module = sys.modules.get(f"click.{name}")
        for attribute, function in (("_", in_arabic), ("ngettext", _counted)):
            if module is not None and hasattr(module, attribute):
                setattr(module, attribute, function)


def localize(command: click.Command) -> None:
    """Put the help of a command, its options and its sub-commands into Arabic."""
    if command.help:
        paragraphs = inspect.cleandoc(command.help).split("\n\n")
        command.help = "\n\n".join(map(_paragraph, paragraphs))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = in_arabic(" ".join(parameter.help.split()))
    if isinstance(command, click.Group):
        for member in command.commands.values():
            localize(member)


def in_arabic(text: str) -> str:
    """Look a text up; one that is not in the table is returned as it is."""
    return _table().get(text, text)


def _paragraph(text: str) -> str:
    if text.lstrip().startswith(_AS_IT_IS):
        lines = text.split("\n")
        return "\n".join(
            in_arabic(line.strip()) if line.strip() in _table() else line for line in lines
        )
    return in_arabic(" ".join(text.split()))


def _counted(one: str, many: str, count: int) -> str:
    return in_arabic(one if count == 1 else many)


@cache
def _table() -> dict[str, str]:
    return dict(_rows())


def _rows() -> Iterator[tuple[str, str]]:
    text = (files("mujaz.cli") / "help.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for line in lines[1:]:
        english, _, arabic = line.partition("\t")
        yield english, arabic
