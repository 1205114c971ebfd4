"""Joining of lines that a PDF or a mail program broke at a fixed width."""

from __future__ import annotations

import re
from collections import Counter

from mujaz.arabic.bylines import stated_author
from mujaz.arabic.clutter import clutter_class, ends_like_sentence, words

LIST_ITEM = re.compile(r"^\s*(?:[-•*▪●◦·–—]|\d{1,2}\s*[.)\-])\s+")
# Widths of columns and of typewritten pages, in characters.
_NARROWEST, _WIDEST = 35, 120
# A page is wrapped if it has at least so many lines, and this share of those that do not end a
# sentence fill at least so much of the width.
_FEWEST_LINES = 6
_FULL_SHARE = 0.7
_FILLED = 0.7
# Of wrapped paragraphs of two lines, this share of the lines are broken; and this share of those
# would be longer than so much of the width with the next word.
_BROKEN_SHARE = 0.4
_CROWDED_SHARE = 0.8
_CROWDED = 0.85
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
# A line of so many words with a year below a headline is its date.
_DATE_WORDS = 5
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_PAGE_NUMBER = re.compile(r"[\s\-–—|./]*\d{1,4}(?:\s*/\s*\d{1,4})?[\s\-–—|.]*")


def unwrap(text: str, width: int | None = None) -> str:
    """Join the lines of a text that was wrapped at a fixed width; return others unchanged.

    Page numbers and running heads between joined lines are put behind their paragraph.

    Args:
        text: The text.
        width: The width if it is known, in characters; 0 for none.
    """
    lines = [" ".join(line.split()) for line in text.split("\n")]
    heads = running_heads(text)
    if width is None:
        width = wrapped_width([line for line in lines if line not in heads])
    if not width:
        return text
    out: list[list[str]] = []
    numbers: list[str] = []
    joins = False
    place = 0
    while place < len(lines):
        line = lines[place]
        behind = _behind_page_break(lines, place, heads) if joins else place
        if behind > place:
            numbers += filter(None, lines[place:behind])
            place = behind
            continue
        if joins and line and not _begins_anew(line):
            out[-1].append(line)
        else:
            out += [[line] for line in (*numbers, line)]
            numbers = []
        full = len(line) >= _FILLED * width and line not in heads
        joins = full and not _ends(line)
        place += 1
    return "\n".join([*(" ".join(parts) for parts in out), *numbers])


def running_heads(text: str) -> frozenset[str]:
    """Return the lines that a document has beside its page numbers, at the head or foot of pages.

    They are repeated, or stand within a sentence that goes on.
    """
    lines = [shown for line in text.split("\n") if (shown := " ".join(line.split()))]
    counts = Counter(lines)
    numbered = {n for n, line in enumerate(lines) if _is_page_number(line)}
    beside = [n for n in range(len(lines)) if n not in numbered and {n - 1, n + 1} & numbered]
    beside = [n for n in beside if not _ends(lines[n])]
    repeated = {lines[n] for n in beside if counts[lines[n]] > 1}
    width = wrapped_width([line for line in lines if line not in repeated]) if beside else 0
    inside = {lines[n] for n in beside if width and _interrupts(lines, n, numbered, width)}
    return frozenset(repeated | inside)


def _interrupts(lines: list[str], place: int, numbered: set[int], width: int) -> bool:
    """Return whether a short line beside a page number stands between two parts of a sentence."""
    full = _FILLED * width
    if len(lines[place]) >= full or LIST_ITEM.match(lines[place]):
        return False
    around = [place, *numbered]
    before = next((n for n in range(place - 1, -1, -1) if n not in around), None)
    behind = next((n for n in range(place + 1, len(lines)) if n not in around), None)
    if before is None or behind is None:
        return False
    return len(lines[before]) >= full and not _ends(lines[before])


def _behind_page_break(lines: list[str], place: int, heads: frozenset[str]) -> int:
    """Return the place behind page numbers, running heads and empty lines, or the same place."""
    end = place
    broken = False
    while end < len(lines) and (
        not lines[end] or _is_page_number(lines[end]) or lines[end] in heads
    ):
        broken = broken or bool(lines[end])
        end += 1
    # More than one empty line before the number ends a paragraph.
    return end if broken and any(lines[place : place + 3]) else place


def _is_page_number(line: str) -> bool:
    # The address of the publisher may stand beside the number.
    line = _ADDRESS.sub(" ", line).strip()
    if _PAGE_NUMBER.fullmatch(line):
        return True
    numbered = words(line) in (1, 2) and any(char.isdigit() for char in line)
    return numbered and clutter_class(line) == "navigation"


def _ends(line: str) -> bool:
    return ends_like_sentence(line) or line.endswith(":")


def _begins_anew(line: str) -> bool:
    """Return whether a line is an item of a list, a byline or a date, not part of a sentence."""
    if LIST_ITEM.match(line):
        return True
    dated = words(line) <= _DATE_WORDS and _YEAR.search(line) is not None
    return not _ends(line) and (dated or stated_author(line) != "")


def wrapped_width(lines: list[str]) -> int:
    """Return the width at which the lines were wrapped, or 0 if they were not."""
    texts = [line for line in lines if words(line) >= 3]
    width = max(map(len, texts), default=0)
    if len(texts) < _FEWEST_LINES or not _NARROWEST <= width <= _WIDEST:
        return 0
    broken = [n for n, line in enumerate(texts) if not ends_like_sentence(line)]
    full = sum(len(texts[n]) >= _FILLED * width for n in broken)
    if not broken or full < _FULL_SHARE * len(broken):
        return 0
    if len(broken) * 2 > len(texts):
        return width
    # In paragraphs of two lines only half of the lines are broken, each where no word fitted.
    crowded = sum(_has_no_room(texts[n], texts[n + 1], width) for n in broken if n + 1 < len(texts))
    often = len(broken) >= _BROKEN_SHARE * len(texts)
    return width if often and crowded >= _CROWDED_SHARE * len(broken) else 0


def _has_no_room(line: str, following: str, width: int) -> bool:
    """Return whether the first word of the next line would not have fitted into a line."""
    return len(line) + 1 + len(following.split()[0]) >= _CROWDED * width
