"""Opening the database: a pool of connections, migrations by ``PRAGMA user_version``."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from mujaz.errors import MujazError

FILE = "desk.db"
_BUSY_S = 20.0


def schema_scripts() -> list[str]:
    """The migrations in order; number N brings a database from version N - 1 to N."""
    folder = files("mujaz.desk.store").joinpath("schema")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    return [folder.joinpath(name).read_text(encoding="utf-8") for name in names]


class Database:
    """The database of one show folder.

    Args:
        path: Its file; made with its folder if missing.

    Raises:
        MujazError: If it cannot be opened, is damaged, or was made by a later version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._free: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        # The connection of the transaction that a thread is in.
        self._local = threading.local()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._connection() as connection:
                _migrate(connection, str(path))
            # Hashes of passwords and tokens are in it.
            path.chmod(0o600)
        except (OSError, sqlite3.Error) as error:
            self.close()
            raise MujazError(
                f"the desk's database cannot be opened: {error}",
                where=str(path),
                hint="check its permissions; what was published is not in it and stays",
            ) from error

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with suppress(queue.Empty):
            while True:
                self._free.get_nowait().close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection of this thread's transaction, or else a free or new one."""
        inside: sqlite3.Connection | None = getattr(self._local, "inside", None)
        if inside is not None:
            yield inside
            return
        try:
            connection = self._free.get_nowait()
        except queue.Empty:
            connection = self._opened()
        try:
            yield connection
        finally:
            self._free.put(connection)

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}")
        return connection

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """The rows of a query."""
        with self._connection() as connection:
            return connection.execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        found = self.rows(query, *values)
        return found[0] if found else None

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Run a transaction that excludes all other writers, of other processes too.

        It is undone if the block raises. Within another one of this thread, it is a part of that.
        """
        with self._connection() as connection:
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            self._local.inside = connection
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._local.inside = None


def now() -> str:
    """The present time in UTC, in ISO 8601 to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _migrate(connection: sqlite3.Connection, where: str) -> None:
    scripts = schema_scripts()
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > len(scripts):
            raise MujazError(
                "this database was made by a later version of mujaz",
                where=where,
                hint="start the later version, or move the file away: nothing published is lost",
            )
        for number, script in enumerate(scripts[version:], version + 1):
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """Split a script into statements, which ``executescript`` would run outside a transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
