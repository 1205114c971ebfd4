"""The espeak-ng engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from mujaz.arabic.marks import strip_marks
from mujaz.domain import Clip, Voice, WordMark
from mujaz.engines.espeak.binding import espeak
from mujaz.engines.espeak.phonetizer import phoneme_line, phonetize
from mujaz.engines.espeak.rendering import Group, render
from mujaz.engines.espeak.rule_words import rule_words
from mujaz.engines.lines import embedded_version, fingerprint
from mujaz.engines.settings import Number, Rule, read_settings
from mujaz.engines.weights import named_file
from mujaz.errors import EngineError

# Measured with our phonemes on the example articles (bench/voices.py --rates): Arabic words a
# minute, pauses within the sentence included, for espeak's rate parameter.
_RATE_OF_WPM = (
    (86, 120), (106, 150), (122, 175), (137, 200), (151, 225), (163, 250),
    (177, 280), (195, 320), (211, 360), (229, 400), (267, 450),
)  # fmt: skip
_DEFAULT_WPM = 150
_SETTINGS: dict[str, Rule] = {
    "pitch": Number(0, 100, 50, whole=True),
    "pitch_range": Number(0, 100, 50, whole=True),
    "declination": Number(0, 10, 0, whole=True),
    "pause_comma_ms": Number(0, 2000, 320),
    "pause_colon_ms": Number(0, 2000, 450),
    "pause_stop_ms": Number(0, 2000, 500),
    "pause_breath_ms": Number(0, 2000, 170),
}
_PAUSE_OF_STOP = {",": "pause_comma_ms", ":": "pause_colon_ms", ";": "pause_colon_ms"}
# Breaths of a sentence that begin lower than the one before; later ones stay there.
_MOST_LOWERED = 3


class EspeakEngine:
    """Speaks vocalised Arabic in this process, from phonemes that mujaz computes."""

    name = "espeak"
    version = "4"
    max_chars = 2000
    any_rate = True

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
        read_settings(voice, _SETTINGS)
        named_file(voice, voice.model_path, "model_path")

    def fingerprint(self, voice: Voice) -> str:
        """Everything besides the text that decides how a line sounds."""
        version = embedded_version(self.version)
        return fingerprint(version, ("espeakng-loader",), voice, read_settings(voice, _SETTINGS))

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
        settings = read_settings(voice, _SETTINGS)
        pitch, declination = int(settings["pitch"] or 0), int(settings["declination"] or 0)
        groups = render(phonetize(text, at_end=True), breath_places(text))
        if not groups:
            raise EngineError("nothing in this sentence can be spoken", where=text[:60])
        marks: list[tuple[int, int]] = []
        complete = True
        pcm = bytearray()
        breath = 0
        for number, group in enumerate(groups, 1):
            goes_on = number < len(groups)
            held = _HeldBack(on_samples) if goes_on else None
            utterance = library.speak(
                group.text,
                voice_file=voice.home / voice.model_path if voice.model_path else Path(),
                rate=espeak_rate(voice.rate_wpm or _DEFAULT_WPM),
                pitch=max(0, pitch - declination * min(breath, _MOST_LOWERED)),
                pitch_range=int(settings["pitch_range"] or 0),
                phonemes=True,
                on_samples=held.push if held else on_samples,
            )
            # A new sentence begins high again.
            breath = breath + 1 if group.breath or group.stop in _PAUSE_OF_STOP else 0
            start = len(pcm) // 2
            complete &= len(group.owners) == len(utterance.words)
            marks += [
                (owner, start + sample)
                for owner, (_, sample) in zip(group.owners, utterance.words, strict=False)
            ]
            pcm += utterance.pcm
            if held:
                pause_s = float(settings[_pause_of(group)] or 0) / 1000
                pause = bytes(2 * round(pause_s * library.sample_rate))
                del pcm[len(pcm) - len(held.quiet) :]
                pcm += pause
                on_samples(pause)
        if not pcm:
            raise EngineError("espeak-ng gave no sound for a sentence", where=text[:60])
        # Another number of words than it was given: the times would be wrong.
        words = word_marks(marks) if complete else ()
        return Clip(bytes(pcm), library.sample_rate, words)


class _HeldBack:
    """Passes samples on but for the silence at their end, which a pause will take the place of."""

    def __init__(self, on_samples: Callable[[bytes], None]) -> None:
        self._on_samples = on_samples
        self.quiet = b""

    def push(self, pcm: bytes) -> None:
        """Take the next samples."""
        pcm = self.quiet + pcm
        loud = np.flatnonzero(np.frombuffer(pcm, np.int16))
        end = 2 * (int(loud[-1]) + 1) if loud.size else 0
        self.quiet = pcm[end:]
        if end:
            self._on_samples(pcm[:end])


def breath_places(line: str) -> list[int]:
    """Indexes of the written words before which a reader may breathe without a sign."""
    words = [strip_marks(word) for word in line.split()]
    return [
        at
        for at, word in enumerate(words)
        if word in rule_words("breath") or (len(word) > 3 and word.startswith("و"))
    ]


def _pause_of(group: Group) -> str:
    if group.breath:
        return "pause_breath_ms"
    return _PAUSE_OF_STOP.get(group.stop, "pause_stop_ms")


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


def word_marks(onsets: Sequence[tuple[int, int]]) -> tuple[WordMark, ...]:
    """Return a mark for each written word that is heard, at the onset of its first piece.

    Args:
        onsets: Index of the written word and sample offset of each piece, in order.
    """
    marks: list[WordMark] = []
    for index, sample in onsets:
        if not marks or index > marks[-1].index:
            marks.append(WordMark(index, sample))
    return tuple(marks)
