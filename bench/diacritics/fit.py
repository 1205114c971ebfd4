"""Fit the ensemble's weights on vocalised lines, and tell by cross-validation what they give.

    python bench/diacritics/fit.py --news catt_dev.txt --classical tashkeela_val.txt

Maximizes the likelihood of the right reading among a word's candidates with a Gaussian prior,
by gradient ascent. Lines of news count fully; classical lines, which the networks were trained
on the like of, count a tenth. The weights are written only with ``--write``.
"""

from __future__ import annotations

import argparse
import random
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from score import Score, add

from mujaz.arabic.letters import WORD
from mujaz.arabic.marks import has_marks, strip_marks
from mujaz.diacritizers import evidence, features, fusion, lexicon_for
from mujaz.diacritizers.classes import spell
from mujaz.diacritizers.guard import Guard
from mujaz.diacritizers.repair import SpellingRepair
from mujaz.settings.values import Config

_FOLDER = Path(__file__).resolve().parents[2] / "src/mujaz/diacritizers"
_PRIOR = 1e-4
_STEPS = 400
_FOLDS = 8
_CLASSICAL_LINES = 300
_CLASSICAL_WEIGHT = 0.1
_MOST_WORDS = 60

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One word: features [readings, features], and which of its readings sound right."""

    features: Array
    right: npt.NDArray[np.bool_]
    weight: float


class Source(Protocol):
    """Computes the candidate readings of words and their features."""

    def of(self, words: Sequence[str], given: Sequence[str]) -> Sequence[Any]:
        """Return a choice for each word."""
        ...


class Weighted:
    """A diacritizer with the given weights, to write cross-validated lines."""

    name = version = "weighted"

    def __init__(self, source: Source, theta: Array) -> None:
        self._source = source
        self._theta = theta

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the words with predicted marks."""
        choices = self._source.of(words, words) if words else []
        if isinstance(self._source, fusion.Fusion):
            return [choice.best(self._theta) for choice in choices]
        return [spellings(one)[int(np.argmax(one.features @ self._theta))] for one in choices]


def examples(source: Source, line: str, weight: float) -> list[Example]:
    """The words of a vocalised line."""
    gold = [m.group() for m in WORD.finditer(unicodedata.normalize("NFC", line))]
    gold = gold[:_MOST_WORDS]
    words = [strip_marks(word) for word in gold]
    out = []
    for word, choice in zip(gold, source.of(words, words), strict=True):
        if not has_marks(word):
            continue
        right = [_sounds_right(word, one) for one in spellings(choice)]
        out.append(Example(choice.features, np.array(right), weight))
    return out


def spellings(choice: Any) -> list[str]:
    """The word in each of its readings."""
    if isinstance(choice, fusion.Choice):
        places = range(len(choice.readings))
        return [choice.candidates.spelled(place, choice.probabilities) for place in places]
    letters = choice.word.letters
    return [
        spell(letters, choice.word.spelled(one, choice.probabilities)) for one in choice.readings
    ]


def _sounds_right(gold: str, ours: str) -> bool:
    score = Score()
    add(score, gold, ours)
    return not score.heard


def fit(given: list[Example]) -> Array:
    """The weights of greatest posterior probability, by Adam on all examples at once."""
    usable = [one for one in given if one.right.any() and not one.right.all()]
    features = np.concatenate([one.features for one in usable])
    right = np.concatenate([one.right for one in usable]).astype(np.float64)
    sizes = np.array([len(one.features) for one in usable])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(usable)), sizes)
    share = np.array([one.weight for one in usable])
    share = share / share.sum()
    theta = np.full(features.shape[1], 0.2)
    mean = np.zeros_like(theta)
    square = np.zeros_like(theta)
    for step in range(1, _STEPS + 1):
        scores = features @ theta
        scores = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        all_of_word = scores / np.add.reduceat(scores, starts)[owner]
        scores *= right
        right_of_word = scores / np.add.reduceat(scores, starts)[owner]
        slope = features.T @ ((all_of_word - right_of_word) * share[owner]) + 2 * _PRIOR * theta
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        pace = 0.03 * min(1.0, 4 * (1 - step / _STEPS))
        theta -= pace * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-9)
    return theta


def wrong(given: list[Example], theta: Array) -> int:
    """How many words get a wrong reading."""
    return sum(not one.right[int(np.argmax(one.features @ theta))] for one in given)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--news", type=Path, required=True)
    parser.add_argument("--classical", type=Path)
    parser.add_argument("--model", choices=("rawi", "ensemble"), default="rawi")
    parser.add_argument("--write", action="store_true", help="write the weights fitted on all")
    parser.add_argument("--hyp", type=Path, help="write the cross-validated lines to this file")
    options = parser.parse_args()
    rawi = options.model == "rawi"
    source: Source = fusion.Fusion() if rawi else evidence.Evidence()
    names = features.FEATURES if rawi else evidence.FEATURES
    lines = _lines(options.news)
    news = [examples(source, line, 1.0) for line in lines]
    classical: list[Example] = []
    if options.classical:
        short = [line for line in _lines(options.classical) if len(line.split()) <= _MOST_WORDS]
        for line in random.Random(5).sample(short, min(_CLASSICAL_LINES, len(short))):
            classical += examples(source, line, _CLASSICAL_WEIGHT)
    words = sum(map(len, news))
    missed = 0
    written = [""] * len(lines)
    for fold in range(_FOLDS):
        kept = [one for n, line in enumerate(news) if n % _FOLDS != fold for one in line]
        held = [one for n, line in enumerate(news) if n % _FOLDS == fold for one in line]
        theta = fit(kept + classical)
        missed += wrong(held, theta)
        if options.hyp:
            guard = Guard(Weighted(source, theta), lexicon_for(Config()), SpellingRepair())
            for n in range(fold, len(lines), _FOLDS):
                written[n] = guard.line(strip_marks(lines[n]))
    print(f"{words} words, cross-validated: {100 * missed / words:.2f} % wrong readings")
    theta = fit([one for line in news for one in line] + classical)
    rows = [f"{name}\t{value:.4f}" for name, value in zip(names, theta, strict=True)]
    print("\n".join(rows))
    if options.hyp:
        options.hyp.write_text("\n".join(written) + "\n", encoding="utf-8")
    if options.write:
        head = "# Written by bench/diacritics/fit.py; see there what was fitted and how.\n"
        target = _FOLDER / ("fusion.tsv" if rawi else "ensemble.tsv")
        target.write_text(head + "feature\tweight\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return 0


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    sys.exit(main())
