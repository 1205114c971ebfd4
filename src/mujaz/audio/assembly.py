"""Spoken sentences and station sound become one recording, as a stream.

While clips arrive they are placed on a timeline, kept in a spool on disk, and measured, passage by
passage. Then voices are levelled, the bed is laid, and the passages are mastered into the MP3.
Memory does not grow with the episode, and a passage that an earlier run made is taken from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from mujaz.audio.codecs.encoding import EncodedPassage, EncodingSettings, encode_passage
from mujaz.audio.codecs.mp3 import SAMPLE_RATE
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
from mujaz.storage.content_cache import Store, address, made_by

__all__ = ["Mastering", "Spoken", "assemble"]

# What is kept of passages: what was measured of them, and their frames with what was measured.
_MEASURED, _ENCODED = "measured", "passage"


def assemble(
    spoken: Iterable[Spoken],
    target: Path,
    goal: Mastering,
    station: StationSounds | None = None,
    store: Store | None = None,
) -> Recording:
    """Write the recording of a script.

    Args:
        spoken: Sentences in order; consumed a little ahead of what is measured.
        target: The MP3 to write; its folder also holds the spool for a while.
        goal: Loudness, peak and bitrate.
        station: Sounds before, between, under and after.
        store: What earlier runs have made; None keeps nothing.

    Returns:
        The recording with a cue for each sentence; times come from sample counts, loudness
        from the decoded frames.

    Raises:
        AudioError: If nothing audible arrived or the disk refused; no file is left then.
    """
    station = station or StationSounds()
    with remove_if_unfinished(target), ClipSpool(target.parent) as spool:
        studio = _Measurer(spool, station, _PassageCache(store))
        timeline = Timeline(spool)
        calibrated: set[str] = set()
        arranged = arrange(_noting_calibrated(spoken, calibrated), timeline, station)
        measured = [(one, result()) for one, result in map_in_threads(studio.measure)(arranged)]
        if not timeline.cues:
            raise AudioError("there is nothing to hear in this episode")
        levels = decide_gains(measured, calibrated, SOUND_OFFSETS_LU)
        if levels.speech_lufs == SILENCE_LUFS:
            raise AudioError(
                "every clip of this episode is silent", hint="try the voice: mujaz voices try"
            )
        mixed = _Mixer(studio, levels)
        passages, known = [one for one, _ in measured], [other for _, other in measured]
        lost = partial(limiter_loss_lu, known, levels.gains)
        master = Master(passages, mixed.encode, levels.total_lufs, lost)
        mastered = master.write(target, goal)
    cues = tuple(timeline.cues)
    return Recording(target, mastered.samples, SAMPLE_RATE, cues, mastered.reached)


def _noting_calibrated(spoken: Iterable[Spoken], calibrated: set[str]) -> Iterator[Spoken]:
    """Pass sentences on and note which voices were calibrated."""
    for piece in spoken:
        if piece.gain_db != 0:
            calibrated.add(piece.voice)
        yield piece


@dataclass(frozen=True, slots=True)
class _PassageCache:
    """Passages of earlier runs; another version of this room finds none of them."""

    store: Store | None

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
        return address(passage.digest, _version())


@dataclass(frozen=True, slots=True)
class _Measurer:
    """What passages are made with."""

    spool: ClipSpool
    station: StationSounds
    shelf: _PassageCache

    def measure(self, passage: Passage) -> PassageLevels:
        """What a passage is like as it is, without its bed."""
        made = self.shelf.measured(passage)
        if made is None:
            sound = (block for _, block in render(passage, self.spool, {}))
            made = measure(passage, sound)
            self.shelf.keep_measured(passage, made)
        return made


@dataclass(frozen=True, slots=True)
class _Mixer:
    """Passages at the levels that were decided."""

    studio: _Measurer
    levels: SourceGains

    def blocks(self, passage: Passage) -> Iterator[Floats]:
        """The sound of a passage."""
        studio, span, bed = self.studio, passage.bed, self.studio.station.bed
        for at, block in render(passage, studio.spool, self.levels.gains):
            if span is not None and bed is not None:
                lay_bed(block, at, bed, span, self.levels.speech_lufs)
            yield block

    def encode(self, passage: Passage, how: EncodingSettings) -> EncodedPassage:
        """The frames of a passage: those of an earlier run, if nothing in it has changed."""
        key = self._key(passage, how)
        made = self.studio.shelf.encoded(key)
        if made is None:
            made = encode_passage(passage, lambda: self.blocks(passage), how)
            self.studio.shelf.keep_encoded(key, made)
        return made

    def _key(self, passage: Passage, how: EncodingSettings) -> str:
        gains = self.levels.gains
        sources = sorted({piece.source for piece in passage.pieces})
        levels = [(source, gains.get(source, 1.0)) for source in sources]
        bed = self.studio.station.bed
        music: tuple[object, ...] = ()
        if passage.bed is not None and bed is not None:
            music = (
                hashlib.sha256(bed.loop.tobytes()).hexdigest(),
                bed.lufs,
                self.levels.speech_lufs,
            )
        encoding = (how.gain_db, how.true_peak_dbtp, how.bitrate_kbps)
        return address(passage.digest, levels, music, encoding, _version())


def _version() -> str:
    return made_by("mujaz.audio", ("lameenc", "numpy", "soundfile", "soxr"))
