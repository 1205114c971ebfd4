"""Speech and station sound in their order, with the pauses between them.

::

    intro  station lines  [bed: headlines]  story  stinger  story  stinger  story  sign-off  outro

The bed rises before the first headline, goes down when the voice begins, stays down until the
last headline ends, and fades in the pause after it. A stinger stands before each story but the
first. The pause after a sentence is the sentence's own; beside a sound it is shortened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mujaz.audio.mp3 import SAMPLE_RATE
from mujaz.audio.pcm import Floats, to_floats
from mujaz.audio.station import Bed, Station
from mujaz.audio.timeline import Timeline
from mujaz.domain import Clip, Sentence

_OPENING_MS = 250
_BEFORE_SOUND_MS = 450
_AFTER_SOUND_MS = 450
_LEAD_IN_MS = 1600
_DUCK_MS = 500
_TAIL_MS = 1800
# Against the speech. Ducked, it is as far below as WCAG 2.2 (1.4.7, low background audio) asks.
_BED_OPEN_LU = -5.0
_BED_DUCKED_LU = -21.0
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


@dataclass(frozen=True, slots=True)
class BedSpan:
    """Where the bed lies, in samples: it rises at ``start`` and is gone at ``stop``."""

    start: int
    voice_start: int
    voice_stop: int
    stop: int


def arrange(spoken: Iterable[Spoken], timeline: Timeline, station: Station) -> BedSpan | None:
    """Put everything on the timeline.

    Args:
        spoken: Sentences in order; consumed one at a time.
        timeline: Empty.
        station: Its sounds.

    Returns:
        Where the bed lies, or None if nothing lies over it.
    """
    pause_ms = _OPENING_MS
    if station.intro is not None:
        pause_ms = _place(station.intro, INTRO, pause_ms, timeline)
    bed_start, span, story = -1, None, -1
    for piece in spoken:
        sentence = piece.sentence
        if bed_start >= 0 and span is None and not piece.over_bed:
            span = _span(bed_start, timeline)
            pause_ms = max(pause_ms, _TAIL_MS)
        if station.stinger is not None and -1 < story != sentence.story > -1:
            pause_ms = _place(station.stinger, STINGER, pause_ms, timeline)
        if piece.over_bed and bed_start < 0 and station.bed is not None:
            timeline.silence(pause_ms)
            bed_start, pause_ms = timeline.samples, _LEAD_IN_MS
        timeline.silence(pause_ms)
        timeline.speech(sentence, piece.clip, piece.gain_db, piece.voice)
        pause_ms = sentence.pause_ms
        if sentence.story > -1 and not piece.over_bed:
            story = sentence.story
    if bed_start >= 0 and span is None:
        span = _span(bed_start, timeline)
        pause_ms = max(pause_ms, _TAIL_MS)
    if station.outro is not None and timeline.cues:
        pause_ms = _place(station.outro, OUTRO, pause_ms, timeline)
    timeline.silence(pause_ms)
    return span


def _place(sound: Floats, name: str, pause_ms: int, timeline: Timeline) -> int:
    """Place a sound after a pause; returns the pause that belongs after it."""
    timeline.silence(min(pause_ms, _BEFORE_SOUND_MS))
    timeline.sound(sound, name)
    return _AFTER_SOUND_MS


def _span(start: int, timeline: Timeline) -> BedSpan:
    first = start + SAMPLE_RATE * _LEAD_IN_MS // 1000
    last = timeline.samples
    return BedSpan(start, first, last, last + SAMPLE_RATE * _TAIL_MS // 1000)


def lay_bed(block: Floats, at: int, bed: Bed, span: BedSpan, speech_lufs: float) -> None:
    """Add the bed to a block of speech, in place.

    Args:
        block: Samples of the timeline, full scale ±1.
        at: Their position.
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
