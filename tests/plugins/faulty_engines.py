"""Engines and a diacritizer with one fault each: real plug-ins around real speech.

They are found through entry points like anybody's, in worker processes too. What a fault looks
like is drawn from the seed and the text, so that no two takes are alike.
"""

from __future__ import annotations

import os
import signal
import time
import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mujaz.arabic.marks import strip_marks
from mujaz.domain import Clip, Voice
from mujaz.engines.espeak import EspeakEngine
from mujaz.engines.tone import ToneEngine
from mujaz.voices.catalog import find_voice

_NO_VOICE = Voice("none", "none", "tone")
Samples = npt.NDArray[np.float64]


class _Faulty:
    """Speaks with the embedded voice, then spoils the clip."""

    version = "1"
    max_chars = 2000

    def __init__(self) -> None:
        self._engine = EspeakEngine()
        self._voice = find_voice("espeak-ar", Path())

    def speak(self, text: str, voice: Voice, *, seed: int = 0) -> Clip:
        clip = self._engine.speak(text, self._voice)
        rng = np.random.default_rng([seed, zlib.crc32(text.encode())])
        samples = np.frombuffer(clip.pcm, np.int16).astype(np.float64)
        spoiled = self.spoiled(samples, clip.sample_rate, rng)
        pcm = np.clip(np.rint(spoiled), -32768, 32767).astype(np.int16)
        return Clip(pcm.tobytes(), clip.sample_rate)

    def spoiled(self, samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        raise NotImplementedError

    def another_sentence(self) -> Samples:
        text = "وَفِي سِيَاقٍ آخَرَ ذَكَرَتْ مَصَادِرُ مُطَّلِعَةٌ أَنَّ الِاجْتِمَاعَ الْمُقْبِلَ قَدْ تَأَجَّلَ إِلَى مَوْعِدٍ لَاحِقٍ."
        clip = self._engine.speak(text, self._voice)
        return np.frombuffer(clip.pcm, np.int16).astype(np.float64)


class Silent(_Faulty):
    """Silence, or noise of about one sample value, as long as the sentence."""

    name = "silent"

    def spoiled(self, samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        return samples * 0 + rng.normal(0, rng.choice([0.0, 1.0]), samples.size)


class Noisy(_Faulty):
    """Noise of some color instead of speech."""

    name = "noisy"

    def spoiled(self, samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        spectrum = np.fft.rfft(rng.normal(size=samples.size))
        steps = np.maximum(np.arange(spectrum.size), 20)
        noise: Samples = np.fft.irfft(spectrum / steps ** rng.uniform(0, 1), samples.size)
        return noise / np.abs(noise).max() * 9000


class Looping(_Faulty):
    """A stretch comes again and again."""

    name = "looping"

    def spoiled(self, samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        size = int(rng.uniform(0.4, 1.0) * rate)
        start = int(rng.integers(rate // 5, max(samples.size - size - rate // 5, rate // 5 + 1)))
        phrase = samples[start : start + size]
        times = int(rng.integers(2, 5))
        return np.concatenate([samples[: start + size], *[phrase] * times, samples[start + size :]])


class Babbling(_Faulty):
    """Adds another sentence behind the end, several times."""

    name = "babbling"

    def spoiled(self, samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        tail = self.another_sentence()
        while tail.size < samples.size * 2:
            tail = np.concatenate([tail, self.another_sentence()])
        return np.concatenate([samples, tail[: int(samples.size * rng.uniform(1.2, 2))]])


class CutShort(_Faulty):
    """Stops in the first third."""

    name = "cut-short"

    def spoiled(self, samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        return samples[: int(samples.size * rng.uniform(0.1, 0.35))]


class Clipping(_Faulty):
    """Far too loud."""

    name = "clipping"

    def spoiled(self, samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        return samples * rng.uniform(8, 20)


class OffMiddle(_Faulty):
    """A waveform with a constant offset."""

    name = "off-middle"

    def spoiled(self, samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        return samples + rng.choice([-1, 1]) * rng.uniform(1000, 6000)


class Stalling(_Faulty):
    """Falls silent within the sentence."""

    name = "stalling"

    def spoiled(self, samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
        middle = samples.size // 2
        pause = np.zeros(int(rng.uniform(1.7, 4) * rate))
        return np.concatenate([samples[:middle], pause, samples[middle:]])


class Flaky(_Faulty):
    """Silent at the first attempt, right at the next."""

    name = "flaky"

    def speak(self, text: str, voice: Voice, *, seed: int = 0) -> Clip:
        clip = self._engine.speak(text, self._voice)
        return clip if seed else replace(clip, pcm=bytes(len(clip.pcm)))


class Dawdling(_Faulty):
    """Right, but the first attempt at a text with «؟» lasts twice as long."""

    name = "dawdling"

    def speak(self, text: str, voice: Voice, *, seed: int = 0) -> Clip:
        clip = self._engine.speak(text, self._voice)
        if seed or "؟" not in text:
            return clip
        tail = self.another_sentence()[: clip.samples].astype(np.int16)
        return replace(clip, pcm=clip.pcm + tail.tobytes(), words=())


class Raising:
    """Raises what a library might; with the setting ``longest`` only for longer texts."""

    name = "raising"
    version = "1"
    max_chars = 2000

    def speak(self, text: str, voice: Voice) -> Clip:
        if len(text) > int(str(voice.settings.get("longest", 0))):
            raise RuntimeError("the size of tensor a must match the size of tensor b")
        return ToneEngine().speak(text, voice)


class Crashing:
    """Ends its whole process; with the setting ``on`` only at texts with these letters."""

    name = "crashing"
    version = "1"
    max_chars = 2000

    def memory_mb(self, voice: Voice) -> int:
        return 50

    def speak(self, text: str, voice: Voice) -> Clip:
        if str(voice.settings.get("on", "")) in strip_marks(text):
            os.kill(os.getpid(), signal.SIGKILL)
        return ToneEngine().speak(text, voice)


class Slow:
    """Costs time: ``seconds`` a sentence, or ``factor`` times its own length.

    A tone, or with the setting ``speech`` the embedded voice. With the setting ``speaking`` each
    process that speaks leaves a file with its number in that folder.
    """

    name = "slow"
    version = "1"
    max_chars = 2000

    def memory_mb(self, voice: Voice) -> int:
        return 50

    def speak(self, text: str, voice: Voice) -> Clip:
        clip = ToneEngine().speak(text, voice)
        if voice.settings.get("speech"):
            clip = EspeakEngine().speak(text, find_voice("espeak-ar", Path()))
        if folder := voice.settings.get("speaking"):
            Path(str(folder)).mkdir(exist_ok=True)
            (Path(str(folder)) / str(os.getpid())).touch()
        seconds = float(str(voice.settings.get("seconds", 0.3)))
        factor = float(str(voice.settings.get("factor", 0)))
        time.sleep(clip.duration_s * factor if factor else seconds)
        return clip


@lru_cache(maxsize=64)
def _tones(lengths: tuple[int, ...]) -> Clip:
    return ToneEngine().speak(" ".join("x" * length for length in lengths), _NO_VOICE)


class Sleeping:
    """Costs time and hardly any processor: ``seconds`` a sentence, then tones made before."""

    name = "sleeping"
    version = "1"
    max_chars = 2000

    def speak(self, text: str, voice: Voice) -> Clip:
        clip = _tones(tuple(map(len, text.split())))
        time.sleep(float(str(voice.settings.get("seconds", 0.3))))
        return clip


class Hanging:
    """Never returns from texts with the letters ``on``; with the setting ``once``, a path, only
    until that file exists, which it makes before it hangs.
    """

    name = "hanging"
    version = "1"
    max_chars = 2000

    def speak(self, text: str, voice: Voice) -> Clip:
        once = str(voice.settings.get("once", ""))
        if str(voice.settings["on"]) in strip_marks(text) and not (once and Path(once).exists()):
            if once:
                Path(once).touch()
            while True:
                time.sleep(1)
        return ToneEngine().speak(text, voice)


class Fragile:
    """A diacritizer that fails on sentences with one word."""

    name = "fragile"
    version = "1"

    def diacritize(self, words: Sequence[str]) -> list[str]:
        if "النهر" in words:
            raise ValueError("this word is too much")
        return list(words)


class Patient:
    """A diacritizer that waits for the clip of the sentence before, and fails without it."""

    name = "patient"
    version = "1"

    def __init__(self) -> None:
        self._read = 0

    def diacritize(self, words: Sequence[str]) -> list[str]:
        clips, deadline = os.environ.get("MUJAZ_SPEECH_CACHE"), time.monotonic() + 20
        while clips and len(list(Path(clips).rglob("*.clip"))) < self._read:
            if time.monotonic() > deadline:
                raise RuntimeError("nothing is spoken while this is read")
            time.sleep(0.02)
        self._read += 1
        return list(words)
