"""The log: who did what, and when."""

from __future__ import annotations

import sqlite3

from mujaz.desk.store.database import Database, now
from mujaz.desk.values import LogRow, Page

PAGE_ROWS = 50


def note(connection: sqlite3.Connection, who: str, what: str, about: str = "") -> None:
    """Write an entry, within the transaction of what it tells."""
    connection.execute(
        "INSERT INTO log (at, who, what, about) VALUES (?, ?, ?, ?)", (now(), who, what, about)
    )


class Log:
    """Reads the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, number: int = 1) -> Page[LogRow]:
        """One page of entries, the newest first."""
        total, number, pages, start = paging(self._database, "SELECT count(*) FROM log", number)
        rows = self._database.rows(
            "SELECT * FROM log ORDER BY number DESC LIMIT ? OFFSET ?", PAGE_ROWS, start
        )
        items = tuple(LogRow(row["at"], row["who"], row["what"], row["about"]) for row in rows)
        return Page(items, number, pages, total)


def paging(
    database: Database, count: str, number: int, *values: object
) -> tuple[int, int, int, int]:
    """Total of a counting query, the page as bounded, the number of pages, the first row."""
    found = database.row(count, *values)
    total = int(found[0]) if found else 0
    pages = max(1, -(-total // PAGE_ROWS))
    number = min(max(number, 1), pages)
    return total, number, pages, (number - 1) * PAGE_ROWS
