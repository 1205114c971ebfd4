"""Is a clip speech of its sentence? What can be known without understanding it.

Neural engines fail in known ways: silence, noise, a phrase that loops, a tail that nobody wrote,
a sentence that stops half way. Each leaves a trace in level, rate or spectrum that clean speech
does not have. The thresholds below stand apart from both sides: over 465 Arabic utterances of one
letter to 400 characters, in three voices of the embedded engine, the values of good clips are
given beside each.

The measures are the field's usual ones: frame energy, spectral flatness (Gray and Markel 1974),
periodicity from the normalized autocorrelation (Boersma 1993), self-similarity of log spectra
(Foote 1999).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from mujaz.arabic.letters import TATWEEL
from mujaz.domain import Clip, Voice

_Floats: TypeAlias = npt.NDArray[np.float32]

_FULL_SCALE = 32768.0
_RATES_HZ = (4000, 192_000)
_SILENT_PEAK = 1e-3
_SILENT_RMS = 1e-4
_CLIPPED_LEVEL = 0.999 * _FULL_SCALE
_CLIPPED_SHARE = 1e-3  # good clips: 0
_DC = 0.02  # good clips: up to 0.003
_INNER_SILENCE_S = 1.5  # good clips: up to 0.3

# Letters a second of sound, marks not counted. A voice that states its words a minute is held
# to them: measured on the embedded voices, a word a minute is 0.095 letters a second, and
# utterances of twenty letters or more stay within 0.73 and 1.29 of it.
_LETTERS_PER_WPM = 0.095
_RATE_SPREAD = 1.45
_SLOWEST, _FASTEST = 5.0, 25.0
# A single word begins and ends like a whole sentence; its rate alone says little.
_SHORTER_S, _LONGER_S = 0.12, 0.3

_FLATNESS = 0.2  # good clips: up to 0.03; white noise 0.56
_VOICED_SHARE = 0.07  # good clips: from 0.1, half of them above 0.5; noise of any color: to 0.05
_VOICED = 0.4
_PITCH_HZ = (75, 400)
_RUMBLE_HZ = 90
# A clip of half a second may hold one short vowel: its share of voice says nothing.
_FEW_FRAMES = 20

# A phrase that comes again at once: good clips reach 0.83, a loop 0.91 and more. What repeats
# for less than 0.6 s together is an ordinary syllable.
_LOOP = 0.88
_LOOP_LAGS_S = (0.3, 3.0)
_LOOP_LEAST_S = 0.6

# Tones are like themselves at every lag; only what changes in several ways can be said to loop.
_RICH = 2.0  # speech: 2.2 to 3.8; sines, buzzes and the tone engine: to 1.9

_FRAME = 512
_HOP_S = 0.025
_ANALYSIS_HZ = 11_025
_BANDS = 16
_TAIL_S = 0.2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found.

    Attributes:
        fault: What is wrong with the clip, in a few words; empty if nothing is.
        clip: The clip without its silent or nearly silent tail.
        active_s: Seconds of it that sound.
    """

    fault: str
    clip: Clip
    active_s: float = 0.0


def check_clip(clip: Clip, text: str, voice: Voice, letters_per_s: float = 0.0) -> Verdict:
    """Judge a clip as speech of a text.

    Args:
        clip: What the engine made.
        text: What it was given to say.
        voice: Who said it; its words a minute narrow the rates that are believed.
        letters_per_s: The same, where it is known in another way; 0 if it is not.
    """
    if not clip.pcm or len(clip.pcm) % 2:
        return Verdict("there is no sound in it", clip)
    if not _RATES_HZ[0] <= clip.sample_rate <= _RATES_HZ[1]:
        return Verdict(f"its sample rate is {clip.sample_rate} Hz", clip)
    samples = np.frombuffer(clip.pcm, np.int16)
    level = _level(samples, clip.sample_rate)
    fault = (
        _level_fault(samples, level)
        or rate_fault(
            level.active.size / 100, text, voice.rate_wpm * _LETTERS_PER_WPM or letters_per_s
        )
        or _spectral_fault(samples, clip.sample_rate, text)
    )
    return Verdict(fault, clip if fault else _trimmed(clip, level), level.active.size / 100)


def letters(text: str) -> int:
    """How many letters a text has; marks, tatweel and signs are not heard as letters."""
    return sum(1 for sign in text if sign.isalpha() and sign != TATWEEL)


@dataclass(frozen=True, slots=True)
class _Level:
    """Where a clip sounds: by frames of 10 ms."""

    peak: float
    rms: float
    mean: float
    active: npt.NDArray[np.intp]


