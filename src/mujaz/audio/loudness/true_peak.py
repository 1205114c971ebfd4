"""True peaks of mono PCM: the highest magnitude of the signal between its samples.

Measured as in ITU-R BS.1770-5, annex 2, by fourfold oversampling. Only stretches whose samples
come near a threshold are oversampled; elsewhere no peak between samples can exceed it.

A matrix product finds the points that may be the highest; its last bits depend on the BLAS kernel
of the processor. The values of those points are then computed in double precision and rounded, so
that the same sound is limited and encoded to the same bytes on every machine.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mujaz.audio.codecs.pcm import Floats

Indices: TypeAlias = npt.NDArray[np.intp]

HOP = 32
PEAK_FILTER_TAPS = 24
_HISTORY = PEAK_FILTER_TAPS - 1
_PHASES = 4
# Factor by which a peak between samples may exceed the samples around it: less than 4 dB in sound
# that came through a resampler or a limiter.
_MOST_RISE = 1.6
# Rows multiplied at a time. The product stays below the 2**18 multiplications from which OpenBLAS
# starts its other threads; they keep spinning and use more CPU time than the whole assembly.
_ROWS = 48
# Bound of the matrix product's error, as a share of the highest sample: 24 products in single
# precision (24 * 2**-24) of taps whose magnitudes add up to less than 4, and as much again.
_PRODUCT_ERROR = 1e-5


class TruePeakMeter:
    """Measures the highest true peak of a stream. Push samples in portions of any size."""

    def __init__(self) -> None:
        self._pending = np.zeros(_HISTORY, np.float32)
        self._peak = 0.0

    def push(self, samples: Floats) -> None:
        """Add samples, full scale ±1."""
        joined = np.concatenate((self._pending, samples))
        hops = (joined.size - _HISTORY) // HOP
        if hops:
            used = joined[: hops * HOP + _HISTORY]
            # Points between samples matter only above the highest sample.
            self._peak = max(self._peak, float(used.max()), -float(used.min()))
            self._peak = max(self._peak, float(hop_peaks(used, self._peak).max()))
        self._pending = joined[hops * HOP :]

    def dbtp(self) -> float:
        """Return the highest true peak in dBTP; minus infinity for silence."""
        self.push(np.zeros(HOP + _HISTORY, np.float32))
        return 20 * math.log10(self._peak) if self._peak > 0 else -math.inf


def hop_peaks(joined: Floats, threshold: float) -> Floats:
    """Return the highest magnitude in each hop, including points between samples.

    Args:
        joined: ``PEAK_FILTER_TAPS - 1`` samples of history, then whole hops of ``HOP`` samples.
        threshold: Points between samples that are lower than this magnitude are left out.

    Returns:
        One magnitude per hop, for the hop and the half filter length before it.
    """
    hops = (joined.size - _HISTORY) // HOP
    magnitudes = np.abs(joined)
    # Twice as fast as a maximum over rows.
    peaks: Floats = np.maximum.reduceat(magnitudes[_HISTORY:], np.arange(hops) * HOP)
    around = peaks.copy()
    np.maximum(around[1:], peaks[:-1], out=around[1:])
    around[0] = max(float(around[0]), float(magnitudes[:_HISTORY].max()))
    near = np.flatnonzero(around * np.float32(_MOST_RISE) > threshold)
    if near.size:
        hop, point = _highest_points(joined, near, np.maximum(peaks, threshold), around)
        values = np.abs(_interpolated(joined, hop, point))
        values[values < threshold] = 0.0
        np.maximum.at(peaks, hop, values)
    return peaks


def _highest_points(
    joined: Floats, hops: Indices, floors: Floats, around: Floats
) -> tuple[Indices, Indices]:
    """Find the points between samples that may be the highest of their hop.

    Args:
        joined: As for :func:`hop_peaks`.
        hops: The hops to search.
        floors: Magnitude of each hop below which points are left out.
        around: Highest sample of each hop and of the history before it.

    Returns:
        The hop of each point, and its column in :func:`_interpolator`.
    """
    windows = _windows(joined, HOP + _HISTORY, HOP)
    errors = np.float32(_PRODUCT_ERROR) * around
    floors = floors - errors
    found: list[tuple[Indices, Indices]] = [(hops[:0], hops[:0])]
    for at in range(0, hops.size, _ROWS):
        rows = hops[at : at + _ROWS]
        between = np.abs(windows[rows] @ _interpolator())
        highest = between.max(axis=1)
        high = np.flatnonzero(highest >= floors[rows])
        if high.size:
            rows = rows[high]
            least = np.maximum(highest[high] - errors[rows], floors[rows])
            row, point = np.nonzero(between[high] >= least[:, None])
            found.append((rows[row], point))
    return np.concatenate([hop for hop, _ in found]), np.concatenate([p for _, p in found])


def _interpolated(joined: Floats, hops: Indices, points: Indices) -> Floats:
    """Return the signal at given points, added up in double precision.

    Args:
        joined: As for :func:`hop_peaks`.
        hops: Hop of each point.
        points: Column of each point in :func:`_interpolator`.
    """
    phases, samples = np.divmod(points, HOP)
    windows = _windows(joined, PEAK_FILTER_TAPS, 1)
    values = np.einsum("ij,ij->i", windows[hops * HOP + samples], _taps()[phases])
    out: Floats = values.astype(np.float32)
    return out


def _windows(samples: Floats, size: int, step: int) -> Floats:
    """Return a view of each ``size`` samples, ``step`` samples apart.

    Not by ``sliding_window_view``, whose checks take as long as the work on these short pieces.
    """
    width = samples.strides[0]
    count = (samples.size - size) // step + 1
    strides = (step * width, width)
    return np.ndarray((count, size), samples.dtype, samples, 0, strides)


@cache
def _taps() -> npt.NDArray[np.float64]:
    """Interpolation filters in single precision: for each phase between samples, its taps."""
    half = PEAK_FILTER_TAPS // 2
    window = np.kaiser(PEAK_FILTER_TAPS * 8 + 1, 7.0)
    filters: list[Floats] = []
    for phase in range(1, _PHASES):
        at = np.arange(-half + 1, half + 1) - phase / _PHASES
        taps = np.sinc(at) * np.interp(at, np.linspace(-half, half, window.size), window)
        filters.append((taps / taps.sum()).astype(np.float32))
    return np.array(filters, np.float64)


@cache
def _interpolator() -> Floats:
    """Matrix from the samples around a hop to the three points between each two of them."""
    matrix = np.zeros((HOP + _HISTORY, HOP * (_PHASES - 1)), np.float32)
    for phase, taps in enumerate(_taps()):
        for sample in range(HOP):
            matrix[sample : sample + PEAK_FILTER_TAPS, phase * HOP + sample] = taps
    return matrix
