"""Code shared by several commands: the configuration, input files, dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mujaz.cli.messages import translated
from mujaz.domain import MAX_BYTES
from mujaz.errors import SourceError
from mujaz.settings.loading import load_config
from mujaz.settings.values import Config

if TYPE_CHECKING:
    from mujaz.pipeline.options import Extras

# Years for which feeds, tags and both calendars work.
_FIRST_YEAR, _LAST_YEAR = 1900, 2076


def configuration(ctx: click.Context) -> Config:
    """Load the configuration that ``--config`` names, or the default one."""
    root = ctx.find_root()
    named = (root.obj or {}).get("config")
    return load_config(Path(named) if named else None)


def extras(chosen: Mapping[str, Any]) -> Extras:
    """The wishes of ``--epub``, ``--daisy`` and ``--image``."""
    from mujaz.pipeline.options import Extras

    books = tuple(kind for kind in ("epub", "daisy") if chosen[kind])
    return Extras(books, str(chosen["image"] or ""))


def with_cluster(config: Config, address: str | None) -> Config:
    """The configuration with the scheduler that ``--cluster`` names; an empty name is none."""
    if address is None:
        return config
    return replace(config, speech=replace(config.speech, cluster=address))


def read_input(name: str) -> str:
    """Return the text of a file or of standard input, decoded like an article.

    Empty input is not an error: it gives an empty text.
    """
    from mujaz.ingest.decode import decode
    from mujaz.ingest.source import read_bytes, refuse_large

    data = read_bytes(name)
    where = "standard input" if name == "-" else name
    refuse_large(data, where)
    return decode(data, where=where) if data.strip() else data.decode("utf-8", "replace")


def input_lines() -> list[str]:
    """Return the lines of standard input. Only ``\\n`` ends one, after an optional ``\\r``."""
    from mujaz.ingest.source import read_bytes

    data = read_bytes("-")
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
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(translated(f"{value!r} is not a date like 2026-11-23"), param, ctx)
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            bounds = f"{value!r} is not between {_FIRST_YEAR} and {_LAST_YEAR}"
            self.fail(translated(bounds), param, ctx)
        return day
