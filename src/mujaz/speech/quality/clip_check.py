"""Check a clip for the known faults of speech engines, without speech recognition.

Neural engines fail in known ways: silence, noise, a repeated phrase, additional sounds after the
text, a sentence that stops half way. Each shows in level, speaking rate or spectrum. Next to each
threshold is the range of good clips: of 465 Arabic utterances of one letter to 400 characters in
three voices of the embedded engine.

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

# Speaking rates in phones per second. Measured on the embedded voices, one word per minute is 0.131
# phones per second, and utterances of fifteen letters or more are between 0.71 and 1.33 times the
# stated rate. A voice of unknown rate may have any rate from slowest to fastest: 5 to 25 letters
# per second.
_PHONES_PER_WPM = 0.131
_RATE_SPREAD = 1.45
_SLOWEST, _FASTEST = 6.8, 34.0
# Allowances in seconds: a single word has the same onset and decay as a whole sentence.
_SHORTER_S, _LONGER_S = 0.12, 0.3
_TAIL_S = 0.2


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Result of a check.

    Attributes:
        fault: The fault in a few words; empty if there is none.
        clip: The clip without silence at its end.
        active_s: Length of its sound without silence, in seconds.
    """

    fault: str
    clip: Clip
    active_s: float = 0.0


def check_clip(clip: Clip, text: str, voice: Voice, phones_per_s: float = 0.0) -> CheckResult:
    """Check whether a clip can be speech of a text.

    Args:
        clip: The engine's clip.
        text: The text that was spoken.
        voice: The voice; if its file states a rate, the clip is checked against it.
        phones_per_s: Measured speaking rate of the voice; 0 if unknown.
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
        or duration_fault(active_s, text, voice.rate_wpm * _PHONES_PER_WPM or phones_per_s)
        or _spectral_fault(scanned, text, active_s)
    )
    return CheckResult(fault, clip if fault else _trimmed(clip, int(active[-1])), active_s)


def _active(scanned: Scan) -> npt.NDArray[np.intp]:
    """Return the indices of the 10 ms frames that are not silent."""
    threshold = max(0.02 * scanned.peak, 1e-3) ** 2
    return np.flatnonzero(scanned.energy > threshold)


def _level_fault(
    samples: npt.NDArray[np.int16], scanned: Scan, active: npt.NDArray[np.intp]
) -> str:
    if not active.size or scanned.peak < _SILENT_PEAK:
        return "it is silent"
    if float(scanned.energy.mean()) < _SILENT_RMS**2:
        return "it is silent"
    # Before the mean, which clipping shifts too.
    if scanned.peak >= 0.999:
        clipped = np.count_nonzero(samples >= _CLIPPED_LEVEL)
        clipped += np.count_nonzero(samples <= -_CLIPPED_LEVEL)
        if clipped > _CLIPPED_SHARE * samples.size:
            return "it is clipped"
    if abs(scanned.mean) > _DC:
        return "its waveform lies off the middle (DC)"
    gap = (int(np.diff(active).max(initial=1)) - 1) / 100
    if gap > _INNER_SILENCE_S:
        return f"it falls silent for {gap:.1f} s within"
    return ""


def duration_fault(seconds: float, text: str, usual: float) -> str:
    """Return the fault of a clip that is too long or too short for its text; empty if neither.

    Args:
        seconds: Length of its sound without silence.
        text: The text.
        usual: Speaking rate of the voice in phones per second; 0 if unknown.
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
    """Cut the silence at the end, except for 0.2 s after the last frame that sounds."""
    end = int(((last + 1) / 100 + _TAIL_S) * clip.sample_rate)
    return clip if end >= clip.samples else replace(clip, pcm=clip.pcm[: end * 2])
