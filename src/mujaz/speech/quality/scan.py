"""Compute everything that a clip's check needs in one pass over its samples.

The samples are read in portions that fit the processor's cache: for a whole clip at once, memory
access takes longer than the computation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]

_FULL_SCALE = 32768.0
_ANALYSIS_HZ = 11_025
_PORTION = 44_000


@dataclass(frozen=True, slots=True)
class Scan:
    """Measurements of a clip; full scale is 1.

    Attributes:
        peak: Highest magnitude.
        mean: Mean of the samples (DC offset), without a last frame of less than 10 ms.
        energy: Mean square of each frame of 10 ms.
        low: The samples at about 11 kHz.
        rate: Sample rate of ``low`` in Hz.
    """

    peak: float
    mean: float
    energy: Floats
    low: Floats
    rate: float


def scan(samples: npt.NDArray[np.int16], sample_rate: int) -> Scan:
    """Measure a clip.

    Args:
        samples: At least one sample.
        sample_rate: Sample rate in Hz.
    """
    frame = sample_rate // 100
    step = max(1, round(sample_rate / _ANALYSIS_HZ))
    energy = np.empty(samples.size // frame, np.float32)
    low = np.empty(samples.size // step, np.float32)
    portion = frame * step * max(1, round(_PORTION / (frame * step)))
    total = 0.0
    for start in range(0, samples.size, portion):
        floats = samples[start : start + portion].astype(np.float32)
        whole = floats[: floats.size // frame * frame].reshape(-1, frame)
        first = start // frame
        np.einsum("ij,ij->i", whole, whole, out=energy[first : first + len(whole)])
        total += float(np.einsum("ij->", whole))
        _decimate(floats, step, low[start // step :])
    energy *= np.float32(1 / frame / _FULL_SCALE**2)
    low *= np.float32(1 / step / _FULL_SCALE)
    peak = max(int(samples.max()), -int(samples.min())) / _FULL_SCALE
    mean = total / max(1, energy.size * frame) / _FULL_SCALE
    return Scan(peak, mean, energy, low, sample_rate / step)


def _decimate(floats: Floats, step: int, out: Floats) -> None:
    """Write the sums of each ``step`` samples to the beginning of ``out``."""
    length = floats.size // step
    if step == 1:
        out[:length] = floats
        return
    end = length * step
    head = np.add(floats[:end:step], floats[1:end:step], out=out[:length])
    for offset in range(2, step):
        head += floats[offset:end:step]