def _level(samples: npt.NDArray[np.int16], sample_rate: int) -> _Level:
    floats = samples.astype(np.float32)
    floats *= np.float32(1 / _FULL_SCALE)
    size = sample_rate // 100
    whole = floats[: floats.size // size * size].reshape(-1, size)
    energy = np.einsum("ij,ij->i", whole, whole) / size
    peak = float(max(floats.max(), -floats.min()))
    threshold = max(0.02 * peak, 1e-3) ** 2
    total = float(energy.mean()) if energy.size else 0.0
    return _Level(peak, total**0.5, float(floats.mean()), np.flatnonzero(energy > threshold))


def _level_fault(samples: npt.NDArray[np.int16], level: _Level) -> str:
    if level.peak < _SILENT_PEAK or level.rms < _SILENT_RMS or not level.active.size:
        return "it is silent"
    if abs(level.mean) > _DC:
        return "its waveform lies off the middle (DC)"
    if level.peak >= 0.999:
        clipped = np.count_nonzero(samples >= _CLIPPED_LEVEL)
        clipped += np.count_nonzero(samples <= -_CLIPPED_LEVEL)
        if clipped > _CLIPPED_SHARE * samples.size:
            return "it is clipped"
    if level.active.size > 1:
        gap = (int(np.diff(level.active).max()) - 1) / 100
        if gap > _INNER_SILENCE_S:
            return f"it falls silent for {gap:.1f} s within"
    return ""


def rate_fault(seconds: float, text: str, usual: float) -> str:
    """What is wrong with the time that a text took, or nothing.

    Args:
        seconds: Of sound.
        text: What was said.
        usual: Letters a second of its voice; 0 if unknown, then what any voice may do is believed.
    """
    count = letters(text)
    slowest, fastest = _SLOWEST, _FASTEST
    if usual:
        slowest, fastest = usual / _RATE_SPREAD, usual * _RATE_SPREAD
    if seconds > count / slowest + _LONGER_S:
        return f"it is too long: {seconds:.1f} s for {count} letters"
    if seconds < count / fastest - _SHORTER_S:
        return f"it is too short: {seconds:.1f} s for {count} letters"
    return ""


def _spectral_fault(samples: npt.NDArray[np.int16], sample_rate: int, text: str) -> str:
    power, rate = _spectrogram(samples, sample_rate)
    energy = power.sum(axis=1)
    loudest = float(energy.max())
    sounding = power[energy > loudest * 1e-3]
    if len(sounding) >= 2 * _FEW_FRAMES:
        sounding = sounding[::2]  # half of them tell as much of noise as all
    if _flatness(sounding, loudest) > _FLATNESS or _voiced_share(sounding, rate) < _VOICED_SHARE:
        return "it is noise"
    bands = _log_bands(power, loudest)
    if _richness(bands) >= _RICH:
        similarity, lag_s = _self_similarity(bands)
        if similarity > _LOOP and not _said_twice(text, lag_s):
            return "a phrase of it loops"
    return ""


def _flatness(power: _Floats, loudest: float) -> float:
    """Median over frames of the geometric to the arithmetic mean of 100 to 5,000 Hz."""
    band = power[:, 5:232] + np.float32(1e-12 * loudest)
    return float(np.median(np.exp(np.log(band).mean(axis=1)) / band.mean(axis=1)))


def _spectrogram(samples: npt.NDArray[np.int16], sample_rate: int) -> tuple[_Floats, float]:
    """Power by frame and bin at about 11 kHz, where all that is asked for lies."""
    step = max(1, round(sample_rate / _ANALYSIS_HZ))
    length = samples.size // step
    low = samples[: length * step : step].astype(np.float32)
    for offset in range(1, step):
        low += samples[offset : length * step : step]
    low *= np.float32(1 / _FULL_SCALE / step)
    if low.size < _FRAME:
        low = np.pad(low, (0, _FRAME - low.size))
    rate = sample_rate / step
    frames = sliding_window_view(low, _FRAME)[:: max(1, round(_HOP_S * rate))]
    spectrum = np.fft.rfft(frames * _window())
    power: _Floats = np.square(spectrum.real) + np.square(spectrum.imag)
    return power.astype(np.float32, copy=False), rate


@cache
def _window() -> _Floats:
    window: _Floats = np.hanning(_FRAME).astype(np.float32)
    return window


def _voiced_share(power: _Floats, rate: float) -> float:
    """Share of frames with a pitch: their autocorrelation has a peak at a speaker's period.

    1 for a clip too short to tell. Of magnitudes, not powers, and without rumble: else the slope
    of dark noise passes for one.
    """
    if len(power) < _FEW_FRAMES:
        return 1.0
    magnitude = np.sqrt(power)
    magnitude[:, : round(_RUMBLE_HZ * _FRAME / rate)] = 0
    correlation = np.fft.irfft(magnitude)
    shortest, longest = (int(rate / hertz) for hertz in reversed(_PITCH_HZ))
    peaks = (correlation[:, shortest:longest] * _taper()[shortest:longest]).max(axis=1)
    return float((peaks > _VOICED * correlation[:, 0]).mean())


@cache
def _taper() -> _Floats:
    """What undoes the fall of an autocorrelation that the window causes."""
    window = np.correlate(_window(), _window(), "full")[_FRAME - 1 : _FRAME * 3 // 2]
    taper: _Floats = (window[0] / window).astype(np.float32)
    return taper


def _log_bands(power: _Floats, loudest: float) -> _Floats:
    edges = np.unique(np.round(np.geomspace(6, 234, _BANDS + 1)).astype(int))
    bands = np.add.reduceat(power[:, :234], edges[:-1], axis=1)
    logs: _Floats = np.log(bands + np.float32(1e-5 * loudest))
    logs -= logs.mean(axis=0)
    return logs


def _richness(bands: _Floats) -> float:
    """In how many ways a spectrum changes: the participation ratio of its bands' covariance."""
    covariance = (bands.T @ bands).astype(np.float64)
    total = float(np.square(covariance).sum())
    return float(np.trace(covariance) ** 2 / total) if total > 0 else 0.0


def _self_similarity(bands: _Floats) -> tuple[float, float]:
    """Best normalized correlation of a stretch with what follows it one lag later; and that lag.

    A stretch is as long as its lag, and 0.6 s at least. Steady sound is like itself at any lag:
    a stretch that varies less than a third of what the clip does counts for less.
    """
    count = len(bands)
    lags = np.arange(round(_LOOP_LAGS_S[0] / _HOP_S), round(_LOOP_LAGS_S[1] / _HOP_S) + 1)
    widths = np.maximum(lags, round(_LOOP_LEAST_S / _HOP_S))
    fits = lags + widths <= count
    lags, widths = lags[fits], widths[fits]
    if not lags.size:
        return 0.0, 0.0
    energy = np.concatenate([[0.0], np.cumsum(np.square(bands).sum(axis=1), dtype=np.float64)])
    if energy[-1] <= 0:
        return 0.0, 0.0
    products = _cumulated_products(bands, int(lags[-1]))[lags]
    starts = np.arange(count - int((lags + widths).min()) + 1)
    valid = starts + (lags + widths)[:, None] <= count
    ends = np.where(valid, starts + widths[:, None], 0)
    rows = np.arange(lags.size)[:, None]
    together = products[rows, ends] - products[rows, np.where(valid, starts, 0)]
    here = energy[ends] - energy[starts]
    later = energy[np.where(valid, ends + lags[:, None], 0)]
    later -= energy[np.where(valid, starts + lags[:, None], 0)]
    norm = np.sqrt(np.maximum(here * later, 0.0))
    least = 0.3 * energy[-1] / count * widths[:, None]
    likeness = np.where(valid, together / np.maximum(norm, least), 0.0).max(axis=1)
    best = int(likeness.argmax())
    return float(likeness[best]), float(lags[best]) * _HOP_S


def _cumulated_products(bands: _Floats, longest: int) -> npt.NDArray[np.float64]:
    """``out[lag, t]``: the sum over frames before t of the product of a frame and its lagged one.

    The diagonals of one matrix product, read as rows by a skewed view of it.
    """
    count = len(bands)
    flat = np.zeros(count * count + longest + 1, np.float32)
    np.matmul(bands, bands.T, out=flat[: count * count].reshape(count, count))
    item = flat.itemsize
    diagonals = as_strided(flat, (longest + 1, count), (item, (count + 1) * item))
    out = np.zeros((longest + 1, count + 1))
    np.cumsum(diagonals, axis=1, dtype=np.float64, out=out[:, 1:])
    return out


def _said_twice(text: str, lag_s: float) -> bool:
    """Whether the text itself says twice running some words that take about so long."""
    words = _bare(text).split()
    counts = [letters(word) for word in words]
    for size in range(1, len(words) // 2 + 1):
        for at in range(len(words) - 2 * size + 1):
            if words[at : at + size] == words[at + size : at + 2 * size]:
                count = sum(counts[at : at + size])
                if count / _FASTEST - _SHORTER_S < lag_s < count / _SLOWEST + _SHORTER_S:
                    return True
    return False


def _bare(text: str) -> str:
    """Words by their letters: case endings and commas do not make a repetition another word."""
    return "".join(sign for sign in text if sign.isalpha() or sign.isspace())


def _trimmed(clip: Clip, level: _Level) -> Clip:
    """Without what follows the last sound by more than a breath."""
    end = int(((level.active[-1] + 1) / 100 + _TAIL_S) * clip.sample_rate)
    return clip if end >= clip.samples else replace(clip, pcm=clip.pcm[: end * 2])
