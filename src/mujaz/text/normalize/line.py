"""One line normalized: taggers in order, then what is left over, then the way back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from mujaz.arabic.letters import LETTERS, MARKS, TATWEEL
from mujaz.text.dates import DIGITS
from mujaz.text.normalize import moments, quantities, signs
from mujaz.text.normalize.claims import Line
from mujaz.text.unicode import at_the_door

_NEEDS_READING = re.compile(r"[^\s" + LETTERS + MARKS + r"،؛؟.!:()…\-]")
_ABBREVIATED = re.compile(
    rf"(?<![{LETTERS}])[{LETTERS}]{{1,3}}\.|\(|إلخ|الخ|{TATWEEL}|أ ف ب|[{LETTERS}]-[{LETTERS}]"
)
_KEPT = frozenset("،؛؟.!:()…-,")
_SPACES = re.compile(r"[ \t]+")
_SPACE_BEFORE_STOP = re.compile(r"\s+(?=[،؛؟.!:])")
_EMPTY_BRACKETS = re.compile(r"\(\s*\)")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the spoken line and the stretch of the written line that it stands for.

    Attributes:
        written: Start and end in the line as written.
        spoken: Start and end in the spoken line; empty if the stretch is not said.
        kind: The rule that read it; ``text`` if it passed through.
    """

    written: tuple[int, int]
    spoken: tuple[int, int]
    kind: str


@dataclass(frozen=True, slots=True)
class Normalized:
    """A spoken line with its way back."""

    text: str
    spans: tuple[Span, ...]


def normalize_line(text: str, months: str = "both") -> str:
    """A line as it would be said, without added diacritics.

    Args:
        text: One line; given marks stay.
        months: Region whose month names stand for numeric months.
    """
    return normalize(at_the_door(text), months).text


def normalize(text: str, months: str = "both") -> Normalized:
    """As :func:`normalize_line`, with the span map, for text that came through the door."""
    if not _NEEDS_READING.search(text) and not _ABBREVIATED.search(text):
        return _assembled([(0, len(text), text, "text")])
    line = Line(text.translate(DIGITS))
    signs.tag_addresses(line)
    signs.tag_abbreviations(line)
    signs.tag_phones(line)
    moments.tag_dates(line, months)
    signs.tag_scores(line)
    moments.tag_times(line)
    quantities.tag_ages(line)
    quantities.tag_percent(line)
    quantities.tag_money(line)
    quantities.tag_units(line)
    quantities.tag_fractions(line)
    quantities.tag_ordinals(line)
    signs.tag_latin(line)
    quantities.tag_ranges(line)
    quantities.tag_counts(line)
    signs.tag_symbols(line)
    pieces = [(c.start, c.end, c.spoken, c.kind) for c in line.pieces()]
    return _assembled(pieces)


def _assembled(pieces: list[tuple[int, int, str, str]]) -> Normalized:
    """Join what is said, with single spaces, and note where each piece came to stand."""
    out = ""
    spans: list[Span] = []
    for start, end, said, kind in pieces:
        said = _SPACES.sub(" ", "".join(_sayable(char) for char in said))
        said = _SPACE_BEFORE_STOP.sub("", _EMPTY_BRACKETS.sub("", said))
        if out.endswith(" ") or not out:
            said = said.lstrip()
        if said[:1] in ("،", "؛", "؟", ".", "!", ":") and out.endswith(" "):
            out = out[:-1]
        place = len(out)
        out += said
        spans.append(Span((start, end), (min(place, len(out)), len(out)), kind))
    text = out.rstrip()
    return Normalized(text, _in_order(spans, len(text)))


def _in_order(spans: list[Span], limit: int) -> tuple[Span, ...]:
    """Spans whose spoken ends never pass the next one's start: a space may have gone since."""
    kept: list[Span] = []
    for span in reversed(spans):
        end = min(span.spoken[1], limit)
        limit = min(span.spoken[0], end)
        kept.append(Span(span.written, (limit, end), span.kind))
    return tuple(reversed(kept))


def _sayable(char: str) -> str:
    """A character that a voice may get, or a space or nothing in its place."""
    if char in LETTERS or char in MARKS or char in _KEPT:
        return char
    if char == TATWEEL:
        return ""
    category = unicodedata.category(char)
    if char.isdigit():
        return " "
    return " " if category[0] in "ZPS" else ""
