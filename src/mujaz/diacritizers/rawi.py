"""The default: the rawi networks v2 and v3 and the dictionary, fused.

text2tashkeel, from which the networks come, takes from v2 whether a letter has a mark and from v3
which mark. Here both score the readings of each word (see :mod:`mujaz.diacritizers.fusion`), and
the full stop that they expect is added.
"""

from __future__ import annotations

from collections.abc import Sequence

from mujaz.diacritizers.fusion import FRAME, Fusion, weights

__all__ = ["FRAME", "RawiDiacritizer"]


class RawiDiacritizer:
    """Small and fast. Threads may share an object."""

    name = "rawi"
    version = "rawi-v2+v3-modern-1"
    packages = ("onnxruntime", "numpy")

    def __init__(self) -> None:
        self._fusion = Fusion()

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the words with predicted marks."""
        return self.diacritize_given(words, words)

    def diacritize_given(self, words: Sequence[str], given: Sequence[str]) -> list[str]:
        """Return the words with the likeliest marks that agree with the given ones."""
        if not words:
            return []
        return self._fusion.best(words, given, weights())
