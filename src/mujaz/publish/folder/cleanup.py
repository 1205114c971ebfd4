"""Remove files from the show folder that no feed names any more."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from mujaz.publish.books import BOOK_SUFFIXES
from mujaz.publish.flash_briefing import NAME as FLASH_BRIEFING
from mujaz.publish.folder import layout
from mujaz.publish.folder.excerpts import stems
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.retention import Division, expired_media
from mujaz.publish.folder.tombstones import NAME as TOMBSTONE
from mujaz.publish.folder.tombstones import Tombstone
from mujaz.publish.folder.workspace import PRIVATE
from mujaz.publish.show import Show
from mujaz.storage.atomic import remove_folder

SUFFIXES = (
    ".mp3",
    ".opus",
    ".vtt",
    ".json",
    ".html",
    ".chapters.json",
    *BOOK_SUFFIXES.values(),
    ".jpg",
    ".small.jpg",
)
_MEDIA = re.compile(r"(\d{4}-\d{2}-\d{2}-[0-9a-f]{8,64})(\.[a-z0-9.]+)", re.ASCII)


def clean_up(
    root: Path,
    division: Division,
    show: Show,
    names: Collection[str],
    tombstones: Sequence[Tombstone],
) -> None:
    """Remove retracted episodes, those due by the retention rules, and archives without episodes.

    Args:
        root: The show folder.
        division: Which episodes stay.
        show: Its ``keep_media_days``.
        names: Names of the feed documents and of the archive's pages that stay.
        tombstones: Tombstones of retracted episodes.
    """
    for path in (*root.glob("feed-*.xml"), *root.glob("archive/*.*")):
        if path.relative_to(root).as_posix() not in names:
            path.unlink(missing_ok=True)
    if not show.alexa:
        (root / FLASH_BRIEFING).unlink(missing_ok=True)
    remove_unwanted_books(root, [*division.kept, *division.resting], show)
    here = {name for path in root.glob("feed*.xml") for name in named_media(path)}
    now = datetime.now(UTC)
    staying = [*division.kept, *division.resting]
    current = {stem for stored in staying for stem in stems(stored.episode)}
    # Media that a feed on disk names stay in any case.
    protected = current | {name.removesuffix(".mp3") for name in here}
    gone = expired_media(staying, show, now)
    for tombstone in tombstones:
        gone.update(tombstone.media)
    for stored in division.due:
        episode = stored.episode
        gone.update(stems(episode))
        gone.update(old.media.removesuffix(".mp3") for old in episode.replaced)
    remove_media(root, gone - protected)
    known = protected | {
        old.media.removesuffix(".mp3") for s in staying for old in s.episode.replaced
    }
    remove_strays(root, known, show.keep_media_days)
    for tombstone in tombstones:
        keep_only_tombstone(root, tombstone.folder)
    for stored in division.due:
        _remove_episode(root, stored.folder)


def remove_unwanted_books(root: Path, episodes: Sequence[StoredEpisode], show: Show) -> None:
    """Remove books of kinds that the show no longer has and nobody asked for."""
    of_the_show = {"epub": show.epub, "daisy": show.daisy}
    for kind, suffix in BOOK_SUFFIXES.items():
        if of_the_show[kind]:
            continue
        asked = {
            layout.side_name(stored.episode.media, suffix)
            for stored in episodes
            if kind in stored.episode.books
        }
        for path in root.glob(f"media/*{suffix}"):
            if path.relative_to(root).as_posix() not in asked:
                path.unlink(missing_ok=True)


def named_media(feed: Path) -> set[str]:
    """Read the names of all audio files from a feed document on disk."""
    try:
        tree = etree.parse(
            os.fsencode(feed), etree.XMLParser(resolve_entities=False, huge_tree=True)
        )
    except (OSError, etree.XMLSyntaxError):
        return set()
    urls = (element.get("url", "") for element in tree.iterfind("channel/item/enclosure"))
    return {unquote(urlsplit(url).path.rsplit("/", 1)[-1]) for url in urls}


def remove_media(root: Path, stems: Collection[str]) -> None:
    """Remove the audio files of these names without suffix, and the files beside them."""
    for stem in stems:
        for suffix in SUFFIXES:
            (root / "media" / f"{stem}{suffix}").unlink(missing_ok=True)


def remove_strays(root: Path, known: Collection[str], days: int) -> None:
    """Remove media, left by killed runs, that no manifest names and that are ``days`` old."""
    limit = time.time() - days * 86400
    for path in (root / "media").glob("*-*.*"):
        match = _MEDIA.fullmatch(path.name)
        if match and match[1] not in known and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


def _remove_episode(root: Path, name: str) -> None:
    """Remove an episode's pages.

    Its folder goes last and at once, among the unfinished files that every run removes: by the
    manifest in it the next run finds what a killed one left.
    """
    shutil.rmtree(root / layout.EMBED / name, ignore_errors=True)
    remove_folder(root / layout.EPISODES / name, root / PRIVATE / f"work-{name}")


def keep_only_tombstone(root: Path, name: str) -> None:
    """Remove everything else of a retracted episode that bears its folder's name."""
    folder = root / layout.EPISODES / name
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name != TOMBSTONE and path.is_file():
            path.unlink(missing_ok=True)
    shutil.rmtree(root / layout.EMBED / name, ignore_errors=True)
