"""Order of speech and station sounds, and the pauses between them.

::

    intro  station lines  [bed: headlines]  story  stinger  story  stinger  story  sign-off  outro

The music bed begins before the first headline, is ducked while the voice speaks, and fades out in
the pause after the last headline. A stinger precedes each story but the first. Each sentence states
the pause after it; next to a station sound the pause is at most 450 ms. The pause before a chapter
is lengthened until a whole second lies in it.
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
# Pause after the last headline, long enough for a passage to end after the bed.
_AFTER_BED_MS = _TAIL_MS + 150
_NO_STORY, _HEADLINES = -1, -2
# Source names of station sounds, and their loudness relative to speech. No voice can have such a
# name, since voices are named after files.
INTRO, OUTRO, STINGER = "/intro", "/outro", "/stinger"
SOUND_OFFSETS_LU = {INTRO: 0.0, OUTRO: 0.0, STINGER: -2.0}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A spoken sentence.

    Attributes:
        sentence: The sentence.
        clip: Its clip.
        gain_db: Gain of the voice in dB; if it is not 0, the voice is calibrated.
        voice: Name of the voice; all clips of a voice get the same gain.
        over_bed: Whether the music bed, if there is one, plays under it.
    """

    sentence: Sentence
    clip: Clip
    gain_db: float = 0.0
    voice: str = ""
    over_bed: bool = False


def arrange(
    spoken: Iterable[Spoken], timeline: Timeline, station: StationSounds
) -> Iterator[Passage]:
    """Place speech and station sounds on a timeline.

    Args:
        spoken: Sentences in order; consumed one at a time.
        timeline: An empty timeline.
        station: Station sounds.

    Yields:
        Each passage as soon as it is complete.
    """
    pause_ms = _OPENING_MS
    if station.intro is not None:
        pause_ms = _place(station.intro, INTRO, pause_ms, timeline)
    bed_start, bed_laid, story, before = -1, False, -1, -1
    titled: set[int] = set()
    for piece in spoken:
        sentence = piece.sentence
        if bed_start >= 0 and not bed_laid and not piece.over_bed:
            timeline.lay_bed(_span(bed_start, timeline))
            timeline.begin_story()
            bed_laid, pause_ms = True, max(pause_ms, _AFTER_BED_MS)
        # Each line between and behind the stories is a passage of its own.
        apart = sentence.story < 0 and story > -1
        if not piece.over_bed and (apart or sentence.story != before):
            timeline.begin_story()
        if station.stinger is not None and -1 < story != sentence.story > -1:
            pause_ms = _place(station.stinger, STINGER, pause_ms, timeline)
        if piece.over_bed and bed_start < 0 and station.bed is not None:
            timeline.begin_story()
            timeline.silence(pause_ms)
            timeline.keep_together()
            bed_start, pause_ms = timeline.samples, _LEAD_IN_MS
        # The headlines have a chapter in common, and each story has one.
        title = _HEADLINES if piece.over_bed else sentence.story
        if title not in titled and title != _NO_STORY:
            pause_ms = timeline.pause_before_title(pause_ms)
        titled |= {title, sentence.story}
        timeline.silence(pause_ms)
        timeline.speech(sentence, piece.clip, piece.gain_db, piece.voice)
        pause_ms = sentence.pause_ms
        if sentence.story > -1 and not piece.over_bed:
            story = sentence.story
        if not piece.over_bed:
            before = sentence.story
        yield from timeline.passages()
    if bed_start >= 0 and not bed_laid:
        timeline.lay_bed(_span(bed_start, timeline))
        pause_ms = max(pause_ms, _AFTER_BED_MS)
    if station.outro is not None and timeline.cues:
        pause_ms = _place(station.outro, OUTRO, pause_ms, timeline)
    timeline.finish(pause_ms)
    yield from timeline.passages()


def _place(sound: Floats, name: str, pause_ms: int, timeline: Timeline) -> int:
    """Place a sound after a pause; return the length of the pause after it in ms."""
    timeline.silence(min(pause_ms, _BEFORE_SOUND_MS))
    timeline.sound(sound, name)
    return _AFTER_SOUND_MS


def _span(start: int, timeline: Timeline) -> BedSpan:
    first = start + SAMPLE_RATE * _LEAD_IN_MS // 1000
    last = timeline.samples
    return BedSpan(start, first, last, last + SAMPLE_RATE * _TAIL_MS // 1000)
