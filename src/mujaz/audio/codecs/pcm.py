"""Small operations on mono PCM held in numpy arrays."""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mujaz.domain import Clip

Samples: TypeAlias = npt.NDArray[np.int16]
Floats: TypeAlias = npt.NDArray[np.float32]

# Samples up to this magnitude (-52 dBFS) are silence, not the end of a consonant; in a quiet clip,
# samples 40 dB below its peak.
_SILENCE = 80
_SILENCE_SHARE = 0.01
_LEAD_MS = 10
_TAIL_MS = 40
_FADE_MS = 4


def from_clip(clip: Clip) -> Samples:
    """Return the samples of a clip, read-only."""
    return np.frombuffer(clip.pcm, dtype=np.int16)


def to_floats(samples: Samples) -> Floats:
    """Convert samples to floats, full scale ±1."""
    return samples.astype(np.float32) / np.float32(32768)


def trim(samples: Samples, sample_rate: int) -> tuple[Samples, int]:
    """Cut silence at both ends, except for 10 ms at the start and 40 ms at the end.

    Returns:
        The trimmed samples (none if all are silent), and how many were cut at the start.
    """
    if samples.size == 0:
        return samples, 0
    highest = max(int(samples.max()), -int(samples.min()))
    silence = min(_SILENCE, int(highest * _SILENCE_SHARE))
    loud = np.flatnonzero((samples > silence) | (samples < -silence))
    if loud.size == 0:
        return samples[:0], 0
    start = max(int(loud[0]) - _LEAD_MS * sample_rate // 1000, 0)
    end = min(int(loud[-1]) + 1 + _TAIL_MS * sample_rate // 1000, samples.size)
    return samples[start:end], start


def fade_edges(samples: Floats, sample_rate: int) -> Floats:
    """Fade both ends over 4 ms so that joins do not click."""
    count = min(_FADE_MS * sample_rate // 1000, samples.size // 2)
    if count == 0:
        return samples
    ramp = _ramp(count)
    out = samples.copy()
    out[:count] *= ramp
    out[-count:] *= ramp[::-1]
    return out


@cache
def _ramp(count: int) -> Floats:
    return (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, count, dtype=np.float32))).astype(np.float32)


def factor(gain_db: float) -> float:
    """Convert decibels to an amplitude factor."""
    return float(10 ** (gain_db / 20))


def amplify(samples: Samples, gain_db: float) -> Samples:
    """Apply a gain in decibels; samples that would overflow are clipped to full scale."""
    if gain_db == 0:
        return samples
    scaled = samples.astype(np.float32) * np.float32(factor(gain_db))
    held: Samples = np.clip(np.rint(scaled), -32768, 32767).astype(np.int16)
    return held


def resample(samples: Floats, from_rate: int, to_rate: int) -> Floats:
    """Resample a short piece of sound."""
    if from_rate == to_rate or samples.size == 0:
        return samples
    import soxr

    return np.asarray(soxr.resample(samples, from_rate, to_rate), dtype=np.float32)
