"""libtashkeel by Musharraf Omer, whose network is inside piper-tts (the extra ``piper``)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mujaz.diacritizers.candidates import choose
from mujaz.diacritizers.networks import Frame, Libtashkeel

# At the end of a line it drops the last vowel; both of these make it think on.
FRAMES = (Frame("", " ."), Frame("", " و"))


class LibtashkeelDiacritizer:
    """Less accurate than rawi on news; one object may be shared by threads.

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
