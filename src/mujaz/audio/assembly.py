"""Assemble clips and station sounds into one recording, as a stream.

Clips are placed on a timeline, written to a temporary file, and measured passage by passage as
they arrive. Then the gains of the voices are decided, the music bed is added, and the passages are
mastered into the MP3. Memory use does not depend on the episode's length. Unchanged passages are
taken from the cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from mujaz.audio.codecs.encoding import EncodedPassage, EncodingSettings, encode_passage
from mujaz.audio.codecs.mp3 import FRAME_SAMPLES, SAMPLE_RATE
from mujaz.audio.codecs.pcm import Floats
from mujaz.audio.loudness.meter import SILENCE_LUFS
from mujaz.audio.loudness.passage_levels import (
    PassageLevels,
    SourceLevels,
    limiter_loss_lu,
    measure,
)
from mujaz.audio.loudness.source_gains import SourceGains, decide_gains
from mujaz.audio.mastering import Master, Mastering, map_in_threads, remove_if_unfinished
from mujaz.audio.mix.arrangement import SOUND_OFFSETS_LU, Spoken, arrange
from mujaz.audio.mix.clip_spool import ClipSpool
from mujaz.audio.mix.passages import Passage, lay_bed, render
from mujaz.audio.mix.station_sounds import StationSounds
from mujaz.audio.mix.timeline import Timeline
from mujaz.domain import Recording
from mujaz.errors import AudioError
from mujaz.storage.content_cache import ContentCache, cache_key, code_version

__all__ = ["Mastering", "Spoken", "assemble"]

# Kinds of cache entries: levels of a passage before mastering; its frames with their levels.
_MEASURED, _ENCODED = "measured", "passage"


def assemble(
    spoken: Iterable[Spoken],
    target: Path,
    goal: Mastering,
    station: StationSounds | None = None,
    store: ContentCache | None = None,
) -> Recording:
    """Write the recording of a script.

    Args:
        spoken: Sentences in order; consumed a few passages ahead of what is measured.
        target: The MP3 to write; a temporary file is written in the same folder.
        goal: Loudness, true peak and bitrate.
        station: Station sounds.
        store: Cache of passages; None to do without.

    Returns:
        The recording with a cue for each sentence. Times come from sample counts, the loudness
        from the decoded frames.

    Raises:
        AudioError: If there is no audible sound or the disk cannot be written; no file is left.
    """
    station = station or StationSounds()
    with remove_if_unfinished(target), ClipSpool(target.parent) as spool:
        measurer = _Measurer(spool, _PassageCache(store))
        timeline = Timeline(spool)
        calibrated: set[str] = set()
        arranged = arrange(_noting_calibrated(spoken, calibrated), timeline, station)
        measured = [(one, result()) for one, result in map_in_threads(measurer.measure)(arranged)]
        if not timeline.cues:
            raise AudioError("there is nothing to hear in this episode")
        levels = decide_gains(measured, calibrated, SOUND_OFFSETS_LU)
        if levels.speech_lufs == SILENCE_LUFS:
            raise AudioError(
                "every clip of this episode is silent", hint="try the voice: mujaz voices try"
            )
        mixer = _Mixer(spool, station, measurer.cache, levels)
        passages, known = [one for one, _ in measured], [other for _, other in measured]
        limiter_loss = partial(limiter_loss_lu, known, levels.gains)
        master = Master(passages, mixer.encode, levels.total_lufs, limiter_loss)
        mastered = master.write(target, goal)
    cues = tuple(timeline.cues)
    starts = tuple(passage.start // FRAME_SAMPLES for passage in passages)
    return Recording(target, mastered.samples, SAMPLE_RATE, cues, mastered.reached, passages=starts)


def _noting_calibrated(spoken: Iterable[Spoken], calibrated: set[str]) -> Iterator[Spoken]:
    """Yield the sentences; add the names of calibrated voices to a set."""
    for piece in spoken:
        if piece.gain_db != 0:
            calibrated.add(piece.voice)
        yield piece


@dataclass(frozen=True, slots=True)
class _PassageCache:
    """Cache of passages. Its keys contain the version of the audio code and its libraries."""

    store: ContentCache | None

    def measured(self, passage: Passage) -> PassageLevels | None:
        kept = self.store.get(_MEASURED, self._key(passage)) if self.store else None
        if kept is None:
            return None
        energies = np.frombuffer(kept.data, np.float64)
        sources = {
            name: SourceLevels(power, peak, tuple(losses))
            for name, (power, peak, losses) in kept.about["sources"].items()
        }
        return PassageLevels(energies, sources)

    def keep_measured(self, passage: Passage, made: PassageLevels) -> None:
        if self.store:
            sources = {name: astuple(source) for name, source in made.sources.items()}
            about = {"sources": sources}
            self.store.put(_MEASURED, self._key(passage), about, made.energies.tobytes())

    def encoded(self, key: str) -> EncodedPassage | None:
        kept = self.store.get(_ENCODED, key) if self.store else None
        if kept is None:
            return None
        about, split = kept.about, int(kept.about["energies"]) * 8
        energies = np.frombuffer(kept.data[:split], np.float64)
        peak = float(about["true_peak_dbtp"])
        return EncodedPassage(kept.data[split:], int(about["frames"]), energies, peak)

    def keep_encoded(self, key: str, made: EncodedPassage) -> None:
        if self.store:
            about = {
                "frames": made.frames,
                "energies": made.energies.size,
                "true_peak_dbtp": made.true_peak_dbtp,
            }
            self.store.put(_ENCODED, key, about, made.energies.tobytes() + made.data)

    def _key(self, passage: Passage) -> str:
        return cache_key(passage.digest, _version())


@dataclass(frozen=True, slots=True)
class _Measurer:
    """Measures passages before any gain."""

    spool: ClipSpool
    cache: _PassageCache

    def measure(self, passage: Passage) -> PassageLevels:
        """Measure a passage without its music bed, or find its levels in the cache."""
        made = self.cache.measured(passage)
        if made is None:
            sound = (block for _, block in render(passage, self.spool, {}))
            made = measure(passage, sound)
            self.cache.keep_measured(passage, made)
        return made


@dataclass(frozen=True, slots=True)
class _Mixer:
    """Mixes and encodes passages with the gains of their sources."""

    spool: ClipSpool
    station: StationSounds
    cache: _PassageCache
    levels: SourceGains

    def blocks(self, passage: Passage) -> Iterator[Floats]:
        """Yield the samples of a passage, its music bed included."""
        span, bed = passage.bed, self.station.bed
        for at, block in render(passage, self.spool, self.levels.gains):
            if span is not None and bed is not None:
                lay_bed(block, at, bed, span, self.levels.speech_lufs)
            yield block

    def encode(self, passage: Passage, how: EncodingSettings) -> EncodedPassage:
        """Encode a passage, or find its frames in the cache."""
        key = self._key(passage, how)
        made = self.cache.encoded(key)
        if made is None:
            made = encode_passage(passage, lambda: self.blocks(passage), how)
            self.cache.keep_encoded(key, made)
        return made

    def _key(self, passage: Passage, how: EncodingSettings) -> str:
        gains = self.levels.gains
        sources = sorted({piece.source for piece in passage.pieces})
        levels = [(source, gains.get(source, 1.0)) for source in sources]
        bed = self.station.bed
        music: tuple[object, ...] = ()
        if passage.bed is not None and bed is not None:
            music = (
                hashlib.sha256(bed.loop.tobytes()).hexdigest(),
                bed.lufs,
                self.levels.speech_lufs,
            )
        encoding = (how.gain_db, how.true_peak_dbtp, how.bitrate_kbps)
        return cache_key(passage.digest, levels, music, encoding, _version())


def _version() -> str:
    return code_version("mujaz.audio", ("lameenc", "numpy", "soundfile", "soxr"))
