"""What several commands share: the configuration and reading a named input."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from mujaz.domain import MAX_BYTES
from mujaz.errors import SourceError
from mujaz.settings.loading import load_config
from mujaz.settings.values import Config


def configuration(ctx: click.Context) -> Config:
    """The configuration that the group's options name."""
    root = ctx.find_root()
    named = (root.obj or {}).get("config")
    return load_config(Path(named) if named else None)


def read_input(name: str) -> str:
    """Text of a file or of standard input, decoded as an article would be.

    An empty input is an empty text here: a filter has nothing to complain about.
    """
    from mujaz.ingest.decode import decode
    from mujaz.ingest.source import read_bytes, refuse_large

    data = read_bytes(name)
    where = "standard input" if name == "-" else name
    refuse_large(data, where)
    return decode(data, where=where) if data.strip() else data.decode("utf-8", "replace")


def input_lines() -> list[str]:
    """Lines of standard input: only a newline ends one, and ``\\r\\n`` loses its ``\\r``."""
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SourceError(
            f"larger than {MAX_BYTES // 1_000_000} MB",
            where="standard input",
            hint="give the text in smaller parts",
        )
    text = data.decode("utf-8", "replace")
    if text.startswith("\ufeff"):
        text = text[1:]
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


class DateType(click.ParamType):  # type: ignore[type-arg]
    """A calendar date as ``YYYY-MM-DD``."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Parse the date or fail with usage."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date like 2026-11-23", param, ctx)
