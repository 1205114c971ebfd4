"""What the embedded voices are like: words a minute, pitch, loudness, on the example articles.

Voices of one show must be equally loud and as fast as they say. Loudness is measured with the
voice's gain, in LUFS; the reference is ``espeak-ar``. Words a minute count the voice's own pauses
at commas, not those between sentences.

The range of the pitch is that from its 5th to its 95th percentile.

    python bench/voices.py              # all voices; fails beyond 0.5 LU, 4 % of the stated rate,
                                        # or below 7 semitones of range
    python bench/voices.py --rates      # words a minute for espeak's rate values, for engine.py
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mujaz.audio.codecs.pcm import from_clip, trim
from mujaz.audio.loudness.meter import LoudnessMeter
from mujaz.diacritizers import Guard
from mujaz.domain import Voice
from mujaz.engines.espeak import EspeakEngine
from mujaz.engines.espeak import engine as engine_module
from mujaz.plugins import load_diacritizer
from mujaz.text.normalize.line import normalize_line
from mujaz.text.sentences import split_sentences
from mujaz.voices.catalog import voices

_EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
_MOST_LU = 0.5
_MOST_RATE_SHARE = 0.04
_LEAST_SEMITONES = 7.0
_REFERENCE = "espeak-ar"


def sentences() -> list[str]:
    """Vocalised sentences of the example articles."""
    guard = Guard(load_diacritizer("rawi"))
    out: list[str] = []
    for path in sorted(_EXAMPLES.glob("*.txt")):
        for paragraph in path.read_text(encoding="utf-8").splitlines()[4:]:
            out += [guard.line(normalize_line(text)) for text in split_sentences(paragraph)]
    return [text for text in out if len(text.split()) > 5]


def measure(voice: Voice, texts: Sequence[str]) -> tuple[float, list[float], float]:
    """Words a minute, pitch of voiced frames (Hz), loudness with the voice's gain (LUFS)."""
    engine = EspeakEngine()
    meter = LoudnessMeter(22050)
    words = 0
    samples = 0
    pitches: list[float] = []
    for text in texts:
        samples_in, _ = trim(from_clip(engine.speak(text, voice)), 22050)
        sound = samples_in.astype(np.float32) / 32768
        meter.push(sound)
        words += len(text.split())
        samples += sound.size
        pitches += pitch_track(sound)
    loudness = meter.integrated_lufs() + voice.gain_db
    return words / (samples / 22050 / 60), pitches, loudness


def pitch_track(sound: npt.NDArray[np.float32], hop: int = 4096) -> list[float]:
    """Pitch of voiced frames, from the autocorrelation's first peak between 60 and 450 Hz.

    Args:
        sound: At 22,050 Hz.
        hop: Samples from frame to frame.
    """
    out: list[float] = []
    frame = 1024
    shortest, longest = 22050 // 450, 22050 // 60
    for start in range(0, sound.size - frame, hop):
        part = sound[start : start + frame] - sound[start : start + frame].mean()
        spectrum = np.fft.rfft(part, 2 * frame)
        similar = np.fft.irfft(np.abs(spectrum) ** 2)[:frame]
        if similar[0] < 1e-4 * frame:
            continue
        similar = similar / similar[0] / (1 - np.arange(frame) / frame)
        window = similar[shortest:longest]
        best = float(window.max())
        if best > 0.5:
            lag = int(np.argmax(window > 0.9 * best))
            while lag + 1 < window.size and window[lag + 1] > window[lag]:
                lag += 1
            out.append(22050 / (shortest + lag))
    return out


def semitones(pitches: Sequence[float]) -> float:
    """Range of a voice's pitch, 5th to 95th percentile."""
    low, high = np.percentile(pitches, [5, 95])
    return float(12 * np.log2(high / low))


def rates(texts: Sequence[str]) -> None:
    """Words a minute for each of espeak's rate values."""
    voice = voices(Path())[_REFERENCE]
    chosen = engine_module.espeak_rate
    for rate in (120, 150, 175, 200, 225, 250, 280, 320, 360, 400, 450):
        engine_module.espeak_rate = lambda wpm, rate=rate: rate  # type: ignore[misc]
        print(f"({measure(voice, texts)[0]:.0f}, {rate}),", end=" ")
    engine_module.espeak_rate = chosen
    print()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rates", action="store_true")
    options = parser.parse_args()
    texts = sentences()
    if options.rates:
        rates(texts)
        return 0
    found = {name: voice for name, voice in voices(Path()).items() if voice.engine == "espeak"}
    reference = measure(found[_REFERENCE], texts)[2]
    worst_lu, worst_rate, least_range = 0.0, 0.0, float("inf")
    for name, voice in sorted(found.items()):
        wpm, pitches, loudness = measure(voice, texts)
        print(
            f"{name:28} {wpm:4.0f} words/min (stated {voice.rate_wpm})  "
            f"{statistics.median(pitches):4.0f} Hz, {semitones(pitches):4.1f} semitones  "
            f"{loudness:6.1f} LUFS ({loudness - reference:+.1f} LU)"
        )
        worst_lu = max(worst_lu, abs(loudness - reference))
        worst_rate = max(worst_rate, abs(wpm / voice.rate_wpm - 1))
        least_range = min(least_range, semitones(pitches))
    kept = worst_lu <= _MOST_LU and worst_rate <= _MOST_RATE_SHARE
    return 0 if kept and least_range >= _LEAST_SEMITONES else 1


if __name__ == "__main__":
    sys.exit(main())
