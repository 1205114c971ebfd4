"""Speech and station sound in their order, with the pauses between them.

::

    intro  station lines  [bed: headlines]  story  stinger  story  stinger  story  sign-off  outro

The bed rises before the first headline, goes down when the voice begins, stays down until the
last headline ends, and fades in the pause after it. A stinger stands before each story but the
first. The pause after a sentence is the sentence's own; beside a sound it is shortened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mujaz.audio.codecs.mp3 import SAMPLE_RATE
from mujaz.audio.codecs.pcm import Floats
from mujaz.audio.mix.passages import BedSpan, Passage
from mujaz.audio.mix.station_sounds import StationSounds
from mujaz.audio.mix.timeline import Timeline
from mujaz.domain import Clip, Sentence

_OPENING_MS = 250
_BEFORE_SOUND_MS = 450
_AFTER_SOUND_MS = 450
_LEAD_IN_MS = 1600
_TAIL_MS = 1800
# Enough silence after the bed for a passage to end there.
_AFTER_BED_MS = _TAIL_MS + 150
# Names of the sources of station sound on the timeline, and how loud they are against speech.
# No voice can have such a name: a voice's is the name of a file.
INTRO, OUTRO, STINGER = "/intro", "/outro", "/stinger"
SOUND_OFFSETS_LU = {INTRO: 0.0, OUTRO: 0.0, STINGER: -2.0}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence with its clip and what is known of its voice.

    Attributes:
        gain_db: Of the voice. Other than 0 it means that the voice was calibrated.
        voice: Its name; clips of one name are levelled together.
        over_bed: Whether music lies under it, if there is any.
    """

    sentence: Sentence
    clip: Clip
    gain_db: float = 0.0
    voice: str = ""
    over_bed: bool = False


def arrange(
    spoken: Iterable[Spoken], timeline: Timeline, station: StationSounds
) -> Iterator[Passage]:
    """Put everything on the timeline.

    Args:
        spoken: Sentences in order; consumed one at a time.
        timeline: Empty.
        station: Its sounds.

    Yields:
        Passages, as soon as they have ended.
    """
    pause_ms = _OPENING_MS
    if station.intro is not None:
        pause_ms = _place(station.intro, INTRO, pause_ms, timeline)
    bed_start, bed_laid, story = -1, False, -1
    for piece in spoken:
        sentence = piece.sentence
        if bed_start >= 0 and not bed_laid and not piece.over_bed:
            timeline.lay_bed(_span(bed_start, timeline))
            timeline.begin_story()
            bed_laid, pause_ms = True, max(pause_ms, _AFTER_BED_MS)
        if sentence.story > -1 and not piece.over_bed and sentence.story != story:
            timeline.begin_story()
        if station.stinger is not None and -1 < story != sentence.story > -1:
            pause_ms = _place(station.stinger, STINGER, pause_ms, timeline)
        if piece.over_bed and bed_start < 0 and station.bed is not None:
            timeline.silence(pause_ms)
            timeline.hold()
            bed_start, pause_ms = timeline.samples, _LEAD_IN_MS
        timeline.silence(pause_ms)
        timeline.speech(sentence, piece.clip, piece.gain_db, piece.voice)
        pause_ms = sentence.pause_ms
        if sentence.story > -1 and not piece.over_bed:
            story = sentence.story
        yield from timeline.passages()
    if bed_start >= 0 and not bed_laid:
        timeline.lay_bed(_span(bed_start, timeline))
        pause_ms = max(pause_ms, _AFTER_BED_MS)
    if station.outro is not None and timeline.cues:
        pause_ms = _place(station.outro, OUTRO, pause_ms, timeline)
    timeline.finish(pause_ms)
    yield from timeline.passages()


def _place(sound: Floats, name: str, pause_ms: int, timeline: Timeline) -> int:
    """Place a sound after a pause; returns the pause that belongs after it."""
    timeline.silence(min(pause_ms, _BEFORE_SOUND_MS))
    timeline.sound(sound, name)
    return _AFTER_SOUND_MS


def _span(start: int, timeline: Timeline) -> BedSpan:
    first = start + SAMPLE_RATE * _LEAD_IN_MS // 1000
    last = timeline.samples
    return BedSpan(start, first, last, last + SAMPLE_RATE * _TAIL_MS // 1000)
