"""Normalize a line: run the taggers, clean up the rest, map spoken to written positions."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache

from mujaz.arabic.letters import ASCII_DIGITS, LETTER_RANGES, LETTERS, MARK_RANGES, MARKS, TATWEEL
from mujaz.arabic.marks import has_marks, strip_marks
from mujaz.text.normalize import (
    abbreviations,
    counts,
    dates,
    eras,
    fractions,
    latin,
    letters,
    measures,
    ordinals,
    phones,
    ranges,
    ranks,
    roman,
    scores,
    signs,
    times,
)
from mujaz.text.normalize.claims import Claim, Line
from mujaz.text.normalize.vocalize import vocalized
from mujaz.text.normalize.words import alternatives, words
from mujaz.text.unicode import normalize_unicode

_NEEDS_READING = re.compile(r"[^\s" + LETTERS + MARKS + r"،؛؟.!:()…\-]")
_ABBREVIATED = re.compile(
    rf"(?<![{LETTER_RANGES}])[{LETTER_RANGES}]{{1,3}}\.|\(|{alternatives('abbreviation')}|{TATWEEL}"
    rf"|[{LETTER_RANGES}]-[{LETTER_RANGES}]"
    rf"|(?<![{LETTER_RANGES}{MARK_RANGES}])[{LETTER_RANGES}](?![{LETTER_RANGES}{MARK_RANGES}])"
)
_WORD = re.compile(r"\S+")
_SPELLED = frozenset(LETTERS + MARKS)
_DIGIT = re.compile("[0-9]")
_MOST_PASSES = 3
# Full-width letters and digits, subscripts, and the Roman numerals that are one letter.
_COMPATIBLE = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        **{chr(0x2080 + digit): str(digit) for digit in range(10)},
        **{chr(0xFF21 + letter): chr(ord("A") + letter) for letter in range(26)},
        **{chr(0xFF41 + letter): chr(ord("a") + letter) for letter in range(26)},
        **{chr(0x2460 + digit): str(digit + 1) for digit in range(9)},
        **{chr(0x2776 + digit): str(digit + 1) for digit in range(9)},
        "\uff05": "%", "\uff04": "$", "\u2160": "I", "\u2164": "V", "\u2169": "X",
        "\u216c": "L", "\u216d": "C",
    }
)  # fmt: skip
# «37ر0» and «6ر7190» can only be 0.37 and 7190.6.
_REVERSED = re.compile(r"(?<!\d)[1-9]\d*ر0(?!\d)|(?<!\d)\d{1,3}ر\d{4,9}(?!\d)")
_BY_REH = re.compile(r"(?<!\d)(\d{1,3})ر(\d{1,9})(?!\d)")
# (122) وظيفة, «1200» عام: brackets around a figure do not cut its noun off.
_QUOTED_FIGURE = re.compile(
    rf"(?<=[{LETTER_RANGES}] )[(\"«“](?P<n>\d[\d.,]{{0,20}})[)\"»”](?= [{LETTER_RANGES}]{{2}})"
)
# بـ(22) سفيرا, الـ(15) دولة: a figure in brackets behind a prefix.
_PREFIXED_FIGURE = re.compile(
    rf"(?<![{LETTER_RANGES}{MARK_RANGES}])(?P<lead>[وف]?[بكل]|[وف]|[وف]?[بك]?ال|[وف]?لل)"
    rf"(?P<gap>{TATWEEL}?\s?)\((?P<n>\d[\d.,]{{0,20}})\)(?=\s?[^\s\d{LETTER_RANGES}]|\s[{LETTER_RANGES}]|\s*$)"
)
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
    """A spoken line with the map to the written one.

    Attributes:
        text: The line; marks are those that were written.
        spans: Each stretch of the written line with its place in ``text``.
        marked: The line with the marks of the words that the normalizer wrote too.
    """

    text: str
    spans: tuple[Span, ...]
    marked: str

    def word_map(self, written: str) -> tuple[int, ...]:
        """Return, for each spoken word, the index of the written word that it stands for.

        Words are separated by spaces in both lines. All words of a number point to its digits.
        """
        out: list[int] = []
        starts = [match.start() for match in _WORD.finditer(written)]
        within: list[int] = []  # of the stretch of text that the last spoken word is in
        current, ordinal = -1, 0
        for match in _WORD.finditer(self.text):
            index = self._span_at(match.start())
            span = self.spans[index]
            position = span.written[0]
            if span.kind == "text":
                # Words correspond one to one within the stretch: only spaces and signs were lost.
                if index != current:
                    within = _words_within(written, span.written)
                    ordinal = len(self.text[span.spoken[0] : match.start()].split())
                    current = index
                else:
                    ordinal += 1
                if within:
                    position = within[min(ordinal, len(within) - 1)]
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


def normalize_line(text: str, months: str = "both", *, marks: bool = False) -> str:
    """Return a line as it is said.

    Args:
        text: One line; given marks stay.
        months: Region whose names are used for months in figures.
        marks: Whether the words that stand for figures, signs and abbreviations get their marks.
    """
    said = normalize(normalize_unicode(text), months)
    for _ in range(_MOST_PASSES):
        again = normalize(said.text, months)
        if again.text == said.text:
            break
        # Removing a sign may have produced an abbreviation.
        said = normalize(said.marked, months) if marks else again
    return said.marked if marks else said.text


def normalize(text: str, months: str = "both") -> Normalized:
    """Normalize a line that :mod:`mujaz.text.unicode` has cleaned; keep the span map."""
    if not _NEEDS_READING.search(text) and not _ABBREVIATED.search(text):
        return _assembled([Claim(0, len(text), text, "text")], text)
    line = Line(_prepared(text))
    signs.tag_stars(line)
    signs.tag_addresses(line)
    letters.tag_initials(line)
    letters.tag_lettered(line)
    eras.tag_centuries(line)
    abbreviations.tag_abbreviations(line)
    if _DIGIT.search(line.text):
        _tag_figures(line, months)
    else:
        fractions.tag_fractions(line)
    abbreviations.tag_chains(line)
    roman.tag_roman(line)
    latin.tag_latin(line)
    if _DIGIT.search(line.text):
        counts.tag_counts(line)
    signs.tag_symbols(line)
    return _assembled(line.pieces(), line.text)


def _prepared(text: str) -> str:
    """Replace compatibility characters one by one, and brackets that hold but a figure."""
    text = _abbreviated_name().sub(" ", text.translate(ASCII_DIGITS).translate(_COMPATIBLE))
    if _REVERSED.search(text):
        # Agencies that write the whole part behind the sign do so in the whole line: 8ر26.
        text = _BY_REH.sub(lambda match: f"{match[2]}ر{match[1]}", text)
    if scores.minutes_in_brackets(text):
        return text
    text = _QUOTED_FIGURE.sub(lambda match: f"  {match['n']}", text)
    return _PREFIXED_FIGURE.sub(_without_brackets, text)


@cache
def _abbreviated_name() -> re.Pattern[str]:
    """Return a pattern for the full stop of Inc., Ltd. and their like within a sentence."""
    behind = "|".join(rf"(?<=\s{re.escape(word)})" for word in sorted(words("dottedname")))
    return re.compile(rf"(?:{behind})\.(?=\s\S)")


def _without_brackets(match: re.Match[str]) -> str:
    """Return a prefix and its figure without brackets, in the same number of characters."""
    joined = match["lead"] + TATWEEL
    return joined + match["n"].rjust(len(match.group()) - len(joined))


def _tag_figures(line: Line, months: str) -> None:
    """Run the taggers for figures that are not plain counts, the most specific first."""
    phones.tag_phones(line)
    signs.tag_list_number(line)
    signs.tag_minus(line)
    scores.tag_scores(line)
    dates.tag_dates(line, months)
    eras.tag_eras(line)
    times.tag_times(line)
    fractions.tag_fractions(line)
    counts.tag_ages(line)
    ranks.tag_ranks(line)
    ranges.tag_ranges(line)
    measures.tag_percent(line)
    measures.tag_money(line)
    measures.tag_units(line)
    ordinals.tag_ordinals(line)
    ordinals.tag_definite(line)


def _assembled(pieces: list[Claim], written: str) -> Normalized:
    """Join the readings, bare and with marks; the spans are those of the bare line."""
    bare = [replace(piece, spoken=_as_written(piece, written)) for piece in pieces]
    text, spans = _joined(bare)
    if all(piece.kind == "text" for piece in pieces):
        return Normalized(text, spans, text)
    full = [
        piece if piece.kind == "text" else replace(piece, spoken=vocalized(piece.spoken))
        for piece in pieces
    ]
    return Normalized(text, spans, _joined(full)[0])


def _as_written(piece: Claim, written: str) -> str:
    """Return the reading of a piece without marks, but for words that were written with marks."""
    if piece.kind == "text" or not has_marks(piece.spoken):
        return piece.spoken
    given = written[piece.start : piece.end]
    if not has_marks(given):
        return strip_marks(piece.spoken)
    kept = set(given.split())
    return " ".join(w if w in kept else strip_marks(w) for w in piece.spoken.split(" "))


def _joined(pieces: list[Claim]) -> tuple[str, tuple[Span, ...]]:
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
    return text, _in_order(spans, len(text))


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
