"""The report of a run: what the commands print, and their ``--json`` object."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from mujaz.domain import Episode, Loudness, Unspoken

_STAGES = ("ingest", "text", "diacritize", "speech", "audio", "publish", "total")


@dataclass(frozen=True, slots=True)
class ReportedEpisode:
    """The episode that was made or already there.

    Attributes:
        media: Path of its MP3.
        duration_s: Length in seconds, to the millisecond.
        bytes: Size of the MP3.
        url: Address of the MP3; empty if the show has no address.
    """

    guid: str
    title: str
    media: str
    duration_s: float
    bytes: int
    url: str


@dataclass(slots=True)
class StoryReport:
    """The result of one source.

    Attributes:
        status: ``spoken``, ``partial``, ``failed`` or ``skipped``.
        index: Its story's index in the script.
        hint: What the user can do about the error; may be empty.
    """

    title: str
    source: str
    sentences: int = 0
    spoken: int = 0
    status: str = "skipped"
    error: str = ""
    index: int = -1
    hint: str = ""


@dataclass(slots=True)
class Report:
    """The result of a run, filled in step by step; valid after a failure too."""

    episode: ReportedEpisode | None = None
    stories: list[StoryReport] = field(default_factory=list)
    clips: dict[str, int] = field(default_factory=lambda: {"made": 0, "cached": 0, "retried": 0})
    unspoken: list[Unspoken] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    changes: list[dict[str, str]] = field(default_factory=list)
    loudness: Loudness | None = None
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_STAGES, 0.0))
    started: float = field(default_factory=time.monotonic)
    stage: str = ""

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time spent in the ``with`` block to a stage, in seconds."""
        start, self.stage = time.monotonic(), stage
        try:
            yield
        finally:
            self.seconds[stage] += time.monotonic() - start

    def spoken(self, story: int) -> None:
        """Count a spoken sentence."""
        for entry in self.stories:
            if entry.index == story:
                entry.spoken += 1

    def failed(self, story: int, error: str) -> None:
        """Record a sentence that could not be spoken."""
        for entry in self.stories:
            if entry.index == story:
                entry.error = f"{entry.error}; {error}" if entry.error else error
        if story < 0:
            self.warnings.append(error)

    @property
    def media_path(self) -> str:
        """Path of the episode's MP3; empty if there is no episode."""
        return self.episode.media if self.episode else ""

    def set_episode(self, episode: Episode, media: Path, base_url: str = "") -> None:
        """Record the episode and set the status of each story."""
        self.episode = ReportedEpisode(
            guid=episode.guid,
            title=episode.title,
            media=str(media),
            duration_s=round(episode.duration_s, 3),
            bytes=episode.size,
            url=urljoin(base_url, "media/" + quote(episode.media)) if base_url else "",
        )
        for entry in self.stories:
            if entry.index >= 0:
                entry.status = "spoken" if entry.spoken == entry.sentences else "partial"
                if entry.spoken == 0:
                    entry.status = "failed"

    def add_existing(self, episode: Episode, media: Path, base_url: str = "") -> None:
        """Record an unchanged episode, whose sentences are all spoken."""
        for entry in self.stories:
            entry.spoken = sum(1 for cue in episode.cues if cue.sentence.story == entry.index >= 0)
        self.set_episode(episode, media, base_url)

    @property
    def complete(self) -> bool:
        """Whether every chosen story is spoken completely."""
        return all(entry.status in ("spoken", "skipped") for entry in self.stories)

    def as_dict(self) -> dict[str, Any]:
        """Return the ``--json`` object of the command line."""
        self.seconds["total"] = time.monotonic() - self.started
        return {
            "episode": asdict(self.episode) if self.episode else None,
            "stories": [
                {
                    "title": entry.title,
                    "source": entry.source,
                    "sentences": entry.sentences,
                    "spoken": entry.spoken,
                    "status": entry.status,
                    "error": entry.error,
                    **({"hint": entry.hint} if entry.hint else {}),
                }
                for entry in self.stories
            ],
            "clips": dict(self.clips),
            "audio": _rounded(self.loudness),
            "warnings": list(self.warnings),
            "changes": list(self.changes),
            "seconds": {stage: round(value, 3) for stage, value in self.seconds.items()},
        }


def _rounded(loudness: Loudness | None) -> dict[str, float] | None:
    """Return the measured loudness, or None if this run made no recording."""
    if loudness is None:
        return None
    return {name: round(getattr(loudness, name), 2) for name in loudness.__slots__}
