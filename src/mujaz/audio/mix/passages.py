"""Passages: stretches of a recording from one pause to another, each mixed and encoded on its own.

A passage is rendered, limited, encoded and measured independently of its neighbors, so that
several are made at once, and one that has not changed since an earlier run comes from the cache.
For this, each begins and ends in silence and is a whole number of MP3 frames long (see
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
# Loudness of the bed relative to speech: alone, and under a voice, where WCAG 2.2 (1.4.7, low
# background audio) asks for at least 20 dB less.
_BED_OPEN_LU = -5.0
_BED_DUCKED_LU = -21.0


@dataclass(frozen=True, slots=True)
class ClipPiece:
    """A clip in a passage.

    Attributes:
        start, stop: Position in the passage, in samples at the recording's rate.
        source: Name of its voice.
        place: Position of its samples in the spool.
        count: Number of its samples there.
        sample_rate: Their rate in Hz.
        gain_db: Gain of its voice in dB.
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
    """A station sound in a passage.

    Attributes:
        start, stop: Position in the passage, in samples.
        source: Name of the sound.
        samples: Its samples at the recording's rate, full scale ±1.
    """

    start: int
    stop: int
    source: str
    samples: Floats


Piece: TypeAlias = ClipPiece | SoundPiece


@dataclass(frozen=True, slots=True)
class BedSpan:
    """Position of the music bed, in samples.

    Attributes:
        start: Where it fades in.
        voice_start, voice_stop: Where the voice over it begins and ends.
        stop: Where it has faded out.
    """

    start: int
    voice_start: int
    voice_stop: int
    stop: int

    def moved(self, samples: int) -> BedSpan:
        """Return the span moved by a number of samples."""
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
        start: Its position in the recording, in samples.
        samples: Its length in samples.
        pieces: Its clips and sounds in order, with silence between them.
        bed: Position of the music bed, counted from the start of the passage; None without one.
        is_last: Whether the recording ends with it.
        digest: SHA-256 of its content before any gain.
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
    """Render a passage without its music bed.

    Args:
        passage: The passage.
        spool: Contains its clips.
        gains: Amplitude factor by source; 1 for a source that is missing.

    Yields:
        Position and samples (full scale ±1) of each block in order. The caller may change the
        blocks.
    """
    at = 0
    for piece in passage.pieces:
        yield from _silence(at, piece.start)
        yield piece.start, _rendered(piece, spool, gains)
        at = piece.stop
    yield from _silence(at, passage.samples)


def resampled_length(samples: int, from_rate: int) -> int:
    """Return the length of a clip at the recording's rate, in samples."""
    return round(samples * SAMPLE_RATE / from_rate)


def lay_bed(block: Floats, at: int, bed: Bed, span: BedSpan, speech_lufs: float) -> None:
    """Add the music bed to a block of speech, in place.

    Args:
        block: Samples, full scale ±1.
        at: Position of the block, counted from the same point as the span.
        bed: The music.
        span: Position of the bed.
        speech_lufs: Loudness of the speech.
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
    # The resampler may return one sample more or less than expected; the edges are faded anyway.
    length = piece.stop - piece.start
    out = np.zeros(length, np.float32)
    out[: floats.size] = floats[:length]
    return out
