"""The files of one episode: its audio under its final name, its pages, transcripts and book."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from mujaz.domain import AudioFile, Episode, Replaced
from mujaz.publish.books import BOOK_SUFFIXES, wanted_books
from mujaz.publish.daisy.book import write_daisy
from mujaz.publish.epub.book import write_epub
from mujaz.publish.folder import layout, manifest
from mujaz.publish.folder.excerpts import excerpt_episode
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.html.chapters import chapters_json
from mujaz.publish.html.embed import embed_page, oembed_json
from mujaz.publish.html.pages import episode_page
from mujaz.publish.html.transcripts import transcript_html, transcript_json, vtt
from mujaz.publish.show import Show
from mujaz.storage.atomic import AtomicWriter, move_into_place
from mujaz.storage.hashing import sha256_of


def with_media(episode: Episode, snapshot: Snapshot, mp3: Path, opus: Path | None) -> Episode:
    """Return the episode with sizes, hashes and names of its audio files."""
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
            *(Replaced(one.media, episode.updated) for one in before.episode.excerpts),
        )
    here = {episode.media, *(one.media for one in episode.excerpts)}
    episode = replace(episode, replaced=tuple(old for old in replaced if old.media not in here))
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


def put_episode(files: AtomicWriter, stored: StoredEpisode, show: Show) -> None:
    """Write the pages and transcripts of an episode and of its excerpts."""
    episode = stored.episode
    for one in (episode, *(excerpt_episode(episode, part) for part in episode.excerpts)):
        sides = (layout.side_name(one.media, suffix) for suffix in layout.SIDE_SUFFIXES)
        captions, transcript, plain, chapters = sides
        files.put(captions, vtt(one, show.language))
        files.put(transcript, transcript_json(one))
        files.put(plain, transcript_html(one, show.language))
        files.put(chapters, chapters_json(one, show.title))
    files.put(layout.page_name(stored.folder), episode_page(show, episode, stored.folder))
    player, description = layout.embed_names(stored.folder)
    files.put(player, embed_page(show, episode, stored.folder))
    files.put(description, oembed_json(show, episode, stored.folder))


def names_of(show: Show, stored: StoredEpisode) -> list[str]:
    """Names of an episode's manifest and of what is generated from it, its books included."""
    kinds = wanted_books(show, stored.episode)
    return layout.generated_names(stored, [BOOK_SUFFIXES[kind] for kind in kinds])


def write_books(stale: Iterable[StoredEpisode], root: Path, show: Show, workspace: Path) -> None:
    """Write the books of episodes, one at a time: each holds the audio of its episode."""
    writers = {"epub": write_epub, "daisy": write_daisy}
    for stored in stale:
        media = stored.episode.media
        for kind in wanted_books(show, stored.episode):
            book = workspace / f"book{BOOK_SUFFIXES[kind]}"
            writers[kind](show, stored.episode, layout.media_path(root, media), book)
            move_into_place(book, root / layout.side_name(media, BOOK_SUFFIXES[kind]))
