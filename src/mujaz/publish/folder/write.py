"""Write to the show folder, in an order that keeps every published name valid at every moment.

Manifests (``episodes/*/episode.json``) are the source of truth; feeds, pages and transcripts are
generated from them. Media are written before the manifest, the manifest before the pages, archives
and topic feeds before the main feed; a file is removed only after no feed names it any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType

from mujaz.domain import Episode
from mujaz.publish.flash_briefing import NAME as FLASH_BRIEFING
from mujaz.publish.flash_briefing import flash_briefing
from mujaz.publish.folder import layout, manifest, tombstones
from mujaz.publish.folder.build_cache import BuildCache
from mujaz.publish.folder.cleanup import clean_up
from mujaz.publish.folder.episode_files import names_of, put_episode, with_media, write_books
from mujaz.publish.folder.episode_index import remove_index
from mujaz.publish.folder.indexed import IndexedSnapshot
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.plan import PlannedState, plan_state
from mujaz.publish.folder.snapshot import Snapshot, newest_first
from mujaz.publish.folder.state import PAGE_COVER, STATE_FILE, Cover, state_text
from mujaz.publish.folder.tombstones import Tombstone
from mujaz.publish.folder.workspace import refused
from mujaz.publish.folder.write_indexed import Ready, add_to_index, write_changes
from mujaz.publish.html.archive import INDEX as ARCHIVE
from mujaz.publish.html.archive import Month, archive_page, months_of
from mujaz.publish.html.pages import QR_CODE, show_page, static_files
from mujaz.publish.show import Show
from mujaz.storage.atomic import AtomicWriter, move_into_place


def add_episode(
    snapshot: Snapshot,
    show: Show,
    episode: Episode,
    mp3: Path,
    workspace: Path,
    *,
    opus: Path | None = None,
    cover: Cover | None = None,
    excerpts: Mapping[str, Path] = MappingProxyType({}),
    pictures: Mapping[str, bytes] = MappingProxyType({}),
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
        excerpts: Files of its excerpts, by name in ``media/``; moved.
        pictures: Its own picture and the small copy, by name in ``media/``.

    Returns:
        The episode as published, and what the folder now holds.

    Raises:
        PublishError: If the folder cannot be written or the feed would break a rule; what was
            published stays as it is.
    """
    root = snapshot.root
    if isinstance(snapshot, IndexedSnapshot):
        ready = Ready(episode, mp3, opus, excerpts, pictures)
        (episode,) = add_to_index(snapshot, show, [ready], workspace)
        return episode, write_changes(snapshot, show, workspace, cover)
    try:
        episode = with_media(episode, snapshot, mp3, opus)
        stored = StoredEpisode(episode, snapshot.folder_for(episode.guid, episode.day))
        others = [s for s in snapshot.episodes if s.episode.guid != episode.guid]
        planned = plan_state(snapshot, show, newest_first([*others, stored]), coming=episode)
        (root / layout.MEDIA).mkdir(parents=True, exist_ok=True)
        if opus is not None:
            move_into_place(opus, layout.media_path(root, episode.opus_media))
        for name, path in excerpts.items():
            move_into_place(path, layout.media_path(root, name))
        move_into_place(mp3, layout.media_path(root, episode.media))
        with AtomicWriter(root, workspace) as files:
            for name, data in pictures.items():
                files.put(f"{layout.MEDIA}/{name}", data)
        with AtomicWriter(root, workspace) as files:
            files.put(layout.manifest_name(stored.folder), manifest.to_json(episode))
        (root / layout.EPISODES / stored.folder / tombstones.NAME).unlink(missing_ok=True)
        retracted = [
            tombstone for tombstone in snapshot.tombstones if tombstone.guid != episode.guid
        ]
        write_state(planned, snapshot, retracted, workspace, cover)
    except OSError as error:
        raise refused(error, root) from error
    return episode, planned


def rebuild(
    snapshot: Snapshot,
    show: Show,
    workspace: Path,
    cover: Cover | None = None,
    *,
    thorough: bool = True,
) -> PlannedState:
    """Bring everything that is generated from manifests up to date, the main feed last.

    Files whose content would not change are not touched.

    Args:
        snapshot: The folder as it is; the caller holds its lock.
        show: The channel.
        workspace: Folder for unfinished files.
        cover: The show's cover, if it has one of its own.
        thorough: Whether every file of a large show is looked at too, and not only what is known
            to have changed.

    Raises:
        PublishError: If the feed would break a rule; the old one stays.
    """
    if isinstance(snapshot, IndexedSnapshot):
        return write_changes(snapshot, show, workspace, cover, thorough=thorough)
    try:
        planned = plan_state(snapshot, show, snapshot.episodes)
        write_state(planned, snapshot, snapshot.tombstones, workspace, cover)
    except OSError as error:
        raise refused(error, snapshot.root) from error
    return planned


