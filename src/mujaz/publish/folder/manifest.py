"""``episode.json``, the manifest: the data that feed, transcripts and pages are rebuilt from."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from mujaz.domain import (
    AudioFile,
    Chapter,
    Correction,
    Cue,
    Episode,
    Excerpt,
    Kind,
    PulledStory,
    Replaced,
    Sentence,
    Sound,
    Story,
    Unspoken,
)
from mujaz.errors import PublishError

VERSION = 1
# DATE-HASH.mp3; the hash covers the content of the MP3, or of MP3 and Opus file together.
MEDIA_NAME = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8,64}\.mp3", re.ASCII)
# DATE-HASH.jpg; the hash covers the content.
IMAGE_NAME = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{16}\.jpg", re.ASCII)

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredEpisode:
    """An episode and the name of its folder under ``episodes/``."""

    episode: Episode
    folder: str


def to_json(episode: Episode) -> str:
    """Write a manifest as JSON; the same episode always gives the same text."""
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
        **_opus_fields(episode),
        "voice": episode.voice,
        **_newsroom_fields(episode),
        "disclosure": episode.disclosure,
        **({"voice_credits": list(episode.voice_credits)} if episode.voice_credits else {}),
        "fingerprint": episode.fingerprint,
        "replaced": [{"media": r.media, "at": r.at.isoformat()} for r in episode.replaced],
        "stories": [_story(story) for story in episode.stories],
        "chapters": [
            {"title": c.title, "start": stated(c.start), "link": c.link} for c in episode.chapters
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
        return read(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PublishError(
            f"this manifest is damaged: {error}",
            where=str(path),
            hint="remove its folder and make the episode again",
        ) from error


def read(text: str) -> Episode:
    """Parse a manifest.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: If the text is not a manifest.
    """
    return _episode(json.loads(text))


def script_digest(sentences: Iterable[Sentence]) -> str:
    """SHA-256 of a script's sentences as spoken, in order, one a line."""
    text = "".join(f"{sentence.spoken}\n" for sentence in sentences)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def stated(seconds: float) -> float:
    """Round a time to whole milliseconds, as manifests hold it."""
    return round(seconds, 3)


def _image_name(name: str) -> str:
    """The name of a picture in ``media/``.

    Raises:
        ValueError: If it is no such name.
    """
    if name and not IMAGE_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a picture")
    return name


def _opus_fields(episode: Episode) -> dict[str, Any]:
    opus = episode.opus
    return {"opus": {"bytes": opus.size, "sha256": opus.sha256}} if opus else {}


def _newsroom_fields(episode: Episode) -> dict[str, Any]:
    """Fields that not every episode has."""
    fields: dict[str, Any] = {
        "key": episode.key,
        "voices": dict(episode.voices) if len(episode.voices) > 1 else {},
        "parts": dict(episode.parts),
        "by_hand": episode.by_hand,
        "books": list(episode.books),
        "image": episode.image,
        "files_version": episode.files_version if episode.files_version > 1 else 0,
        "pulled": [pulled_fields(pulled) for pulled in episode.pulled],
        "corrections": [
            {"at": item.at.isoformat(), "sentences": list(item.sentences)}
            for item in episode.corrections
        ],
    }
    fields["excerpts"] = [_excerpt(excerpt) for excerpt in episode.excerpts]
    return {name: value for name, value in fields.items() if value}


def _excerpt(excerpt: Excerpt) -> dict[str, Any]:
    return {
        "guid": excerpt.guid,
        "section": excerpt.section,
        "stories": list(excerpt.stories),
        "frames": [list(span) for span in excerpt.spans],
        "media": excerpt.media,
        "bytes": excerpt.size,
        "sha256": excerpt.sha256,
        "duration_s": excerpt.duration_s,
    }


def _read_excerpt(item: dict[str, Any]) -> Excerpt:
    return Excerpt(
        item["guid"],
        item["section"],
        tuple(map(int, item["stories"])),
        tuple((int(first), int(end)) for first, end in item["frames"]),
        _file_name(item["media"]),
        int(item["bytes"]),
        item["sha256"],
        float(item["duration_s"]),
    )


def pulled_fields(pulled: PulledStory) -> dict[str, Any]:
    """A pulled story as JSON."""
    return {
        "guid": pulled.guid,
        "source": pulled.source,
        "sentences": sorted(pulled.sentences),
        "at": pulled.at.isoformat(),
    }


