"""The values that pass between the stages: frozen dataclasses, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

# Largest accepted input in bytes; no article is larger.
MAX_BYTES = 20_000_000


class Kind(StrEnum):
    """The kind of a sentence; voices, pauses and page markup depend on it.

    A teaser is a headline that is read before the stories; a credit names a story's source.
    """

    HEADLINE = "headline"
    DATELINE = "dateline"
    BODY = "body"
    STATION = "station"
    TEASER = "teaser"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Page:
    """Text of a source before cleaning.

    Attributes:
        text: Lines of plain text.
        source: As the user gave it: a path, a URL, or ``-``.
        url: Address of the page if it has one.
        title, author, publisher, published: From the page's HTML metadata, or empty.
        extracted: Whether an extractor already separated the article from its page.
        plain_title: Whether the title is the headline alone, as in a feed, without a site name.
        warning: What was repaired when the source was decoded, or empty.
    """

    text: str
    source: str
    url: str = ""
    title: str = ""
    author: str = ""
    published: datetime | None = None
    extracted: bool = False
    publisher: str = ""
    plain_title: bool = False
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that was left out of the article, and the reason."""

    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as written.

    Attributes:
        title: The headline, without "+photos" and the like.
        paragraphs: Body paragraphs in order.
        day: The date in the article, or None.
        time: Time of day as written (``HH:MM``), or empty.
        dropped: All other lines of the source, in order.
    """

    title: str
    paragraphs: tuple[str, ...]
    day: date | None = None
    time: str = ""
    author: str = ""
    publisher: str = ""
    url: str = ""
    source: str = ""
    language: str = "ar"
    dropped: tuple[Dropped, ...] = ()


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
    """

    text: str
    spoken: str
    kind: Kind = Kind.BODY
    paragraph: int = -1
    story: int = -1
    pause_ms: int = 350
    word_map: tuple[int, ...] = ()


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
    """

    title: str
    stories: tuple[Story, ...]
    sentences: tuple[Sentence, ...]
    day: date | None = None
    key: str = ""
    disclosure: str = ""


class VoiceFile(NamedTuple):
    """A file that a voice needs beside its model: a vocabulary, built-in speakers.

    Attributes:
        path: Relative to the voice file.
        url: Address to fetch it from; empty if it is beside the model's.
        size: In bytes; 0 if unknown.
        sha256: In hex; empty if not computed yet.
    """

    path: str
    url: str = ""
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker of one engine, from a voice file.

    Attributes:
        sample_rate: In Hz; 0 if the engine decides.
        rate_wpm: Arabic words a minute; 0 leaves the engine's own rate.
        gain_db: Gain of every clip, so that voices are equally loud.
        commercial: Whether its licence allows commercial use; None if unknown.
        settings: Engine-specific table of the voice file.
        files: Files that the engine needs besides ``model_path`` and ``config_path``.
        home: Folder of the voice file; relative paths start there.
    """

    name: str
    title: str
    engine: str
    language: str = "ar"
    gender: str = ""
    model_path: str = ""
    config_path: str = ""
    url: str = ""
    size: int = 0
    sha256: str = ""
    speaker: str = ""
    speaker_wav: str = ""
    sample_rate: int = 0
    licence: str = ""
    commercial: bool | None = None
    made_by: str = ""
    rate_wpm: int = 0
    gain_db: float = 0.0
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    files: tuple[VoiceFile, ...] = ()
    home: Path = Path()

    def __reduce__(self) -> tuple[object, ...]:
        # A mapping proxy cannot be pickled, and voices are sent to worker processes.
        values = [getattr(self, name) for name in self.__slots__]
        place = self.__slots__.index("settings")
        values[place] = dict(self.settings)
        return (Voice, tuple(values))


@dataclass(frozen=True, slots=True)
class WordMark:
    """The beginning of a spoken word in its clip.

    Attributes:
        index: Index of the word among the space-separated words of the spoken text.
        sample: Offset in samples from the clip's start.
    """

    index: int
    sample: int


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of speech: signed 16-bit mono PCM in the machine's byte order.

    Attributes:
        pcm: The samples, two bytes each.
        sample_rate: In Hz.
        words: Word onsets in time order; empty if the engine gives none.
    """

    pcm: bytes
    sample_rate: int
    words: tuple[WordMark, ...] = ()

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(self.pcm) // 2

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples / self.sample_rate


@dataclass(frozen=True, slots=True)
class Cue:
    """Start and end of a sentence, in seconds from the start of the recording.

    Attributes:
        words: Onset of each written word that the engine timed: (index in
            ``sentence.text.split()``, seconds).
        checksum: SHA-256 of its MP3 frames; empty before they are written.
    """

    sentence: Sentence
    start: float
    end: float
    words: tuple[tuple[int, float], ...] = ()
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class Unspoken:
    """A sentence of the script that is not in the recording, and the reason.

    Attributes:
        index: Its index among all sentences of the script.
    """

    index: int
    sentence: Sentence
    reason: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the recording that players list; ``start`` in seconds."""

    title: str
    start: float
    link: str = ""


@dataclass(frozen=True, slots=True)
class Loudness:
    """Measured loudness of a finished audio file after decoding (EBU R 128).

    Attributes:
        integrated_lufs: Of the whole.
        short_term_lufs: Of its loudest three seconds.
        true_peak_dbtp: Its highest true peak.
        gain_db: Gain that was applied to the whole.
    """

    integrated_lufs: float
    short_term_lufs: float
    true_peak_dbtp: float
    gain_db: float


@dataclass(frozen=True, slots=True)
class Recording:
    """A finished audio file and its timeline, not yet published.

    Attributes:
        path: The audio file.
        samples: Exact number of samples that were encoded.
        sample_rate: In Hz.
        loudness: As measured.
        opus: The same audio in an Opus file, if one was made.
    """

    path: Path
    samples: int
    sample_rate: int
    cues: tuple[Cue, ...]
    loudness: Loudness
    opus: Path | None = None

    @property
    def duration_s(self) -> float:
        """Length in seconds, from the sample count."""
        return self.samples / self.sample_rate


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A published audio file: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """A media file that a correction replaced: its name, and when."""

    media: str
    at: datetime


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
        unspoken: Sentences that could not be spoken; with the cues they are the whole script.
        script_sha256: Of the script's sentences as spoken, in order, one a line.
        updated: Time of the last correction, or None.
        replaced: Media of its earlier versions, oldest first.
        opus: The same audio in an Opus file, beside the MP3 in ``media/``, or None.
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
    updated: datetime | None = None
    replaced: tuple[Replaced, ...] = ()
    opus: AudioFile | None = None

    @property
    def opus_media(self) -> str:
        """Name of the Opus file within ``media/``, if there is one."""
        return self.media.removesuffix(".mp3") + ".opus"
