"""Reads the tab-separated tables in ``arabic/data``.

Each table has a header line; ``#`` begins a comment line; the last column is ``source``,
the authority for the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a table as mappings from column name to cell.

    Args:
        name: File name within ``arabic/data``, e.g. ``pausal_exceptions.tsv``.
    """
    text = (files("mujaz.arabic") / "data" / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    header = lines[0].split("\t")
    return tuple(
        dict(zip(header, [*line.split("\t"), *[""] * len(header)], strict=False))
        for line in lines[1:]
    )


@cache
def column(name: str, key: str) -> tuple[str, ...]:
    """One column of a table."""
    return tuple(row[key] for row in rows(name))
