"""An engine that makes tones about as long as speech; no dependencies, the same bytes always.

For cases in which only timing matters: tests, benchmarks, the layout of a show.
"""

from __future__ import annotations

import array
import math

from mujaz.domain import Clip, Voice, WordMark

_SAMPLE_RATE = 22050
_SECONDS_PER_CHAR = 0.065
_HERTZ = 220.0
_AMPLITUDE = 6000
_FADE_SAMPLES = 220


class ToneEngine:
    """Makes one sine tone for each word."""

    name = "tone"
    version = "1"
    max_chars = 2000

    def speak(self, text: str, voice: Voice) -> Clip:
        """Return a tone for each space-separated word."""
        samples = array.array("h")
        marks: list[WordMark] = []
        for index, word in enumerate(text.split()):
            marks.append(WordMark(index, len(samples)))
            samples.extend(_tone(max(len(word), 2), _HERTZ * (1 + (index % 5) / 12)))
        return Clip(samples.tobytes(), _SAMPLE_RATE, tuple(marks))


def _tone(chars: int, hertz: float) -> array.array[int]:
    count = round(chars * _SECONDS_PER_CHAR * _SAMPLE_RATE)
    step = 2 * math.pi * hertz / _SAMPLE_RATE
    wave = array.array("h")
    for position in range(count):
        fade = min(1.0, position / _FADE_SAMPLES, (count - position) / _FADE_SAMPLES)
        wave.append(round(_AMPLITUDE * fade * math.sin(step * position)))
    return wave
