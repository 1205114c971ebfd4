"""The show folder: what lies where, and in which order it changes.

Manifests (``episodes/*/episode.json``) are the source of truth; feeds, pages and transcripts are
rebuilt from them. Media come before the manifest, the manifest before the pages, archives and
topic feeds before the feed, and nothing is removed before the feed has stopped naming it:
whatever a reader sees named is there, at every moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from mujaz.domain import EditionFile, Episode, Replaced, Show
from mujaz.errors import PublishError
from mujaz.publish.folder import manifest, tombstones
from mujaz.publish.folder.build_cache import Built
from mujaz.publish.folder.cleanup import sweep
from mujaz.publish.folder.retention import Division, divide
from mujaz.publish.folder.shelf import Shelved
from mujaz.publish.folder.state import State
from mujaz.publish.folder.tombstones import Tombstone
from mujaz.publish.folder.workspace import refused, write_locked
from mujaz.publish.html.chapters import chapters_json
from mujaz.publish.html.pages import episode_page, show_page, static_files
from mujaz.publish.html.transcripts import transcript_html, transcript_json, vtt
from mujaz.publish.rss import validation
from mujaz.publish.rss.feed import MAIN_FEED, feed_xml
from mujaz.publish.rss.paging import documents
from mujaz.storage.atomic import AtomicWriter, move_into_place
from mujaz.storage.hashing import sha256_of
from mujaz.storage.locks import LOCK_WAIT_S

_HASH_CHARS = 8


@dataclass(frozen=True, slots=True)
class Edition:
    """A new state of everything that is made from manifests, checked and not yet written.

    Attributes:
        feeds: Feed documents by name, the feed itself last.
        shelf: The episodes that they hold.
        absent: Episodes that were left out because their audio file is not whole.
    """

    show: Show
    division: Division
    shelf: tuple[Shelved, ...]
    absent: tuple[Shelved, ...]
    feeds: dict[str, bytes]


class ShowFolder:
    """A show folder on disk.

    Args:
        root: The folder; made when first written to.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.state = State(root)
        self._read: dict[Path, tuple[tuple[int, int], Episode]] = {}

    def shelf(self) -> list[Shelved]:
        """All episodes, newest publication first.

        Raises:
            PublishError: If a manifest is damaged.
        """
        retracted = {stone.folder for stone in self.tombstones()}
        found = [
            Shelved(self._manifest(path), path.parent.name)
            for path in (self.root / "episodes").glob("*/episode.json")
            if path.parent.name not in retracted
        ]
        return _in_order(found)

    def tombstones(self) -> list[Tombstone]:
        """All withdrawn episodes.

        Raises:
            PublishError: If a tombstone is damaged.
        """
        paths = (self.root / "episodes").glob(f"*/{tombstones.NAME}")
        return [tombstones.load(path) for path in sorted(paths)]

    def require(self) -> None:
        """Raise unless this is a show folder.

        Raises:
            PublishError: If nothing was ever published here.
        """
        if not any((self.root / name).exists() for name in (State.name, MAIN_FEED, "episodes")):
            raise PublishError(
                "this is not a show folder",
                where=str(self.root),
                hint="name the folder that `mujaz make -o DIR` wrote",
            )

    def find(self, guid: str) -> Shelved | None:
        """The episode with a guid."""
        return next((shelved for shelved in self.shelf() if shelved.episode.guid == guid), None)

    def media_path(self, episode: Episode) -> Path:
        """Path of an episode's audio file."""
        return self.root / "media" / episode.media

    def is_whole(self, episode: Episode) -> bool:
        """Whether the episode's audio files are there with the stated sizes."""
        return self._has_audio(episode) and self._has_opus(episode)

    def _has_audio(self, episode: Episode) -> bool:
        return self.media_size(episode.media) == episode.size

    def _has_opus(self, episode: Episode) -> bool:
        return episode.opus is None or self.media_size(episode.opus_media) == episode.opus.size

    def media_size(self, name: str) -> int | None:
        """Size of a file in ``media/`` in bytes; None if there is none."""
        path = self.root / "media" / name
        return path.stat().st_size if path.is_file() else None

    @contextmanager
    def writing(
        self, on_wait: Callable[[], None] = lambda: None, wait_s: float = LOCK_WAIT_S
    ) -> Iterator[Path]:
        """Hold the folder's only writing permit; gives a workspace for unfinished files.

        Args:
            on_wait: Called once if another process is writing now; then this one waits.
            wait_s: Longest wait in seconds.

        Raises:
            LockTimeoutError: If another process writes for too long.
            PublishError: If the folder cannot be written.
        """
        with write_locked(self.root, on_wait, wait_s) as workspace:
            yield workspace

    def proof(self, show: Show) -> None:
        """Check the channel before any work is done for it.

        Raises:
            PublishError: If a feed of this show would be refused.
        """
        self._feeds(show, ())

    def place_cover(self, of: str, draw: Callable[[], bytes], workspace: Path) -> str:
        """Have the show's cover in the folder; it is named by its content, as media are.

        Args:
            of: What it is made of; the same gives the cover that is there.
            draw: Makes it: a JPEG.
            workspace: For unfinished files.

        Returns:
            Its file name.
        """
        name = self.state.cover(of)
        if not name:
            data = draw()
            name = f"cover-{hashlib.sha256(data).hexdigest()[:_HASH_CHARS]}.jpg"
            try:
                with AtomicWriter(self.root, workspace) as files:
                    files.put(name, data)
            except OSError as error:
                raise refused(error, self.root) from error
            self.state.keep_cover(of, name)
        return name

    def add(
        self,
        episode: Episode,
        audio: Path,
        show: Show,
        workspace: Path,
        opus: Path | None = None,
    ) -> tuple[Episode, Edition]:
        """Publish an episode; its media fields are filled in from the finished files.

        An episode with the same guid is corrected: it keeps its folder, and its media stay for
        a while beside the new. A tombstone with the same guid is lifted.

        Returns:
            The episode as it now is, and what the feed holds.

        Raises:
            PublishError: If the folder cannot be written or the feed would break a rule; what
                was published stays as it is.
        """
        try:
            before = self.find(episode.guid)
            digest = sha256_of(audio)
            episode = replace(
                episode,
                size=audio.stat().st_size,
                sha256=digest,
                opus=EditionFile(opus.stat().st_size, sha256_of(opus)) if opus else None,
                replaced=_replaced(before, episode),
            )
            episode = replace(episode, media=self._media_name(episode))
            episode = replace(
                episode,
                replaced=tuple(old for old in episode.replaced if old.media != episode.media),
            )
            # As it will be read back, so that this run and a later rebuild write the same bytes.
            episode = manifest.read(manifest.to_json(episode))
            shelved = Shelved(episode, self._folder_for(episode, before))
            others = [s for s in self.shelf() if s.episode.guid != episode.guid]
            edition = self._edition(show, _in_order([*others, shelved]), coming=episode)
            target = self.media_path(episode)
            target.parent.mkdir(parents=True, exist_ok=True)
            if opus is not None:
                move_into_place(opus, self.root / "media" / episode.opus_media)
            move_into_place(audio, target)
            place = f"episodes/{shelved.folder}"
            with AtomicWriter(self.root, workspace) as files:
                files.put(f"{place}/episode.json", manifest.to_json(episode))
            (self.root / place / tombstones.NAME).unlink(missing_ok=True)
            self._write(edition, workspace)
        except OSError as error:
            raise refused(error, self.root) from error
        return episode, edition

    def rebuild(self, show: Show, workspace: Path) -> Edition:
        """Bring everything that is made from manifests up to date, the feed last.

        Files whose content would not change are not touched.

        Returns:
            What the feed now holds, and what it cannot.

        Raises:
            PublishError: If the feed would break a rule; the old one stays.
        """
        try:
            edition = self._edition(show, self.shelf())
            self._write(edition, workspace)
        except OSError as error:
            raise refused(error, self.root) from error
        return edition

    def retract(self, guid: str, show: Show, workspace: Path) -> Tombstone:
        """Withdraw an episode: out of the feed, then off the disk; a tombstone stays.

        Raises:
            PublishError: If no episode has the guid, or the folder cannot be written.
        """
        stone = next((stone for stone in self.tombstones() if stone.guid == guid), None)
        shelf = self.shelf()
        found = next((shelved for shelved in shelf if shelved.episode.guid == guid), None)
        if stone is None and found is None:
            raise PublishError(
                f"no episode has the guid {guid!r}",
                where=str(self.root),
                hint="guids stand in feed.xml",
            )
        try:
            edition = self._edition(show, [s for s in shelf if s is not found])
            if stone is None and found is not None:
                stone = tombstones.tombstone_of(found.episode, found.folder, _now())
                with AtomicWriter(self.root, workspace) as files:
                    name = f"episodes/{found.folder}/{tombstones.NAME}"
                    files.put(name, tombstones.to_json(stone))
            self._write(edition, workspace)
        except OSError as error:
            raise refused(error, self.root) from error
        if stone is None:
            raise AssertionError("neither an episode nor a tombstone")
        return stone

    def _edition(
        self, show: Show, shelf: Sequence[Shelved], coming: Episode | None = None
    ) -> Edition:
        """Plan and check the next state; ``coming`` is an episode whose media are yet to move."""
        division = divide(shelf, show, self.state.left(), datetime.now(UTC))
        whole: list[Shelved] = []
        absent: list[Shelved] = []
        for shelved in division.kept:
            episode = shelved.episode
            if episode is coming or self.is_whole(episode):
                whole.append(shelved)
            elif self._has_audio(episode):
                # Nobody goes without an episode because its second edition is lost.
                whole.append(replace(shelved, episode=replace(episode, opus=None)))
            else:
                absent.append(shelved)
        feeds = self._feeds(show, whole, coming)
        return Edition(show, division, tuple(whole), tuple(absent), feeds)

    def _feeds(
        self, show: Show, shelf: Sequence[Shelved], coming: Episode | None = None
    ) -> dict[str, bytes]:
        def size_of(name: str) -> int | None:
            if coming and name == coming.media:
                return coming.size
            if coming and coming.opus and name == coming.opus_media:
                return coming.opus.size
            return self.media_size(name)

        feeds = {document.name: feed_xml(show, document) for document in documents(show, shelf)}
        for name, data in feeds.items():
            problems = validation.problems(data, size_of)
            if problems:
                raise PublishError(
                    "the new feed would break a rule, so the old one stays: "
                    + "; ".join(problems[:5]),
                    where=str(self.root / name),
                    hint="correct [show] in mujaz.toml, or see `mujaz show check`",
                )
        return feeds

    def _write(self, edition: Edition, workspace: Path) -> None:
        show = edition.show
        built = Built(self.root, workspace.parent, show)
        stale = [s for s in edition.shelf if not built.matches(_made_from(s))]
        with AtomicWriter(self.root, workspace) as files:
            for shelved in stale:
                _put_episode(files, shelved, show)
            for name, data in static_files(show).items():
                files.put(name, data)
            files.put("index.html", show_page(show, edition.shelf))
            files.put(self.state.name, self.state.text(show, edition.division.resting, _now()))
        for shelved in stale:
            built.note(_made_from(shelved))
        built.save()
        for name in edition.feeds:
            # One after another, each safe on disk before the next: the feed names the others.
            with AtomicWriter(self.root, workspace) as files:
                files.put(name, edition.feeds[name])
        sweep(self.root, edition.division, edition.show, edition.feeds, self.tombstones())

    def _manifest(self, path: Path) -> Episode:
        """A manifest, read anew only if the file has changed."""
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._read.get(path)
        if known is None or known[0] != stamp:
            known = self._read[path] = (stamp, manifest.load(path))
        return known[1]

    def _folder_for(self, episode: Episode, before: Shelved | None) -> str:
        """Where the episode lies already, alive or withdrawn; else a new place."""
        if before is not None:
            return before.folder
        buried = (s.folder for s in self.tombstones() if s.guid == episode.guid)
        return next(buried, folder_name(episode.day, episode.guid))

    def _media_name(self, episode: Episode) -> str:
        """``DATE-HASH.mp3``; more of the hash should other media have the same beginning.

        The hash is of all editions: they share their name, and none may change under it.
        """
        digest = episode.sha256
        if episode.opus is not None:
            digest = hashlib.sha256(f"{digest} {episode.opus.sha256}".encode()).hexdigest()
        for chars in (_HASH_CHARS, len(digest)):
            name = f"{episode.day.isoformat()}-{digest[:chars]}.mp3"
            path = self.root / "media" / name
            if not path.exists() or path.stat().st_size == 0 or sha256_of(path) == episode.sha256:
                break
        return name


