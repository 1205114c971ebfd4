"""The blocks of a script file: an ``@`` line and the lines below it, with their line numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from mujaz.errors import TextError


@dataclass(slots=True)
class Block:
    """The lines below one ``@`` line, with their line numbers.

    Attributes:
        name: The word behind ``@``.
        head: The whole ``@`` line.
        line: Its number, from 1.
        where: Path for error messages.
    """

    name: str
    head: str
    line: int
    where: str
    lines: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, message: str, line: int) -> NoReturn:
        """Raise an error about a line.

        Raises:
            TextError: Always.
        """
        raise TextError(
            message,
            where=f"{self.where}:{line}",
            hint="compare it with what `mujaz script make` writes",
        )

    def values(self, known: Iterable[str]) -> dict[str, str]:
        """Parse the ``name: value`` lines of the block."""
        out: dict[str, str] = {}
        for number, line in self.lines:
            name, colon, value = line.partition(":")
            if not colon or name.strip() not in known:
                self.refuse(f"unknown field {name.strip()[:40]!r}", number)
            out[name.strip()] = value.strip()
        return out


def blocks_of(text: str, where: str) -> Iterator[Block]:
    """Cut a script file into blocks; empty lines and ``#`` lines are left out.

    Raises:
        TextError: If text stands before the first ``@``.
    """
    block: Block | None = None
    for number, raw in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            if block is not None:
                yield block
            block = Block(line[1:].split(" ", 1)[0], line, number, where)
        elif block is None:
            Block("", "", number, where).refuse("text before the first @", number)
        else:
            block.lines.append((number, line))
    if block is not None:
        yield block
