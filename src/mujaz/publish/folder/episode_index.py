"""A table of the episodes of a large show, so that a run does not read every manifest.

``.mujaz/episodes.sqlite`` holds of each episode what decides where it stands: guid, times, key,
sources, sections. It is a cache: the manifests are the source of truth, and without the table, or
after a killed run, it is made from them again. It also remembers which documents have to be written
because their episodes have changed, so that a killed run is continued by the next.

The caller holds the show folder's lock.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from mujaz.publish.folder import layout, manifest, tombstones
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.workspace import PRIVATE
from mujaz.publish.rss.paging import archive_name

_NAME = "episodes.sqlite"
_VERSION = 1
# Manifests that are kept as read; some 35 kB each for 20 sentences.
_MOST_KEPT = 2000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE episodes (
  folder TEXT PRIMARY KEY, guid TEXT, day TEXT, month TEXT, published INTEGER, feed_month TEXT,
  key TEXT, sources TEXT, media TEXT, whole INTEGER, stories INTEGER, sounds TEXT, replaced TEXT,
  stamp TEXT, image TEXT) WITHOUT ROWID;
CREATE UNIQUE INDEX by_guid ON episodes (guid);
CREATE INDEX by_published ON episodes (whole, published, guid);
CREATE INDEX by_day ON episodes (whole, day, published, guid);
CREATE INDEX by_month ON episodes (whole, month, day, published, guid, folder, stamp);
CREATE INDEX by_feed_month ON episodes (whole, feed_month, published, guid, folder, stamp);
CREATE INDEX by_key ON episodes (key, published) WHERE key <> '';
CREATE INDEX by_sources ON episodes (sources, published) WHERE sources <> '';
CREATE INDEX by_media ON episodes (media);
CREATE INDEX by_image ON episodes (image) WHERE image <> '';
CREATE INDEX with_stories ON episodes (published) WHERE stories = 1;
CREATE INDEX with_sounds ON episodes (folder) WHERE sounds <> '';
CREATE INDEX with_replaced ON episodes (folder) WHERE replaced <> '';
CREATE TABLE sections (section TEXT, published INTEGER, guid TEXT, folder TEXT,
  PRIMARY KEY (section, published, guid)) WITHOUT ROWID;
CREATE INDEX sections_of ON sections (folder);
CREATE TABLE tombstones (folder TEXT PRIMARY KEY, stamp TEXT) WITHOUT ROWID;
CREATE TABLE documents (kind TEXT, month TEXT, part INTEGER, digest TEXT, sections TEXT,
  PRIMARY KEY (kind, month, part)) WITHOUT ROWID;
CREATE TABLE touched (kind TEXT, month TEXT, PRIMARY KEY (kind, month)) WITHOUT ROWID;
CREATE TABLE stale (folder TEXT PRIMARY KEY) WITHOUT ROWID;
"""
# Kinds of documents: pages of the archive by the month of the day, feeds by that of publication.
PAGES, FEEDS = "pages", "feeds"


