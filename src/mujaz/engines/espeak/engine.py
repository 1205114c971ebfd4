"""The espeak-ng engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mujaz.domain import Clip, Voice, WordMark
from mujaz.engines.espeak.binding import espeak
from mujaz.engines.espeak.phonetizer import phoneme_line, phonetize
from mujaz.engines.espeak.rendering import render
from mujaz.engines.weights import named_file
from mujaz.errors import EngineError, VoiceError

# Measured with our phonemes on the example articles (bench/voices.py --rates): Arabic words a
# minute, pauses within the sentence included, for espeak's rate parameter.
_RATE_OF_WPM = (
    (74, 120), (93, 150), (109, 175), (124, 200), (139, 225), (154, 250),
    (172, 280), (197, 320), (217, 360), (240, 400), (261, 450),
)  # fmt: skip
_DEFAULT_WPM = 150


class EspeakEngine:
    """Speaks vocalised Arabic in this process, from phonemes that mujaz computes."""

    name = "espeak"
    version = "2"
    max_chars = 2000

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak one line; the last word takes its pausal form.

        Raises:
            EngineError: If the line holds nothing to say.
            VoiceError: If the voice file or its settings cannot be used.
        """
        return self.stream(text, voice, lambda samples: None)

    def check(self, voice: Voice) -> None:
        """Check a voice's settings and that its espeak voice file is there.

        Raises:
            VoiceError: If a setting is wrong or the file is missing.
        """
        _number(voice, "pitch", 50)
        _number(voice, "pitch_range", 50)
        named_file(voice, voice.model_path, "model_path")

    def phonemes(self, text: str) -> str:
        """Return the phonemes of one line as espeak mnemonics, words separated by spaces."""
        return phoneme_line(text)

    def stream(self, text: str, voice: Voice, on_samples: Callable[[bytes], None]) -> Clip:
        """Speak one line and pass its samples on as they are made.

        Args:
            text: As for :meth:`speak`.
            voice: As for :meth:`speak`.
            on_samples: Called with s16 mono PCM, in order; must not call this engine.

        Raises:
            EngineError: As :meth:`speak`.
            VoiceError: As :meth:`speak`.
        """
        library = espeak()
        rendered = render(phonetize(text, at_end=True))
        if not rendered.text:
            raise EngineError("nothing in this sentence can be spoken", where=text[:60])
        utterance = library.speak(
            rendered.text,
            voice_file=voice.home / voice.model_path if voice.model_path else Path(),
            rate=espeak_rate(voice.rate_wpm or _DEFAULT_WPM),
            pitch=_number(voice, "pitch", 50),
            pitch_range=_number(voice, "pitch_range", 50),
            phonemes=True,
            on_samples=on_samples,
        )
        pcm = utterance.pcm
        if not pcm:
            raise EngineError("espeak-ng gave no sound for a sentence", where=text[:60])
        onsets = [sample for _, sample in utterance.words]
        return Clip(pcm, library.sample_rate, word_marks(rendered.owners, onsets))


def espeak_rate(words_per_minute: int) -> int:
    """Return espeak's rate parameter for a speed in Arabic words a minute.

    Linear between measured points, extended at both ends; espeak accepts 80 to 450.
    """
    points = _RATE_OF_WPM
    upper = next((i for i, (wpm, _) in enumerate(points) if wpm >= words_per_minute), len(points))
    upper = min(max(upper, 1), len(points) - 1)
    (w0, r0), (w1, r1) = points[upper - 1], points[upper]
    rate = r0 + (words_per_minute - w0) * (r1 - r0) / (w1 - w0)
    return round(min(max(rate, 80), 450))


def word_marks(owners: list[int], onsets: list[int]) -> tuple[WordMark, ...]:
    """Return a mark for each written word that is heard, at the onset of its first piece.

    Empty if espeak-ng reported another number of words than it was given, since the times would
    then be wrong.
    """
    if len(owners) != len(onsets):
        return ()
    marks: list[WordMark] = []
    for index, sample in zip(owners, onsets, strict=True):
        if not marks or index > marks[-1].index:
            marks.append(WordMark(index, sample))
    return tuple(marks)


def _number(voice: Voice, key: str, default: int) -> int:
    value = voice.settings.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100:
        raise VoiceError(
            f"{key} must be a whole number from 0 to 100, not {value!r}",
            where=f"voice {voice.name}",
            hint="correct the [settings] of the voice file",
        )
    return value
