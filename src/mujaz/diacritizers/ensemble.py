"""The ensemble: a weighted vote of rawi, libtashkeel and mishkal for each word.

The candidates are the likeliest readings of the networks and those of mishkal's dictionary. The
weights of the features are in ``ensemble.tsv``, fitted by ``bench/diacritics/fit.py``.

It is less accurate than rawi on all lines that were measured, and a tenth as fast; it stays for
newsrooms that have configured it, and to compare with.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from mujaz.diacritizers.classes import spell
from mujaz.diacritizers.evidence import FEATURES, Evidence
from mujaz.diacritizers.networks import Probabilities


class EnsembleDiacritizer:
    """A vote of three models, much slower than rawi. Threads may share an object.

    Raises:
        MissingPackageError: When made, if piper-tts is not installed.
    """

    name = "ensemble"
    version = "ensemble-2"
    packages = ("onnxruntime", "mishkal", "piper-tts", "numpy")

    def __init__(self) -> None:
        self._evidence = Evidence()

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the words with predicted marks."""
        return self.diacritize_given(words, words)

    def diacritize_given(self, words: Sequence[str], given: Sequence[str]) -> list[str]:
        """Return the words with the likeliest marks that agree with the given ones."""
        if not words:
            return []
        out = []
        for choice in self._evidence.of(words, given):
            best = choice.readings[int(np.argmax(choice.features @ weights()))]
            spelled = choice.word.spelled(best, choice.probabilities)
            out.append(spell(choice.word.letters, spelled))
        return out


@cache
def weights() -> Probabilities:
    """Return the fitted weights in the order of :data:`~mujaz.diacritizers.evidence.FEATURES`."""
    text = (files("mujaz.diacritizers") / "ensemble.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    table = {row[0]: float(row[1]) for row in rows[1:]}
    return np.array([table[feature] for feature in FEATURES])
