"""Find what a spoken line leaves out of the written one: addresses, emoji, other scripts.

Punctuation, bullets and brackets have no sound and are not reported; every other character is
within a stretch that is said, or is reported with its place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mujaz.arabic.letters import LETTERS, MARKS, TATWEEL
from mujaz.arabic.tables import rows
from mujaz.text.normalize.line import Normalized, Span, normalize
from mujaz.text.unicode import normalize_unicode

_SOUNDS = frozenset(LETTERS + MARKS + TATWEEL)
# Claims that have no words of their own because the sign is a mere separator.
_SEPARATORS = frozenset(("hyphen", "hashtag", "list number"))


@dataclass(frozen=True, slots=True)
class Unread:
    """A stretch of a written line that is not said.

    Attributes:
        text: As written.
        start: Its position in the line after :func:`mujaz.text.unicode.normalize_unicode`.
    """

    text: str
    start: int


def unread(text: str, months: str = "both") -> tuple[Unread, ...]:
    """Return what is not said of a line, in order.

    Args:
        text: One line as written.
        months: See :func:`mujaz.text.normalize.line.normalize`.
    """
    written = normalize_unicode(text)
    return unread_of(written, normalize(written, months))


def unread_of(written: str, normalized: Normalized) -> tuple[Unread, ...]:
    """Return what a normalized line leaves out of the line that it was made of."""
    found: list[Unread] = []
    for span in normalized.spans:
        for start, end in _stretches(written, span):
            joined = found and written[found[-1].start : start].strip() == found[-1].text
            if joined:
                found[-1] = Unread(written[found[-1].start : end].strip(), found[-1].start)
            else:
                found.append(Unread(written[start:end], start))
    return tuple(found)


def _stretches(written: str, span: Span) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a span that are not said."""
    start, end = span.written
    if span.kind != "text":
        said = span.spoken[0] < span.spoken[1] or span.kind in _SEPARATORS
        if not said and any(_matters(written, place) for place in range(start, end)):
            yield start, end
        return
    place = start
    while place < end:
        if not _matters(written, place) or written[place] in _SOUNDS:
            place += 1
            continue
        first = place
        while place < end and _matters(written, place) and written[place] not in _SOUNDS:
            place += 1
        yield first, place


def _matters(written: str, place: int) -> bool:
    """Tell a character with a meaning from punctuation, brackets, bullets and spaces."""
    char = written[place]
    if char.isspace() or char in _silent("any"):
        return False
    if char in _silent("start") and not written[:place].strip("".join(_silent("start")) + " "):
        return False
    return unicodedata.category(char)[0] not in "PZC"


@cache
def _silent(place: str) -> frozenset[str]:
    """Return the signs that lose nothing anywhere, or at the start of a line as its bullet."""
    return frozenset(row["sign"] for row in rows("silent_signs.tsv") if row["place"] == place)
