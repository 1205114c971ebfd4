"""Figures of a voice from what the recogniser heard, and intervals for them.

A sentence's figures are one row; a voice's are computed over its rows, and so are the bootstrap
intervals, so that a long sentence weighs as it should.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

_DRAWS = 2000
_SEED = 1
_SEATS = str.maketrans("أإآٱىةؤئ", "اااايهوي")
_SILENT = re.compile("[\u064b-\u0652\u0670\u0640ء]")
_OTHER = re.compile(r"[^\u0621-\u064a0-9a-zA-Z]")

Rows = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one sentence.

    Attributes:
        letter_errors, letters: Edit distance of the letters, spaces left out, and their number.
        word_errors, words: The same by words.
        log2: Mean log2 probability of the true text's tokens, given the sound.
        prior: The same, given the sounds of two other sentences.
        spoken_words: Space-separated words of the spoken form.
        seconds: Length of the clip.
    """

    letter_errors: float
    letters: float
    word_errors: float
    words: float
    log2: float
    prior: float
    spoken_words: float
    seconds: float


_COLUMN = {item.name: place for place, item in enumerate(fields(Row))}


def _sum(rows: Rows, name: str) -> float:
    return float(rows[:, _COLUMN[name]].sum())


FIGURES: dict[str, Callable[[Rows], float]] = {
    "cer": lambda rows: 100 * _sum(rows, "letter_errors") / _sum(rows, "letters"),
    "wer": lambda rows: 100 * _sum(rows, "word_errors") / _sum(rows, "words"),
    "bits": lambda rows: (_sum(rows, "log2") - _sum(rows, "prior")) / len(rows),
    "wpm": lambda rows: 60 * _sum(rows, "spoken_words") / _sum(rows, "seconds"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def table(rows: Sequence[Row]) -> Rows:
    """Rows as one array, a sentence a line."""
    return np.array([[getattr(row, name) for name in _COLUMN] for row in rows])


def figures(rows: Rows) -> dict[str, Figure]:
    """Every figure of a voice, with a bootstrap over its sentences."""
    return {name: _with_interval(rows, of) for name, of in FIGURES.items()}


def differences(ours: Rows, others: Rows) -> dict[str, Figure]:
    """Every figure of one voice less that of another, sentence by sentence the same texts.

    The difference in bits is that of the probabilities given the sound: both voices have the same
    texts, so that the prior would only add noise.
    """
    width = ours.shape[1]
    both = np.hstack([ours, others])

    def paired(of: Callable[[Rows], float]) -> Callable[[Rows], float]:
        return lambda rows: of(rows[:, :width]) - of(rows[:, width:])

    out = {name: _with_interval(both, paired(of)) for name, of in FIGURES.items()}
    out["bits"] = _with_interval(both, paired(lambda rows: _sum(rows, "log2") / len(rows)))
    return out


def _with_interval(rows: Rows, of: Callable[[Rows], float]) -> Figure:
    draws = np.random.default_rng(_SEED).integers(0, len(rows), (_DRAWS, len(rows)))
    low, high = np.percentile([of(rows[draw]) for draw in draws], [2.5, 97.5])
    return Figure(of(rows), float(low), float(high))


def fold(text: str) -> str:
    """A text as it is compared: without marks, hamza seats, ى and ة told apart, or punctuation."""
    return " ".join(_OTHER.sub(" ", _SILENT.sub("", text).translate(_SEATS)).split())


def errors(said: Sequence[str], heard: Sequence[str]) -> tuple[int, int]:
    """Levenshtein distance, no more than what was said is long, and that length."""
    row = list(range(len(heard) + 1))
    for number, item in enumerate(said, 1):
        before, row = row, [number]
        for place, other in enumerate(heard, 1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (item != other)))
    return min(row[-1], len(said)), len(said)
