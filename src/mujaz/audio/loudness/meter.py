"""Loudness of mono PCM, measured on a stream.

Integrated loudness as in ITU-R BS.1770-5 and EBU R 128: K-weighting, 400 ms blocks with 75 %
overlap, absolute gate at -70 LUFS, relative gate 10 LU below. Short-term loudness over three
seconds.

The K filters are recursive; numpy has no fast recursive filter, so their impulse response,
truncated where it is below 16-bit resolution, is applied by overlap-save FFT.
"""

from __future__ import annotations

import math
from array import array
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mujaz.audio.codecs.pcm import Floats

# The rest of the impulse response has less than -106 dB of its energy.
_TAPS = 2048
# Fits the cache of a processor core: with twice the size each sample takes twice the time.
_FFT = 16384
_STEP = _FFT - _TAPS + 1
HOPS_PER_SECOND = 10
_HOPS_PER_BLOCK = 4
_HOPS_SHORT_TERM = 30
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_OFFSET = -0.691

SILENCE_LUFS = -math.inf

Energies: TypeAlias = npt.NDArray[np.float64]


class LoudnessMeter:
    """Measures the loudness of a stream. Push samples in portions of any size.

    Args:
        sample_rate: Sample rate in Hz.
    """

    def __init__(self, sample_rate: int) -> None:
        self._spectrum = _k_spectrum(sample_rate)
        self._hop = sample_rate // HOPS_PER_SECOND
        self._history = np.zeros(_TAPS - 1, np.float32)
        self._pending: list[Floats] = []
        self._pending_count = 0
        self._tail = np.zeros(0, np.float32)
        # An array in one block: thousands of small arrays would fragment the heap.
        self._energies = array("d")

    def push(self, samples: Floats) -> None:
        """Add samples, full scale ±1."""
        self._pending.append(samples)
        self._pending_count += samples.size
        while self._pending_count >= _STEP:
            block = np.concatenate(self._pending)
            self._filter(block[:_STEP])
            rest = block[_STEP:]
            self._pending, self._pending_count = [rest], rest.size

    def integrated_lufs(self) -> float:
        """Return the integrated loudness of all samples; minus infinity for silence.

        Less than one 400 ms block is measured as one block. More samples may follow.
        """
        return integrated_lufs(self.hop_energies())

    def short_term_lufs(self) -> float:
        """Return the highest loudness of any three seconds (EBU Tech 3341), or of all."""
        return short_term_lufs(self.hop_energies())

    def hop_energies(self) -> Energies:
        """Return the mean square of the K-weighted signal for each 100 ms so far.

        A last, incomplete hop counts only before the first 400 ms block is complete, since
        BS.1770-5 leaves incomplete blocks out. More samples may follow.
        """
        return self._all_energies()

    def _filter(self, block: Floats) -> None:
        padded = np.concatenate((self._history, block))
        size = padded.size
        if size < _FFT:
            padded = np.concatenate((padded, np.zeros(_FFT - size, np.float32)))
        filtered = np.fft.irfft(np.fft.rfft(padded) * self._spectrum, _FFT)[_TAPS - 1 : size]
        weighted: Floats = filtered.astype(np.float32, copy=False)  # numpy 1 gives doubles
        self._history = padded[size - _TAPS + 1 : size]
        self._energies.extend(self._hop_energies(weighted))

    def _hop_energies(self, weighted: Floats) -> Energies:
        joined = np.concatenate((self._tail, weighted))
        whole = joined.size // self._hop * self._hop
        self._tail = joined[whole:]
        return _mean_squares(joined[:whole].reshape(-1, self._hop))

    def _all_energies(self) -> Energies:
        # The state is restored afterwards, so that more samples may follow.
        saved = self._history, self._tail, len(self._energies)
        rest = np.concatenate(self._pending) if self._pending else np.zeros(0, np.float32)
        if rest.size:
            self._filter(rest)
        if self._tail.size and len(self._energies) < _HOPS_PER_BLOCK:
            self._energies.extend(_mean_squares(self._tail.reshape(1, -1)))
        out = np.array(self._energies, np.float64)
        self._history, self._tail, count = saved
        del self._energies[count:]
        return out


def integrated_lufs(energies: Energies) -> float:
    """Return the gated loudness of hop energies (BS.1770-5, annex 1); -inf for silence."""
    blocks = _window_means(energies, _HOPS_PER_BLOCK)
    loud = blocks[blocks > _energy(_ABSOLUTE_GATE_LUFS)]
    if loud.size == 0:
        return SILENCE_LUFS
    gate = _lufs(float(loud.mean())) + _RELATIVE_GATE_LU
    return _lufs(float(loud[loud > _energy(gate)].mean()))


def short_term_lufs(energies: Energies) -> float:
    """Return the highest loudness of any three seconds of hop energies, or of all if fewer."""
    means = _window_means(energies, _HOPS_SHORT_TERM)
    highest = float(means.max()) if means.size else 0.0
    return _lufs(highest) if highest > 0 else SILENCE_LUFS


def _mean_squares(rows: Floats) -> Energies:
    """Return the mean square of each row."""
    sums = np.einsum("ij,ij->i", rows, rows)
    means: Energies = sums.astype(np.float64) / rows.shape[1]
    return means


def _window_means(energies: Energies, hops: int) -> Energies:
    """Return means over windows of ``hops`` hops, one hop apart; one window if there are fewer."""
    if energies.size == 0:
        return energies
    if energies.size < hops:
        return np.array([energies.mean()])
    sums = np.cumsum(np.concatenate(([0.0], energies)))
    means: Energies = (sums[hops:] - sums[:-hops]) / hops
    return means


def _lufs(energy: float) -> float:
    return _OFFSET + 10 * math.log10(energy)


def _energy(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


@cache
def _k_spectrum(sample_rate: int) -> npt.NDArray[np.complex64]:
    """Spectrum of the truncated K-weighting response for FFTs of ``_FFT`` points."""
    points = 131072
    turn = np.exp(-2j * np.pi * np.arange(points // 2 + 1) / points)
    response = np.ones(turn.size, np.complex128)
    for b, a in _k_coefficients(sample_rate):
        response *= (b[0] + b[1] * turn + b[2] * turn**2) / (a[0] + a[1] * turn + a[2] * turn**2)
    taps = np.fft.irfft(response)[:_TAPS]
    # Single precision, like the samples: its noise is 120 dB below them, and it is twice as fast.
    return np.fft.rfft(taps, _FFT).astype(np.complex64)


_Biquad = tuple[tuple[float, float, float], tuple[float, float, float]]


def _k_coefficients(sample_rate: int) -> tuple[_Biquad, _Biquad]:
    """Return the two filters of BS.1770 for a sample rate, by the bilinear transform.

    The constants give the coefficients that the standard lists for 48 kHz.
    """
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    q = 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = (
        (
            (high + band * k / q + k * k) / a0,
            2 * (k * k - high) / a0,
            (high - band * k / q + k * k) / a0,
        ),
        (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0),
    )
    k = math.tan(math.pi * 38.13547087602444 / sample_rate)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    low_cut = (
        (1.0, -2.0, 1.0),
        (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0),
    )
    return shelf, low_cut
