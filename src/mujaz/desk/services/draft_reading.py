"""Drafts: lists, views, history, comparison, preview of a publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mujaz.desk.editing.content import Content, Line
from mujaz.desk.editing.scripts import said_lines, script_of_content
from mujaz.desk.services.context import Context
from mujaz.desk.services.doubts import DoubtStore
from mujaz.desk.services.views import draft_view
from mujaz.desk.store.drafts import Drafts as Store
from mujaz.desk.store.drafts import StoredDraft, minutes_of
from mujaz.desk.values import (
    ChangeRow,
    DraftRow,
    DraftView,
    Page,
    PublishPreview,
    RevisionRow,
)
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.text.script_file import write_script

if TYPE_CHECKING:
    from mujaz.pipeline.changes import Change


class DraftReading:
    """Reads the drafts of a desk."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = Store(context.database)
        self._doubts = DoubtStore(context)

    # Reading

    def page(self, number: int = 1) -> Page[DraftRow]:
        """One page of drafts, the last changed first."""
        return self._store.page(number)

    def of_episode(self, guid: str) -> tuple[DraftRow, ...]:
        """The drafts that an episode was published from, or that correct it, the newest first."""
        return self._store.of_episode(guid)

    def draft(self, name: str, revision: int | None = None) -> DraftView:
        """A draft at its newest or at an earlier revision.

        Raises:
            NotFoundError: If there is none.
        """
        return self._view(self._store.read(name, revision))

    def stored(self, name: str, revision: int | None = None) -> StoredDraft:
        """A draft as it is stored.

        Raises:
            NotFoundError: If there is none.
        """
        return self._store.read(name, revision)

    def script(self, name: str, revision: int | None = None) -> str:
        """The script file of a draft, which ``mujaz make`` publishes.

        Raises:
            NotFoundError: If there is no such draft.
        """
        return write_script(script_of_content(self._store.read(name, revision).content))

    def history(self, name: str) -> list[RevisionRow]:
        """All revisions of a draft, the newest first."""
        return self._store.history(name)

    def compare(self, name: str, one: int, other: int) -> list[ChangeRow]:
        """The differences between two revisions.

        Raises:
            NotFoundError: If there is no such draft or revision.
        """
        first = self._store.read(name, one).content
        return compared(first, self._store.read(name, other).content)

    def doubts(self, name: str) -> DraftView:
        """A draft whose doubtful words are all known; takes seconds the first time."""
        stored = self._store.read(name)
        self._doubts.find(said_lines(stored.content))
        return self._view(stored)

    def preview_publish(self, name: str) -> PublishPreview:
        """The changes on air that publishing a draft would make."""
        from mujaz.pipeline.changes import changes

        stored = self._store.read(name)
        script = script_of_content(stored.content)
        minutes = round(minutes_of(stored.content), 1)
        guid = self._guid_of(stored)
        snapshot = read_snapshot(self._context.root)
        on_air = snapshot.find(guid) if guid else None
        differing = [line for line in said_lines(stored.content) if line.differs]
        problems = tuple(f"{line.text[:60]}: {line.differs}" for line in differing)
        if on_air is None:
            withdrawn = any(stone.guid == guid for stone in snapshot.tombstones)
            action = "again" if withdrawn else "new"
            return PublishPreview(action, guid, script.title, minutes, (), problems)
        rows = _change_rows(changes(on_air.episode, script))
        action = "corrected" if rows else "unchanged"
        return PublishPreview(action, guid, script.title, minutes, rows, problems)

    def _view(self, stored: StoredDraft) -> DraftView:
        config = self._context.config
        known = self._doubts.known(stored.content.lines)
        publishing = self._store.is_publishing(stored.id)
        target = config.bulletin.max_minutes if stored.kind == "bulletin" else 0.0
        return draft_view(stored, known, publishing=publishing, target_minutes=target)

    def _guid_of(self, stored: StoredDraft) -> str:
        from mujaz.pipeline.identity import by_key

        if stored.guid or not stored.content.key:
            return stored.guid
        snapshot = read_snapshot(self._context.root)
        return by_key(stored.content.key, snapshot, snapshot.state.guid).guid


def compared(first: Content, second: Content) -> list[ChangeRow]:
    """The differences between two contents of a draft, in the order of the second."""
    before = {line.number: line for line in said_lines(first)}
    after = {line.number: line for line in said_lines(second)}
    rows = []
    for number, line in after.items():
        old = before.get(number)
        if old is None:
            rows.append(ChangeRow("new", "", line.text))
        elif old.text != line.text:
            rows.append(ChangeRow("shown", old.text, line.text))
        elif replace(old, words=()) != replace(line, words=()):
            rows.append(ChangeRow("spoken", _said(old), _said(line)))
    rows += [ChangeRow("gone", old.text, "") for n, old in before.items() if n not in after]
    common = [n for n in before if n in after]
    places = Counter({n: place for place, n in enumerate(n for n in after if n in before)})
    if [places[n] for n in common] != sorted(places[n] for n in common):
        rows.append(ChangeRow("moved", _titles(first), _titles(second)))
    return rows


def _said(line: Line) -> str:
    extra = " ".join(filter(None, (line.voice, f"{line.pause_ms} ms")))
    return f"{line.spoken} ({extra})"


def _titles(content: Content) -> str:
    return " | ".join(story.title for story in content.stories if not story.gone)


def _change_rows(found: Sequence[Change]) -> tuple[ChangeRow, ...]:
    """A row for each sentence that changes; one that was rewritten is one sentence."""
    from mujaz.pipeline.changes import rewritten

    before = rewritten(found)
    replaced = set(before.values())
    rows = []
    for change in found:
        if change.text in before:
            rows.append(ChangeRow("shown", before[change.text], change.text))
        elif change.kind.value == "gone":
            if change.text not in replaced:
                rows.append(ChangeRow("gone", change.text, ""))
        else:
            kind = "spoken" if change.kind.value == "said otherwise" else change.kind.value
            rows.append(ChangeRow(kind, "", change.text))
    return tuple(rows)
