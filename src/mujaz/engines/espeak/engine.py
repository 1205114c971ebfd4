"""espeak-ng as an engine."""

from __future__ import annotations

from pathlib import Path

from mujaz.domain import Clip, Voice, WordMark
from mujaz.engines.espeak.binding import espeak
from mujaz.engines.espeak.rendering import render
from mujaz.errors import EngineError

# Measured on vocalised Arabic with this voice file: words a minute for espeak's rate values.
_RATE_OF_WPM = ((111, 175), (127, 200), (144, 225), (160, 250), (182, 280), (208, 320))
_DEFAULT_WPM = 150


class EspeakEngine:
    """Speaks vocalised Arabic in-process; about 10 ms a sentence."""

    name = "espeak"
    version = "1"
    max_chars = 2000

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak one line.

        Raises:
            EngineError: If the voice file is unusable or nothing audible came out.
        """
        library = espeak()
        rendered = render(text)
        settings = voice.settings
        utterance = library.speak(
            rendered,
            voice_file=voice.home / voice.model_path if voice.model_path else Path(),
            rate=espeak_rate(voice.rate_wpm or _DEFAULT_WPM),
            pitch=_number(voice, settings.get("pitch", 50)),
            pitch_range=_number(voice, settings.get("pitch_range", 50)),
        )
        pcm = utterance.pcm
        if not pcm:
            raise EngineError("espeak-ng gave no sound for a sentence", where=text[:60])
        return Clip(pcm, library.sample_rate, _word_marks(rendered, utterance.words))


def espeak_rate(words_per_minute: int) -> int:
    """espeak's rate parameter for a speed in Arabic words a minute.

    Linear between measured points, extended at both ends; espeak accepts 80 to 450.
    """
    points = _RATE_OF_WPM
    upper = next((i for i, (wpm, _) in enumerate(points) if wpm >= words_per_minute), len(points))
    upper = min(max(upper, 1), len(points) - 1)
    (w0, r0), (w1, r1) = points[upper - 1], points[upper]
    rate = r0 + (words_per_minute - w0) * (r1 - r0) / (w1 - w0)
    return round(min(max(rate, 80), 450))


def _word_marks(text: str, events: list[tuple[int, int]]) -> tuple[WordMark, ...]:
    """Word events, which carry character positions, as indices of space-separated words."""
    index_at: list[int] = []
    word = -1
    inside = False
    for char in text:
        if char.isspace():
            inside = False
        elif not inside:
            inside = True
            word += 1
        index_at.append(max(word, 0))
    marks: list[WordMark] = []
    for position, sample in events:
        index = index_at[min(max(position - 1, 0), len(index_at) - 1)]
        # Spelled abbreviations and signs repeat a position: the first event is the onset.
        if not marks or index > marks[-1].index:
            marks.append(WordMark(index, sample))
    return tuple(marks)


def _number(voice: Voice, value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= 100:
        raise EngineError(
            f"pitch and pitch_range must be whole numbers from 0 to 100, not {value!r}",
            where=f"voice {voice.name}",
        )
    return value