def read_pulled(item: dict[str, Any]) -> PulledStory:
    """Parse a pulled story.

    Raises:
        ValueError, KeyError, TypeError: If it is not one.
    """
    at = datetime.fromisoformat(item["at"])
    return PulledStory(item["guid"], item["source"], frozenset(item["sentences"]), at)


def _story(story: Story) -> dict[str, Any]:
    return {
        "title": story.title,
        "url": story.url,
        "source": story.source,
        "author": story.author,
        "date": story.day.isoformat() if story.day else None,
        "section": story.section,
        "publisher": story.publisher,
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "spoken": sentence.spoken,
        "kind": sentence.kind.value,
        "paragraph": sentence.paragraph,
        "story": sentence.story,
        "pause_ms": sentence.pause_ms,
        **_sound_fields(sentence.sound),
    }


def _sound_fields(sound: Sound | None) -> dict[str, Any]:
    """Return a recording as JSON, without the path of its file, which is private."""
    return {"sound": {"sha256": sound.sha256, "by": sound.by}} if sound else {}


def _read_sound(item: dict[str, Any] | None) -> Sound | None:
    if item is None:
        return None
    if not _SHA256.fullmatch(item["sha256"]):
        raise ValueError(f"{item['sha256']!r} is not a SHA-256")
    return Sound("", item["by"], item["sha256"])


def _cue(cue: Cue) -> dict[str, Any]:
    return {
        **_sentence(cue.sentence),
        "start": stated(cue.start),
        "end": stated(cue.end),
        "checksum": cue.checksum,
        "words": [[index, stated(at)] for index, at in cue.words],
        **({"voice": cue.voice} if cue.voice else {}),
    }


def _episode(data: dict[str, Any]) -> Episode:
    return Episode(
        guid=data["guid"],
        title=data["title"],
        summary=data["summary"],
        day=date.fromisoformat(data["date"]),
        published=datetime.fromisoformat(data["published"]),
        media=_file_name(data["media"]),
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
                item.get("section", ""),
                item.get("publisher", ""),
            )
            for item in data["stories"]
        ),
        chapters=tuple(Chapter(c["title"], float(c["start"]), c["link"]) for c in data["chapters"]),
        cues=tuple(_read_cue(item) for item in data["sentences"]),
        # Older manifests do not have these.
        unspoken=tuple(
            Unspoken(int(item["index"]), _read_sentence(item), item["reason"])
            for item in data.get("unspoken", ())
        ),
        script_sha256=data.get("script_sha256", ""),
        voice_credits=tuple(map(str, data.get("voice_credits", ()))),
        updated=datetime.fromisoformat(data["updated"]) if data["updated"] else None,
        replaced=tuple(
            Replaced(_file_name(item["media"]), datetime.fromisoformat(item["at"]))
            for item in data.get("replaced", ())
        ),
        opus=_read_opus(data.get("opus")),
        key=data.get("key", ""),
        voices=dict(data.get("voices", {})),
        parts=dict(data.get("parts", {})),
        by_hand=bool(data.get("by_hand", False)),
        image=_image_name(data.get("image", "")),
        files_version=int(data.get("files_version", 1)),
        books=tuple(str(kind) for kind in data.get("books", ())),
        pulled=tuple(read_pulled(item) for item in data.get("pulled", ())),
        corrections=tuple(
            Correction(datetime.fromisoformat(item["at"]), tuple(item["sentences"]))
            for item in data.get("corrections", ())
        ),
        excerpts=tuple(_read_excerpt(item) for item in data.get("excerpts", ())),
    )


def _read_opus(item: dict[str, Any] | None) -> AudioFile | None:
    return AudioFile(int(item["bytes"]), item["sha256"]) if item else None


def _file_name(name: str) -> str:
    """Check that a name is one of ours, so that a manipulated manifest cannot name other files."""
    if not MEDIA_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a media file of this show")
    return name


def _read_sentence(item: dict[str, Any]) -> Sentence:
    return Sentence(
        item["text"],
        item["spoken"],
        Kind(item["kind"]),
        int(item["paragraph"]),
        int(item["story"]),
        int(item["pause_ms"]),
        sound=_read_sound(item.get("sound")),
    )


_first, _second = itemgetter(0), itemgetter(1)


def _read_cue(item: dict[str, Any]) -> Cue:
    # Without a loop in Python, which takes twice as long: words are most of a manifest.
    pairs = item["words"]
    words = tuple(zip(map(int, map(_first, pairs)), map(float, map(_second, pairs)), strict=True))
    start, end = float(item["start"]), float(item["end"])
    checksum, voice = item.get("checksum", ""), item.get("voice", "")
    return Cue(_read_sentence(item), start, end, words, checksum, voice)
