"""Files that others read are replaced whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

_SYNCING_THREADS = 8


class AtomicWriter:
    """Files to be replaced together: written aside, made durable, and moved into place at the end.

    Readers see an old file or a new one, never a part. The moves come after all is durable, so a
    crash of the machine leaves whole files too. Files are moved in the order they were put.

    Args:
        root: The folder that names are relative to.
        aside: Folder on the same file system for unfinished files; nobody else writes there.
    """

    def __init__(self, root: Path, aside: Path) -> None:
        self._root = root
        self._aside = aside
        self._waiting: list[tuple[str, str]] = []
        self._folders: set[str] = set()

    def __enter__(self) -> AtomicWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._move()
        finally:
            for unfinished, _ in self._waiting:
                Path(unfinished).unlink(missing_ok=True)

    def put(self, name: str, content: str | bytes, *, first: bool = False) -> None:
        """Prepare a file's new content; equal content is left alone, so its time stamp stays.

        Args:
            name: Relative to the root.
            content: Text is encoded as UTF-8.
            first: Whether to move it into place before all others.

        Raises:
            OSError: If the disk refuses; the old file is then untouched.
        """
        # Strings and not paths: a show has thousands of files, and paths cost more than the write.
        data = content.encode("utf-8", "replace") if isinstance(content, str) else content
        target = f"{self._root}/{name}"
        if _has_content(target, data):
            return
        folder = target.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(folder, exist_ok=True)
            self._folders.add(folder)
        unfinished = f"{self._aside}/new-{len(self._waiting)}"
        with open(unfinished, "wb") as stream:
            stream.write(data)
        self._waiting.insert(0 if first else len(self._waiting), (unfinished, target))

    def _move(self) -> None:
        _sync([unfinished for unfinished, _ in self._waiting])
        for unfinished, target in self._waiting:
            os.replace(unfinished, target)
        self._waiting.clear()
        _sync(list(self._folders))


def replace_file(target: Path, data: bytes, aside: Path) -> None:
    """Replace one file; see :class:`AtomicWriter`.

    Raises:
        OSError: If the disk refuses; the old file is then untouched.
    """
    with AtomicWriter(target.parent, aside) as files:
        files.put(target.name, data)


def _sync(paths: Sequence[str]) -> None:
    """Make paths durable; many wait for the disk together (3000 files: 0.4 s instead of 1.6)."""
    if len(paths) <= _SYNCING_THREADS:
        _sync_all(paths)
        return
    shares = [paths[place::_SYNCING_THREADS] for place in range(_SYNCING_THREADS)]
    with ThreadPoolExecutor(_SYNCING_THREADS) as threads:
        for _ in threads.map(_sync_all, shares):
            pass


def _sync_all(paths: Sequence[str]) -> None:
    for path in paths:
        sync(path)


def _has_content(path: str, data: bytes) -> bool:
    try:
        if os.stat(path).st_size != len(data):
            return False
        with open(path, "rb") as stream:
            return stream.read() == data
    except (FileNotFoundError, NotADirectoryError):
        return False


def sync(path: str | Path) -> None:
    """Make a file's content durable, or the names in a folder (POSIX keeps them apart)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
