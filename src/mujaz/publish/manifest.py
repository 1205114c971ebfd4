"""``episode.json``: everything that feed, transcripts and pages are rebuilt from."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from mujaz.domain import Chapter, Cue, Episode, Kind, Sentence, Story, Unspoken
from mujaz.errors import PublishError

VERSION = 1


def to_json(episode: Episode) -> str:
    """A manifest as JSON; the same episode always gives the same text."""
    data = {
        "version": VERSION,
        "guid": episode.guid,
        "title": episode.title,
        "summary": episode.summary,
        "date": episode.day.isoformat(),
        "published": episode.published.isoformat(),
        "updated": episode.updated.isoformat() if episode.updated else None,
        "media": episode.media,
        "duration_s": round(episode.duration_s, 6),
        "bytes": episode.size,
        "sha256": episode.sha256,
        "voice": episode.voice,
        "disclosure": episode.disclosure,
        "fingerprint": episode.fingerprint,
        "stories": [_story(story) for story in episode.stories],
        "chapters": [
            {"title": c.title, "start": round(c.start, 3), "link": c.link} for c in episode.chapters
        ],
        "script_sha256": episode.script_sha256,
        "sentences": [_cue(cue) for cue in episode.cues],
        "unspoken": [
            {"index": u.index, **_sentence(u.sentence), "reason": u.reason}
            for u in episode.unspoken
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def load(path: Path) -> Episode:
    """Read a manifest.

    Raises:
        PublishError: If it cannot be read or is not one.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return _episode(data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PublishError(
            f"this manifest is damaged: {error}",
            where=str(path),
            hint="remove its folder and make the episode again",
        ) from error


def _story(story: Story) -> dict[str, Any]:
    return {
        "title": story.title,
        "url": story.url,
        "source": story.source,
        "author": story.author,
        "date": story.day.isoformat() if story.day else None,
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "spoken": sentence.spoken,
        "kind": sentence.kind.value,
        "paragraph": sentence.paragraph,
        "story": sentence.story,
        "pause_ms": sentence.pause_ms,
    }


def _cue(cue: Cue) -> dict[str, Any]:
    return {
        **_sentence(cue.sentence),
        "start": round(cue.start, 3),
        "end": round(cue.end, 3),
        "checksum": cue.checksum,
        "words": [[index, round(at, 3)] for index, at in cue.words],
    }


def _episode(data: dict[str, Any]) -> Episode:
    return Episode(
        guid=data["guid"],
        title=data["title"],
        summary=data["summary"],
        day=date.fromisoformat(data["date"]),
        published=datetime.fromisoformat(data["published"]),
        media=data["media"],
        duration_s=float(data["duration_s"]),
        size=int(data["bytes"]),
        sha256=data["sha256"],
        fingerprint=data["fingerprint"],
        voice=data["voice"],
        disclosure=data["disclosure"],
        stories=tuple(
            Story(
                item["title"],
                item["url"],
                item["source"],
                item["author"],
                date.fromisoformat(item["date"]) if item["date"] else None,
            )
            for item in data["stories"]
        ),
        chapters=tuple(Chapter(c["title"], float(c["start"]), c["link"]) for c in data["chapters"]),
        cues=tuple(_read_cue(item) for item in data["sentences"]),
        # Manifests of the first version do not have these.
        unspoken=tuple(
            Unspoken(int(item["index"]), _read_sentence(item), item["reason"])
            for item in data.get("unspoken", ())
        ),
        script_sha256=data.get("script_sha256", ""),
        updated=datetime.fromisoformat(data["updated"]) if data["updated"] else None,
    )


def _read_sentence(item: dict[str, Any]) -> Sentence:
    return Sentence(
        item["text"],
        item["spoken"],
        Kind(item["kind"]),
        int(item["paragraph"]),
        int(item["story"]),
        int(item["pause_ms"]),
    )


def _read_cue(item: dict[str, Any]) -> Cue:
    words = tuple((int(index), float(at)) for index, at in item["words"])
    start, end = float(item["start"]), float(item["end"])
    return Cue(_read_sentence(item), start, end, words, item.get("checksum", ""))
