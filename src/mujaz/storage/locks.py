"""The show folder's only writing permit."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from mujaz.errors import PublishError

PRIVATE = ".mujaz"


@contextmanager
def writing(root: Path, on_wait: Callable[[], None]) -> Iterator[Path]:
    """Hold the permit; gives a workspace for unfinished files, gone at the end.

    The system gives the permit back when its holder dies, so a killed run blocks nobody.

    Raises:
        PublishError: If the folder cannot be written.
    """
    made = _make(root)
    try:
        with _permit(root / PRIVATE, on_wait):
            for leftover in (root / PRIVATE).glob("work-*"):
                # Nobody else holds the permit: a killed run left it.
                shutil.rmtree(leftover, ignore_errors=True)
            workspace = Path(tempfile.mkdtemp(prefix="work-", dir=root / PRIVATE))
            try:
                yield workspace
            finally:
                shutil.rmtree(workspace, ignore_errors=True)
                _remove_if_empty(root, made)
    except OSError as error:
        raise refused(error, root) from error


@contextmanager
def _permit(private: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    waited = False
    while True:
        private.mkdir(parents=True, exist_ok=True)
        with (private / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not waited:
                    on_wait()
                    waited = True
                fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_at(lock, private / "lock"):
                # The one before removed the empty folder with this lock in it: take the new one.
                continue
            yield
            return


def _is_at(lock: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(lock.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _make(root: Path) -> list[Path]:
    """Make the folder; returns what was made, innermost first."""
    made: list[Path] = []
    for folder in [root, *root.parents]:
        if folder.exists():
            break
        made.append(folder)
    if root.exists() and not root.is_dir():
        raise PublishError("this is a file, not a folder", where=str(root), hint="choose -o DIR")
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error, root) from error
    return made


def _remove_if_empty(root: Path, made: list[Path]) -> None:
    """Leave no trace of a run that published nothing in a folder of its own making."""
    if not made or any(path.name != PRIVATE for path in root.iterdir()):
        return
    shutil.rmtree(root / PRIVATE, ignore_errors=True)
    with suppress(OSError):
        for folder in made:
            folder.rmdir()


def refused(error: OSError, root: Path) -> PublishError:
    """What to say when the disk refuses."""
    return PublishError(
        f"the show folder cannot be written: {error.strerror or error}",
        where=str(error.filename or root),
        hint="check its permissions and the free space, or choose another with -o DIR",
    )
