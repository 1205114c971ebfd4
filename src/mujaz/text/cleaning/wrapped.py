"""Joining of lines that a PDF or a mail program broke at a fixed width."""

from __future__ import annotations

import re

from mujaz.text.cleaning.clutter import ends_like_sentence, words
from mujaz.text.cleaning.lines import LIST_ITEM

# Widths of columns and of typewritten pages, in characters.
_NARROWEST, _WIDEST = 35, 120
# A page is wrapped if it has at least so many lines, and this share of those that do not end a
# sentence fill at least so much of the width.
_FEWEST_LINES = 6
_FULL_SHARE = 0.7
_FILLED = 0.7
_PAGE_NUMBER = re.compile(r"[\s\-–—|./]*\d{1,4}(?:\s*/\s*\d{1,4})?[\s\-–—|.]*")


def unwrap(text: str) -> str:
    """Join the lines of a text that was wrapped at a fixed width; return others unchanged.

    Numbers of pages between joined lines are put behind their paragraph.
    """
    lines = [" ".join(line.split()) for line in text.split("\n")]
    width = _width(lines)
    if not width:
        return text
    out: list[list[str]] = []
    numbers: list[str] = []
    joins = False
    place = 0
    while place < len(lines):
        line = lines[place]
        behind = _behind_page_number(lines, place) if joins else place
        if behind > place:
            numbers += filter(None, lines[place:behind])
            place = behind
            continue
        if joins and line and not LIST_ITEM.match(line):
            out[-1].append(line)
        else:
            out += [[line] for line in (*numbers, line)]
            numbers = []
        joins = bool(line) and not _ends(line) and len(line) >= _FILLED * width
        place += 1
    return "\n".join([*(" ".join(parts) for parts in out), *numbers])


def _behind_page_number(lines: list[str], place: int) -> int:
    """Return the place behind a page number and the empty lines around it, or the same place."""
    number = next((n for n in range(place, min(place + 3, len(lines))) if lines[n]), place)
    if not _PAGE_NUMBER.fullmatch(lines[number]):
        return place
    number += 1
    while number < len(lines) and not lines[number]:
        number += 1
    return number


def _ends(line: str) -> bool:
    return ends_like_sentence(line) or line.endswith(":")


def _width(lines: list[str]) -> int:
    """Return the width at which the lines were wrapped, or 0 if they were not."""
    texts = [line for line in lines if words(line) >= 3]
    width = max(map(len, texts), default=0)
    if len(texts) < _FEWEST_LINES or not _NARROWEST <= width <= _WIDEST:
        return 0
    broken = [line for line in texts if not ends_like_sentence(line)]
    full = sum(len(line) >= _FILLED * width for line in broken)
    return width if len(broken) * 2 > len(texts) and full >= _FULL_SHARE * len(broken) else 0