class EpisodeIndex:
    """The table of one show folder.

    Args:
        root: The show folder.
        thorough: Whether to compare with every manifest even if nothing seems to have changed.
    """

    def __init__(self, root: Path, *, thorough: bool = False) -> None:
        self._root = root
        self._path = index_path(root)
        self._read = lru_cache(maxsize=_MOST_KEPT)(_read_manifest)
        self._database = self._opened()
        if thorough or self._get("clean") != self._mark():
            self._sync()

    def close(self) -> None:
        """Close the table."""
        self._database.close()

    # What is in the table.

    def __len__(self) -> int:
        return int(self._one("SELECT COUNT(*) FROM episodes") or 0)

    def folders(self) -> Iterator[str]:
        """Folders of all episodes, the newest publication first."""
        return self._names("SELECT folder FROM episodes ORDER BY published DESC, guid DESC")

    def guids(self) -> dict[str, str]:
        """Folder of each episode by guid."""
        return dict(self._database.execute("SELECT guid, folder FROM episodes"))

    def folder_of(self, guid: str) -> str | None:
        """Folder of the episode with a guid."""
        return self._name("SELECT folder FROM episodes WHERE guid = ?", guid)

    def folders_with_key(self, key: str) -> Iterator[str]:
        """Folders of episodes with a script's key, the newest first."""
        return self._names("SELECT folder FROM episodes WHERE key = ? ORDER BY published DESC", key)

    def folders_from(self, sources: Sequence[str]) -> Iterator[str]:
        """Folders of episodes from exactly these sources, the newest first."""
        query = "SELECT folder FROM episodes WHERE sources = ? ORDER BY published DESC, guid DESC"
        return self._names(query, json.dumps(list(sources)))

    def count_until(self, moment: datetime, but: str) -> int:
        """Count the episodes published until a moment, without the one that has a guid."""
        query = "SELECT COUNT(*) FROM episodes WHERE whole IN (0, 1) AND published <= ?"
        count = int(self._one(query, _micros(moment)) or 0)
        found = self._one("SELECT published FROM episodes WHERE guid = ?", but)
        return count - (found is not None and int(found) <= _micros(moment))

    def keyed_until(self, moment: datetime) -> datetime | None:
        """Publication of the newest episode with a key that is not after a moment."""
        query = "SELECT MAX(published) FROM episodes WHERE key <> '' AND published <= ?"
        found = self._one(query, _micros(moment))
        return None if found is None else _EPOCH + timedelta(microseconds=int(found))

    def sounds(self) -> set[str]:
        """Hashes of the recordings that episodes hold."""
        rows = self._database.execute("SELECT sounds FROM episodes WHERE sounds <> ''")
        return {name for (text,) in rows for name in text.split()}

    def replaced(self) -> list[tuple[str, datetime]]:
        """Media that corrections have replaced, with the time."""
        rows = self._database.execute("SELECT replaced FROM episodes WHERE replaced <> ''")
        found = (pair for (text,) in rows for pair in json.loads(text))
        return [(media, datetime.fromisoformat(at)) for media, at in found]

    def has_media(self, stem: str) -> bool:
        """Whether an episode has an audio file or a picture of this name without suffix."""
        query = "SELECT folder FROM episodes WHERE media = ? OR (image = ? AND image <> '')"
        return self._name(query, f"{stem}.mp3", f"{stem}.jpg") is not None

    def tombstones(self) -> list[str]:
        """Folders of withdrawn episodes."""
        return list(self._names("SELECT folder FROM tombstones ORDER BY folder"))

    def absent(self) -> list[str]:
        """Folders of episodes whose MP3 is not whole."""
        query = "SELECT folder FROM episodes WHERE whole = 0 ORDER BY published DESC, guid DESC"
        return list(self._names(query))

    def newest(self, count: int) -> list[str]:
        """Folders of the newest publications."""
        query = (
            "SELECT folder FROM episodes WHERE whole = 1 ORDER BY published DESC, guid DESC LIMIT ?"
        )
        return list(self._names(query, count))

    def latest_days(self, count: int) -> list[str]:
        """Folders of the episodes of the latest days."""
        query = (
            "SELECT folder FROM episodes WHERE whole = 1 "
            "ORDER BY day DESC, published DESC, guid DESC LIMIT ?"
        )
        return list(self._names(query, count))

    def newest_of_section(self, section: str, count: int) -> list[str]:
        """Folders of the newest episodes with a story of a section."""
        query = (
            "SELECT s.folder FROM sections s JOIN episodes e USING (folder) "
            "WHERE section = ? AND whole = 1 ORDER BY s.published DESC, s.guid DESC LIMIT ?"
        )
        return list(self._names(query, section, count))

    def newest_with_stories(self, count: int) -> list[str]:
        """Folders of the newest episodes of which single stories were cut."""
        query = (
            "SELECT folder FROM episodes WHERE stories = 1 AND whole = 1 "
            "ORDER BY published DESC, guid DESC LIMIT ?"
        )
        return list(self._names(query, count))

    def counts(self, kind: str) -> dict[str, int]:
        """Number of episodes by month, the latest month first."""
        column = _column(kind)
        query = (
            f"SELECT {column}, COUNT(*) FROM episodes WHERE whole = 1 "
            f"GROUP BY {column} ORDER BY {column} DESC"
        )
        return dict(self._database.execute(query))

    def months_of(self, folders: Iterable[str]) -> dict[str, int]:
        """Count episodes by month of publication."""
        out: dict[str, int] = {}
        for folder in folders:
            month = str(self._one("SELECT feed_month FROM episodes WHERE folder = ?", folder))
            out[month] = out.get(month, 0) + 1
        return out

    def feed_months_between(self, older: int, newer: int) -> set[str]:
        """Months of publications between two moments (microseconds since 1970)."""
        query = (
            "SELECT DISTINCT feed_month FROM episodes WHERE whole = 1 AND published BETWEEN ? AND ?"
        )
        return set(self._names(query, older, newer))

    def members(self, kind: str, month: str) -> list[tuple[str, str]]:
        """Folder and stamp of the episodes of a month, the oldest first."""
        order = "day, published, guid" if kind == PAGES else "published, guid"
        query = (
            f"SELECT folder, stamp FROM episodes WHERE whole = 1 AND {_column(kind)} = ? "
            f"ORDER BY {order}"
        )
        return list(self._database.execute(query, (month,)))

    def published(self, folder: str) -> int:
        """Publication of an episode in microseconds since 1970."""
        return int(self._one("SELECT published FROM episodes WHERE folder = ?", folder) or 0)

    # Changes of episodes.

    def begin(self) -> None:
        """Note that manifests are about to change: until :meth:`commit` the table is in doubt."""
        self._set("clean", "")
        self._database.commit()

    def put(self, stored: StoredEpisode, *, written: bool = False) -> None:
        """Take over an episode from its manifest.

        Args:
            stored: The episode.
            written: Whether its own pages are up to date.
        """
        self._forget(stored.folder)
        episode = stored.episode
        size_of = _sizes(self._root)
        published, day = _micros(episode.published), episode.day.isoformat()
        feed_month = f"{episode.published.astimezone(UTC):%Y-%m}"
        sources = [story.source for story in episode.stories]
        sounds = {cue.sentence.sound.sha256 for cue in episode.cues if cue.sentence.sound}
        replaced = [(one.media, one.at.isoformat()) for one in episode.replaced]
        whole = int(layout.has_mp3(episode, size_of))
        self._database.execute(
            f"INSERT OR REPLACE INTO episodes VALUES ({', '.join('?' * 15)})",
            (
                *(stored.folder, episode.guid, day, day[:7], published, feed_month, episode.key),
                *(json.dumps(sources) if all(sources) else "", episode.media, whole),
                int(any(not excerpt.section for excerpt in episode.excerpts)),
                *(" ".join(sorted(sounds)), json.dumps(replaced) if replaced else ""),
                self._stamp(layout.manifest_name(stored.folder)),
                episode.image,
            ),
        )
        rows = [
            (section, published, episode.guid, stored.folder)
            for section in {story.section for story in episode.stories} - {""}
        ]
        self._database.executemany("INSERT OR REPLACE INTO sections VALUES (?, ?, ?, ?)", rows)
        self.touch(PAGES, day[:7])
        self.touch(FEEDS, feed_month)
        if not written:
            self._database.execute("INSERT OR IGNORE INTO stale VALUES (?)", (stored.folder,))

    def withdraw(self, folder: str) -> None:
        """Take over a tombstone."""
        self._forget(folder)
        stamp = self._stamp(f"{layout.EPISODES}/{folder}/{tombstones.NAME}")
        self._database.execute("INSERT OR REPLACE INTO tombstones VALUES (?, ?)", (folder, stamp))

    def lose(self, folder: str) -> None:
        """Note that the MP3 of an episode is not whole; what was noted of documents is undone."""
        self._database.rollback()
        self._database.execute("UPDATE episodes SET whole = 0 WHERE folder = ?", (folder,))
        self._touch_months_of(folder)
        self._database.commit()

    def regain(self) -> None:
        """Look for MP3s that were not whole and are now."""
        size_of = _sizes(self._root)
        for folder in self.absent():
            if layout.has_mp3(self.load(folder).episode, size_of):
                self._database.execute("UPDATE episodes SET whole = 1 WHERE folder = ?", (folder,))
                self._touch_months_of(folder)
        self._database.commit()

    def commit(self) -> None:
        """Make the changes durable: the table agrees with the manifests."""
        self._set("clean", self._mark())
        self._database.commit()

    # Documents that have to be written.

    def expect(self, key: str) -> bool:
        """With another key (settings, code), every document has to be written anew.

        Returns:
            Whether it has.
        """
        if self._get("key") == key:
            return self._get("anew") == "yes"
        self._database.execute("INSERT OR IGNORE INTO stale SELECT folder FROM episodes")
        self._set("key", key)
        return self.look_at_everything()

    def look_at_everything(self) -> bool:
        """Have every document of months looked at and written again."""
        self._database.execute("DELETE FROM documents")
        for kind in (PAGES, FEEDS):
            query = (
                f"INSERT OR IGNORE INTO touched SELECT DISTINCT ?, {_column(kind)} FROM episodes"
            )
            self._database.execute(query, (kind,))
        self._set("anew", "yes")
        self._database.commit()
        return True

    def mark_stale(self, folders: Iterable[str]) -> None:
        """Have the pages of episodes written again."""
        rows = [(folder,) for folder in folders]
        self._database.executemany("INSERT OR IGNORE INTO stale VALUES (?)", rows)

    def touch(self, kind: str, month: str) -> None:
        """Note that the documents of a month have to be looked at."""
        self._database.execute("INSERT OR IGNORE INTO touched VALUES (?, ?)", (kind, month))

    def touched(self, kind: str) -> set[str]:
        """Months whose documents have to be looked at."""
        return set(self._names("SELECT month FROM touched WHERE kind = ?", kind))

    def stale(self) -> list[str]:
        """Folders of episodes whose own pages have to be written."""
        return list(self._names("SELECT folder FROM stale"))

    def fresh(self, folders: Iterable[str]) -> None:
        """Note that the pages of episodes are written."""
        self._database.executemany("DELETE FROM stale WHERE folder = ?", [(f,) for f in folders])
        self._database.commit()

    def settle(self) -> None:
        """Note that all documents are written."""
        self._database.execute("DELETE FROM touched")
        self._set("anew", "")
        self._database.commit()

    def documents(self, kind: str) -> dict[tuple[str, int], str]:
        """Digests of the documents that were written, by month and part."""
        query = "SELECT month, part, digest FROM documents WHERE kind = ?"
        rows = self._database.execute(query, (kind,))
        return {(month, part): digest for month, part, digest in rows}

    def parts(self) -> list[tuple[str, int, Mapping[str, str]]]:
        """Month, part and sections of the archive's pages, the latest first."""
        query = (
            "SELECT month, part, sections FROM documents WHERE kind = ? "
            "ORDER BY month DESC, part DESC"
        )
        rows = self._database.execute(query, (PAGES,))
        return [(month, part, json.loads(sections)) for month, part, sections in rows]

    def feed_names(self) -> set[str]:
        """File names of the archive pages of the feed."""
        query = "SELECT month, part FROM documents WHERE kind = ?"
        return {
            archive_name(month, part) for month, part in self._database.execute(query, (FEEDS,))
        }

    def note_document(
        self, kind: str, month: str, part: int, digest: str, sections: Mapping[str, str]
    ) -> None:
        """Record a document that is written now."""
        text = json.dumps(dict(sections), ensure_ascii=False)
        row = (kind, month, part, digest, text)
        self._database.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?)", row)

    def drop_documents(self, kind: str, month: str, last: int) -> None:
        """Forget the parts of a month behind the last one."""
        query = "DELETE FROM documents WHERE kind = ? AND month = ? AND part > ?"
        self._database.execute(query, (kind, month, last))

    def boundary(self) -> int | None:
        """Publication of the last episode that the main feed had, in microseconds since 1970."""
        text = self._get("boundary")
        return int(text) if text else None

    def set_boundary(self, published: int) -> None:
        """Record the last episode of the main feed."""
        self._set("boundary", str(published))

    def load(self, folder: str) -> StoredEpisode:
        """Read an episode's manifest.

        Raises:
            PublishError: If it is damaged.
        """
        name = layout.manifest_name(folder)
        return self._read(self._root / name, folder, self._stamp(name))

    # Inside.

    def _opened(self) -> sqlite3.Connection:
        """Open the table; one that is damaged or of another version is made anew."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(2):
            database = sqlite3.connect(self._path)
            try:
                database.execute("PRAGMA journal_mode = WAL")
                # A crash of the machine may lose the last changes, never the table.
                database.execute("PRAGMA synchronous = NORMAL")
                version = database.execute("PRAGMA user_version").fetchone()[0]
                if version == 0:
                    database.executescript(f"{_SCHEMA}PRAGMA user_version = {_VERSION};")
                    version = _VERSION
                if version == _VERSION:
                    return database
            except sqlite3.DatabaseError:
                pass
            database.close()
            remove_index(self._root)
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(self._path))

    def _sync(self) -> None:
        """Compare with the manifests and tombstones in the folder, and take over what differs."""
        self.begin()
        known = dict(self._database.execute("SELECT folder, stamp FROM episodes"))
        stones = dict(self._database.execute("SELECT folder, stamp FROM tombstones"))
        folder = self._root / layout.EPISODES
        for entry in os.scandir(folder) if folder.is_dir() else ():
            name = entry.name
            stone = self._stamp(f"{layout.EPISODES}/{name}/{tombstones.NAME}")
            if stone:
                if stones.pop(name, None) != stone:
                    self.withdraw(name)
                continue
            stamp = self._stamp(layout.manifest_name(name))
            if stamp and known.pop(name, None) != stamp:
                self.put(self.load(name))
        for name in known:
            self._forget(name)
        self._database.executemany(
            "DELETE FROM tombstones WHERE folder = ?", [(name,) for name in stones]
        )
        self.commit()

    def _forget(self, folder: str) -> None:
        self._touch_months_of(folder)
        for table in ("episodes", "sections", "stale", "tombstones"):
            self._database.execute(f"DELETE FROM {table} WHERE folder = ?", (folder,))

    def _touch_months_of(self, folder: str) -> None:
        query = "SELECT month, feed_month FROM episodes WHERE folder = ?"
        for month, feed_month in self._database.execute(query, (folder,)).fetchall():
            self.touch(PAGES, month)
            self.touch(FEEDS, feed_month)

    def _stamp(self, name: str) -> str:
        """Modification time and size of a file; empty without one."""
        try:
            # Not a path object, which costs more than the question: there are 100,000 of them.
            status = os.stat(f"{self._root}/{name}")  # noqa: PTH116
        except (FileNotFoundError, NotADirectoryError):
            return ""
        return f"{status.st_mtime_ns}-{status.st_size}"

    def _mark(self) -> str:
        """Time of the folder of episodes: it changes when episodes are added or removed."""
        folder = self._root / layout.EPISODES
        return str(folder.stat().st_mtime_ns) if folder.is_dir() else "none"

    def _get(self, name: str) -> str:
        return str(self._one("SELECT value FROM meta WHERE name = ?", name) or "")

    def _set(self, name: str, value: str) -> None:
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def _one(self, query: str, *values: object) -> str | None:
        row = self._database.execute(query, values).fetchone()
        return None if row is None else row[0]

    def _name(self, query: str, *values: object) -> str | None:
        return next(self._names(query, *values), None)

    def _names(self, query: str, *values: object) -> Iterator[str]:
        return iter([row[0] for row in self._database.execute(query, values)])


def index_path(root: Path) -> Path:
    """Path of the table of a show folder."""
    return root / PRIVATE / _NAME


def has_index(root: Path) -> bool:
    """Whether a show folder has a table."""
    return index_path(root).is_file()


def remove_index(root: Path) -> None:
    """Remove the table, which is made anew when it is needed."""
    path = index_path(root)
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()


def digest_of(*parts: str) -> str:
    """Hash what a document is made from."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _read_manifest(path: Path, folder: str, _stamp: str) -> StoredEpisode:
    """Read a manifest; the stamp tells a cache that the file has changed."""
    return StoredEpisode(manifest.load(path), folder)


def _sizes(root: Path) -> layout.SizeOf:
    return lambda name: layout.media_size(root, name)


def _column(kind: str) -> str:
    return "month" if kind == PAGES else "feed_month"


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
