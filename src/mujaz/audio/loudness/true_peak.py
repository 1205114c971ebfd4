"""True peaks of mono PCM: the highest magnitude of the signal between its samples.

Measured as in ITU-R BS.1770-5, annex 2, by fourfold oversampling. Only stretches whose samples
come near a threshold are oversampled; elsewhere no peak between samples can exceed it.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from mujaz.audio.codecs.pcm import Floats

HOP = 32
PEAK_FILTER_TAPS = 24
_HISTORY = PEAK_FILTER_TAPS - 1
_PHASES = 4
# A peak between samples exceeds the samples around it by less than 4 dB in sound that came
# through a resampler or a limiter.
_MOST_RISE = 1.6
# Rows multiplied at a time. The product stays below the 2**18 multiplications from which OpenBLAS
# wakes its other threads; those go on spinning and cost more CPU than the whole assembly.
_ROWS = 48


class TruePeakMeter:
    """Feed it samples in any portions, then ask for the highest true peak."""

    def __init__(self) -> None:
        self._pending = np.zeros(_HISTORY, np.float32)
        self._peak = 0.0

    def push(self, samples: Floats) -> None:
        """Take more samples, full scale ±1."""
        joined = np.concatenate((self._pending, samples))
        hops = (joined.size - _HISTORY) // HOP
        if hops:
            used = hops * HOP + _HISTORY
            peaks = hop_peaks(joined[:used], self._peak)
            self._peak = max(self._peak, float(peaks.max()))
        self._pending = joined[hops * HOP :]

    def dbtp(self) -> float:
        """The highest true peak in dBTP; minus infinity for silence."""
        self.push(np.zeros(HOP + _HISTORY, np.float32))
        return 20 * math.log10(self._peak) if self._peak > 0 else -math.inf


def hop_peaks(joined: Floats, floor: float) -> Floats:
    """The highest magnitude in each hop, between samples too where it may pass a floor.

    Args:
        joined: ``PEAK_FILTER_TAPS - 1`` samples of history, then whole hops of ``HOP`` samples.
        floor: Magnitude below which samples alone may answer.

    Returns:
        One magnitude a hop. It covers the hop and half a filter before it.
    """
    hops = (joined.size - _HISTORY) // HOP
    magnitudes = np.abs(joined)
    # Twice as fast as a maximum over rows.
    peaks: Floats = np.maximum.reduceat(magnitudes[_HISTORY:], np.arange(hops) * HOP)
    around = peaks.copy()
    np.maximum(around[1:], peaks[:-1], out=around[1:])
    around[0] = max(float(around[0]), float(magnitudes[:_HISTORY].max()))
    near = np.flatnonzero(around * np.float32(_MOST_RISE) > floor)
    if near.size:
        windows = np.lib.stride_tricks.sliding_window_view(joined, HOP + _HISTORY)[::HOP]
        for at in range(0, near.size, _ROWS):
            rows = near[at : at + _ROWS]
            between = np.abs(windows[rows] @ _interpolator()).max(axis=1)
            peaks[rows] = np.maximum(peaks[rows], between)
    return peaks


@cache
def _interpolator() -> Floats:
    """Matrix from the samples around a hop to the three points between each two of them."""
    matrix = np.zeros((HOP + _HISTORY, HOP * (_PHASES - 1)), np.float32)
    half = PEAK_FILTER_TAPS // 2
    for phase in range(1, _PHASES):
        at = np.arange(-half + 1, half + 1) - phase / _PHASES
        window = np.kaiser(PEAK_FILTER_TAPS * 8 + 1, 7.0)
        taps = np.sinc(at) * np.interp(at, np.linspace(-half, half, window.size), window)
        taps = (taps / taps.sum()).astype(np.float32)
        for sample in range(HOP):
            column = (phase - 1) * HOP + sample
            matrix[sample : sample + PEAK_FILTER_TAPS, column] = taps
    return matrix
