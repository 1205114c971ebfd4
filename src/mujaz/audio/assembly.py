"""Spoken sentences become one recording, as a stream.

Two passes over a spool on disk: while clips arrive they are trimmed, joined with their pauses,
written to the spool and measured; then the spool is amplified to the target loudness, resampled
once, limited, and encoded once. Memory does not grow with the episode.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mujaz.audio.limiter import limit
from mujaz.audio.loudness import LoudnessMeter
from mujaz.audio.mp3 import SAMPLE_RATE, Mp3Writer
from mujaz.audio.pcm import Floats, Samples, amplify, fade_edges, from_clip, resample, trim
from mujaz.domain import Clip, Cue, Recording, Sentence
from mujaz.errors import AudioError

_BLOCK_SAMPLES = 1 << 16
# Encoding moves peaks; measured on speech at 96 kbit/s the decoded true peak rises by less.
_ENCODER_HEADROOM_DB = 1.0
# Digital silence or noise far below speech is not pulled up to the target.
_MOST_GAIN_DB = 40.0
_OPENING_MS = 250


@dataclass(frozen=True, slots=True)
class Mastering:
    """Targets of the recording.

    Attributes:
        loudness_lufs: Integrated loudness.
        true_peak_dbtp: Ceiling of true peaks.
        bitrate_kbps: Constant bitrate of the MP3.
    """

    loudness_lufs: float = -16.0
    true_peak_dbtp: float = -1.0
    bitrate_kbps: int = 96


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence with its clip and the gain of its voice."""

    sentence: Sentence
    clip: Clip
    gain_db: float = 0.0


def assemble(spoken: Iterable[Spoken], target: Path, mastering: Mastering) -> Recording:
    """Write the recording of a script.

    Args:
        spoken: Sentences in order; consumed one at a time.
        target: The MP3 to write; its folder also holds the spool for a while.
        mastering: Loudness, peak and bitrate.

    Returns:
        The recording with a cue for each sentence; times come from sample counts.

    Raises:
        AudioError: If nothing audible arrived or the disk refused.
    """
    try:
        with tempfile.TemporaryFile(dir=target.parent, prefix="spool-") as spool:
            timeline = _Timeline(spool)
            for piece in spoken:
                timeline.add(piece)
            if not timeline.samples:
                raise AudioError("there is nothing to hear in this episode")
            return _master(timeline, target, mastering)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise AudioError(
            f"the recording could not be written: {error.strerror or error}",
            where=str(target.parent),
            hint="check the free space and the permissions of the folder",
        ) from error


class _Timeline:
    """The spool and what stands where in it, in samples of the first clip's rate."""

    def __init__(self, spool: BinaryIO) -> None:
        self._spool = spool
        self.sample_rate = 0
        self.samples = 0
        self.cues: list[tuple[Sentence, int, int, tuple[tuple[int, int], ...]]] = []
        self._meter: LoudnessMeter | None = None

    def add(self, piece: Spoken) -> None:
        if self._meter is None:
            self.sample_rate = piece.clip.sample_rate
            self._meter = LoudnessMeter(self.sample_rate)
            self._write(np.zeros(self.sample_rate * _OPENING_MS // 1000, np.int16))
        ratio = self.sample_rate / piece.clip.sample_rate
        samples, cut = trim(from_clip(piece.clip), piece.clip.sample_rate)
        samples = fade_edges(amplify(samples, piece.gain_db), piece.clip.sample_rate)
        samples = resample(samples, piece.clip.sample_rate, self.sample_rate)
        start = self.samples
        self._write(samples)
        words: list[tuple[int, int]] = []
        for mark in piece.clip.words:
            index = _written_index(piece.sentence, mark.index)
            # A number of several spoken words begins with its first.
            if not words or index > words[-1][0]:
                at = min(max(round((mark.sample - cut) * ratio), 0), int(samples.size))
                words.append((index, start + at))
        self.cues.append((piece.sentence, start, self.samples, tuple(words)))
        pause = np.zeros(self.sample_rate * piece.sentence.pause_ms // 1000, np.int16)
        self._write(pause)

    def loudness_lufs(self) -> float:
        return self._meter.integrated_lufs() if self._meter else float("-inf")

    def blocks(self) -> Iterator[Floats]:
        """The spool from its start as floats, full scale ±1."""
        self._spool.seek(0)
        while data := self._spool.read(_BLOCK_SAMPLES * 2):
            yield np.frombuffer(data, np.int16).astype(np.float32) / np.float32(32768)

    def _write(self, samples: Samples) -> None:
        self._spool.write(samples.tobytes())
        self.samples += int(samples.size)
        if self._meter is not None:
            self._meter.push(samples.astype(np.float32) / np.float32(32768))


def _written_index(sentence: Sentence, spoken_index: int) -> int:
    mapped = sentence.word_map
    return mapped[min(spoken_index, len(mapped) - 1)] if mapped else spoken_index


def _master(timeline: _Timeline, target: Path, mastering: Mastering) -> Recording:
    loudness = timeline.loudness_lufs()
    if loudness == float("-inf"):
        raise AudioError(
            "every clip of this episode is silent", hint="try the voice: mujaz voices try"
        )
    gain = min(mastering.loudness_lufs - loudness, _MOST_GAIN_DB)
    ceiling = mastering.true_peak_dbtp - _ENCODER_HEADROOM_DB
    with target.open("wb") as stream:
        writer = Mp3Writer(stream, mastering.bitrate_kbps)
        resampled = _resampled(timeline.blocks(), timeline.sample_rate)
        for block in limit(resampled, gain_db=gain, ceiling_dbtp=ceiling):
            writer.write(block)
        writer.close()
        stream.flush()
        os.fsync(stream.fileno())
    rate = timeline.sample_rate
    cues = tuple(
        Cue(sentence, start / rate, end / rate, tuple((index, at / rate) for index, at in words))
        for sentence, start, end, words in timeline.cues
    )
    return Recording(
        target, writer.samples, SAMPLE_RATE, cues, loudness + gain, mastering.true_peak_dbtp
    )


def _resampled(blocks: Iterator[Floats], from_rate: int) -> Iterator[Floats]:
    if from_rate == SAMPLE_RATE:
        yield from blocks
        return
    import soxr

    stream = soxr.ResampleStream(from_rate, SAMPLE_RATE, 1, dtype="float32", quality="HQ")
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.zeros(0, np.float32), last=True)
