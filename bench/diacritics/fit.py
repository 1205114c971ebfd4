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
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mujaz.arabic.letters import WORD
from mujaz.arabic.marks import has_marks, shadda_first, strip_marks
from mujaz.diacritizers.classes import word_classes
from mujaz.diacritizers.evidence import FEATURES, Evidence

_TARGET = Path(__file__).resolve().parents[2] / "src/mujaz/diacritizers/ensemble.tsv"
_PRIOR = 1e-3
_STEPS = 400
_FOLDS = 8
_CLASSICAL_LINES = 300
_CLASSICAL_WEIGHT = 0.1
_MOST_WORDS = 60

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One word: features [readings, features], and which of its readings is right."""

    features: Array
    right: int
    weight: float


def examples(evidence: Evidence, line: str, weight: float) -> list[Example]:
    """The words of a vocalised line; ``right`` is -1 where no reading is."""
    gold = [m.group() for m in WORD.finditer(unicodedata.normalize("NFC", line))]
    gold = gold[:_MOST_WORDS]
    words = [strip_marks(word) for word in gold]
    out = []
    for word, choice in zip(gold, evidence.of(words, words), strict=True):
        if not has_marks(word):
            continue
        classes = word_classes(shadda_first(word), strip_marks(word))
        reading = choice.word.reading(classes) if classes else None
        right = choice.readings.index(reading) if reading in choice.readings else -1
        out.append(Example(choice.features, right, weight))
    return out


def fit(given: list[Example]) -> Array:
    """The weights of greatest posterior probability, by Adam on all examples at once."""
    usable = [one for one in given if one.right >= 0]
    features = np.concatenate([one.features for one in usable])
    sizes = np.array([len(one.features) for one in usable])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(usable)), sizes)
    right = starts + np.array([one.right for one in usable])
    share = np.array([one.weight for one in usable])
    share = share / share.sum()
    theta = np.full(features.shape[1], 0.2)
    mean = np.zeros_like(theta)
    square = np.zeros_like(theta)
    for step in range(1, _STEPS + 1):
        scores = features @ theta
        scores = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        posterior = scores / np.add.reduceat(scores, starts)[owner] * share[owner]
        posterior[right] -= share
        slope = features.T @ posterior + 2 * _PRIOR * theta
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        pace = 0.02 * min(1.0, 4 * (1 - step / _STEPS))
        theta -= pace * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-9)
    return theta


def wrong(given: list[Example], theta: Array) -> int:
    """How many words get a wrong reading."""
    return sum(int(np.argmax(one.features @ theta)) != one.right for one in given)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--news", type=Path, required=True)
    parser.add_argument("--classical", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    evidence = Evidence()
    news = [examples(evidence, line, 1.0) for line in _lines(options.news)]
    classical: list[Example] = []
    if options.classical:
        lines = [line for line in _lines(options.classical) if len(line.split()) <= _MOST_WORDS]
        for line in random.Random(5).sample(lines, min(_CLASSICAL_LINES, len(lines))):
            classical += examples(evidence, line, _CLASSICAL_WEIGHT)
    words = sum(map(len, news))
    missed = 0
    for fold in range(_FOLDS):
        kept = [one for n, line in enumerate(news) if n % _FOLDS != fold for one in line]
        held = [one for n, line in enumerate(news) if n % _FOLDS == fold for one in line]
        missed += wrong(held, fit(kept + classical))
    print(f"{words} words, cross-validated: {100 * missed / words:.2f} % wrong readings")
    theta = fit([one for line in news for one in line] + classical)
    rows = [f"{name}\t{value:.4f}" for name, value in zip(FEATURES, theta, strict=True)]
    print("\n".join(rows))
    if options.write:
        head = "# Written by bench/diacritics/fit.py; see there what was fitted and how.\n"
        _TARGET.write_text(head + "feature\tweight\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return 0


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    sys.exit(main())
