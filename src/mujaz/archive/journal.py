"""Outcome of each item, from run to run: ``.mujaz/archive.sqlite``.

Without it nothing is lost: items are then known by the guids of the show's episodes, and a file or
line is read again to see whether it has changed.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mujaz.archive.items import Item

_NAME = "archive.sqlite"
_VERSION = 1
_SCHEMA = """
CREATE TABLE items (guid TEXT PRIMARY KEY, state TEXT, origin TEXT, error TEXT, hint TEXT)
  WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an item.

    Attributes:
        error: Why it failed; empty if its episode is in the show.
    """

    item: Item
    error: str = ""
    hint: str = ""


class Journal:
    """The outcomes of all runs on one show folder; open it with :func:`open_journal`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def is_done(self, item: Item) -> bool:
        """Whether the item was made as it is now."""
        query = "SELECT state, error FROM items WHERE guid = ?"
        row = self._database.execute(query, (item.guid,)).fetchone()
        return row is not None and row[0] == item.state and not row[1]

    def has_failed(self, item: Item) -> bool:
        """Whether something of the item could not be made when it was last tried."""
        query = "SELECT error FROM items WHERE guid = ?"
        row = self._database.execute(query, (item.guid,)).fetchone()
        return row is not None and bool(row[0])

    def note(self, outcomes: Iterable[Outcome]) -> None:
        """Record outcomes, durably."""
        rows = [
            (one.item.guid, one.item.state, one.item.origin, one.error, one.hint)
            for one in outcomes
            if one.item.guid
        ]
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)", rows)


@contextmanager
def open_journal(private: Path) -> Iterator[Journal]:
    """Open the journal; a damaged one begins anew.

    Raises:
        OSError: If the disk refuses.
    """
    path = private / _NAME
    database = _opened(path)
    if database is None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).unlink()
        database = _opened(path)
    if database is None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
    try:
        yield Journal(database)
    finally:
        database.close()


def _opened(path: Path) -> sqlite3.Connection | None:
    database = sqlite3.connect(path)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            database.executescript(f"{_SCHEMA}PRAGMA user_version = {_VERSION};")
            version = _VERSION
        if version == _VERSION:
            return database
    except sqlite3.DatabaseError:
        pass
    database.close()
    return None
