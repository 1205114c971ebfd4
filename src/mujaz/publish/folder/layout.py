"""Names and paths in a show folder, and whether an episode's audio files are complete.

::

    feed.xml, feed-*.xml, index.html, style.css …
    episodes/DATE-HASH/episode.json (the manifest) and index.html
    archive/index.html, YEAR-MONTH.html and .json (what is searched), SECTION-YEAR-MONTH.html
    embed/DATE-HASH/index.html (the player for other sites) and oembed.json
    media/DATE-HASH.mp3 and the files beside it: .opus .vtt .json .html .chapters.json
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from mujaz.domain import Episode
from mujaz.errors import PublishError
from mujaz.publish.folder.manifest import StoredEpisode

EPISODES = "episodes"
EMBED = "embed"
MEDIA = "media"
MANIFEST = "episode.json"
HASH_CHARS = 8
SIDE_SUFFIXES = (".vtt", ".json", ".html", ".chapters.json")

_PART_OF_SHOW = re.compile(
    r"(media|episodes|embed|archive)(/.*)?|feed[a-z0-9-]*\.xml|index\.html|cover-.*|mujaz-show\.json"
    r"|offline\.html|(style|player|text|show|share|find|search)\.(css|js)|words\.json|sw\.js|(icon|subscribe)\.svg|show\.webmanifest"
)

# Size in bytes of a file in media/ by its name; None if there is no such file.
SizeOf = Callable[[str], int | None]


def folder_name(day: date, guid: str) -> str:
    """Name of an episode's folder: ``DATE-hash8``, the hash being that of the guid."""
    digest = hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()
    return f"{day.isoformat()}-{digest[:HASH_CHARS]}"


def episode_count(root: Path) -> int:
    """Number of folders of episodes, withdrawn ones included."""
    folder = root / EPISODES
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


def media_path(root: Path, name: str) -> Path:
    """Path of a file in ``media/``."""
    return root / MEDIA / name


def media_size(root: Path, name: str) -> int | None:
    """Size in bytes of a file in ``media/``; None if there is no such file."""
    path = media_path(root, name)
    return path.stat().st_size if path.is_file() else None


def media_sizes(root: Path) -> Mapping[str, int]:
    """Sizes in bytes of all audio files in ``media/``, by name."""
    folder = root / MEDIA
    if not folder.is_dir():
        return {}
    return {
        path.name: path.stat().st_size
        for path in folder.iterdir()
        if path.suffix in (".mp3", ".opus") and path.is_file()
    }


def links_in(root: Path) -> list[str]:
    """Names of symbolic links among the files and folders of the show, relative to its folder.

    The server follows no link, and a copy of the folder would lack what links name, so a show with
    links is not whole. Links with other names do not belong to the show.
    """
    found: list[str] = []
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(root / folder) as entries:
            for entry in entries:
                name = f"{folder}{entry.name}"
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink():
                    if _PART_OF_SHOW.fullmatch(name):
                        found.append(name)
                elif entry.is_dir():
                    waiting.append(f"{name}/")
    return sorted(found)


def require_no_links(root: Path) -> None:
    """Refuse a show folder with symbolic links in it.

    Raises:
        PublishError: If there is one.
    """
    links = links_in(root)
    if links:
        raise PublishError(
            f"this is a symbolic link, which neither the server nor a copy follows: {links[0]}"
            + (f" (and {len(links) - 1} more)" if len(links) > 1 else ""),
            where=str(root),
            hint="put the files themselves there; a link to the whole show folder is fine",
        )


def has_mp3(episode: Episode, size_of: SizeOf) -> bool:
    """Whether the MP3 has the size that the manifest states."""
    return size_of(episode.media) == episode.size


def is_whole(episode: Episode, size_of: SizeOf) -> bool:
    """Whether all audio files of an episode have the sizes that the manifest states."""
    opus = episode.opus
    return has_mp3(episode, size_of) and (opus is None or size_of(episode.opus_media) == opus.size)


def manifest_name(folder: str) -> str:
    """Name of an episode's manifest, relative to the show folder."""
    return f"{EPISODES}/{folder}/{MANIFEST}"


def page_name(folder: str) -> str:
    """Name of an episode's page, relative to the show folder."""
    return f"{EPISODES}/{folder}/index.html"


def embed_names(folder: str) -> tuple[str, str]:
    """Names of an episode's embedded player and of its oEmbed description."""
    return f"{EMBED}/{folder}/index.html", f"{EMBED}/{folder}/oembed.json"


def side_name(media: str, suffix: str) -> str:
    """Name of a file beside an audio file in ``media/``, relative to the show folder."""
    return f"{MEDIA}/{media.removesuffix('.mp3')}{suffix}"


def generated_names(stored: StoredEpisode, books: Iterable[str] = ()) -> list[str]:
    """Names of the manifest and of every file that is generated from it, the manifest first.

    Args:
        stored: The episode.
        books: Endings of its books' names.
    """
    names = [stored.episode.media, *(excerpt.media for excerpt in stored.episode.excerpts)]
    sides = [side_name(name, suffix) for name in names for suffix in SIDE_SUFFIXES]
    sides += [side_name(stored.episode.media, suffix) for suffix in books]
    folder = stored.folder
    return [manifest_name(folder), page_name(folder), *embed_names(folder), *sides]
