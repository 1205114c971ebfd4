"""The show folder's write lock, and the folder for unfinished files that comes with it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mujaz.errors import PublishError
from mujaz.storage.locks import LOCK_WAIT_S, LockTimeoutError, exclusive_lock

PRIVATE = ".mujaz"
_LOCK = "lock"


@contextmanager
def write_locked(
    root: Path, on_wait: Callable[[], None], wait_s: float = LOCK_WAIT_S
) -> Iterator[Path]:
    """Hold the write lock of a show folder and give a folder for unfinished files.

    That folder is removed at the end.

    Args:
        root: The show folder, created if need be.
        on_wait: Called once if another process holds the lock.
        wait_s: Longest wait in seconds.

    Raises:
        LockTimeoutError: If another process holds the lock for longer.
        PublishError: If the folder cannot be written.
    """
    created = _create(root)
    private = root / PRIVATE
    try:
        with exclusive_lock(private / _LOCK, wait_s=wait_s, on_wait=on_wait):
            _remove_workspaces(private)
            workspace = Path(tempfile.mkdtemp(prefix="work-", dir=private))
            try:
                yield workspace
            finally:
                shutil.rmtree(workspace, ignore_errors=True)
                _remove_if_empty(root, created)
    except OSError as error:
        raise refused(error, root) from error


def remove_leftovers(root: Path) -> None:
    """Remove unfinished files of killed runs, unless a run is writing now or the disk refuses."""
    private = root / PRIVATE
    if not any(private.glob("work-*")):
        return
    with suppress(LockTimeoutError, OSError), exclusive_lock(private / _LOCK, wait_s=0):
        _remove_workspaces(private)


def _remove_workspaces(private: Path) -> None:
    """Remove the workspaces of killed runs; the caller holds the lock."""
    for leftover in private.glob("work-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _create(root: Path) -> list[Path]:
    """Create the folder; returns the folders that were created, innermost first."""
    created: list[Path] = []
    for folder in [root, *root.parents]:
        if folder.exists():
            break
        created.append(folder)
    if root.exists() and not root.is_dir():
        raise PublishError("this is a file, not a folder", where=str(root), hint="choose -o DIR")
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error, root) from error
    return created


def _remove_if_empty(root: Path, created: list[Path]) -> None:
    """Remove the folders that this run created, if it has published nothing."""
    if not created or any(path.name != PRIVATE for path in root.iterdir()):
        return
    shutil.rmtree(root / PRIVATE, ignore_errors=True)
    with suppress(OSError):
        for folder in created:
            folder.rmdir()


def refused(error: OSError, root: Path) -> PublishError:
    """Make the error for a show folder that cannot be written."""
    return PublishError(
        f"the show folder cannot be written: {error.strerror or error}",
        where=str(error.filename or root),
        hint="check its permissions and the free space, or choose another with -o DIR",
    )
