"""Read the tab-separated tables that are part of the package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def read_table(package: str, name: str) -> tuple[Mapping[str, str], ...]:
    """Read a table: a header line, then one row a line; ``#`` begins a comment line.

    Args:
        package: Package that contains the file, e.g. ``mujaz.publish.rss``.
        name: Path of the file in the package, e.g. ``data/wording.tsv``.

    Returns:
        The rows, each a mapping from column name to cell; missing cells are empty.
    """
    text = files(package).joinpath(*name.split("/")).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    header = lines[0].split("\t")
    return tuple(
        dict(zip(header, [*line.split("\t"), *[""] * len(header)], strict=False))
        for line in lines[1:]
    )


def read_texts(package: str, name: str) -> Mapping[str, str]:
    """Read a table with the columns ``key`` and ``text`` as a mapping."""
    return {row["key"]: row["text"] for row in read_table(package, name)}
