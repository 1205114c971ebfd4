"""Spoken audio: clips, their timeline, and the finished recording."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mujaz.domain.scripts import Sentence

# Length of an MP3 frame at 44.1 kHz in seconds (ISO/IEC 11172-3, 2.4.2.1: 1152 samples).
MP3_FRAME_S = 1152 / 44100


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
        voice: Name of the voice that spoke it; empty in episodes made before this was recorded.
    """

    sentence: Sentence
    start: float
    end: float
    words: tuple[tuple[int, float], ...] = ()
    checksum: str = ""
    voice: str = ""


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
        passages: First MP3 frame of each passage; no frame needs those of the passage before.
    """

    path: Path
    samples: int
    sample_rate: int
    cues: tuple[Cue, ...]
    loudness: Loudness
    opus: Path | None = None
    passages: tuple[int, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length in seconds, from the sample count."""
        return self.samples / self.sample_rate
