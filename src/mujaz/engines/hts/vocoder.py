"""Tracks of parameters become samples: pulses and noise through the filter of a mel-cepstrum.

The filter is H(w) = exp(sum of c_m exp(-j m v)), where v is the frequency w warped by an all-pass,
which gives low frequencies more room (S. Imai, "Cepstral analysis synthesis on the mel frequency
scale", ICASSP 1983). It is applied by its spectrum, two frames overlapping, which costs less than
the recursive filter would in Python and sounds alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from mujaz.engines.hts.parameters import Tracks

Samples = npt.NDArray[np.float32]

_BLOCK = 64
_ROWS = 2
# Filters ring for less than this beyond a frame.
_RING_S = 0.024
_LOWEST_HZ, _HIGHEST_HZ = 40.0, 500.0
# exp(12) is 104 dB above the level of speech: a damaged voice must not overflow.
_MOST_LOG_GAIN = 12.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """Settings of the synthesis.

    Attributes:
        sample_rate: In Hz.
        frame_period: Samples a frame.
        alpha: Of the all-pass.
        half_tones: Added to the pitch.
        seed: Of the noise.
    """

    sample_rate: int
    frame_period: int
    alpha: float
    half_tones: float
    seed: int


def shifted_alpha(alpha: float, factor: float) -> float:
    """The all-pass that brings formants up by a factor.

    Near zero the warping is linear with the slope (1 + alpha) / (1 - alpha), so the factor divides
    the slope.
    """
    slope = factor * (1 - alpha) / (1 + alpha)
    return (1 - slope) / (1 + slope)


def play(tracks: Tracks, tuning: Tuning) -> Samples:
    """The samples, in the units of the voice (1 is a sixteen-bit step), a frame period a frame."""
    return _filtered(tracks.spectrum, _excitation(tracks, tuning), tuning)


def _excitation(tracks: Tracks, tuning: Tuning) -> Samples:
    """Pulses where there is a pitch, noise beside or instead of them; power 1 a sample."""
    period, frames = tuning.frame_period, len(tracks.voiced)
    noise = np.random.default_rng(tuning.seed).standard_normal(frames * period, dtype=np.float32)
    at, height = _pulses(tracks, tuning)
    if tracks.mix is None:
        sound = np.where(np.repeat(tracks.voiced, period), np.float32(0), noise)
        sound[at] += height
        return sound
    taps = np.where(tracks.voiced[:, None], tracks.mix, 0.0).astype(np.float32)
    width = taps.shape[1]
    centre = width // 2
    sound = _unmixed(noise, taps, centre, period)
    reach = np.concatenate([np.zeros(centre, np.float32), sound, np.zeros(width, np.float32)])
    np.add.at(reach, at[:, None] + np.arange(width), height[:, None] * taps[at // period])
    return reach[centre : centre + sound.size]


def _unmixed(noise: Samples, taps: Samples, centre: int, period: int) -> Samples:
    """The noise less what the filter of the pulses would let through."""
    width = taps.shape[1]
    padded = np.concatenate([np.zeros(centre, np.float32), noise, np.zeros(width, np.float32)])
    out = noise.copy()
    by_frame = out.reshape(-1, period)
    for number in range(width):
        start = width - 1 - number
        part = padded[start : start + noise.size].reshape(-1, period)
        by_frame -= taps[:, number, None] * part
    return out


def _pulses(tracks: Tracks, tuning: Tuning) -> tuple[npt.NDArray[np.int64], Samples]:
    """Return positions and heights of the pulses; a height is the root of the distance."""
    period, rate = tuning.frame_period, tuning.sample_rate
    hertz = np.exp(tracks.log_pitch + tuning.half_tones * np.log(2) / 12)
    hertz = np.clip(hertz, _LOWEST_HZ, _HIGHEST_HZ)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], tracks.voiced.astype(np.int8), [0]])))
    places: list[npt.NDArray[np.int64]] = []
    heights: list[Samples] = []
    for first, end in edges.reshape(-1, 2).tolist():
        centres = (np.arange(first, end) + 0.5) * period
        times = np.arange(first * period, end * period)
        pitch = np.interp(times, centres, hertz[first:end])
        # A pulse where a turn is full, the first at once; the margin is for rounding.
        turns = np.floor((np.cumsum(pitch) - pitch) / rate + 1e-9)
        at = np.flatnonzero(np.diff(turns, prepend=-1.0))
        places.append(at + first * period)
        heights.append(np.sqrt(rate / pitch[at]).astype(np.float32))
    if not places:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    return np.concatenate(places), np.concatenate(heights)


def _filtered(spectrum: npt.NDArray[np.float64], sound: Samples, tuning: Tuning) -> Samples:
    """Filter by frames that overlap by half, a block of them at a time."""
    period, frames = tuning.frame_period, len(spectrum)
    width = 2 * period
    size = 1 << int(np.ceil(np.log2(width + _RING_S * tuning.sample_rate)))
    basis = _basis(spectrum.shape[1], size, tuning.alpha)
    ramp = (np.arange(period, dtype=np.float32) + 0.5) / period
    window = np.concatenate([ramp, ramp[::-1]])
    # A frame is heard most at its middle: it begins half a period before its own time.
    lead = period // 2
    padded = np.concatenate([np.zeros(lead, np.float32), sound, np.zeros(width, np.float32)])
    out = np.zeros(padded.size + size, np.float32)
    parts = np.lib.stride_tricks.sliding_window_view(padded, width)[::period]
    for start in range(0, frames, _BLOCK):
        end = min(start + _BLOCK, frames)
        response = _responses(spectrum[start:end], basis)
        spectra = np.fft.rfft(parts[start:end] * window, size, axis=1)
        for at, piece in enumerate(np.fft.irfft(spectra * response, size, axis=1), start):
            out[at * period : at * period + size] += piece
    return out[lead : lead + sound.size]


def _responses(
    spectrum: npt.NDArray[np.float64], basis: npt.NDArray[np.float32]
) -> npt.NDArray[np.complex64]:
    """The filter's complex gain for each frame and frequency."""
    rows = np.zeros((_BLOCK, spectrum.shape[1]), np.float32)
    rows[: len(spectrum)] = spectrum
    # Few rows at a time: BLAS would share larger products among threads, which costs more than it
    # gains, and the last bits would depend on their number.
    stacked = rows.reshape(-1, _ROWS, spectrum.shape[1]) @ basis
    logs = stacked.reshape(_BLOCK, -1)[: len(spectrum)]
    half = logs.shape[1] // 2
    gain = np.exp(np.minimum(logs[:, :half], _MOST_LOG_GAIN))
    phase = logs[:, half:]
    out = np.empty((len(spectrum), half), np.complex64)
    out.real = gain * np.cos(phase)
    out.imag = gain * np.sin(phase)
    return out


@cache
def _basis(order: int, size: int, alpha: float) -> npt.NDArray[np.float32]:
    """Cosines and negative sines of the warped frequencies, to be weighted by a cepstrum."""
    w = np.linspace(0, np.pi, size // 2 + 1)
    warped = w + 2 * np.arctan2(alpha * np.sin(w), 1 - alpha * np.cos(w))
    angles = np.arange(order)[:, None] * warped
    return np.hstack([np.cos(angles), -np.sin(angles)]).astype(np.float32)
