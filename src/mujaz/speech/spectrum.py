"""The spectrum of a clip in short frames, and whether it is noise's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Floats: TypeAlias = npt.NDArray[np.float32]

FRAME = 512
HOP_S = 0.04
_FULL_SCALE = 32768
_ANALYSIS_HZ = 11_025
_BANDS = 16

_FLATNESS = 0.32  # good clips: up to 0.05, a breathy model 0.28; white noise 0.56
_VOICED_SHARE = 0.03  # good clips: from 0.1, half of them above 0.5; dark noise: 0
_VOICED = 0.4
_PITCH_HZ = (75, 400)
_RUMBLE_HZ = 90
# A clip of a second may hold two short vowels: its share of voice says nothing.
_FEW_FRAMES = 25


@dataclass(frozen=True, slots=True)
class Spectrum:
    """A clip at about 11 kHz, where all that is asked for lies.

    Attributes:
        low: Its samples, full scale 1.
        rate: Their rate in Hz.
        power: Power by frame and bin; frames begin every 40 ms and are 46 ms long.
        loudest: Energy of the loudest frame.
    """

    low: Floats
    rate: float
    power: Floats
    loudest: float

    @property
    def hop(self) -> int:
        """Samples from frame to frame."""
        return round(HOP_S * self.rate)

    def sounding(self) -> Floats:
        """Power of the frames that sound, or of half of them: they tell as much as all."""
        power = self.power[self.power.sum(axis=1) > self.loudest * 1e-3]
        half: Floats = power[::2] if len(power) >= 2 * _FEW_FRAMES else power
        return half

    def bands(self) -> Floats:
        """Logarithm of the energy in sixteen bands of equal ratio, by frame."""
        return log_bands(self.power, self.loudest)


def spectrum_of(samples: npt.NDArray[np.int16], sample_rate: int) -> Spectrum:
    """Analyze a clip."""
    step = max(1, round(sample_rate / _ANALYSIS_HZ))
    length = samples.size // step
    low = samples[: length * step : step].astype(np.float32)
    for offset in range(1, step):
        low += samples[offset : length * step : step]
    low *= np.float32(1 / _FULL_SCALE / step)
    if low.size < FRAME:
        low = np.pad(low, (0, FRAME - low.size))
    rate = sample_rate / step
    power = power_of(sliding_window_view(low, FRAME)[:: round(HOP_S * rate)])
    return Spectrum(low, rate, power, float(power.sum(axis=1).max()))


def power_of(frames: Floats) -> Floats:
    """Power by bin of frames, one a row."""
    spectrum = np.fft.rfft(frames * _window(frames.shape[1]))
    power: Floats = np.square(spectrum.real) + np.square(spectrum.imag)
    return power.astype(np.float32, copy=False)


def log_bands(power: Floats, loudest: float) -> Floats:
    """Logarithm of the energy in bands from 130 to 5,000 Hz; -50 dB below the loudest is floor."""
    bands = np.add.reduceat(power[:, :234], _band_edges(), axis=1)
    logs: Floats = np.log(bands + np.float32(1e-5 * loudest))
    return logs


@cache
def _band_edges() -> npt.NDArray[np.intp]:
    return np.unique(np.round(np.geomspace(6, 234, _BANDS + 1)).astype(np.intp))[:-1]


def is_noise(spectrum: Spectrum) -> bool:
    """Whether a clip sounds but has neither formants nor pitch."""
    if flatness(spectrum) > _FLATNESS:
        return True
    sounding = spectrum.sounding()
    return len(sounding) >= _FEW_FRAMES and _voiced_share(sounding, spectrum.rate) < _VOICED_SHARE


def flatness(spectrum: Spectrum) -> float:
    """Median over frames of the geometric to the arithmetic mean of 100 to 5,000 Hz: 0 to 1."""
    power = spectrum.sounding()[:, 5:232] + np.float32(1e-12 * spectrum.loudest)
    return float(np.median(np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)))


@cache
def _window(size: int) -> Floats:
    window: Floats = np.hanning(size).astype(np.float32)
    return window


def _voiced_share(power: Floats, rate: float) -> float:
    """Share of frames with a pitch: their autocorrelation has a peak at a speaker's period.

    Of magnitudes, not powers, and without rumble: else the slope
    of dark noise passes for one.
    """
    magnitude = np.sqrt(power)
    magnitude[:, : round(_RUMBLE_HZ * FRAME / rate)] = 0
    correlation = np.fft.irfft(magnitude)
    shortest, longest = (int(rate / hertz) for hertz in reversed(_PITCH_HZ))
    peaks = (correlation[:, shortest:longest] * _taper()[shortest:longest]).max(axis=1)
    return float((peaks > _VOICED * correlation[:, 0]).mean())


@cache
def _taper() -> Floats:
    """What undoes the fall of an autocorrelation that the window causes."""
    shape = _window(FRAME)
    window = np.correlate(shape, shape, "full")[FRAME - 1 : FRAME * 3 // 2]
    taper: Floats = (window[0] / window).astype(np.float32)
    return taper
