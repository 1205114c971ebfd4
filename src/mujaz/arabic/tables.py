"""Reader of the tab-separated tables in ``arabic/data``.

Each table has a header line; ``#`` begins a comment line; the last column is ``source``,
the authority for the row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a table as mappings from column name to cell.

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
    """Return one column of a table."""
    return tuple(row[key] for row in rows(name))


def alternatives(name: str, key: str, kind: str = "") -> str:
    """Return the cells of a column as alternatives of a regular expression, in table order.

    Args:
        name: File name of the table.
        key: Column with the words.
        kind: Only rows of this ``class``; all rows without one.
    """
    return "|".join(
        row[key] if row.get("match") == "regex" else re.escape(row[key]).replace(r"\ ", " ")
        for row in rows(name)
        if not kind or row["class"] == kind
    )
