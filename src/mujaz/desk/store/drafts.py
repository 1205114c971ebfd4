"""Drafts and their revisions in the database.

Each change is a revision of its own and names the one that it was made on. A change on an older
revision is refused and changes nothing.
"""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass

from mujaz.desk.editing.content import Content, packed, unpacked
from mujaz.desk.editing.scripts import said_lines
from mujaz.desk.store.database import Database, now
from mujaz.desk.store.log import PAGE_ROWS, note, paging
from mujaz.desk.values import (
    ConflictError,
    DraftRow,
    NotFoundError,
    Page,
    RevisionRow,
)

_WORDS_A_MINUTE = 150


class StaleError(Exception):
    """A change was made on a revision that is not the newest."""


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft with its newest content.

    Attributes:
        approved, published: Revisions that were approved and published last; 0 if none.
        changed, changed_by: Time and author of the newest revision.
    """

    id: str
    kind: str
    created: str
    guid: str
    corrects: bool
    revision: int
    approved: int
    approved_by: str
    published: int
    changed: str
    changed_by: str
    content: Content


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A revision to be stored.

    Attributes:
        draft: Identifier of the draft.
        base: The revision that the change was made on; 0 for a new draft.
        who: Who made it.
        what: What was done, in a few words.
        content: The content after it.
    """

    draft: str
    base: int
    who: str
    what: str
    content: Content


