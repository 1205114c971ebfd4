"""The show folder: what lies where, who may write, and in which order.

Manifests (``episodes/*/episode.json``) are the source of truth; feed, pages and transcripts are
rebuilt from them. Unfinished files and the lock live in ``.mujaz``, which no server offers.
Media come before the manifest, the manifest before the pages, the feed last: whatever a reader
sees named is there.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from mujaz.config import DEFAULT_BASE_URL, ShowConfig
from mujaz.domain import Episode, Recording, Show
from mujaz.errors import PublishError
from mujaz.publish import manifest
from mujaz.publish.chapters import chapters_json
from mujaz.publish.feed import feed_xml, podcast_guid
from mujaz.publish.files import replace_file, sha256_of, sync_folder
from mujaz.publish.pages import episode_page, show_page, static_files
from mujaz.publish.transcripts import transcript_json, vtt

_PRIVATE = ".mujaz"
_STATE = "mujaz-show.json"
_MEDIA_SUFFIXES = (".mp3", ".vtt", ".json", ".chapters.json")


@dataclass(frozen=True, slots=True)
class Shelved:
    """An episode and the name of its folder under ``episodes/``."""

    episode: Episode
    folder: str


class ShowFolder:
    """A show folder on disk.

    Args:
        root: The folder; made when first written to.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def shelf(self) -> list[Shelved]:
        """All episodes, newest publication first.

        Raises:
            PublishError: If a manifest is damaged.
        """
        found = [
            Shelved(manifest.load(path), path.parent.name)
            for path in (self.root / "episodes").glob("*/episode.json")
        ]
        return sorted(found, key=lambda s: (s.episode.published, s.episode.guid), reverse=True)

    def find(self, guid: str) -> Shelved | None:
        """The episode with a guid."""
        return next((shelved for shelved in self.shelf() if shelved.episode.guid == guid), None)

    def media_path(self, episode: Episode) -> Path:
        """Path of an episode's audio file."""
        return self.root / "media" / episode.media

    def is_whole(self, episode: Episode) -> bool:
        """Whether the episode's audio file is there with the stated size."""
        path = self.media_path(episode)
        return path.is_file() and path.stat().st_size == episode.size

    @contextmanager
    def writing(self, on_wait: Callable[[], None] = lambda: None) -> Iterator[Path]:
        """Hold the folder's only writing permit; gives a workspace for unfinished files.

        Args:
            on_wait: Called once if another process is writing now; then this one waits.

        Raises:
            PublishError: If the folder cannot be written.
        """
        made = self._make_root()
        try:
            private = self.root / _PRIVATE
            private.mkdir(exist_ok=True)
            with (private / "lock").open("w") as lock:
                _acquire(lock, on_wait)
                for leftover in private.glob("work-*"):
                    # Nobody else holds the lock: a killed run left it.
                    shutil.rmtree(leftover, ignore_errors=True)
                workspace = Path(tempfile.mkdtemp(prefix="work-", dir=private))
                try:
                    yield workspace
                finally:
                    shutil.rmtree(workspace, ignore_errors=True)
        except OSError as error:
            raise _refused(error, self.root) from error
        finally:
            self._remove_if_empty(made)

    def show(self, config: ShowConfig) -> Show:
        """The channel, with the podcast guid that is kept from the first publication on."""
        base_url = config.base_url or DEFAULT_BASE_URL
        if not base_url.endswith("/"):
            base_url += "/"
        return Show(
            title=config.title,
            description=config.description,
            link=config.link,
            base_url=base_url,
            language=config.language,
            author=config.author,
            email=config.email,
            category=config.category,
            image=config.image if config.image.startswith(("http://", "https://")) else "",
            explicit=config.explicit,
            guid=self._guid(config, base_url),
            keep=config.keep,
        )

    def add(self, episode: Episode, recording: Recording, show: Show, workspace: Path) -> Episode:
        """Publish an episode; its media fields are filled in from the finished file.

        Raises:
            PublishError: If the folder cannot be written; what was published stays whole.
        """
        digest = sha256_of(recording.path)
        episode = replace(
            episode,
            media=f"{episode.day.isoformat()}-{digest[:8]}.mp3",
            size=recording.path.stat().st_size,
            sha256=digest,
        )
        try:
            target = self.media_path(episode)
            target.parent.mkdir(parents=True, exist_ok=True)
            recording.path.replace(target)
            sync_folder(target.parent)
            shelved = self.find(episode.guid)
            folder = shelved.folder if shelved else folder_name(episode.day, episode.guid)
            self._write_side_files(episode, show, workspace)
            self._put(
                f"episodes/{folder}/index.html", episode_page(show, episode, folder), workspace
            )
            self._put(f"episodes/{folder}/episode.json", manifest.to_json(episode), workspace)
            self.rebuild(show, workspace)
        except OSError as error:
            raise _refused(error, self.root) from error
        return episode

    def rebuild(self, show: Show, workspace: Path) -> None:
        """Bring everything that is made from manifests up to date, the feed last.

        Files whose content would not change are not touched.
        """
        shelf = self.shelf()[: show.keep]
        for shelved in shelf:
            self._write_side_files(shelved.episode, show, workspace)
            page = episode_page(show, shelved.episode, shelved.folder)
            self._put(f"episodes/{shelved.folder}/index.html", page, workspace)
        for name, data in static_files(show).items():
            replace_file(self.root / name, data, workspace)
        self._put("index.html", show_page(show, shelf), workspace)
        state = {"version": 1, "guid": show.guid, "base_url": show.base_url, "title": show.title}
        self._put(_STATE, json.dumps(state, ensure_ascii=False, indent=1) + "\n", workspace)
        episodes = [shelved.episode for shelved in shelf]
        feed = feed_xml(show, episodes, [shelved.folder for shelved in shelf])
        replace_file(self.root / "feed.xml", feed, workspace)

    def remove_old_media(self, keep_days: int) -> None:
        """Remove media that no manifest names any more and that are older than so many days."""
        shelf = self.shelf()
        named = {s.episode.media.removesuffix(".mp3") for s in shelf}
        limit = time.time() - keep_days * 86400
        for path in (self.root / "media").glob("*-*.*"):
            stem = path.name.split(".", 1)[0]
            if stem not in named and path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)

    def _write_side_files(self, episode: Episode, show: Show, workspace: Path) -> None:
        stem = "media/" + episode.media.removesuffix(".mp3")
        self._put(f"{stem}.vtt", vtt(episode), workspace)
        self._put(f"{stem}.json", transcript_json(episode), workspace)
        self._put(f"{stem}.chapters.json", chapters_json(episode, show.title), workspace)

    def _put(self, name: str, text: str, workspace: Path) -> None:
        replace_file(self.root / name, text.encode("utf-8", "replace"), workspace)

    def _guid(self, config: ShowConfig, base_url: str) -> str:
        """The stored guid, except that a placeholder gives way once an address is known."""
        state = self._state()
        stored, at = str(state.get("guid", "")), str(state.get("base_url", ""))
        if config.base_url:
            if stored and at != DEFAULT_BASE_URL:
                return stored
            return podcast_guid(urljoin(base_url, "feed.xml"))
        return stored or str(uuid.uuid4())

    def _state(self) -> dict[str, Any]:
        try:
            data = json.loads((self.root / _STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def _make_root(self) -> list[Path]:
        """Make the folder; returns what was made, innermost first."""
        made: list[Path] = []
        for folder in [self.root, *self.root.parents]:
            if folder.exists():
                break
            made.append(folder)
        if self.root.exists() and not self.root.is_dir():
            raise PublishError(
                "this is a file, not a folder", where=str(self.root), hint="choose -o DIR"
            )
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _refused(error, self.root) from error
        return made

    def _remove_if_empty(self, made: list[Path]) -> None:
        """Leave no trace of a run that published nothing in a folder of its own making."""
        if not made or any(p.name != _PRIVATE for p in self.root.iterdir()):
            return
        shutil.rmtree(self.root / _PRIVATE, ignore_errors=True)
        for folder in made:
            try:
                folder.rmdir()
            except OSError:
                return


def folder_name(day: date, guid: str) -> str:
    """``DATE-hash8`` of the guid."""
    return f"{day.isoformat()}-{hashlib.sha256(guid.encode()).hexdigest()[:8]}"


def _acquire(lock: Any, on_wait: Callable[[], None]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        on_wait()
        fcntl.flock(lock, fcntl.LOCK_EX)


def _refused(error: OSError, root: Path) -> PublishError:
    return PublishError(
        f"the show folder cannot be written: {error.strerror or error}",
        where=str(error.filename or root),
        hint="check its permissions and the free space, or choose another with -o DIR",
    )
