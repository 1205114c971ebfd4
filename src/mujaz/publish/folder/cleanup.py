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

from mujaz.publish.folder.retention import Division, expired_media
from mujaz.publish.folder.tombstones import NAME as TOMBSTONE
from mujaz.publish.folder.tombstones import Tombstone
from mujaz.publish.show import Show

SUFFIXES = (".mp3", ".opus", ".vtt", ".json", ".html", ".chapters.json")
_MEDIA = re.compile(r"(\d{4}-\d{2}-\d{2}-[0-9a-f]{8,64})(\.[a-z0-9.]+)", re.ASCII)


def clean_up(
    root: Path,
    division: Division,
    show: Show,
    feeds: Collection[str],
    stones: Sequence[Tombstone],
) -> None:
    """Remove retracted episodes, those due by the retention rules, and archives no longer used.

    Args:
        root: The show folder.
        division: Which episodes stay.
        show: Its ``keep_media_days``.
        feeds: Names of the feed documents that stay.
        stones: Tombstones of retracted episodes.
    """
    for path in root.glob("feed-*.xml"):
        if path.name not in feeds:
            path.unlink(missing_ok=True)
    here = {name for path in root.glob("feed*.xml") for name in named_media(path)}
    now = datetime.now(UTC)
    staying = [*division.kept, *division.resting]
    current = {s.episode.media.removesuffix(".mp3") for s in staying}
    # Media that a feed on disk names stay in any case.
    protected = current | {name.removesuffix(".mp3") for name in here}
    gone = expired_media(staying, show, now)
    for stone in stones:
        gone.update(stone.media)
    for stored in division.due:
        episode = stored.episode
        names = [episode.media, *(old.media for old in episode.replaced)]
        gone.update(name.removesuffix(".mp3") for name in names)
    _remove_media(root, gone - protected)
    known = protected | {
        old.media.removesuffix(".mp3") for s in staying for old in s.episode.replaced
    }
    _remove_strays(root, known, show.keep_media_days)
    for stone in stones:
        _keep_only_tombstone(root / "episodes" / stone.folder)
    for stored in division.due:
        shutil.rmtree(root / "episodes" / stored.folder, ignore_errors=True)


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


def _remove_media(root: Path, stems: Collection[str]) -> None:
    for stem in stems:
        for suffix in SUFFIXES:
            (root / "media" / f"{stem}{suffix}").unlink(missing_ok=True)


def _remove_strays(root: Path, known: Collection[str], days: int) -> None:
    """Remove media, left by killed runs, that no manifest names and that are ``days`` old."""
    limit = time.time() - days * 86400
    for path in (root / "media").glob("*-*.*"):
        match = _MEDIA.fullmatch(path.name)
        if match and match[1] not in known and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


def _keep_only_tombstone(folder: Path) -> None:
    """Remove everything else from the folder of a retracted episode."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name != TOMBSTONE and path.is_file():
            path.unlink(missing_ok=True)
