"""Cut excerpts out of a recording: the stories of a section, and single stories.

The recording is cut where its passages begin, so that nothing is encoded a second time: the frames
of a passage need no others. The lines that disclose the synthetic voice are added at the end.
"""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from mujaz.domain import MP3_FRAME_S, Cue, Episode, Excerpt, Kind, Script
from mujaz.publish.folder.excerpts import excerpt_episode
from mujaz.publish.folder.indexed import IndexedSnapshot
from mujaz.publish.folder.layout import media_path
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.show import Show
from mujaz.storage.atomic import move_into_place
from mujaz.storage.hashing import sha256_of

_GUID_SPACE = uuid.UUID("0c1f3a52-5b86-5a0e-8d0e-52f2a4c0be1d")
# Long enough that no two files of a show have the same name.
_NAME_CHARS = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """An excerpt that is to be cut.

    Attributes:
        name: Tells it from the other excerpts of its episode; kept through corrections.
        section: The section; empty for a single story.
        stories: Indices of its stories.
    """

    name: str
    section: str
    stories: tuple[int, ...]


def wanted_excerpts(episode: Episode, show: Show, *, each_story: bool) -> list[Wanted]:
    """Excerpts of an episode: of each topic feed's section that is a part of it, and its stories.

    Args:
        episode: The episode.
        show: Its topic feeds.
        each_story: Whether each story is an episode of its own too.
    """
    heard = {cue.sentence.story for cue in episode.cues if cue.sentence.story >= 0}
    out: list[Wanted] = []
    for section in dict.fromkeys(show.sections.values()):
        chosen = tuple(i for i in sorted(heard) if episode.stories[i].section == section)
        if chosen and len(chosen) < len(heard):
            out.append(Wanted(f"section {section}", section, chosen))
    names: set[str] = set()
    for index in sorted(heard) if each_story else ():
        story = episode.stories[index]
        name = "story " + (story.url or story.source or story.title)
        while name in names:
            name += "+"
        names.add(name)
        out.append(Wanted(name, "", (index,)))
    return out


def cut_excerpts(
    episode: Episode,
    script: Script,
    passages: Sequence[int],
    mp3: Path,
    wanted: Iterable[Wanted],
    workspace: Path,
) -> tuple[Episode, dict[str, Path]]:
    """Cut excerpts out of a finished recording.

    Args:
        episode: The episode, with the checksums of its sentences.
        script: Its script; states the disclosure.
        passages: First frame of each passage.
        mp3: The recording.
        wanted: What to cut.
        workspace: Folder for the files.

    Returns:
        The episode with its excerpts, and their files by name in ``media/``.

    Raises:
        AudioError: If the file cannot be read or written.
    """
    excerpts: list[Excerpt] = []
    files: dict[str, Path] = {}
    for number, one in enumerate(wanted):
        spans = _spans(episode.cues, script.disclosure, passages, frozenset(one.stories))
        guid = "urn:uuid:" + str(uuid.uuid5(_GUID_SPACE, f"{episode.guid}\n{one.name}"))
        excerpt = Excerpt(guid, one.section, one.stories, tuple(spans))
        path = workspace / f"excerpt-{number}.mp3"
        excerpt = _written(episode, excerpt, mp3, path)
        excerpts.append(excerpt)
        files[excerpt.media] = path
    return replace(episode, excerpts=tuple(excerpts)), files


def restore_excerpts(
    snapshot: Snapshot, workspace: Path, only: StoredEpisode | None = None
) -> Snapshot:
    """Cut lost excerpts again out of the episodes' recordings; those that differ stay lost.

    Args:
        snapshot: The show folder.
        workspace: Folder for unfinished files.
        only: The episode to look at in a large show; all if None.

    Returns:
        The snapshot with the restored files.
    """
    is_large = isinstance(snapshot, IndexedSnapshot)
    # A large show asks the disk for each size, so that it needs no list.
    media = {} if is_large else dict(snapshot.media)
    for stored in [only] if is_large and only is not None else snapshot.episodes:
        episode = stored.episode
        lost = [one for one in episode.excerpts if snapshot.media.get(one.media) != one.size]
        if not lost or not snapshot.is_whole(episode):
            continue
        for excerpt in lost:
            path = workspace / "excerpt.mp3"
            again = _written(episode, excerpt, media_path(snapshot.root, episode.media), path)
            if again.sha256 == excerpt.sha256:
                move_into_place(path, media_path(snapshot.root, excerpt.media))
                media[excerpt.media] = excerpt.size
    return snapshot if is_large else replace(snapshot, media=media)


def _written(episode: Episode, excerpt: Excerpt, mp3: Path, path: Path) -> Excerpt:
    """Write the file of an excerpt; return it with name, size and hash."""
    from mujaz.audio.codecs.frames import copy_frames

    samples, rate = copy_frames(mp3, excerpt.spans, path)
    excerpt = replace(excerpt, duration_s=round(samples / rate, 6))
    _tag(path, excerpt_episode(episode, excerpt), episode.title)
    digest = sha256_of(path)
    name = f"{episode.day.isoformat()}-{digest[:_NAME_CHARS]}.mp3"
    return replace(excerpt, media=name, size=path.stat().st_size, sha256=digest)


def _tag(path: Path, episode: Episode, album: str) -> None:
    """Tag an excerpt with what its episode's manifest states, so that it can be cut again."""
    from mujaz.audio.codecs import tags

    values = tags.TagSet(
        title=episode.title,
        artist="",
        album=album,
        day=datetime.combine(episode.day, datetime.min.time()),
        language="ar",
        track=0,
        comment="\n".join((episode.disclosure, *episode.voice_credits)),
        lyrics="\n".join(cue.sentence.text for cue in episode.cues),
        guid=episode.guid,
        duration_s=episode.duration_s,
        chapters=episode.chapters,
        encoder="mujaz",
    )
    tags.write_tags(path, values)


def _spans(
    cues: Sequence[Cue], disclosure: str, passages: Sequence[int], stories: Collection[int]
) -> Iterator[tuple[int, int]]:
    """Passages with a sentence of the stories, and those of the disclosure behind them."""
    chosen: set[int] = set()
    last_story = max(i for i, cue in enumerate(cues) if cue.sentence.story >= 0)
    for index, cue in enumerate(cues):
        sentence = cue.sentence
        discloses = (
            index > last_story
            and sentence.kind is Kind.STATION
            and bool(disclosure)
            and sentence.text in disclosure
        )
        # Teasers belong to no story.
        if discloses or (sentence.story in stories and sentence.kind is not Kind.TEASER):
            chosen.add(_passage(cue, passages))
    first = -1
    for number in sorted(chosen):
        first = number if first < 0 else first
        if number + 1 not in chosen:
            yield passages[first], _end(passages, number, cues)
            first = -1


def _passage(cue: Cue, passages: Sequence[int]) -> int:
    return bisect_right(passages, round(cue.start / MP3_FRAME_S, 3)) - 1


def _end(passages: Sequence[int], number: int, cues: Sequence[Cue]) -> int:
    """The frame behind a passage; the last one ends after the frames that hold its last sentence.

    What comes then (the outro) belongs to the whole.
    """
    if number + 1 < len(passages):
        return passages[number + 1]
    return int(cues[-1].end / MP3_FRAME_S) + 4