def _made_from(shelved: Shelved) -> list[str]:
    """Names of the manifest and of every file that is made from it."""
    stem = "media/" + shelved.episode.media.removesuffix(".mp3")
    place = f"episodes/{shelved.folder}"
    sides = [f"{stem}{suffix}" for suffix in (".vtt", ".json", ".html", ".chapters.json")]
    return [f"{place}/episode.json", f"{place}/index.html", *sides]


def _put_episode(files: AtomicWriter, shelved: Shelved, show: Show) -> None:
    episode = shelved.episode
    _, page, captions, transcript, plain, chapters = _made_from(shelved)
    files.put(captions, vtt(episode))
    files.put(transcript, transcript_json(episode))
    files.put(plain, transcript_html(episode, show.language))
    files.put(chapters, chapters_json(episode, show.title))
    files.put(page, episode_page(show, episode, shelved.folder))


def _replaced(before: Shelved | None, episode: Episode) -> tuple[Replaced, ...]:
    if before is None or episode.updated is None:
        return ()
    return (*before.episode.replaced, Replaced(before.episode.media, episode.updated))


def _in_order(shelf: Sequence[Shelved]) -> list[Shelved]:
    return sorted(shelf, key=lambda s: (s.episode.published, s.episode.guid), reverse=True)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def folder_name(day: date, guid: str) -> str:
    """``DATE-hash8`` of the guid."""
    digest = hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()
    return f"{day.isoformat()}-{digest[:_HASH_CHARS]}"


__all__ = ["MAIN_FEED", "Edition", "Shelved", "ShowFolder", "folder_name"]
