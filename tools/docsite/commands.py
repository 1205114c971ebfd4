"""The command line as values: each command with its usage, help and options.

They are read from click's own objects, so a page made of them cannot differ from ``--help``.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from dataclasses import dataclass

import click

from mujaz.cli.arabic_help import localize
from mujaz.cli.main import mujaz

# Click's mark of a paragraph that keeps its lines.
_AS_IT_IS = "\b"


@dataclass(frozen=True, slots=True)
class Described:
    """A command as it is described to readers.

    Attributes:
        path: Its words, ``mujaz show check``.
        usage: What follows the words.
        paragraphs: Its help; those that keep their lines are ``(lines, True)``.
        options: How each option is written, and its meaning.
        members: Names of its sub-commands.
    """

    path: str
    usage: str
    paragraphs: tuple[tuple[str, bool], ...]
    options: tuple[tuple[str, str], ...]
    members: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The first sentence of the help, without its stop."""
        return self.paragraphs[0][0].split(". ")[0].rstrip(".") if self.paragraphs else ""


def described(language: str = "en") -> list[Described]:
    """Describe ``mujaz`` and every command below it, groups before their members."""
    return list(_walk(mujaz, "mujaz", None, language))


def _walk(
    command: click.Command, path: str, parent: click.Context | None, language: str
) -> Iterator[Described]:
    shown = copy.deepcopy(command)
    if language == "ar":
        localize(shown)
    context = click.Context(shown, info_name=path.split()[-1], parent=parent)
    members = command.list_commands(context) if isinstance(command, click.Group) else []
    records = (parameter.get_help_record(context) for parameter in shown.get_params(context))
    yield Described(
        path=path,
        usage=" ".join(shown.collect_usage_pieces(context)),
        paragraphs=tuple(_paragraphs(shown.help or "")),
        options=tuple(record for record in records if record is not None),
        members=tuple(members),
    )
    for name in members:
        assert isinstance(command, click.Group)
        member = command.get_command(context, name)
        assert member is not None, name
        yield from _walk(member, f"{path} {name}", context, language)


def _paragraphs(text: str) -> Iterator[tuple[str, bool]]:
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.lstrip().startswith(_AS_IT_IS):
            yield paragraph.replace(_AS_IT_IS, "").strip("\n"), True
        else:
            yield " ".join(paragraph.split()), False
