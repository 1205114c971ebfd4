"""What stands where in a recording, and the spool on disk that holds its sound.

Everything is at the rate of the recording, so positions are final: they are counts of samples
of the MP3. Each piece is resampled once, on its way in. The spool holds 16 bits a sample; each
piece is scaled by a power of two to use them, so that quiet voices keep their detail and what
a resampler lifts over full scale is not clipped.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from mujaz.audio.loudness import LoudnessMeter
from mujaz.audio.mp3 import SAMPLE_RATE
from mujaz.audio.pcm import (
    Floats,
    factor,
    fade_edges,
    from_clip,
    resample,
    to_floats,
    trim,
)
from mujaz.domain import Clip, Cue, Sentence

_BLOCK_SAMPLES = 1 << 16
_MOST_SCALE_BITS = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of sound on the timeline; between parts there is silence.

    Attributes:
        start, stop: In samples.
        source: Whose it is: the name of a voice or of a station sound.
        scale: The factor that its samples in the spool were multiplied with.
    """

    start: int
    stop: int
    source: str
    scale: float


class Timeline:
    """Takes pieces in order, writes them to a spool, and measures them on the way.

    Args:
        spool: Binary file opened for writing and reading, empty.
    """

    def __init__(self, spool: BinaryIO) -> None:
        self._spool = spool
        self.samples = 0
        self.parts: list[Part] = []
        self.cues: list[Cue] = []
        self.meter = LoudnessMeter(SAMPLE_RATE)

    def silence(self, milliseconds: int) -> None:
        """Let time pass."""
        self._write(np.zeros(SAMPLE_RATE * milliseconds // 1000, np.float32), 1.0)

    def sound(self, samples: Floats, source: str) -> None:
        """Place a piece that is at the recording's rate already."""
        if samples.size == 0:
            return
        scale = _scale(samples)
        start = self.samples
        self._write(samples, scale)
        self.parts.append(Part(start, self.samples, source, scale))

    def speech(self, sentence: Sentence, clip: Clip, gain_db: float, source: str) -> None:
        """Trim a clip, place it, and note when its sentence and its words are heard."""
        samples, cut = trim(from_clip(clip), clip.sample_rate)
        floats = to_floats(samples) * np.float32(factor(gain_db))
        floats = resample(fade_edges(floats, clip.sample_rate), clip.sample_rate, SAMPLE_RATE)
        start = self.samples
        self.sound(floats, source)
        ratio = SAMPLE_RATE / clip.sample_rate
        words: list[tuple[int, float]] = []
        for mark in clip.words:
            index = _written_index(sentence, mark.index)
            # A number of several spoken words begins with its first.
            if not words or index > words[-1][0]:
                at = min(max(round((mark.sample - cut) * ratio), 0), self.samples - start)
                words.append((index, (start + at) / SAMPLE_RATE))
        end = self.samples
        self.cues.append(Cue(sentence, start / SAMPLE_RATE, end / SAMPLE_RATE, tuple(words)))

    def blocks(
        self, gains: Mapping[str, float], start: int = 0, stop: int | None = None
    ) -> Iterator[tuple[int, Floats]]:
        """Sound from the spool with the gain of each source.

        Args:
            gains: Factor for each source; 1 for one that is not named.
            start, stop: The stretch that is wanted, in samples.

        Yields:
            The position and the samples of one block after another, full scale ±1.
        """
        stop = self.samples if stop is None else min(stop, self.samples)
        place = 0
        while start < stop:
            count = min(_BLOCK_SAMPLES, stop - start)
            self._spool.seek(start * 2)
            block = to_floats(np.frombuffer(self._spool.read(count * 2), np.int16))
            while place < len(self.parts) and self.parts[place].stop <= start:
                place += 1
            here = place
            while here < len(self.parts) and self.parts[here].start < start + count:
                part = self.parts[here]
                stretch = block[max(part.start - start, 0) : part.stop - start]
                stretch *= np.float32(gains.get(part.source, 1.0) / part.scale)
                here += 1
            yield start, block
            start += count

    def _write(self, samples: Floats, scale: float) -> None:
        scaled = np.rint(samples * np.float32(32768 * scale))
        self._spool.write(np.clip(scaled, -32768, 32767).astype(np.int16).tobytes())
        self.samples += int(samples.size)
        self.meter.push(samples)


def _scale(samples: Floats) -> float:
    """The power of two that brings a piece near full scale but not over it."""
    peak = float(np.abs(samples).max())
    if peak == 0:
        return 1.0
    bits = math.floor(math.log2(32767 / 32768 / peak))
    return float(2.0 ** min(bits, _MOST_SCALE_BITS))


def _written_index(sentence: Sentence, spoken_index: int) -> int:
    mapped = sentence.word_map
    return mapped[min(spoken_index, len(mapped) - 1)] if mapped else spoken_index
