"""Grammatical case of figures in news lines, by the endings that are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mujaz.arabic.letters import (
    ALIF,
    DAMMA,
    DAMMATAN,
    FATHA,
    FATHATAN,
    KASRA,
    KASRATAN,
)
from mujaz.arabic.marks import strip_marks
from mujaz.text.normalize.line import normalize
from mujaz.text.unicode import normalize_unicode

_ROWS = [
    line.split("\t")
    for line in (Path(__file__).parents[1] / "data" / "number_case.tsv")
    .read_text(encoding="utf-8")
    .splitlines()[3:]
]
_ENDINGS = {
    DAMMA: "n", DAMMATAN: "n", FATHA: "a", FATHATAN: "a", KASRA: "g", KASRATAN: "g",
}  # fmt: skip


def _first_word(line: str) -> str:
    """The first marked word that is read for the last figure of a line."""
    written = normalize_unicode(line)
    result = normalize(written)
    digit = max(place for place, char in enumerate(written) if char.isdigit())
    span = next(s for s in result.spans if s.written[0] <= digit < s.written[1])
    before = result.text[: span.spoken[0]]
    # A prefix (و, ب) is joined to the number.
    index = len(before.split()) - (not before.endswith(" ") and bool(before))
    return result.marked.split()[index]


def _shown(word: str) -> str:
    """The cases that a number word may have by its ending."""
    bare = strip_marks(word)
    if len(bare) > 4 and bare.endswith("مئة"):
        word = word[: word.rfind("م")]  # ثلاثمئة shows its case inside
        bare = strip_marks(word)
    if bare.endswith("ون"):
        return "n"
    if bare.endswith(("ين", "تي")):
        return "ag"
    if len(bare) > 3 and bare.endswith(("ان", "تا")):
        return "n"
    return _ENDINGS[word.rstrip(ALIF)[-1]]


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in _ROWS])
def test_a_number_has_the_case_of_its_place(row: list[str]) -> None:
    word = _first_word(row[2])
    assert set(_shown(word)) & set(row[3]), word
