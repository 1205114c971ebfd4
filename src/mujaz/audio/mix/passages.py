"""Passages: stretches of a recording from pause to pause, each made on its own.

A passage is rendered, limited, encoded and measured without a look at its neighbors, so several
are made at once, and one that has not changed since an earlier run is not made again. This needs
each to begin and end in silence and to be a whole number of MP3 frames long (see
:mod:`mujaz.audio.mix.timeline`, which cuts them).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from mujaz.audio.codecs.mp3 import SAMPLE_RATE
from mujaz.audio.codecs.pcm import Floats, factor, fade_edges, resample, to_floats
from mujaz.audio.mix.clip_spool import ClipSpool
from mujaz.audio.mix.station_sounds import Bed

_SILENCE_SAMPLES = 1 << 16
_DUCK_MS = 500
# Against the speech. Ducked, it is as far below as WCAG 2.2 (1.4.7, low background audio) asks.
_BED_OPEN_LU = -5.0
_BED_DUCKED_LU = -21.0


@dataclass(frozen=True, slots=True)
class ClipPiece:
    """A clip in a passage.

    Attributes:
        start, stop: In samples of the recording's rate, counted from the passage's start.
        source: The name of its voice.
        place, count, sample_rate: Where its samples lie in the spool, at which rate.
        gain_db: Of its voice.
    """

    start: int
    stop: int
    source: str
    place: int
    count: int
    sample_rate: int
    gain_db: float


@dataclass(frozen=True, slots=True)
class SoundPiece:
    """A station sound in a passage: its source is the sound's name, its samples are at hand."""

    start: int
    stop: int
    source: str
    samples: Floats


Piece: TypeAlias = ClipPiece | SoundPiece


@dataclass(frozen=True, slots=True)
class BedSpan:
    """Where the bed lies, in samples: it rises at ``start`` and is gone at ``stop``."""

    start: int
    voice_start: int
    voice_stop: int
    stop: int

    def moved(self, samples: int) -> BedSpan:
        """The same span, counted from another point."""
        return BedSpan(
            self.start + samples,
            self.voice_start + samples,
            self.voice_stop + samples,
            self.stop + samples,
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage.

    Attributes:
        start: In the recording, in samples.
        samples: Its length.
        pieces: In order; between them there is silence.
        bed: Where music lies in it, counted from its start.
        is_last: Whether the recording ends with it.
        digest: Of all that is heard in it, before levels are decided.
    """

    start: int
    samples: int
    pieces: tuple[Piece, ...]
    bed: BedSpan | None
    is_last: bool
    digest: str


def render(
    passage: Passage, spool: ClipSpool, gains: Mapping[str, float]
) -> Iterator[tuple[int, Floats]]:
    """The sound of a passage without its bed.

    Args:
        passage: The passage.
        spool: Holds its clips.
        gains: Factor for each source; 1 for one that is not named.

    Yields:
        Position and samples of one block after another, full scale ±1; each block may be
        written to.
    """
    at = 0
    for piece in passage.pieces:
        yield from _silence(at, piece.start)
        yield piece.start, _rendered(piece, spool, gains)
        at = piece.stop
    yield from _silence(at, passage.samples)


def resampled_length(samples: int, from_rate: int) -> int:
    """How many samples at the recording's rate a piece is given."""
    return round(samples * SAMPLE_RATE / from_rate)


def lay_bed(block: Floats, at: int, bed: Bed, span: BedSpan, speech_lufs: float) -> None:
    """Add the bed to a block of speech, in place.

    Args:
        block: Samples, full scale ±1.
        at: Their position, counted as the span is.
        bed: The music.
        span: Where it lies.
        speech_lufs: Loudness of the speech that it is set against.
    """
    start, stop = max(span.start, at), min(span.stop, at + block.size)
    if start >= stop:
        return
    positions = np.arange(start, stop)
    music = to_floats(bed.loop[(positions - span.start) % bed.loop.size])
    opened = 10 ** ((speech_lufs + _BED_OPEN_LU - bed.lufs) / 20)
    ducked = 10 ** ((speech_lufs + _BED_DUCKED_LU - bed.lufs) / 20)
    ramp = SAMPLE_RATE * _DUCK_MS // 1000
    corners = [span.start, span.start + ramp, span.voice_start - ramp, span.voice_start]
    corners += [span.voice_stop, span.voice_stop + ramp, span.stop]
    swell = (opened + ducked) / 2
    heights = [0.0, opened, opened, ducked, ducked, swell, 0.0]
    envelope = np.interp(positions, corners, heights).astype(np.float32)
    block[start - at : stop - at] += music * envelope


def _silence(start: int, stop: int) -> Iterator[tuple[int, Floats]]:
    for at in range(start, stop, _SILENCE_SAMPLES):
        yield at, np.zeros(min(_SILENCE_SAMPLES, stop - at), np.float32)


def _rendered(piece: Piece, spool: ClipSpool, gains: Mapping[str, float]) -> Floats:
    gain = gains.get(piece.source, 1.0)
    if isinstance(piece, SoundPiece):
        return piece.samples * np.float32(gain)
    floats = to_floats(spool.read(piece.place, piece.count))
    floats = floats * np.float32(factor(piece.gain_db) * gain)
    floats = resample(fade_edges(floats, piece.sample_rate), piece.sample_rate, SAMPLE_RATE)
    # A resampler may give a sample more or less than was reckoned; the edges have faded.
    length = piece.stop - piece.start
    out = np.zeros(length, np.float32)
    out[: floats.size] = floats[:length]
    return out
