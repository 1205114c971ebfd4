"""Spoken sentences and station sound become one recording, as a stream.

While clips arrive they are placed on a timeline, whose sound is a spool on disk, and measured.
Then voices are levelled, the bed is laid, and all is mastered into the MP3. Memory does not
grow with the episode.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from mujaz.audio.arrangement import SOUND_OFFSETS_LU, BedSpan, Spoken, arrange, lay_bed
from mujaz.audio.levels import Levels, decide_levels
from mujaz.audio.loudness import SILENCE_LUFS
from mujaz.audio.mastering import Mastering, Mix, master, whole_or_gone
from mujaz.audio.mp3 import SAMPLE_RATE
from mujaz.audio.pcm import Floats
from mujaz.audio.station import Station
from mujaz.audio.timeline import Timeline
from mujaz.domain import Recording
from mujaz.errors import AudioError

__all__ = ["Mastering", "Spoken", "assemble"]


def assemble(
    spoken: Iterable[Spoken], target: Path, goal: Mastering, station: Station | None = None
) -> Recording:
    """Write the recording of a script.

    Args:
        spoken: Sentences in order; consumed one at a time.
        target: The MP3 to write; its folder also holds the spool for a while.
        goal: Loudness, peak and bitrate.
        station: Sounds before, between, under and after.

    Returns:
        The recording with a cue for each sentence; times come from sample counts, loudness
        from the decoded file.

    Raises:
        AudioError: If nothing audible arrived or the disk refused; no file is left then.
    """
    station = station or Station()
    with (
        whole_or_gone(target),
        tempfile.TemporaryFile(dir=target.parent, prefix="spool-") as spool,
    ):
        timeline = Timeline(spool)
        calibrated: set[str] = set()
        span = arrange(_noting(spoken, calibrated), timeline, station)
        if not timeline.cues:
            raise AudioError("there is nothing to hear in this episode")
        energies = timeline.meter.hop_energies()
        levels = decide_levels(energies, timeline.parts, calibrated, SOUND_OFFSETS_LU)
        if levels.speech_lufs == SILENCE_LUFS:
            raise AudioError(
                "every clip of this episode is silent", hint="try the voice: mujaz voices try"
            )
        mix = _mix(timeline, levels, station, span)
        mastered = master(mix, timeline.samples, levels.total_lufs, target, goal)
    cues = tuple(timeline.cues)
    return Recording(target, mastered.samples, SAMPLE_RATE, cues, mastered.reached)


def _noting(spoken: Iterable[Spoken], calibrated: set[str]) -> Iterator[Spoken]:
    """Pass sentences on and note which voices were calibrated."""
    for piece in spoken:
        if piece.gain_db != 0:
            calibrated.add(piece.voice)
        yield piece


def _mix(timeline: Timeline, levels: Levels, station: Station, span: BedSpan | None) -> Mix:
    def mix(start: int, stop: int | None) -> Iterator[Floats]:
        for at, block in timeline.blocks(levels.gains, start, stop):
            if span is not None and station.bed is not None:
                lay_bed(block, at, station.bed, span, levels.speech_lufs)
            yield block

    return mix
