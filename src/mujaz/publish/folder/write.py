"""Write to the show folder, in an order that keeps every published name valid at every moment.

Manifests (``episodes/*/episode.json``) are the source of truth; feeds, pages and transcripts are
generated from them. Media are written before the manifest, the manifest before the pages, archives
and topic feeds before the main feed; a file is removed only after no feed names it any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mujaz.domain import AudioFile, Episode, Replaced
from mujaz.publish.folder import layout, manifest, tombstones
from mujaz.publish.folder.build_cache import BuildCache
from mujaz.publish.folder.cleanup import clean_up
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.plan import PlannedState, plan_state
from mujaz.publish.folder.snapshot import Snapshot, newest_first
from mujaz.publish.folder.state import STATE_FILE, Cover, state_text
from mujaz.publish.folder.tombstones import Tombstone
from mujaz.publish.folder.workspace import refused
from mujaz.publish.html.chapters import chapters_json
from mujaz.publish.html.pages import episode_page, show_page, static_files
from mujaz.publish.html.transcripts import transcript_html, transcript_json, vtt
from mujaz.publish.show import Show
from mujaz.storage.atomic import AtomicWriter, move_into_place
from mujaz.storage.hashing import sha256_of


def add_episode(
    snapshot: Snapshot,
    show: Show,
    episode: Episode,
    mp3: Path,
    workspace: Path,
    *,
    opus: Path | None = None,
    cover: Cover | None = None,
) -> tuple[Episode, PlannedState]:
    """Publish an episode; its media fields are filled in from the finished files.

    An episode with the same guid is corrected: it keeps its folder, and its old media stay for
    ``keep_media_days``. A tombstone with the same guid is removed.

    Args:
        snapshot: The folder as it is; the caller holds its lock.
        show: The channel.
        episode: What to publish.
        mp3: The finished audio file; moved.
        workspace: Folder for unfinished files.
        opus: The same audio in Opus, if made; moved.
        cover: The show's cover, if it has one of its own.

    Returns:
        The episode as published, and what the folder now holds.

    Raises:
        PublishError: If the folder cannot be written or the feed would break a rule; what was
            published stays as it is.
    """
    root = snapshot.root
    try:
        episode = _with_media(episode, snapshot, mp3, opus)
        stored = StoredEpisode(episode, snapshot.folder_for(episode.guid, episode.day))
        others = [s for s in snapshot.episodes if s.episode.guid != episode.guid]
        planned = plan_state(snapshot, show, newest_first([*others, stored]), coming=episode)
        (root / layout.MEDIA).mkdir(parents=True, exist_ok=True)
        if opus is not None:
            move_into_place(opus, layout.media_path(root, episode.opus_media))
        move_into_place(mp3, layout.media_path(root, episode.media))
        with AtomicWriter(root, workspace) as files:
            files.put(layout.manifest_name(stored.folder), manifest.to_json(episode))
        (root / layout.EPISODES / stored.folder / tombstones.NAME).unlink(missing_ok=True)
        stones = [stone for stone in snapshot.tombstones if stone.guid != episode.guid]
        write_state(planned, snapshot, stones, workspace, cover)
    except OSError as error:
        raise refused(error, root) from error
    return episode, planned


def rebuild(
    snapshot: Snapshot, show: Show, workspace: Path, cover: Cover | None = None
) -> PlannedState:
    """Bring everything that is generated from manifests up to date, the main feed last.

    Files whose content would not change are not touched.

    Raises:
        PublishError: If the feed would break a rule; the old one stays.
    """
    try:
        planned = plan_state(snapshot, show, snapshot.episodes)
        write_state(planned, snapshot, snapshot.tombstones, workspace, cover)
    except OSError as error:
        raise refused(error, snapshot.root) from error
    return planned


def write_state(
    planned: PlannedState,
    snapshot: Snapshot,
    stones: Iterable[Tombstone],
    workspace: Path,
    cover: Cover | None,
) -> None:
    """Write a planned state, then remove what it no longer needs.

    Args:
        planned: What to write.
        snapshot: The folder as it was read.
        stones: Tombstones of the new state.
        workspace: Folder for unfinished files.
        cover: The show's cover, if it has one of its own.

    Raises:
        OSError: If the disk refuses.
    """
    root, show = snapshot.root, planned.show
    cache = BuildCache(root, workspace.parent, show)
    stale = [s for s in planned.episodes if not cache.matches(layout.generated_names(s))]
    out_of_feed = [stored.folder for stored in planned.division.resting]
    identity = {"guid": show.guid, "base_url": show.base_url, "title": show.title}
    state = state_text(snapshot.state, identity, out_of_feed, _now(), cover)
    with AtomicWriter(root, workspace) as files:
        if cover is not None and cover.data is not None:
            files.put(cover.name, cover.data)
        for stored in stale:
            _put_episode(files, stored, show)
        for name, data in static_files(show).items():
            files.put(name, data)
        files.put("index.html", show_page(show, planned.episodes))
        files.put(STATE_FILE, state)
    for stored in stale:
        cache.note(layout.generated_names(stored))
    cache.save()
    for name in planned.feeds:
        # One at a time, each durable before the next: the main feed names the others.
        with AtomicWriter(root, workspace) as files:
            files.put(name, planned.feeds[name])
    clean_up(root, planned.division, show, planned.feeds, list(stones))


def _with_media(episode: Episode, snapshot: Snapshot, mp3: Path, opus: Path | None) -> Episode:
    """The episode with sizes, hashes and names of its audio files."""
    before = snapshot.find(episode.guid)
    episode = replace(
        episode,
        size=mp3.stat().st_size,
        sha256=sha256_of(mp3),
        opus=AudioFile(opus.stat().st_size, sha256_of(opus)) if opus else None,
    )
    episode = replace(episode, media=_media_name(episode, snapshot.root))
    replaced: tuple[Replaced, ...] = ()
    if before is not None and episode.updated is not None:
        replaced = (
            *before.episode.replaced,
            Replaced(before.episode.media, episode.updated),
        )
    episode = replace(
        episode, replaced=tuple(old for old in replaced if old.media != episode.media)
    )
    # Through JSON and back, so that this run and a later rebuild write the same bytes.
    return manifest.read(manifest.to_json(episode))


def _media_name(episode: Episode, root: Path) -> str:
    """``DATE-HASH.mp3``; the whole hash if another file has the same short one.

    The hash covers all audio files of the episode: they share their name, and published files
    never change under it.
    """
    digest = episode.sha256
    if episode.opus is not None:
        digest = hashlib.sha256(f"{digest} {episode.opus.sha256}".encode()).hexdigest()
    for chars in (layout.HASH_CHARS, len(digest)):
        name = f"{episode.day.isoformat()}-{digest[:chars]}.mp3"
        path = layout.media_path(root, name)
        if not path.exists() or path.stat().st_size == 0 or sha256_of(path) == episode.sha256:
            break
    return name


def _put_episode(files: AtomicWriter, stored: StoredEpisode, show: Show) -> None:
    episode = stored.episode
    _, page, captions, transcript, plain, chapters = layout.generated_names(stored)
    files.put(captions, vtt(episode))
    files.put(transcript, transcript_json(episode))
    files.put(plain, transcript_html(episode, show.language))
    files.put(chapters, chapters_json(episode, show.title))
    files.put(page, episode_page(show, episode, stored.folder))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
