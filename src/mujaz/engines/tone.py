"""An engine that makes tones about as long as speech, the same bytes always.

For cases in which only timing matters: tests, benchmarks, the layout of a show.
"""

from __future__ import annotations

import math

import numpy as np

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
        pcm = bytearray()
        marks: list[WordMark] = []
        for index, word in enumerate(text.split()):
            marks.append(WordMark(index, len(pcm) // 2))
            pcm += _tone(max(len(word), 2), _HERTZ * (1 + (index % 5) / 12))
        return Clip(bytes(pcm), _SAMPLE_RATE, tuple(marks))


def _tone(chars: int, hertz: float) -> bytes:
    """A sine of 16-bit samples, faded in and out."""
    count = round(chars * _SECONDS_PER_CHAR * _SAMPLE_RATE)
    position = np.arange(count)
    fade = np.minimum(1.0, np.minimum(position, count - position) / _FADE_SAMPLES)
    wave = _AMPLITUDE * fade * np.sin(2 * math.pi * hertz / _SAMPLE_RATE * position)
    pcm: bytes = np.rint(wave).astype(np.int16).tobytes()
    return pcm
