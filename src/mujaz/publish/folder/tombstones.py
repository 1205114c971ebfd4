"""Tombstones of retracted episodes: ``episodes/FOLDER/retracted.json`` in the manifest's place.

A tombstone holds hashes only, enough to recognise the story: its text must not remain readable.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from mujaz.domain import Episode, Kind, PulledStory
from mujaz.errors import PublishError
from mujaz.publish.folder.manifest import pulled_fields, read_pulled

NAME = "retracted.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A retracted episode.

    Attributes:
        published: First publication; kept if the episode is ever made again.
        media: Stems of all its files in ``media/``, earlier versions' included.
        sources: Hashes of its source paths, as in the manifest.
        sentences: Hashes of its written sentences.
        folder: Its folder under ``episodes/``.
        key: Key of its script; empty for articles, and in older tombstones.
        pulled: Stories that had been taken out of it before.
        reason: Why it was retracted; may be empty.
    """

    guid: str
    retracted: datetime
    published: datetime
    media: tuple[str, ...]
    sources: tuple[str, ...]
    sentences: frozenset[str]
    folder: str
    key: str = ""
    pulled: tuple[PulledStory, ...] = ()
    reason: str = ""


def day_of(tombstone: Tombstone) -> date:
    """The date of the episode, with which the name of its folder begins."""
    try:
        return date.fromisoformat(tombstone.folder[:10])
    except ValueError:
        return tombstone.published.date()


def tombstone_of(episode: Episode, folder: str, now: datetime, reason: str = "") -> Tombstone:
    """Make the tombstone of an episode that is retracted now."""
    excerpts = [excerpt.media for excerpt in episode.excerpts]
    names = [episode.media, *excerpts, *(old.media for old in episode.replaced)]
    picture = (episode.image.removesuffix(".jpg"),) if episode.image else ()
    news = (cue.sentence for cue in episode.cues)
    return Tombstone(
        episode.guid,
        now,
        episode.published,
        tuple(name.removesuffix(".mp3") for name in names) + picture,
        tuple(story.source for story in episode.stories),
        sentence_hashes(s.text for s in news if s.kind in (Kind.HEADLINE, Kind.BODY)),
        folder,
        episode.key,
        episode.pulled,
        reason,
    )


def sentence_hashes(texts: Iterable[str]) -> frozenset[str]:
    """Hash sentences, 16 hex digits each, so that they can be recognised."""
    return frozenset(
        hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16] for text in texts
    )


def to_json(tombstone: Tombstone) -> str:
    """Write a tombstone as JSON; the same one always gives the same text."""
    data = {
        "version": VERSION,
        "guid": tombstone.guid,
        "retracted": tombstone.retracted.isoformat(),
        "published": tombstone.published.isoformat(),
        "media": list(tombstone.media),
        "sources": list(tombstone.sources),
        "sentences": sorted(tombstone.sentences),
    }
    later = {
        "key": tombstone.key,
        "pulled": [pulled_fields(pulled) for pulled in tombstone.pulled],
        "reason": tombstone.reason,
    }
    data |= {name: value for name, value in later.items() if value}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def load(path: Path) -> Tombstone:
    """Read a tombstone.

    Raises:
        PublishError: If it cannot be read or is not one.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Tombstone(
            data["guid"],
            datetime.fromisoformat(data["retracted"]),
            datetime.fromisoformat(data["published"]),
            tuple(data["media"]),
            tuple(data["sources"]),
            frozenset(data["sentences"]),
            path.parent.name,
            data.get("key", ""),
            tuple(read_pulled(item) for item in data.get("pulled", ())),
            data.get("reason", ""),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PublishError(
            f"this tombstone is damaged: {error}",
            where=str(path),
            hint="take it from a backup; without it the episode may be made again",
        ) from error
