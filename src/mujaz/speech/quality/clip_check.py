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
from mujaz.speech.quality.loops import loops
from mujaz.speech.quality.phone_count import phone_count
from mujaz.speech.quality.scan import Scan, scan
from mujaz.speech.quality.spectrum import is_noise, spectrum_of

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
class CheckResult:
    """What a check found.

    Attributes:
        fault: What is wrong with the clip, in a few words; empty if nothing is.
        clip: The clip without its silent or nearly silent tail.
        active_s: Seconds of it that sound.
    """

    fault: str
    clip: Clip
    active_s: float = 0.0


def check_clip(clip: Clip, text: str, voice: Voice, phones_per_s: float = 0.0) -> CheckResult:
    """Judge a clip as speech of a text.

    Args:
        clip: What the engine made.
        text: What it was given to say.
        voice: Who said it; its words a minute narrow the rates that are believed.
        phones_per_s: The same, where it is known in another way; 0 if it is not.
    """
    if not clip.pcm or len(clip.pcm) % 2:
        return CheckResult("there is no sound in it", clip)
    if not _RATES_HZ[0] <= clip.sample_rate <= _RATES_HZ[1]:
        return CheckResult(f"its sample rate is {clip.sample_rate} Hz", clip)
    samples = np.frombuffer(clip.pcm, np.int16)
    scanned = scan(samples, clip.sample_rate)
    active = _active(scanned)
    active_s = active.size / 100
    fault = (
        _level_fault(samples, scanned, active)
        or duration_fault(active_s, text, voice.rate_wpm * _SOUNDS_PER_WPM or phones_per_s)
        or _spectral_fault(scanned, text, active_s)
    )
    return CheckResult(fault, clip if fault else _trimmed(clip, int(active[-1])), active_s)


def _active(scanned: Scan) -> npt.NDArray[np.intp]:
    """Where a clip sounds: indices of its frames of 10 ms."""
    threshold = max(0.02 * scanned.peak, 1e-3) ** 2
    return np.flatnonzero(scanned.energy > threshold)


def _level_fault(
    samples: npt.NDArray[np.int16], scanned: Scan, active: npt.NDArray[np.intp]
) -> str:
    if not active.size or scanned.peak < _SILENT_PEAK:
        return "it is silent"
    if float(scanned.energy.mean()) < _SILENT_RMS**2:
        return "it is silent"
    if abs(scanned.mean) > _DC:
        return "its waveform lies off the middle (DC)"
    if scanned.peak >= 0.999:
        clipped = np.count_nonzero(samples >= _CLIPPED_LEVEL)
        clipped += np.count_nonzero(samples <= -_CLIPPED_LEVEL)
        if clipped > _CLIPPED_SHARE * samples.size:
            return "it is clipped"
    gap = (int(np.diff(active).max(initial=1)) - 1) / 100
    if gap > _INNER_SILENCE_S:
        return f"it falls silent for {gap:.1f} s within"
    return ""


def duration_fault(seconds: float, text: str, usual: float) -> str:
    """What is wrong with the time that a text took, or nothing.

    Args:
        seconds: Of sound.
        text: What was said.
        usual: Sounds a second of its voice; 0 if unknown, then what any voice may do is believed.
    """
    count = phone_count(text)
    slowest, fastest = _SLOWEST, _FASTEST
    if usual:
        slowest, fastest = usual / _RATE_SPREAD, usual * _RATE_SPREAD
    longest, shortest = count / slowest + _LONGER_S, count / fastest - _SHORTER_S
    if seconds > longest:
        return f"it is too long: {seconds:.1f} s, where {longest:.1f} s would be slow"
    if seconds < shortest:
        return f"it is too short: {seconds:.1f} s, where {shortest:.1f} s would be fast"
    return ""


def _spectral_fault(scanned: Scan, text: str, active_s: float) -> str:
    spectrum = spectrum_of(scanned)
    if is_noise(spectrum):
        return "it is noise"
    if loops(spectrum, text, active_s):
        return "a phrase of it loops"
    return ""


def _trimmed(clip: Clip, last: int) -> Clip:
    """Without what follows the last frame that sounds by more than a breath."""
    end = int(((last + 1) / 100 + _TAIL_S) * clip.sample_rate)
    return clip if end >= clip.samples else replace(clip, pcm=clip.pcm[: end * 2])
