"""Short-time spectrum of a clip, and whether the clip is noise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import median

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from mujaz.speech.quality.scan import Floats, Scan

FRAME = 512
HOP_S = 0.04
# Frames transformed at once, few enough to fit the processor's cache.
_PORTION = 64
_BANDS = 16

_FLATNESS = 0.32  # good clips: up to 0.05, a breathy model 0.28; white noise 0.56
_VOICED_SHARE = 0.03  # good clips: from 0.1, half of them above 0.5; dark noise: 0
_VOICED = 0.4
_PITCH_HZ = (75, 400)
_RUMBLE_HZ = 90
# A clip of one second may have only two short vowels: its share of voiced frames says nothing.
_FEW_FRAMES = 25
_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Spectrum of a clip at about 11 kHz.

    Attributes:
        low: Samples, full scale 1.
        rate: Their sample rate in Hz.
        power: Power by frame and bin; frames begin every 40 ms and are 46 ms long.
        loudest: Energy of the loudest frame.
        sounding: Power of the frames that are not silent; of every second one in a longer clip.
        flatness: Spectral flatness from 100 to 5,000 Hz (geometric over arithmetic mean), median
            over ``sounding``.
    """

    low: Floats
    rate: float
    power: Floats
    loudest: float
    sounding: Floats
    flatness: float

    @property
    def hop(self) -> int:
        """Distance of frames in samples."""
        return round(HOP_S * self.rate)

    def bands(self) -> Floats:
        """Return the logarithm of the energy in up to sixteen bands of equal ratio, by frame."""
        return log_bands(self.power, self.loudest)


def spectrum_of(scanned: Scan) -> Spectrum:
    """Compute the spectrum of a clip."""
    low, rate = scanned.low, scanned.rate
    if low.size < FRAME:
        low = np.pad(low, (0, FRAME - low.size))
    power = power_of(sliding_window_view(low, FRAME)[:: round(HOP_S * rate)])
    energy = np.einsum("ij->i", power)
    loudest = float(energy.max())
    loud = np.flatnonzero(energy > loudest * 1e-3)
    sounding = power[loud[::2] if loud.size >= 2 * _FEW_FRAMES else loud]
    return Spectrum(low, rate, power, loudest, sounding, _flatness(sounding, loudest))


def power_of(frames: Floats) -> Floats:
    """Return the power of each frame (row) by bin."""
    power = np.empty((len(frames), FRAME // 2 + 1), np.float32)
    for start in range(0, len(frames), _PORTION):
        spectrum = np.fft.rfft(frames[start : start + _PORTION] * _window())
        parts = np.square(spectrum.astype(np.complex64, copy=False).view(np.float32))
        np.add(parts[:, ::2], parts[:, 1::2], out=power[start : start + _PORTION])
    return power


def log_bands(power: Floats, loudest: float) -> Floats:
    """Return the logarithm of the energy in bands from 130 to 5,000 Hz.

    50 dB below the loudest frame is added as a floor.
    """
    bands = np.add.reduceat(power[:, :234], _band_edges(), axis=1)
    logs: Floats = np.log(bands + np.float32(1e-5 * loudest))
    return logs


@cache
def _band_edges() -> npt.NDArray[np.intp]:
    return np.unique(np.round(np.geomspace(6, 234, _BANDS + 1)).astype(np.intp))[:-1]


def is_noise(spectrum: Spectrum) -> bool:
    """Whether a clip has neither formants nor pitch."""
    if spectrum.flatness > _FLATNESS:
        return True
    return len(spectrum.sounding) >= _FEW_FRAMES and not _is_voiced(spectrum)


def _flatness(power: Floats, loudest: float) -> float:
    """Return the median flatness, 0 to 1; 1 if there are no frames."""
    if not len(power):
        return 1.0
    middle = power[:, 5:232] + np.float32(1e-12 * loudest)
    arithmetic = np.einsum("ij->i", middle)
    np.log(middle, out=middle)
    geometric = np.exp(np.einsum("ij->i", middle) / np.float32(middle.shape[1]))
    # Not by numpy.median, which imports numpy.ma: 14 ms of a short run.
    return float(median((geometric / arithmetic).tolist()) * middle.shape[1])


@cache
def _window() -> Floats:
    window: Floats = np.hanning(FRAME).astype(np.float32)
    return window


def _is_voiced(spectrum: Spectrum) -> bool:
    """Whether enough frames have a pitch; stops as soon as they are found."""
    power = spectrum.sounding
    enough = _VOICED_SHARE * len(power)
    stride = -(-len(power) // _AT_ONCE)
    voiced = 0
    for first in range(stride):  # each time frames from all parts of the clip
        voiced += _voiced_frames(power[first::stride], spectrum.rate)
        if voiced >= enough:
            return True
    return False


def _voiced_frames(power: Floats, rate: float) -> int:
    """Count frames with a pitch: the autocorrelation has a peak at a speaker's period.

    It is computed from magnitudes, not powers, and without rumble: otherwise the spectral slope of
    low-frequency noise would count as a pitch.
    """
    magnitude = np.sqrt(power)
    magnitude[:, : round(_RUMBLE_HZ * FRAME / rate)] = 0
    correlation = np.fft.irfft(magnitude)
    shortest, longest = (int(rate / hertz) for hertz in reversed(_PITCH_HZ))
    peaks = (correlation[:, shortest:longest] * _taper()[shortest:longest]).max(axis=1)
    return int(np.count_nonzero(peaks > _VOICED * correlation[:, 0]))


@cache
def _taper() -> Floats:
    """Factors that undo the decrease of the autocorrelation caused by the window."""
    power = np.square(np.abs(np.fft.rfft(_window().astype(np.float64), 2 * FRAME)))
    window = np.fft.irfft(power)[: FRAME // 2 + 1]
    taper: Floats = (window[0] / window).astype(np.float32)
    return taper
