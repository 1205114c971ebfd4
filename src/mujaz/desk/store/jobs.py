"""The queue of jobs in the database, which the server fills and the job process empties."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mujaz.desk.store.database import Database, now
from mujaz.desk.store.log import PAGE_ROWS, note, paging
from mujaz.desk.values import ConflictError, JobView, NotFoundError, Page

# A job whose process died as often as this is given up: it may be the job that kills it.
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A job that is to be done.

    Attributes:
        wanted: Its arguments.
    """

    id: str
    kind: str
    who: str
    wanted: Mapping[str, Any]
    tries: int


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be added.

    Attributes:
        kind: See :class:`mujaz.desk.values.JobView`.
        who: Who asks for it.
        wanted: Its arguments.
        draft, guid: The draft or episode that it is about.
        due: Not before this time; at once if empty.
    """

    kind: str
    who: str
    wanted: Mapping[str, Any] = field(default_factory=dict)
    draft: str = ""
    guid: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a job.

    Attributes:
        state: ``done``, ``failed`` or ``cancelled``.
        report: The report of the run.
        draft, guid: What it made; empty leaves what the job was about.
    """

    state: str
    error: str = ""
    hint: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    draft: str = ""
    guid: str = ""


class Jobs:
    """Reads and writes the queue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewJob) -> JobView:
        """Add a job.

        Raises:
            ConflictError: If one of its kind for the draft or episode waits or runs.
        """
        name = secrets.token_hex(6)
        with self._database.change() as connection:
            if connection.execute(
                "SELECT 1 FROM jobs WHERE kind = ? AND draft = ? AND guid = ?"
                " AND state IN ('queued', 'running')",
                (new.kind, new.draft, new.guid),
            ).fetchone():
                raise ConflictError("this is being done already", hint="see the running jobs")
            wanted = json.dumps(new.wanted, ensure_ascii=False)
            due = new.due or now()
            connection.execute(
                "INSERT INTO jobs (id, number, kind, state, wanted, who, created, due, draft, guid)"
                " SELECT ?, coalesce(max(number), 0) + 1, ?, 'queued', ?, ?, ?, ?, ?, ? FROM jobs",
                (name, new.kind, wanted, new.who, now(), due, new.draft, new.guid),
            )
            about = f"{name} {new.draft or new.guid}".strip()
            note(connection, new.who, f"asked for: {new.kind}", about)
        return self.view(name)

    def view(self, name: str) -> JobView:
        """Read a job.

        Raises:
            NotFoundError: If there is none.
        """
        row = self._database.row("SELECT * FROM jobs WHERE id = ?", name)
        if row is None:
            raise NotFoundError(f"there is no job {name[:40]!r}", hint="see the list of jobs")
        return _view(row)

    def page(self, number: int = 1, *, running: bool = False) -> Page[JobView]:
        """One page of jobs, the newest first; only those that are not over if ``running``."""
        where = "WHERE state IN ('queued', 'running')" if running else ""
        count = f"SELECT count(*) FROM jobs {where}"
        total, number, pages, start = paging(self._database, count, number)
        rows = self._database.rows(
            f"SELECT * FROM jobs {where} ORDER BY number DESC LIMIT ? OFFSET ?", PAGE_ROWS, start
        )
        return Page(tuple(map(_view, rows)), number, pages, total)

    def cancel(self, name: str, who: str) -> JobView:
        """Cancel a waiting job at once, and ask a running one to stop.

        Raises:
            NotFoundError: If there is no such job.
            ConflictError: If it is over.
        """
        with self._database.change() as connection:
            job = self.view(name)
            if job.is_over:
                raise ConflictError("this job is over", where=name, hint="start another one")
            connection.execute(
                "UPDATE jobs SET cancel = 1, state = CASE state WHEN 'queued' THEN 'cancelled'"
                " ELSE state END, finished = CASE state WHEN 'queued' THEN ? ELSE '' END"
                " WHERE id = ?",
                (now(), name),
            )
            note(connection, who, f"cancelled: {job.kind}", name)
        return self.view(name)

    def next_due(self) -> str | None:
        """When the next waiting job is due; None without one."""
        row = self._database.row("SELECT min(due) FROM jobs WHERE state = 'queued'")
        return row[0] if row else None

    def is_cancelled(self, name: str) -> bool:
        """Whether a running job was asked to stop."""
        row = self._database.row("SELECT cancel FROM jobs WHERE id = ?", name)
        return bool(row and row["cancel"])

    def progress(self, name: str, done: int, total: int, message: str) -> None:
        """Record how far a job is."""
        with self._database.change() as connection:
            connection.execute(
                "UPDATE jobs SET done = ?, total = ?, message = ? WHERE id = ?",
                (done, total, message, name),
            )

    def requeue_interrupted(self) -> None:
        """Put jobs back whose process has died; the caller holds the lock of the job process."""
        with self._database.change() as connection:
            rows = connection.execute(
                "SELECT id, kind, tries, cancel FROM jobs WHERE state = 'running'"
            )
            for row in rows.fetchall():
                if row["cancel"]:
                    finish(connection, row["id"], Ending("cancelled"))
                elif row["tries"] >= MOST_TRIES:
                    error = f"its process died {row['tries']} times"
                    finish(connection, row["id"], Ending("failed", error, "see the log"))
                else:
                    connection.execute(
                        "UPDATE jobs SET state = 'queued' WHERE id = ?", (row["id"],)
                    )

    def take(self) -> Job | None:
        """Take the oldest job that is due; None without one."""
        with self._database.change() as connection:
            row = connection.execute(
                "SELECT * FROM jobs WHERE state = 'queued' AND due <= ?"
                " ORDER BY due, number LIMIT 1",
                (now(),),
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE jobs SET state = 'running', tries = tries + 1, started = ?, message = ''"
                " WHERE id = ?",
                (now(), row["id"]),
            )
        return Job(
            row["id"],
            row["kind"],
            row["who"],
            json.loads(row["wanted"]),
            row["tries"] + 1,
        )

    def record_before(self, name: str, before: str) -> None:
        """Record what was on air before the first try of a job."""
        with self._database.change() as connection:
            connection.execute(
                "UPDATE jobs SET before = coalesce(before, ?) WHERE id = ?", (before, name)
            )


def finish(connection: sqlite3.Connection, name: str, ending: Ending) -> None:
    """End a job, within the transaction that records what it made."""
    connection.execute(
        "UPDATE jobs SET state = ?, finished = ?, error = ?, hint = ?, report = ?,"
        " draft = coalesce(nullif(?, ''), draft), guid = coalesce(nullif(?, ''), guid)"
        " WHERE id = ?",
        (
            ending.state,
            now(),
            ending.error,
            ending.hint,
            json.dumps(ending.report, ensure_ascii=False),
            ending.draft,
            ending.guid,
            name,
        ),
    )
    row = connection.execute("SELECT kind, who FROM jobs WHERE id = ?", (name,)).fetchone()
    note(connection, row["who"], f"{row['kind']}: {ending.state}", f"{name} {ending.error}".strip())


def _view(row: sqlite3.Row) -> JobView:
    return JobView(
        row["id"],
        row["kind"],
        row["state"],
        row["done"],
        row["total"],
        row["message"],
        row["error"],
        row["hint"],
        row["draft"],
        row["guid"],
        row["who"],
        row["created"],
        row["finished"],
        row["due"],
        json.loads(row["report"]),
    )
