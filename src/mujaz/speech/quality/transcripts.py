"""Compares what was heard with what was said: letters that were lost, and letters added."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache

from mujaz.arabic.letters import HAMZA, MARK_RANGES, TATWEEL
from mujaz.arabic.tables import column, rows

_SEATS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"}
)
_SILENT = re.compile(f"[{MARK_RANGES}{TATWEEL}{HAMZA}]")
_OTHER = re.compile(r"[^\u0621-\u064aa-zA-Z0-9]")
# Steps of an alignment by letters.
_SAME, _OTHER_LETTER, _LOST, _ADDED = "same", "other", "lost", "added"
# A stretch ends where as many letters were heard rightly as twice those that were not: a repeated
# phrase always shares some letters with what follows.
_LOST_SCORES = {_SAME: -0.5, _OTHER_LETTER: 0.5, _LOST: 1.0, _ADDED: -0.5}
_ADDED_SCORES = {_SAME: -0.5, _OTHER_LETTER: 0.0, _LOST: -1.0, _ADDED: 1.0}
_END_LETTERS = 10
# Stands for each number word and each figure: two letters, so that a lost number is still a loss.
_A_NUMBER = "00"


@dataclass(frozen=True, slots=True)
class Difference:
    """Differences of a transcript from the text.

    Attributes:
        error_rate: Edit distance by letters, as a share of the text's letters.
        lost: Letters of the text that were lost in one place, less half of those heard there.
        added: Letters that were added in one place, less half of those heard rightly there.
        lost_at_end: Share of the last ten letters that was not heard.
    """

    error_rate: float
    lost: float
    added: float
    lost_at_end: float


def compare(text: str, transcript: str) -> Difference:
    """Compare a transcript with the text that was spoken.

    Marks, hamza and its seats, ى and ة, spaces and punctuation are not told apart. Recognisers
    write numbers in figures, and long ones wrongly («أربعة وثلاثين» as 4.30), so the texts are
    compared as they are and with all numbers alike; each figure is the smaller of both.
    """
    as_written = _difference(_folded(text), _folded(transcript))
    alike = _difference(_folded(_numbers_alike(text)), _folded(_numbers_alike(transcript)))
    names = (field.name for field in fields(Difference))
    return Difference(*(min(getattr(as_written, name), getattr(alike, name)) for name in names))


def _difference(said: str, heard: str) -> Difference:
    if not said:
        return Difference(0.0, 0.0, 0.0, 0.0)
    steps = _aligned(said, heard)
    errors = sum(step != _SAME for step in steps)
    of_text = [step for step in steps if step != _ADDED][-_END_LETTERS:]
    return Difference(
        errors / len(said),
        _best_stretch(_LOST_SCORES[step] for step in steps),
        _best_stretch(_ADDED_SCORES[step] for step in steps),
        sum(step != _SAME for step in of_text) / len(of_text),
    )


def _folded(text: str) -> str:
    """Return the letters of a text as they are compared."""
    return _OTHER.sub("", _SILENT.sub("", text).translate(_SEATS))


def _numbers_alike(text: str) -> str:
    """Put the same sign in the place of every number word and figure.

    Single letters are left out: recognisers write the «و» of «أربعة وعشرون» as a word.
    """
    words = ((word, _folded(word)) for word in re.split(r"[^\w\u064b-\u0652]+", text))
    return " ".join(
        _A_NUMBER if _number_words().fullmatch(letters) else word
        for word, letters in words
        if len(letters) > 1 or letters.isdigit()
    )


@cache
def _number_words() -> re.Pattern[str]:
    """Pattern of the letters of a number word in any form, or of a word with a figure in it."""
    words = [row["word"] for row in rows("clause_words.tsv") if row["class"] == "number"]
    words += [form for cell in column("scales.tsv", "spellings") for form in cell.split()]
    for row in rows("number_names.tsv"):
        words += [row["ordinal_masculine"], row["ordinal_feminine"]]
    forms = sorted({_folded(word).removeprefix("ال") for word in words if word}, key=len)
    return re.compile(rf".*[0-9].*|[وفبلك]?(?:ال|لل)?(?:{'|'.join(reversed(forms))})ا?")


def _aligned(said: str, heard: str) -> list[str]:
    """Return the steps of the cheapest alignment of two texts (Levenshtein)."""
    table = [list(range(len(heard) + 1))]
    for number, letter in enumerate(said, 1):
        before, row = table[-1], [number]
        for place, other in enumerate(heard):
            row.append(min(before[place + 1] + 1, row[-1] + 1, before[place] + (letter != other)))
        table.append(row)
    steps: list[str] = []
    at, place = len(said), len(heard)
    while at or place:
        here = table[at][place]
        differs = at and place and said[at - 1] != heard[place - 1]
        if at and place and here == table[at - 1][place - 1] + bool(differs):
            steps.append(_OTHER_LETTER if differs else _SAME)
            at, place = at - 1, place - 1
        elif place and here == table[at][place - 1] + 1:
            steps.append(_ADDED)
            place -= 1
        else:
            steps.append(_LOST)
            at -= 1
    return steps[::-1]


def _best_stretch(scores: Iterable[float]) -> float:
    """Return the largest sum of neighbouring scores (Kadane)."""
    best = run = 0.0
    for score in scores:
        run = max(0.0, run + score)
        best = max(best, run)
    return best
