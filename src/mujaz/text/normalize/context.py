"""What the words before a number make of its case.

Bare spelling shows case only in ـون/ـين and the duals, so two values suffice. Default: oblique,
the commonest in running text.
"""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import LETTERS, MARKS
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.text.normalize.numbers import Case

_WORD = re.compile(f"[{LETTERS}][{LETTERS}{MARKS}]*")
# Beyond this nothing governs a number any more.
_REACH_CHARS = 400
_CLAUSE_START = re.compile(r"[.!?؟؛:،,()\[\]«»\"\n]")
_OBLIQUE_PREFIX = frozenset("بلك")
_PREPOSITIONS = frozenset("في من إلى على عن مع بعد قبل منذ خلال بين عند لدى حتى دون عبر".split())
_IMPERFECT = re.compile(r"^[وف]?س?ي[^\s]{3,}$")


def words_before(text: str, position: int) -> list[str]:
    """Bare words of the clause before a position, in order."""
    start = max(0, position - _REACH_CHARS)
    for match in _CLAUSE_START.finditer(text, start, position):
        start = match.end()
    return [strip_marks(m.group()) for m in _WORD.finditer(text, start, position)]


def word_after(text: str, position: int) -> str:
    """The bare word that follows a position directly, spaces aside, or an empty string."""
    match = re.compile(rf"[ \u00a0]*([{LETTERS}][{LETTERS}{MARKS}]*)").match(text, position)
    return strip_marks(match[1]) if match else ""


def case_at(text: str, position: int, prefix: str = "") -> Case:
    """Case of a number that stands at a position.

    Args:
        text: The line.
        position: Where the number begins.
        prefix: Letters attached to it (و ب ل ...).
    """
    if any(letter in _OBLIQUE_PREFIX for letter in prefix):
        return Case.OBLIQUE
    before = words_before(text, position)
    if not before:
        at_start = position < _REACH_CHARS and not text[:position].strip(' «"(•-–—*')
        return Case.NOMINATIVE if at_start else Case.OBLIQUE
    last = before[-1]
    if _governs(last, "oblique"):
        return Case.OBLIQUE
    if _governs(last, "subject"):
        return Case.NOMINATIVE
    if _governs(last, "object"):
        return Case.OBLIQUE
    first = before[0]
    if _governs(first, "being"):
        # كان على متن الطائرة 256 راكبا: the predicate stands first, the number is the subject.
        return (
            Case.NOMINATIVE if len(before) > 1 and _governs(before[1], "oblique") else Case.OBLIQUE
        )
    if any(_is_verb(word) for word in before):
        return Case.OBLIQUE
    if first in _PREPOSITIONS or first.startswith(("بال", "لل")):
        return Case.OBLIQUE
    # A nominal sentence: وزنه 70 كغم، العظمى 40.
    return Case.NOMINATIVE


def _is_verb(word: str) -> bool:
    if _governs(word, "subject") or _governs(word, "object") or _governs(word, "being"):
        return True
    return _IMPERFECT.match(word) is not None


def _governs(word: str, kind: str) -> bool:
    table = _governors()
    if kind in table.get(word, ()):
        return True
    return len(word) > 2 and word[0] in "وف" and kind in table.get(word[1:], ())


@cache
def _governors() -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for row in rows("governors.tsv"):
        out[row["word"]] = (*out.get(row["word"], ()), row["governs"])
    return out
