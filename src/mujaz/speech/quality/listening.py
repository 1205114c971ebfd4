"""Listens to a clip and tells whether words of its text are missing, or others were added.

The check is optional: it needs a recogniser (:mod:`.ear`) and takes a second or two a sentence. A
clip is doubted only if two transcripts, one by greedy search and one by beams, both differ from the
text by more than those of good clips do. The limits are calibrated by ``bench/listen/alarms.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from mujaz.domain import Clip
from mujaz.speech.quality.ear import loaded_ear
from mujaz.speech.quality.transcripts import Difference, compare

VERSION = "2"
_BEAMS = 5
# Measured with Whisper base on 64 good clips of the trained voice ziad and 35 faulty ones; held
# against 300 good clips of other sentences, of which three are doubted.
_MOST_ERRORS = 0.33  # good: up to 0.19; babble, backwards, foreign: 0.72 and more
_MOST_LOST = 7.0  # good: up to 6; end cut off: 12 and more
_MOST_ADDED = 4.5  # good: up to 2; a phrase twice: 8 and more
_MOST_LOST_AT_END = 0.65  # good: up to 0.5; end cut off: 0.7 and more


@dataclass(frozen=True, slots=True)
class Listened:
    """Result of listening to a clip.

    Attributes:
        fault: What is wrong, in a few words; empty if nothing is.
        errors: Share of the text's letters that were heard wrongly.
        transcripts: What was heard: by greedy search, and by beams if that was doubtful.
    """

    fault: str
    errors: float
    transcripts: tuple[str, ...]


def listen(clip: Clip, text: str, model: str) -> Listened:
    """Compare what is heard in a clip with its text.

    Args:
        clip: The clip.
        text: The text that was spoken.
        model: See :mod:`mujaz.speech.quality.ear`.

    Raises:
        MissingPackageError: If a package is not installed.
        ConfigError: If the model cannot be used.
    """
    ear = loaded_ear(model)
    windows = ear.encoded(clip)
    transcripts: list[str] = []
    fault, errors = "", 1.0
    for beams in (1, _BEAMS):
        transcripts.append(ear.transcript(windows, beams=beams))
        found = compare(text, transcripts[-1])
        fault, errors = fault_of(found), min(errors, found.error_rate)
        if not fault:
            break
    return Listened(fault, errors, tuple(transcripts))


def fault_of(found: Difference) -> str:
    """Say what is wrong with a clip, by one transcript; empty if nothing is."""
    if found.error_rate > _MOST_ERRORS:
        return "other words are heard than were written"
    if found.added > _MOST_ADDED:
        return "words are heard that were not written"
    if found.lost_at_end > _MOST_LOST_AT_END:
        return "its last words are not heard"
    if found.lost > _MOST_LOST:
        return "words are not heard in it"
    return ""
