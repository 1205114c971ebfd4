"""The report of a run: what the commands print, and their ``--json`` object."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urljoin

from mujaz.domain import Episode, Loudness, Show

_STAGES = ("ingest", "text", "diacritize", "speech", "audio", "publish", "total")


class _Folder(Protocol):
    def media_path(self, episode: Episode) -> Any: ...


@dataclass(slots=True)
class StoryReport:
    """The result of one source.

    Attributes:
        status: ``spoken``, ``partial``, ``failed`` or ``skipped``.
        index: Its story's index in the script.
    """

    title: str
    source: str
    sentences: int = 0
    spoken: int = 0
    status: str = "skipped"
    error: str = ""
    index: int = -1


@dataclass(slots=True)
class Report:
    """The result of a run, filled in step by step; valid after a failure too."""

    episode: dict[str, Any] | None = None
    media_path: str = ""
    stories: list[StoryReport] = field(default_factory=list)
    clips: dict[str, int] = field(default_factory=lambda: {"made": 0, "cached": 0, "retried": 0})
    warnings: list[str] = field(default_factory=list)
    loudness: Loudness | None = None
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_STAGES, 0.0))
    started: float = field(default_factory=time.monotonic)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time spent in the ``with`` block to a stage, in seconds."""
        start = time.monotonic()
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

    def set_episode(self, episode: Episode, folder: _Folder, show: Show | None = None) -> None:
        """Record the episode and set the status of its stories."""
        base = show.base_url if show else ""
        self.media_path = str(folder.media_path(episode))
        self.episode = {
            "guid": episode.guid,
            "title": episode.title,
            "media": self.media_path,
            "duration_s": round(episode.duration_s, 3),
            "bytes": episode.size,
            "url": urljoin(base, "media/" + quote(episode.media)) if base else "",
        }
        for entry in self.stories:
            if entry.index >= 0:
                entry.status = "spoken" if entry.spoken == entry.sentences else "partial"
                if entry.spoken == 0:
                    entry.status = "failed"

    def add_existing(self, episode: Episode, folder: _Folder, show: Show | None = None) -> None:
        """Record an unchanged episode, whose sentences are all spoken."""
        for entry in self.stories:
            entry.spoken = sum(1 for cue in episode.cues if cue.sentence.story == entry.index >= 0)
        self.set_episode(episode, folder, show)

    @property
    def complete(self) -> bool:
        """Whether every chosen story is spoken completely."""
        return all(entry.status in ("spoken", "skipped") for entry in self.stories)

    def as_dict(self) -> dict[str, Any]:
        """Return the ``--json`` object of the command line."""
        self.seconds["total"] = time.monotonic() - self.started
        return {
            "episode": self.episode,
            "stories": [
                {
                    "title": entry.title,
                    "source": entry.source,
                    "sentences": entry.sentences,
                    "spoken": entry.spoken,
                    "status": entry.status,
                    "error": entry.error,
                }
                for entry in self.stories
            ],
            "clips": dict(self.clips),
            "audio": _rounded(self.loudness),
            "warnings": list(self.warnings),
            "seconds": {stage: round(value, 3) for stage, value in self.seconds.items()},
        }


def _rounded(loudness: Loudness | None) -> dict[str, float] | None:
    """Return the measured loudness, or None if this run made no recording."""
    if loudness is None:
        return None
    return {name: round(getattr(loudness, name), 2) for name in loudness.__slots__}
