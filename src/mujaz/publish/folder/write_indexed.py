"""Write to a large show folder: only what has changed; see :mod:`mujaz.publish.folder.write`.

The order is the same: media before the manifest, the manifest before the pages, archives and topic
feeds before the main feed; a file is removed only after no feed names it any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from mujaz.domain import Episode
from mujaz.publish.flash_briefing import NAME as FLASH_BRIEFING
from mujaz.publish.flash_briefing import flash_briefing
from mujaz.publish.folder import layout, manifest, tombstones
from mujaz.publish.folder.build_cache import BuildCache, generation_key
from mujaz.publish.folder.changed_documents import ChangedDocuments, MediaLostError
from mujaz.publish.folder.cleanup import (
    keep_only_tombstone,
    remove_media,
    remove_strays,
    remove_unwanted_books,
)
from mujaz.publish.folder.episode_files import names_of, put_episode, with_media, write_books
from mujaz.publish.folder.episode_index import EpisodeIndex
from mujaz.publish.folder.excerpts import stems
from mujaz.publish.folder.indexed import IndexedSnapshot
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.plan import PlannedState, as_heard, checked_feed
from mujaz.publish.folder.retention import Division
from mujaz.publish.folder.state import PAGE_COVER, STATE_FILE, Cover, state_text
from mujaz.publish.folder.tombstones import Tombstone
from mujaz.publish.folder.workspace import refused
from mujaz.publish.html.archive import INDEX as ARCHIVE
from mujaz.publish.html.archive import Month, archive_page
from mujaz.publish.html.pages import QR_CODE, show_page, static_files
from mujaz.publish.rss.feed import Document
from mujaz.publish.rss.names import MAIN_FEED
from mujaz.publish.show import Show
from mujaz.storage.atomic import AtomicWriter, move_into_place

# Episodes whose pages are written together.
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Ready:
    """A finished episode that is not in the show folder yet.

    Attributes:
        mp3: Its audio file; moved.
        opus: The same in Opus, if made; moved.
        excerpts: Files of its excerpts, by name in ``media/``; moved.
        pictures: Its own picture and the small copy, by name in ``media/``.
    """

    episode: Episode
    mp3: Path
    opus: Path | None = None
    excerpts: Mapping[str, Path] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def add_to_index(
    snapshot: IndexedSnapshot, show: Show, ready: Sequence[Ready], workspace: Path
) -> list[Episode]:
    """Put episodes into the folder and into its table; feeds and common pages are left for later.

    Raises:
        PublishError: If the folder cannot be written or a feed with one would break a rule.
    """
    root, index = snapshot.root, snapshot.table
    added: list[StoredEpisode] = []
    try:
        for one in ready:
            episode = with_media(one.episode, snapshot, one.mp3, one.opus)
            stored = StoredEpisode(episode, snapshot.folder_for(episode.guid, episode.day))
            _require_valid(root, show, stored)
            added.append(stored)
        (root / layout.MEDIA).mkdir(parents=True, exist_ok=True)
        index.begin()
        for one, stored in zip(ready, added, strict=True):
            if one.opus is not None:
                move_into_place(one.opus, layout.media_path(root, stored.episode.opus_media))
            for name, path in one.excerpts.items():
                move_into_place(path, layout.media_path(root, name))
            move_into_place(one.mp3, layout.media_path(root, stored.episode.media))
        with AtomicWriter(root, workspace) as files:
            for one in ready:
                for name, data in one.pictures.items():
                    files.put(f"{layout.MEDIA}/{name}", data)
            for stored in added:
                name = layout.manifest_name(stored.folder)
                files.put(name, manifest.to_json(stored.episode))
        for stored in added:
            (root / layout.EPISODES / stored.folder / tombstones.NAME).unlink(missing_ok=True)
            index.put(stored)
        index.commit()
        _write_pages([stored.folder for stored in added], snapshot, show, workspace)
    except OSError as error:
        raise refused(error, root) from error
    return [stored.episode for stored in added]


def withdraw_from_index(
    tombstone: Tombstone,
    snapshot: IndexedSnapshot,
    show: Show,
    workspace: Path,
    cover: Cover | None,
) -> None:
    """Put a tombstone into the folder, write what changes, and remove the episode's files.

    Raises:
        OSError: If the disk refuses.
        PublishError: If a feed would break a rule.
    """
    root, index = snapshot.root, snapshot.table
    index.begin()
    with AtomicWriter(root, workspace) as files:
        name = f"{layout.EPISODES}/{tombstone.folder}/{tombstones.NAME}"
        files.put(name, tombstones.to_json(tombstone))
    index.withdraw(tombstone.folder)
    index.commit()
    write_changes(snapshot, show, workspace, cover)
    remove_media(root, {stem for stem in tombstone.media if not index.has_media(stem)})
    keep_only_tombstone(root, tombstone.folder)


def write_changes(
    snapshot: IndexedSnapshot,
    show: Show,
    workspace: Path,
    cover: Cover | None,
    *,
    thorough: bool = False,
) -> PlannedState:
    """Write every document that a change of episodes or settings has made out of date.

    Args:
        snapshot: The folder as it is; the caller holds its lock.
        show: The channel.
        workspace: Folder for unfinished files.
        cover: The show's cover, if it has one of its own.
        thorough: Whether to write again what was removed or changed behind the table's back.

    Raises:
        PublishError: If the folder cannot be written or a feed would break a rule; the feeds stay
            as they are.
    """
    root, index = snapshot.root, snapshot.table
    try:
        anew = index.expect(generation_key(show))
        index.regain()
        cache = BuildCache(root, workspace.parent, show) if thorough else None
        if cache is not None:
            anew = index.look_at_everything()
            names = partial(names_of, show)
            index.mark_stale(s.folder for s in snapshot.episodes if not cache.matches(names(s)))
        _write_pages(index.stale(), snapshot, show, workspace)
        while True:
            documents = ChangedDocuments(index, show, snapshot.media.get)
            try:
                written = _write_documents(documents, snapshot, workspace, cover, anew=anew)
                break
            except MediaLostError as lost:
                index.lose(lost.folder)
        if anew:
            documents.gone += _unknown(root, index, show, written)
        for name in set(documents.gone) - set(written):
            (root / name).unlink(missing_ok=True)
        if not show.alexa:
            (root / FLASH_BRIEFING).unlink(missing_ok=True)
        if anew:
            remove_unwanted_books(root, snapshot.episodes, show)
        _remove_replaced(root, index, show)
        index.settle()
        if cache is not None:
            known: set[str] = set()
            for stored in snapshot.episodes:
                cache.note(names(stored))
                known |= stems(stored.episode)
                known.update(old.media.removesuffix(".mp3") for old in stored.episode.replaced)
            cache.save()
            remove_strays(root, known, show.keep_media_days)
    except OSError as error:
        raise refused(error, root) from error
    absent = tuple(index.load(folder) for folder in index.absent())
    feeds = {name: b"" for name in written if name.endswith(".xml")}
    count = len(index) - len(absent)
    return PlannedState(show, Division((), (), ()), count, (), absent, feeds)


def _write_documents(
    documents: ChangedDocuments,
    snapshot: IndexedSnapshot,
    workspace: Path,
    cover: Cover | None,
    *,
    anew: bool,
) -> list[str]:
    """Write pages and feeds, the main feed last; gives the names of what may have changed.

    Nothing replaces an old file before all are written and all feeds are checked.
    """
    root, show, index = snapshot.root, documents.show, documents.index
    written: list[str] = []
    with AtomicWriter(root, workspace) as files:

        def put(name: str, content: str | bytes) -> None:
            files.put(name, content)
            written.append(name)

        if cover is not None and cover.data is not None:
            files.put(cover.name, cover.data)
        if cover is not None and cover.small is not None:
            files.put(PAGE_COVER, cover.small)
        for month in documents.months():
            for name, text in month.files(show).items():
                put(name, text)
        code = root / QR_CODE
        drawn = b"" if anew or not code.is_file() else code.read_bytes()
        for name, data in static_files(show, drawn).items():
            put(name, data)
        put("index.html", show_page(show, documents.listed()).encode("utf-8", "replace"))
        put(ARCHIVE, archive_page(show, [Month(*part) for part in index.parts()]))
        if show.alexa:
            put(FLASH_BRIEFING, flash_briefing(show, documents.newest()))
        identity = {"guid": show.guid, "base_url": show.base_url, "title": show.title}
        now = datetime.now(UTC).replace(microsecond=0)
        put(STATE_FILE, state_text(snapshot.state, identity, (), now, cover))
        for document in documents.feeds():
            put(document.name, checked_feed(root, show, document, documents.size_of))
    return written


def _unknown(root: Path, index: EpisodeIndex, show: Show, written: Sequence[str]) -> list[str]:
    """Feeds and pages of the archive that earlier settings or versions left.

    Everything was looked at, so what is still wanted is written or in the table.
    """
    known = {*written, *index.feed_names()}
    for part in index.parts():
        known.update(Month(*part).names())
    found = [*root.glob("feed-*.xml"), *root.glob("archive/*.*")]
    names = [path.relative_to(root).as_posix() for path in found]
    return [name for name in names if name not in known]


def _write_pages(
    folders: Sequence[str], snapshot: IndexedSnapshot, show: Show, workspace: Path
) -> None:
    """Write the pages, transcripts and books of episodes."""
    index = snapshot.table
    for start in range(0, len(folders), _AT_ONCE):
        some = folders[start : start + _AT_ONCE]
        with AtomicWriter(snapshot.root, workspace) as files:
            for folder in some:
                stored = as_heard(index.load(folder), snapshot.media.get)
                if stored is None:
                    continue
                write_books([stored], snapshot.root, show, workspace)
                put_episode(files, stored, show)
        index.fresh(some)


def _require_valid(root: Path, show: Show, stored: StoredEpisode) -> None:
    """Check a feed with only this episode in it.

    Raises:
        PublishError: If it would break a rule.
    """
    episode = stored.episode
    opus = {episode.opus_media: episode.opus.size} if episode.opus else {}
    sizes = {episode.media: episode.size, **opus}
    checked_feed(root, show, Document(MAIN_FEED, (stored,)), sizes.get)


def _remove_replaced(root: Path, index: EpisodeIndex, show: Show) -> None:
    """Remove media that were replaced by a correction more than ``keep_media_days`` ago."""
    limit = datetime.now(UTC) - timedelta(days=show.keep_media_days)
    due = {media.removesuffix(".mp3") for media, at in index.replaced() if at <= limit}
    remove_media(root, {stem for stem in due if not index.has_media(stem)})
