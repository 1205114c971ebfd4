"""Withdraw an episode: out of the feed, then off the disk; a tombstone stays."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from mujaz.errors import PublishError
from mujaz.publish.folder import layout, tombstones
from mujaz.publish.folder.indexed import IndexedSnapshot
from mujaz.publish.folder.plan import plan_state
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.folder.state import Cover
from mujaz.publish.folder.tombstones import Tombstone
from mujaz.publish.folder.workspace import refused
from mujaz.publish.folder.write import write_state
from mujaz.publish.folder.write_indexed import withdraw_from_index
from mujaz.publish.show import Show
from mujaz.storage.atomic import AtomicWriter


def retract(
    guid: str,
    snapshot: Snapshot,
    show: Show,
    workspace: Path,
    cover: Cover | None = None,
    *,
    reason: str = "",
) -> Tombstone:
    """Withdraw an episode; the caller holds the folder's lock.

    Args:
        guid: Its guid.
        snapshot: The folder as it is.
        show: The channel.
        workspace: Folder for unfinished files.
        cover: The show's cover, if it has one of its own.
        reason: Kept in the tombstone.

    Raises:
        PublishError: If no episode has the guid, or the folder cannot be written.
    """
    tombstone, found = snapshot.tombstone(guid), snapshot.find(guid)
    if tombstone is None and found is None:
        raise PublishError(
            f"no episode has the guid {guid!r}",
            where=str(snapshot.root),
            hint="`mujaz show list` shows them",
        )
    try:
        new = tombstone is None
        if tombstone is None and found is not None:
            now = datetime.now(UTC).replace(microsecond=0)
            tombstone = tombstones.tombstone_of(found.episode, found.folder, now, reason)
        if tombstone is None:
            raise AssertionError("neither an episode nor a tombstone")
        if isinstance(snapshot, IndexedSnapshot):
            withdraw_from_index(tombstone, snapshot, show, workspace, cover)
            return tombstone
        planned = plan_state(snapshot, show, [s for s in snapshot.episodes if s is not found])
        retracted = list(snapshot.tombstones)
        if new:
            retracted.append(tombstone)
            with AtomicWriter(snapshot.root, workspace) as files:
                name = f"{layout.EPISODES}/{tombstone.folder}/{tombstones.NAME}"
                files.put(name, tombstones.to_json(tombstone))
        write_state(planned, snapshot, retracted, workspace, cover)
    except OSError as error:
        raise refused(error, snapshot.root) from error
    return tombstone
