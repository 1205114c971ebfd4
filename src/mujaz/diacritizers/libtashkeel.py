"""libtashkeel by Musharraf Omer, whose network is inside piper-tts (the extra ``piper``)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mujaz.diacritizers.candidates import choose
from mujaz.diacritizers.networks import Frame, Libtashkeel

# The model drops the vowel at the end of its input; appending either of these prevents that.
FRAMES = (Frame("", " ."), Frame("", " و"))


class LibtashkeelDiacritizer:
    """Less accurate than rawi on news; threads may share an object.

    Raises:
        MissingPackageError: When made, if piper-tts is not installed.
    """

    name = "libtashkeel"
    version = "libtashkeel-piper"
    packages = ("piper-tts", "onnxruntime", "numpy")

    def __init__(self) -> None:
        self._network = Libtashkeel()

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the words with predicted marks."""
        return self.diacritize_given(words, words)

    def diacritize_given(self, words: Sequence[str], given: Sequence[str]) -> list[str]:
        """Return the words with the likeliest marks that agree with the given ones."""
        if not words:
            return []
        return choose(words, given, np.mean(self._network.read(" ".join(words), FRAMES), axis=0))
