"""Whisper base as a machine ear: what it writes down, and how likely the true text was to it.

The recogniser is that of the listening check. Greedy search on one thread: the same clips give the
same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from figures import Row, errors, fold

from mujaz.arabic.marks import strip_marks
from mujaz.domain import Clip
from mujaz.errors import MujazError
from mujaz.speech.quality import ear as recogniser

_HOP_S = 0.01
# Whisper's own limit is 224 tokens after the prompt; with 100 long sentences are cut off.
_MOST_TOKENS = 220


def missing(model: Path | None = None) -> str:
    """Why the ear cannot be used here, or empty."""
    try:
        recogniser.require(_name(model))
    except MujazError as error:
        return f"{error}; {error.hint}"
    return ""


class Ear(recogniser.Ear):
    """The recogniser, asked for probabilities too.

    Args:
        model: A Whisper folder for CTranslate2; None for the packages of the extra ``ear``.
    """

    def __init__(self, model: Path | None = None) -> None:
        super().__init__(_name(model))

    def listen(self, clip: Clip) -> tuple[Any, int]:
        """The encoded sound of a clip, and its length in frames of 10 ms.

        Raises:
            ValueError: If the clip is longer than the ear takes at once.
        """
        windows = self.encoded(clip)
        if len(windows) > 1:
            raise ValueError(f"a clip of {clip.duration_s:.1f} s is longer than the ear takes")
        return windows[0], int(clip.duration_s / _HOP_S)

    def heard_text(self, heard: tuple[Any, int]) -> str:
        """What it writes down."""
        prompt = [*self._tokens.sot_sequence, self._tokens.no_timestamps]
        found = self._model.generate(
            heard[0], [prompt], beam_size=1, max_length=_MOST_TOKENS, no_repeat_ngram_size=3
        )
        return str(self._tokens.decode(found[0].sequences_ids[0])).strip()

    def log2(self, heard: tuple[Any, int], text: str) -> float:
        """Mean log2 probability of a text's tokens, given a sound."""
        tokens = self._tokens.encode(" " + text)
        found = self._model.align(heard[0], list(self._tokens.sot_sequence), [tokens], [heard[1]])
        return float(np.log2(np.maximum(1e-9, found[0].text_token_probs)).mean())

    def rows(self, spoken: Sequence[str], clips: Sequence[Clip]) -> list[Row]:
        """What was heard of each sentence.

        Args:
            spoken: The vocalised text of each clip.
            clips: As many.
        """
        texts = [strip_marks(text) for text in spoken]
        count = len(texts)
        priors: list[list[float]] = [[] for _ in texts]
        own: list[float] = []
        counts: list[tuple[int, int, int, int]] = []
        for place, clip in enumerate(clips):
            heard = self.listen(clip)
            said, got = fold(texts[place]), fold(self.heard_text(heard))
            letters = errors(said.replace(" ", ""), got.replace(" ", ""))
            counts.append((*letters, *errors(said.split(), got.split())))
            own.append(self.log2(heard, texts[place]))
            for other in ((place - 1) % count, (place - 1 - count // 2) % count):
                priors[other].append(self.log2(heard, texts[other]))
        return [
            Row(*numbers, log2, float(np.mean(prior)), len(text.split()), clip.duration_s)
            for numbers, log2, prior, text, clip in zip(
                counts, own, priors, spoken, clips, strict=True
            )
        ]


def _name(model: Path | None) -> str:
    return recogniser.PACKAGED if model is None else str(model)
