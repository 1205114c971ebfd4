"""Published episodes, as their manifests state them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from mujaz.domain.audio import Chapter, Cue, Unspoken
from mujaz.domain.scripts import Story


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A published audio file: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """A media file that a correction replaced, and when."""

    media: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PulledStory:
    """A story that was taken out of a published bulletin; hashes recognise it, no text is kept.

    Attributes:
        guid: The guid that its address gives; empty without an address.
        source: Hash of its source path; empty if there is none.
        sentences: Hashes of its written sentences.
    """

    guid: str
    source: str
    sentences: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction of a published episode: when, and the sentences as they are now."""

    at: datetime
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of an episode that is an episode of a topic feed.

    Attributes:
        guid: Its guid, which stays through corrections.
        section: The section whose stories it holds; empty for a single story.
        stories: Indices of its stories.
        spans: First frame of each stretch of the recording, and the frame behind it.
        media: Name of its audio file within ``media/``.
        size, sha256: Of the file.
        duration_s: Its length in seconds.
    """

    guid: str
    section: str
    stories: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    media: str = ""
    size: int = 0
    sha256: str = ""
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Episode:
    """One published episode.

    Attributes:
        guid: Identifies the story or bulletin; never changes.
        day: Its date in tags, title and folder name.
        published: First publication; not changed by corrections.
        media: Name of the audio file within ``media/``.
        duration_s: From the sample count.
        size: Bytes of the audio file.
        sha256: Of the audio file.
        fingerprint: Hash of script, voice and settings; if equal, nothing has to be made.
        disclosure: The line that says that the voice is synthetic.
        voice_credits: Lines that name the makers and licences of its voices, where they ask for it.
        unspoken: Sentences that could not be spoken; with the cues they are the whole script.
        script_sha256: Of the script's sentences as spoken, in order, one a line.
        updated: Time of the last correction, or None.
        replaced: Media of its earlier versions, oldest first.
        opus: The same audio in an Opus file, beside the MP3 in ``media/``, or None.
        key: The script's key: tells which bulletin it is; empty in older manifests.
        voices: Titles of the voices by name, in the order they are first heard; empty in older
            manifests, in which ``voice`` reads all.
        parts, by_hand: See :class:`Script`.
        pulled: Stories that were taken out of it.
        corrections: What was corrected, oldest first.
        excerpts: Its parts that are episodes of topic feeds.
        books: Kinds of books (``epub``, ``daisy``) that were asked for when it was made.
        image: Name of its own picture within ``media/``; empty if it has the show's cover.
        files_version: Of the form of its captions and books: 1 in older manifests, whose published
            files stay as they are.
    """

    guid: str
    title: str
    summary: str
    day: date
    published: datetime
    media: str
    duration_s: float
    size: int
    sha256: str
    fingerprint: str
    voice: str
    disclosure: str
    stories: tuple[Story, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    cues: tuple[Cue, ...] = ()
    unspoken: tuple[Unspoken, ...] = ()
    script_sha256: str = ""
    voice_credits: tuple[str, ...] = ()
    updated: datetime | None = None
    replaced: tuple[Replaced, ...] = ()
    opus: AudioFile | None = None
    key: str = ""
    voices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    parts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    by_hand: bool = False
    pulled: tuple[PulledStory, ...] = ()
    corrections: tuple[Correction, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    books: tuple[str, ...] = ()
    image: str = ""
    files_version: int = 2

    def reader(self, cue: Cue) -> str:
        """Title of the voice that reads a sentence."""
        return self.voices.get(cue.voice, self.voice)

    @property
    def readers(self) -> tuple[str, ...]:
        """Titles of all voices, in the order they are first heard."""
        return tuple(dict.fromkeys(self.voices.values())) or (self.voice,)

    @property
    def small_image(self) -> str:
        """Name of the small copy of its picture within ``media/``, if it has one."""
        return self.image.removesuffix(".jpg") + ".small.jpg" if self.image else ""

    @property
    def opus_media(self) -> str:
        """Name of the Opus file within ``media/``, if there is one."""
        return self.media.removesuffix(".mp3") + ".opus"
