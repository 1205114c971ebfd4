"""Finds the line of a key in a TOML document; ``tomllib`` keeps no positions.

Used for error messages only: a key written in an unusual way is reported at the line of its table.
"""

from __future__ import annotations

import re

_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_.-]|"[^"]*"|'[^']*'|\s(?=\s*\.)|(?<=\.)\s)+?)\s*=""")
_FENCES = ('"""', "'''")

KeyPath = tuple[str | int, ...]


def line_of(text: str, wanted: KeyPath) -> int:
    """Find the line of a key, or of the nearest table that contains it.

    Args:
        text: A TOML document.
        wanted: Names from the top; the number of a table in an array of tables, from 0,
            follows the array's name.

    Returns:
        The line, counted from 1; 0 if there is neither key nor table.
    """
    found = 0
    depth = 0
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:
            fence = "" if fence in line else fence
            continue
        header = _TABLE.match(line)
        if header is not None:
            table = _names(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            here = table
        else:
            key = _KEY.match(line)
            if key is None:
                continue
            here = (*table, *_names(key[1]))
            fence = next((mark for mark in _FENCES if line.count(mark) % 2), "")
        if wanted[: len(here)] == here and len(here) > depth:
            found, depth = number, len(here)
    return found


def _names(dotted: str) -> KeyPath:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
