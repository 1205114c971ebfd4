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
from mujaz.text.normalize.claims import Claim, Line
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
_STOPS = frozenset("،؛؟.!:")
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
        words: list[int] = []  # of the stretch of text that the last spoken word is in
        current, ordinal = -1, 0
        for match in _WORD.finditer(self.text):
            index = self._span_at(match.start())
            span = self.spans[index]
            position = span.written[0]
            if span.kind == "text":
                # Words correspond one to one within the stretch: only spaces and signs were lost.
                if index != current:
                    words = _words_within(written, span.written)
                    ordinal = len(self.text[span.spoken[0] : match.start()].split())
                    current = index
                else:
                    ordinal += 1
                if words:
                    position = words[min(ordinal, len(words) - 1)]
            place = bisect_right(starts, position) - 1
            out.append(max(place, out[-1] if out else 0))
        return tuple(out)

    def _span_at(self, position: int) -> int:
        """Return the index of the span that holds a position of the spoken line."""
        index = bisect_right(self.spans, position, key=_spoken_start) - 1
        while index > 0 and self.spans[index].spoken[1] <= position:
            index -= 1  # a span that is not said
        return max(index, 0)


def _words_within(written: str, stretch: tuple[int, int]) -> list[int]:
    """List the starts of the words of a stretch that hold a letter or digit."""
    found = _WORD.finditer(written, *stretch)
    return [match.start() for match in found if any(map(str.isalnum, match.group()))]


def _spoken_start(span: Span) -> int:
    return span.spoken[0]


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
        return _assembled([Claim(0, len(text), text, "text")])
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
    return _assembled(line.pieces())


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


def _assembled(pieces: list[Claim]) -> Normalized:
    """Join the readings with single spaces and record the position of each."""
    out: list[str] = []
    tail = ""  # the last two characters so far, which decide about the next space
    place = 0
    spans: list[Span] = []
    for piece in pieces:
        said = _SPACES.sub(" ", "".join(map(_sayable, piece.spoken)))
        said = _SPACE_BEFORE_STOP.sub("", _EMPTY_BRACKETS.sub("", said))
        if tail.endswith(" ") or not tail:
            said = said.lstrip()
        if said[:1] in _STOPS and tail.endswith(" "):
            out[-1] = out[-1][:-1]
            place -= 1
            tail = _last_two(out)
        glued = bool(tail and said) and tail[-1] in _SPELLED and said[0] in _SPELLED
        if glued and not _LONE_PREFIX.search(tail):
            # كوفيد19: the words of a figure are separated from the letters before it.
            out.append(" ")
            place += 1
        if said:
            out.append(said)
            tail = (tail + said)[-2:] if not glued else _last_two(out)
        spans.append(Span((piece.start, piece.end), (place, place + len(said)), piece.kind))
        place += len(said)
    text = "".join(out).rstrip()
    return Normalized(text, _in_order(spans, len(text)))


def _last_two(parts: list[str]) -> str:
    """Return the last two characters of the joined parts."""
    found = ""
    for part in reversed(parts):
        found = part[-2:] + found
        if len(found) >= 2:
            break
    return found[-2:]


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
