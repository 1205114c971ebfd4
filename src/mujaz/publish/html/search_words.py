"""Letters that a search takes for one another, prefixes and endings: tables for the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mujaz.tables import read_table

_PACKAGE = "mujaz.publish.html"


def folding() -> Mapping[str, str]:
    """Each letter that is searched as another, or left out."""
    return {
        letter: row["folded"]
        for row in read_table(_PACKAGE, "search_folding.tsv")
        for letter in _letters(row["letters"])
    }


def prefixes() -> Mapping[str, bool]:
    """Prefixes that a word may have, folded, each with whether an article is in it."""
    rows = read_table(_PACKAGE, "search_prefixes.tsv")
    return {row["prefix"]: row["article"] == "yes" for row in rows}


def suffixes() -> tuple[str, ...]:
    """Endings that are left out of a word, folded, in the order in which they are looked for."""
    return tuple(row["suffix"] for row in read_table(_PACKAGE, "search_suffixes.tsv"))


def _letters(ranges: str) -> Iterator[str]:
    """Letters of code points as the table writes them: ``U+0640``, ``U+064B-U+065F``."""
    for stretch in ranges.split():
        first, _, last = stretch.replace("U+", "").partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))