def ask_for_books(
    snapshot: Snapshot, stored: StoredEpisode, books: Collection[str], workspace: Path
) -> Snapshot:
    """Note in a manifest that an episode is wanted as books, which the next rebuild writes.

    Raises:
        PublishError: If the folder cannot be written.
    """
    episode = replace(stored.episode, books=tuple(sorted({*stored.episode.books, *books})))
    if episode == stored.episode:
        return snapshot
    noted = StoredEpisode(episode, stored.folder)
    index = snapshot.table if isinstance(snapshot, IndexedSnapshot) else None
    try:
        if index is not None:
            index.begin()
        with AtomicWriter(snapshot.root, workspace) as files:
            files.put(layout.manifest_name(stored.folder), manifest.to_json(episode))
    except OSError as error:
        raise refused(error, snapshot.root) from error
    if index is not None:
        index.put(noted)
        index.commit()
        return snapshot
    episodes = (noted if one.folder == stored.folder else one for one in snapshot.episodes)
    return replace(snapshot, episodes=tuple(episodes))


def write_state(
    planned: PlannedState,
    snapshot: Snapshot,
    retracted: Iterable[Tombstone],
    workspace: Path,
    cover: Cover | None,
) -> None:
    """Write a planned state, then remove what it no longer needs.

    Args:
        planned: What to write.
        snapshot: The folder as it was read.
        retracted: Tombstones of the new state.
        workspace: Folder for unfinished files.
        cover: The show's cover, if it has one of its own.

    Raises:
        OSError: If the disk refuses.
    """
    root, show = snapshot.root, planned.show
    # Made anew from the manifests when the show is so large that it is needed.
    remove_index(root)
    cache = BuildCache(root, workspace.parent, show)
    names = partial(names_of, show)
    stale = [stored for stored in planned.episodes if not cache.matches(names(stored))]
    months = months_of(show, planned.episodes)
    stale_months = [month for month in months if not cache.matches(_files_of_month(month))]
    out_of_feed = [stored.folder for stored in planned.division.resting]
    identity = {"guid": show.guid, "base_url": show.base_url, "title": show.title}
    state = state_text(snapshot.state, identity, out_of_feed, _now(), cover)
    index = show_page(show, planned.episodes).encode("utf-8", "replace")
    code = (root / QR_CODE).read_bytes() if cache.matches([QR_CODE]) else b""
    pages: dict[str, str | bytes] = {**static_files(show, code), "index.html": index}
    pages[ARCHIVE] = archive_page(show, months)
    if show.alexa:
        pages[FLASH_BRIEFING] = flash_briefing(show, planned.episodes)
    write_books(stale, snapshot.root, show, workspace)
    with AtomicWriter(root, workspace) as files:
        if cover is not None and cover.data is not None:
            files.put(cover.name, cover.data)
        if cover is not None and cover.small is not None:
            files.put(PAGE_COVER, cover.small)
        for stored in stale:
            put_episode(files, stored, show)
        for month in stale_months:
            for name, text in month.files(show).items():
                files.put(name, text)
        for name, data in pages.items():
            files.put(name, data)
        files.put(STATE_FILE, state)
    for stored in stale:
        cache.note(names(stored))
    for month in stale_months:
        cache.note(_files_of_month(month))
    cache.note([QR_CODE])
    cache.save()
    for name in planned.feeds:
        # One at a time, each durable before the next: the main feed names the others.
        with AtomicWriter(root, workspace) as files:
            files.put(name, planned.feeds[name])
    staying = {*planned.feeds, ARCHIVE, *(name for month in months for name in month.names())}
    clean_up(root, planned.division, show, staying, list(retracted))


def _files_of_month(month: Month) -> list[str]:
    """Names of a month's archive files, and of the manifests that they are made from."""
    manifests = [layout.manifest_name(stored.folder) for stored in month.episodes]
    return [*month.names(), *manifests]


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
