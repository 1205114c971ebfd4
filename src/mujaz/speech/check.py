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

import numpy as np
import numpy.typing as npt

from mujaz.domain import Clip, Voice
from mujaz.speech.loops import loops
from mujaz.speech.sounds import sounds
from mujaz.speech.spectrum import is_noise, spectrum_of

_FULL_SCALE = 32768.0
_RATES_HZ = (4000, 192_000)
_SILENT_PEAK = 1e-3
_SILENT_RMS = 1e-4
_CLIPPED_LEVEL = 0.999 * _FULL_SCALE
_CLIPPED_SHARE = 1e-3  # good clips: 0
_DC = 0.02  # good clips: up to 0.003
_INNER_SILENCE_S = 1.5  # good clips: up to 0.3

# Sounds a second. A voice that states its words a minute is held to them:
# measured on the embedded voices, a word a minute is 0.131 sounds a second, and utterances of
# fifteen letters or more stay within 0.71 and 1.33 of it. The widest bounds are those between
# which any voice is believed: 5 to 25 letters a second.
_SOUNDS_PER_WPM = 0.131
_RATE_SPREAD = 1.45
_SLOWEST, _FASTEST = 6.8, 34.0
# A single word begins and ends like a whole sentence; its rate alone says little.
_SHORTER_S, _LONGER_S = 0.12, 0.3
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


def check_clip(clip: Clip, text: str, voice: Voice, sounds_per_s: float = 0.0) -> Verdict:
    """Judge a clip as speech of a text.

    Args:
        clip: What the engine made.
        text: What it was given to say.
        voice: Who said it; its words a minute narrow the rates that are believed.
        sounds_per_s: The same, where it is known in another way; 0 if it is not.
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
            level.active.size / 100, text, voice.rate_wpm * _SOUNDS_PER_WPM or sounds_per_s
        )
        or _spectral_fault(samples, clip.sample_rate, text, level.active.size / 100)
    )
    return Verdict(fault, clip if fault else _trimmed(clip, level), level.active.size / 100)


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
        usual: Sounds a second of its voice; 0 if unknown, then what any voice may do is believed.
    """
    count = sounds(text)
    slowest, fastest = _SLOWEST, _FASTEST
    if usual:
        slowest, fastest = usual / _RATE_SPREAD, usual * _RATE_SPREAD
    longest, shortest = count / slowest + _LONGER_S, count / fastest - _SHORTER_S
    if seconds > longest:
        return f"it is too long: {seconds:.1f} s, where {longest:.1f} s would be slow"
    if seconds < shortest:
        return f"it is too short: {seconds:.1f} s, where {shortest:.1f} s would be fast"
    return ""


def _spectral_fault(
    samples: npt.NDArray[np.int16], sample_rate: int, text: str, active_s: float
) -> str:
    spectrum = spectrum_of(samples, sample_rate)
    if is_noise(spectrum):
        return "it is noise"
    if loops(spectrum, text, active_s):
        return "a phrase of it loops"
    return ""


def _trimmed(clip: Clip, level: _Level) -> Clip:
    """Without what follows the last sound by more than a breath."""
    end = int(((level.active[-1] + 1) / 100 + _TAIL_S) * clip.sample_rate)
    return clip if end >= clip.samples else replace(clip, pcm=clip.pcm[: end * 2])
