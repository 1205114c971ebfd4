"""Splitting of a sentence into clauses that are not longer than an engine's limit.

Dynamic programming over word boundaries, as in D. Knuth & M. Plass, "Breaking paragraphs into
lines", 1981: each boundary has a cost that depends on the words around it, each piece a cost that
depends on its length. The limit is kept in any case.
"""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import ALIF, LAM, MARKS, WAW
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows

# Cost of a pause at a boundary: low after punctuation, high within a phrase.
_SENTENCE_END, _STRONG_STOP, _COMMA = 0.0, 1.0, 1.5
_CONNECTIVE, _AND, _BRACKET, _RELATIVE, _PREPOSITION = 3.0, 4.0, 5.0, 6.0, 7.0
_PLAIN, _NOUN_ADJECTIVE, _IDAFA, _NAME, _PARTICLE, _NUMBER = 14.0, 18.0, 24.0, 30.0, 40.0, 60.0
_SHORT_CHARS = 25
_SHORT_COST = 6.0
_PIECE = re.compile(r"\S+")
_EDGES = "«»\"“”()[]،,؛;:.!?؟…-–—'"


def split_clauses(text: str, max_chars: int) -> list[str]:
    """Split a text into pieces of at most ``max_chars`` code points.

    Only white space is lost between pieces. A word longer than the limit is split, but not
    between a letter and its marks unless the marks alone exceed the limit.

    Args:
        text: One sentence; its marks count too.
        max_chars: Limit in code points, at least 1.

    Raises:
        ValueError: If ``max_chars`` is below 1.
    """
    if max_chars < 1:
        raise ValueError("max_chars must be at least 1")
    text = text.strip()
    if len(text) <= max_chars:
        return [text] if text else []
    spans: list[tuple[int, int]] = []
    for match in _PIECE.finditer(text):
        spans.extend(_cut_word(text, match.start(), match.end(), max_chars))
    return _best(text, spans, max_chars)


def _cut_word(text: str, start: int, end: int, max_chars: int) -> list[tuple[int, int]]:
    """Return the span of a word, or several spans if it exceeds the limit."""
    spans: list[tuple[int, int]] = []
    while end - start > max_chars:
        cut = start + max_chars
        while cut > start + 1 and text[cut] in MARKS:
            cut -= 1
        if text[cut] in MARKS:
            cut = start + max_chars
        spans.append((start, cut))
        start = cut
    spans.append((start, end))
    return spans


def _best(text: str, spans: list[tuple[int, int]], max_chars: int) -> list[str]:
    """Return the pieces with the lowest total cost."""
    costs = _boundary_costs(text, spans)
    count = len(spans)
    total = [0.0] + [float("inf")] * count
    cut_at = [0] * (count + 1)
    for last in range(1, count + 1):
        end = spans[last - 1][1]
        for first in range(last - 1, -1, -1):
            length = end - spans[first][0]
            if length > max_chars:
                break
            cost = total[first] + _piece_cost(length, max_chars)
            if last < count:
                cost += costs[last - 1]
            if cost < total[last]:
                total[last], cut_at[last] = cost, first
    pieces: list[str] = []
    last = count
    while last > 0:
        first = cut_at[last]
        pieces.append(text[spans[first][0] : spans[last - 1][1]])
        last = first
    return pieces[::-1]


def _piece_cost(length: int, max_chars: int) -> float:
    cost = 1 + abs(length - 0.75 * max_chars) / max_chars
    short = min(_SHORT_CHARS, max_chars // 2)
    if length < short:
        cost += _SHORT_COST * (short - length) / short
    return cost


def _boundary_costs(text: str, spans: list[tuple[int, int]]) -> list[float]:
    bare = [strip_marks(text[start:end]) for start, end in spans]
    out: list[float] = []
    for index in range(len(bare) - 1):
        if spans[index][1] == spans[index + 1][0]:
            out.append(_NUMBER * 2)  # within a word that is longer than the limit
        else:
            out.append(_cost(bare[index], bare[index + 1]))
    return out


def _cost(before: str, after: str) -> float:
    """Return the cost of a pause between two words."""
    closed = before.rstrip('"»”)]')
    last = closed[-1:]
    if last in ".!?؟۔…":
        return _SENTENCE_END
    if last in "؛:;" or before in ("-", "–", "—") or after in ("-", "–", "—"):
        return _STRONG_STOP
    if last in "،,":
        return _COMMA
    left, right = before.strip(_EDGES), after.strip(_EDGES)
    phrase = _phrase_cost(left, right)
    if phrase:
        return phrase
    if after[:1] in '«("“[' or before[-1:] in '»)"”]':
        return _BRACKET
    if _is(right, "connective"):
        return _CONNECTIVE
    if right.startswith(WAW) and len(right) > 3 and not _is(right, "wawroot"):
        return _AND
    if _is(right, "relative"):
        return _RELATIVE
    if _is(right, "preposition"):
        return _PREPOSITION
    if _definite(right):
        return _NOUN_ADJECTIVE if _definite(left) else _IDAFA
    return _PLAIN


def _phrase_cost(left: str, right: str) -> float:
    """Return the cost of separating two words of one phrase; 0 if they are not."""
    if _is_number(left) or (right.startswith(WAW) and _is_number(right[1:]) and left):
        # A number and its noun, or two parts of a number.
        return _NUMBER
    if _is_number(right) and not _definite(right):
        return _IDAFA
    if _is(left, "particle") or _is(left, "preposition") or _is(left, "relative"):
        return _PARTICLE
    if _is(left, "title") or _is(right, "title"):
        return _NAME
    return 0.0


def _is_number(word: str) -> bool:
    if not word:
        return False
    if word[0].isdigit() or word[-1].isdigit():
        return True
    for prefix in ("", "ال", "وال", "و", "ب", "ل", "بال", "لل"):
        if prefix == word[: len(prefix)] and _is(word[len(prefix) :], "number"):
            return True
    return False


def _definite(word: str) -> bool:
    return len(word) > 3 and word.lstrip("وفبكل").startswith((ALIF + LAM, LAM + LAM))


def _is(word: str, kind: str) -> bool:
    return word in _words(kind)


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(row["word"] for row in rows("clause_words.tsv") if row["class"] == kind)
