"""HTS voices as an engine: our phonemes as labels, the voice's tracks, our own synthesis."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mujaz.domain import Clip, Voice, WordMark
from mujaz.engines.espeak.phonetizer import phonetize
from mujaz.engines.hts.labels import Label, labels
from mujaz.engines.lines import embedded_version, fingerprint
from mujaz.engines.settings import Number, Rule, read_settings
from mujaz.engines.weights import named_file, verify
from mujaz.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from mujaz.engines.hts.voice_file import HtsVoice

    Samples = npt.NDArray[np.int16]

_SETTINGS: dict[str, Rule] = {
    "natural_wpm": Number(40, 300, 98.5),
    "pitch": Number(-12, 12, 0.0),
    "formants": Number(0.8, 1.25, 1.0),
    "pause_comma_ms": Number(0, 2000, 250),
    "pause_colon_ms": Number(0, 2000, 350),
    "pause_stop_ms": Number(0, 2000, 450),
}
_PAUSE_OF_STOP = {",": "pause_comma_ms", ":": "pause_colon_ms", ";": "pause_colon_ms"}
# Beyond these a voice is no longer understood.
_SLOWEST, _FASTEST = 0.6, 2.5
# Voices speak in sixteen-bit steps and beyond what sixteen bits hold: a quarter is left.
_LEVEL = 0.25
_SEED_BYTES = 8


@dataclass(frozen=True, slots=True)
class _Loaded:
    key: tuple[object, ...]
    voice: HtsVoice


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line's samples and where they come from.

    Attributes:
        durations: Samples of each label, inserted silence included; their sum is all samples.
    """

    samples: Samples
    durations: tuple[int, ...]
    labels: tuple[Label, ...]
    sample_rate: int

    def words(self) -> Iterator[WordMark]:
        """The onset of each written word that is heard."""
        at, last = 0, -1
        for label, duration in zip(self.labels, self.durations, strict=True):
            if label.word is not None and label.word > last:
                last = label.word
                yield WordMark(last, at)
            at += duration


class HtsEngine:
    """Speaks vocalised Arabic with a statistical voice (``.htsvoice``).

    The same text and voice give the same samples. Threads may share an engine.
    """

    name = "hts"
    version = "1"
    max_chars = 2000
    any_rate = True

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: _Loaded | None = None

    def check(self, voice: Voice) -> None:
        """Find what is wrong with a voice before any sentence is spoken.

        Raises:
            VoiceError: If its file is missing or another than recorded, or a setting is wrong.
        """
        read_settings(voice, _SETTINGS)
        self._loaded(voice)

    def memory_mb(self, voice: Voice) -> int:
        """About what a process with the voice takes."""
        return 120

    def fingerprint(self, voice: Voice) -> str:
        """Everything besides the text that decides how a line sounds."""
        version = embedded_version(self.version)
        return fingerprint(version, ("numpy",), voice, read_settings(voice, _SETTINGS))

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak one line; its end is a pause.

        Raises:
            EngineError: If the line holds nothing to say.
            VoiceError: If the voice cannot be used.
        """
        spoken = self.synthesize(text, voice)
        return Clip(spoken.samples.tobytes(), spoken.sample_rate, tuple(spoken.words()))

    def synthesize(self, text: str, voice: Voice) -> Spoken:
        """Speak one line and tell how long each of its sounds lasts.

        Raises:
            EngineError: As :meth:`speak`.
            VoiceError: As :meth:`speak`.
        """
        import numpy as np

        from mujaz.engines.hts.parameters import tracks
        from mujaz.engines.hts.vocoder import Tuning, play, shifted_alpha

        read = read_settings(voice, _SETTINGS)
        settings = {key: float(value or 0) for key, value in read.items()}
        model = self._loaded(voice)
        line = labels(phonetize(text, at_end=True))
        if not line:
            raise EngineError("nothing in this sentence can be spoken", where=text[:60])
        texts = [label.text for label in line]
        found = tracks(model, texts)
        tuning = Tuning(
            model.sample_rate,
            frame_period(model.frame_period, settings["natural_wpm"], voice.rate_wpm),
            shifted_alpha(model.alpha, settings["formants"]),
            settings["pitch"],
            _seed(texts),
        )
        wave = play(found, tuning)
        if not np.isfinite(wave).all():
            raise EngineError("the voice gave no usable sound for a sentence", where=text[:60])
        samples = np.rint(np.clip(wave * _LEVEL, -32767, 32767)).astype(np.int16)
        durations = [int(count) * tuning.frame_period for count in found.frames]
        silences = _silences(line, durations, settings, model.sample_rate)
        return Spoken(
            _with_silences(samples, durations, silences),
            tuple(map(sum, zip(durations, silences, strict=True))),
            tuple(line),
            model.sample_rate,
        )

    def _loaded(self, voice: Voice) -> HtsVoice:
        from mujaz.engines.hts.voice_file import read_voice

        path: Path = named_file(voice, voice.model_path, "model_path")
        status = path.stat()
        key = (path, status.st_size, status.st_mtime_ns, voice.sha256)
        with self._lock:
            if self._now is None or self._now.key != key:
                verify(voice, path, voice.sha256)
                self._now = _Loaded(key, read_voice(path))
            return self._now.voice


def frame_period(own: int, natural_wpm: float, words_per_minute: int) -> int:
    """Samples a frame at a speed in Arabic words a minute; the voice's own at 0.

    Frames are shortened, not left out: every sound reaches its target, as it does not if states
    last fewer frames.
    """
    factor = words_per_minute / natural_wpm if words_per_minute else 1.0
    return round(own / min(max(factor, _SLOWEST), _FASTEST))


def _seed(texts: Sequence[str]) -> int:
    digest = hashlib.sha256("\n".join(texts).encode()).digest()
    return int.from_bytes(digest[:_SEED_BYTES], "big")


def _silences(
    line: Sequence[Label], durations: Sequence[int], settings: dict[str, float], rate: int
) -> list[int]:
    """Samples of silence that each pause within the line lacks of what the settings ask for."""
    out = [0] * len(line)
    for at in range(1, len(line) - 1):
        if line[at].is_pause:
            wanted = settings[_PAUSE_OF_STOP.get(line[at].stop, "pause_stop_ms")]
            out[at] = max(0, round(wanted * rate / 1000) - durations[at])
    return out


def _with_silences(samples: Samples, durations: Sequence[int], silences: Sequence[int]) -> Samples:
    """The samples with silence in the middle of pauses, where they are silent already."""
    import numpy as np

    pieces: list[Samples] = []
    done = at = 0
    for duration, silence in zip(durations, silences, strict=True):
        if silence:
            middle = at + duration // 2
            pieces += [samples[done:middle], np.zeros(silence, np.int16)]
            done = middle
        at += duration
    return np.concatenate([*pieces, samples[done:]])