class Drafts:
    """Reads and writes drafts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def insert(
        self,
        connection: sqlite3.Connection,
        kind: str,
        content: Content,
        who: str,
        corrects: str = "",
    ) -> str:
        """Add a draft within a transaction.

        Args:
            connection: Of the transaction.
            kind: See :class:`mujaz.desk.values.DraftView`.
            content: What it holds.
            who: Who made it.
            corrects: Guid of the episode that it corrects; empty if none.

        Returns:
            Its identifier.
        """
        name, at = secrets.token_hex(6), now()
        connection.execute(
            "INSERT INTO drafts (id, kind, title, created, guid, corrects, revision, minutes,"
            " stories) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)",
            (name, kind, content.title, at, corrects, int(bool(corrects)), *_measures(content)),
        )
        self._add_revision(connection, NewRevision(name, 0, who, "made", content))
        note(connection, who, "made a draft", f"{name} {content.title}")
        return name

    def read(self, name: str, revision: int | None = None) -> StoredDraft:
        """Read a draft at its newest or at an earlier revision.

        Raises:
            NotFoundError: If there is none.
        """
        row = self._database.row(
            "SELECT d.*, r.content AS content, r.at AS changed, r.who AS changed_by,"
            " r.revision AS shown FROM drafts d JOIN revisions r ON r.draft = d.id"
            " AND r.revision = coalesce(?, d.revision) WHERE d.id = ? AND d.deleted = 0",
            revision,
            name,
        )
        if row is None:
            raise NotFoundError(f"there is no draft {name[:40]!r}", hint="see the list of drafts")
        return StoredDraft(
            row["id"],
            row["kind"],
            row["created"],
            row["guid"],
            bool(row["corrects"]),
            row["shown"],
            row["approved"],
            row["approved_by"],
            row["published"],
            row["changed"],
            row["changed_by"],
            unpacked(row["content"]),
        )

    def page(self, number: int = 1) -> Page[DraftRow]:
        """One page of drafts, the last changed first."""
        count = "SELECT count(*) FROM drafts WHERE deleted = 0"
        total, number, pages, start = paging(self._database, count, number)
        items = self._rows("ORDER BY r.at DESC, d.id LIMIT ? OFFSET ?", PAGE_ROWS, start)
        return Page(items, number, pages, total)

    def of_episode(self, guid: str) -> tuple[DraftRow, ...]:
        """The drafts that an episode was published from, or that correct it, the newest first."""
        return self._rows("AND d.guid = ? ORDER BY r.at DESC, d.id", guid)

    def _rows(self, rest: str, *values: object) -> tuple[DraftRow, ...]:
        """The drafts that the rest of a query selects."""
        rows = self._database.rows(
            "SELECT d.*, r.at AS changed, r.who AS changed_by FROM drafts d JOIN revisions r"
            f" ON r.draft = d.id AND r.revision = d.revision WHERE d.deleted = 0 {rest}",
            *values,
        )
        publishing = {
            row["draft"]
            for row in self._database.rows(
                "SELECT draft FROM jobs WHERE kind = 'publish' AND state IN ('queued', 'running')"
            )
        }
        return tuple(
            DraftRow(
                row["id"],
                row["title"],
                row["kind"],
                state_of(
                    row["revision"], row["approved"], row["published"], row["id"] in publishing
                ),
                row["revision"],
                row["created"],
                row["changed"],
                row["changed_by"],
                round(row["minutes"], 1),
                row["stories"],
                row["guid"],
            )
            for row in rows
        )

    def is_publishing(self, name: str) -> bool:
        """Whether a job that publishes a draft waits or runs."""
        return (
            self._database.row(
                "SELECT 1 FROM jobs WHERE draft = ? AND kind = 'publish'"
                " AND state IN ('queued', 'running')",
                name,
            )
            is not None
        )

    def change(self, new: NewRevision) -> int:
        """Store a changed content; returns its revision.

        Raises:
            StaleError: If it was not made on the newest revision.
            NotFoundError: If there is no such draft.
        """
        with self._database.change() as connection:
            self._require_newest(connection, new.draft, new.base)
            return self._advance(connection, new)

    def undo(self, name: str, base: int, who: str, *, redo: bool = False) -> int:
        """Store the content before the last change that was not undone, or after the last undone.

        Raises:
            ConflictError: If there is none.
            StaleError, NotFoundError: As :meth:`change`.
        """
        with self._database.change() as connection:
            self._require_newest(connection, name, base)
            here = _revision(connection, name, base)
            target = here["redo_to" if redo else "undo_to"]
            if not target:
                raise ConflictError(
                    "there is nothing to redo" if redo else "there is nothing to undo",
                    hint="see the draft's history",
                )
            goal = _revision(connection, name, target)
            content = unpacked(goal["content"])
            what = f"{'redid' if redo else 'undid'} to revision {target}"
            new = self._advance(connection, NewRevision(name, base, who, what, content))
            # From here undo and redo go on as from the revision that was restored.
            back, forth = goal["undo_to"], goal["redo_to"]
            if redo:
                back = base
            else:
                forth = base
            connection.execute(
                "UPDATE revisions SET undo_to = ?, redo_to = ? WHERE draft = ? AND revision = ?",
                (back, forth, name, new),
            )
            return new

    def approve(self, name: str, base: int, who: str, *, approved: bool = True) -> None:
        """Approve the newest revision, or take the approval back.

        Raises:
            StaleError, NotFoundError: As :meth:`change`.
        """
        with self._database.change() as connection:
            self._require_newest(connection, name, base)
            values = (base, who) if approved else (0, "")
            connection.execute(
                "UPDATE drafts SET approved = ?, approved_by = ? WHERE id = ?", (*values, name)
            )
            note(connection, who, "approved" if approved else "took the approval back", name)

    def delete(self, name: str, who: str) -> None:
        """Delete a draft; its revisions are kept in the database.

        Raises:
            NotFoundError: If there is none.
            ConflictError: If it is being published.
        """
        with self._database.change() as connection:
            if connection.execute(
                "SELECT 1 FROM jobs WHERE draft = ? AND state IN ('queued', 'running')", (name,)
            ).fetchone():
                raise ConflictError("a job works on this draft", hint="cancel the job first")
            changed = connection.execute(
                "UPDATE drafts SET deleted = 1 WHERE id = ? AND deleted = 0", (name,)
            )
            if not changed.rowcount:
                raise NotFoundError(f"there is no draft {name[:40]!r}", hint="see the list")
            note(connection, who, "deleted a draft", name)

    def published(
        self, connection: sqlite3.Connection, name: str, revision: int, guid: str
    ) -> None:
        """Record that a revision was published, within a transaction."""
        connection.execute(
            "UPDATE drafts SET published = ?, guid = ? WHERE id = ?", (revision, guid, name)
        )

    def history(self, name: str) -> list[RevisionRow]:
        """All revisions, the newest first.

        Raises:
            NotFoundError: If there is no such draft.
        """
        self.read(name)
        rows = self._database.rows(
            "SELECT revision, who, at, what FROM revisions WHERE draft = ? ORDER BY revision DESC",
            name,
        )
        return [RevisionRow(row["revision"], row["who"], row["at"], row["what"]) for row in rows]

    def _advance(self, connection: sqlite3.Connection, new: NewRevision) -> int:
        self._add_revision(connection, new)
        revision = new.base + 1
        connection.execute(
            "UPDATE drafts SET revision = ?, title = ?, minutes = ?, stories = ? WHERE id = ?",
            (revision, new.content.title, *_measures(new.content), new.draft),
        )
        return revision

    @staticmethod
    def _require_newest(connection: sqlite3.Connection, name: str, base: int) -> None:
        row = connection.execute(
            "SELECT revision FROM drafts WHERE id = ? AND deleted = 0", (name,)
        ).fetchone()
        if row is None:
            raise NotFoundError(f"there is no draft {name[:40]!r}", hint="see the list of drafts")
        if row["revision"] != base:
            raise StaleError

    @staticmethod
    def _add_revision(connection: sqlite3.Connection, new: NewRevision) -> None:
        connection.execute(
            "INSERT INTO revisions (draft, revision, base, who, at, what, content, undo_to)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                new.draft,
                new.base + 1,
                new.base,
                new.who,
                now(),
                new.what,
                packed(new.content),
                new.base,
            ),
        )


def state_of(revision: int, approved: int, published: int, is_publishing: bool) -> str:
    """The state of a draft by its revisions."""
    if is_publishing:
        return "publishing"
    if published == revision:
        return "published"
    return "approved" if approved == revision else "preparing"


def minutes_of(content: Content) -> float:
    """Estimated length of what is read, pauses included."""
    lines = said_lines(content)
    words = sum(len(line.spoken.split()) for line in lines)
    return words / _WORDS_A_MINUTE + sum(line.pause_ms for line in lines) / 60_000


def _measures(content: Content) -> tuple[float, int]:
    return minutes_of(content), sum(1 for story in content.stories if not story.gone)


def _revision(connection: sqlite3.Connection, name: str, revision: int) -> sqlite3.Row:
    row: sqlite3.Row = connection.execute(
        "SELECT * FROM revisions WHERE draft = ? AND revision = ?", (name, revision)
    ).fetchone()
    return row
