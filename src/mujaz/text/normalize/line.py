"""Normalize a line: run the taggers, clean up the rest, map spoken to written positions."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from mujaz.arabic.letters import ASCII_DIGITS, LETTER_RANGES, LETTERS, MARKS, TATWEEL
from mujaz.text.normalize import (
    abbreviations,
    counts,
    dates,
    fractions,
    latin,
    measures,
    ordinals,
    phones,
    ranges,
    scores,
    signs,
    times,
)
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.words import alternatives
from mujaz.text.unicode import normalize_unicode

_NEEDS_READING = re.compile(r"[^\s" + LETTERS + MARKS + r"،؛؟.!:()…\-]")
_ABBREVIATED = re.compile(
    rf"(?<![{LETTER_RANGES}])[{LETTER_RANGES}]{{1,3}}\.|\(|{alternatives('abbreviation')}|{TATWEEL}"
    rf"|[{LETTER_RANGES}]-[{LETTER_RANGES}]"
)
_WORD = re.compile(r"\S+")
_SPELLED = frozenset(LETTERS + MARKS)
_DIGIT = re.compile("[0-9]")
_MOST_PASSES = 3
_KEPT = frozenset("،؛؟.!:()…-,")
_SPACES = re.compile(r"[ \t]+")
_SPACE_BEFORE_STOP = re.compile(r"\s+(?=[،؛؟.!:])")
# A prefix that stays attached to the words of the figure behind it.
_LONE_PREFIX = re.compile(r"(?:^|\s)[وفبلك]$")
_EMPTY_BRACKETS = re.compile(r"\(\s*\)")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the written line and its reading in the spoken line.

    Attributes:
        written: Start and end in the line as written.
        spoken: Start and end in the spoken line; equal if the stretch is not said.
        kind: The rule that read it; ``text`` if it passed through.
    """

    written: tuple[int, int]
    spoken: tuple[int, int]
    kind: str


@dataclass(frozen=True, slots=True)
class Normalized:
    """A spoken line with the map to the written one."""

    text: str
    spans: tuple[Span, ...]

    def word_map(self, written: str) -> tuple[int, ...]:
        """Return, for each spoken word, the index of the written word that it stands for.

        Words are separated by spaces in both lines. All words of a number point to its digits.
        """
        out: list[int] = []
        starts = [match.start() for match in _WORD.finditer(written)]
        for match in _WORD.finditer(self.text):
            position = self._written_position(match.start(), written)
            index = bisect_right(starts, position) - 1
            out.append(max(index, out[-1] if out else 0))
        return tuple(out)

    def _written_position(self, position: int, written: str) -> int:
        """Map a position in the spoken line to the written one."""
        for span in self.spans:
            if not span.spoken[0] <= position < span.spoken[1]:
                continue
            if span.kind != "text":
                return span.written[0]
            # Words correspond one to one within the stretch: only spaces and signs were lost.
            said = self.text[span.spoken[0] : position]
            ordinal = len(said.split())
            words = [m.start() for m in _WORD.finditer(written, *span.written)]
            words = [
                w
                for w in words
                if any(c.isalnum() for c in written[w : span.written[1]].split()[0])
            ]
            return words[min(ordinal, len(words) - 1)] if words else span.written[0]
        return 0


def normalize_line(text: str, months: str = "both") -> str:
    """Return a line as it is said, without added diacritics.

    Args:
        text: One line; given marks stay.
        months: Region whose names are used for months in figures.
    """
    said = normalize(normalize_unicode(text), months).text
    for _ in range(_MOST_PASSES):
        again = normalize(said, months).text
        if again == said:
            break
        # Removing a sign may have produced an abbreviation.
        said = again
    return said


def normalize(text: str, months: str = "both") -> Normalized:
    """Normalize a line that :mod:`mujaz.text.unicode` has cleaned; keep the span map."""
    if not _NEEDS_READING.search(text) and not _ABBREVIATED.search(text):
        return _assembled([(0, len(text), text, "text")])
    line = Line(text.translate(ASCII_DIGITS))
    signs.tag_addresses(line)
    abbreviations.tag_abbreviations(line)
    if _DIGIT.search(line.text):
        _tag_figures(line, months)
    else:
        fractions.tag_fractions(line)
    abbreviations.tag_chains(line)
    ordinals.tag_roman(line)
    latin.tag_latin(line)
    if _DIGIT.search(line.text):
        counts.tag_counts(line)
    signs.tag_symbols(line)
    pieces = [(c.start, c.end, c.spoken, c.kind) for c in line.pieces()]
    return _assembled(pieces)


def _tag_figures(line: Line, months: str) -> None:
    """Run the taggers for figures that are not plain counts, the most specific first."""
    phones.tag_phones(line)
    signs.tag_list_number(line)
    signs.tag_minus(line)
    dates.tag_dates(line, months)
    scores.tag_scores(line)
    times.tag_times(line)
    fractions.tag_fractions(line)
    counts.tag_ages(line)
    ranges.tag_ranges(line)
    measures.tag_percent(line)
    measures.tag_money(line)
    measures.tag_units(line)
    ordinals.tag_ordinals(line)
    ordinals.tag_definite(line)


def _assembled(pieces: list[tuple[int, int, str, str]]) -> Normalized:
    """Join the readings with single spaces and record the position of each."""
    out = ""
    spans: list[Span] = []
    for start, end, said, kind in pieces:
        said = _SPACES.sub(" ", "".join(_sayable(char) for char in said))
        said = _SPACE_BEFORE_STOP.sub("", _EMPTY_BRACKETS.sub("", said))
        if out.endswith(" ") or not out:
            said = said.lstrip()
        if said[:1] in ("،", "؛", "؟", ".", "!", ":") and out.endswith(" "):
            out = out[:-1]
        glued = bool(out and said) and out[-1] in _SPELLED and said[0] in _SPELLED
        if glued and not _LONE_PREFIX.search(out):
            out += " "  # كوفيد19: the words of a figure are separated from the letters before it
        place = len(out)
        out += said
        spans.append(Span((start, end), (min(place, len(out)), len(out)), kind))
    text = out.rstrip()
    return Normalized(text, _in_order(spans, len(text)))


def _in_order(spans: list[Span], limit: int) -> tuple[Span, ...]:
    """Return spans with spoken ends clipped to the next start, as trailing spaces were removed."""
    kept: list[Span] = []
    for span in reversed(spans):
        end = min(span.spoken[1], limit)
        limit = min(span.spoken[0], end)
        kept.append(Span(span.written, (limit, end), span.kind))
    return tuple(reversed(kept))


def _sayable(char: str) -> str:
    """Return a character that a voice can read, or a space or nothing in its place."""
    if char in LETTERS or char in MARKS or char in _KEPT:
        return char
    if char == TATWEEL:
        return ""
    category = unicodedata.category(char)
    if char.isdigit():
        return " "
    return " " if category[0] in "ZPS" else ""
