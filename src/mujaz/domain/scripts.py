"""The script of an episode: its stories and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from mujaz.domain.articles import Sound


class Kind(StrEnum):
    """The kind of a sentence; voices, pauses and page markup depend on it.

    A teaser is a headline that is read before the stories; a credit names a story's source; a sound
    is a recording, such as a reporter's, which is played.
    """

    HEADLINE = "headline"
    DATELINE = "dateline"
    BODY = "body"
    STATION = "station"
    TEASER = "teaser"
    CREDIT = "credit"
    SOUND = "sound"


# The part of an episode whose voice reads a kind of sentence; all other kinds are "body".
PART_OF_KIND: Mapping[Kind, str] = MappingProxyType(
    {Kind.HEADLINE: "headlines", Kind.TEASER: "headlines", Kind.STATION: "station"}
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One utterance, in its written and its spoken form.

    Attributes:
        text: As written; shown in pages and transcripts.
        spoken: Normalized and diacritized; the input of the engine.
        paragraph: Index of the paragraph within its story; -1 for lines outside the body.
        story: Index of the story within the episode; -1 for station lines and teasers.
        pause_ms: Silence after it.
        word_map: For each space-separated word of ``spoken``, the index of the corresponding word
            of ``text``; empty if both have the same words.
        voice: Name of the voice that reads it; empty for the voice of its part.
        sound: The recording that is played; ``text`` and ``spoken`` are then what is heard in it.
    """

    text: str
    spoken: str
    kind: Kind = Kind.BODY
    paragraph: int = -1
    story: int = -1
    pause_ms: int = 350
    word_map: tuple[int, ...] = ()
    voice: str = ""
    sound: Sound | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """The metadata of a story in an episode.

    Attributes:
        section: The newsroom's name of its section; topic feeds select by it.
    """

    title: str
    url: str = ""
    source: str = ""
    author: str = ""
    day: date | None = None
    section: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """The sentences of an episode in the order they are spoken.

    Attributes:
        key: Identifies an episode that is not identified by its stories, such as the bulletin of a
            day; the guid is derived from it.
        disclosure: The line that says that the voice is synthetic; empty for the default one.
        voices: Names of the voices of its parts (``headlines``, ``body``, ``station``); empty for
            the configured voice.
        by_hand: Whether it was read from a script file, which an editor may have changed.
    """

    title: str
    stories: tuple[Story, ...]
    sentences: tuple[Sentence, ...]
    day: date | None = None
    key: str = ""
    disclosure: str = ""
    voices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    by_hand: bool = False
