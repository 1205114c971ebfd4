"""A folder of this machine, or one that is mounted, as a publishing target."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mujaz.errors import PublishError
from mujaz.storage.atomic import atomic_write
from mujaz.storage.hashing import sha256_of
from mujaz.storage.locks import exclusive_lock

UNFINISHED_PREFIX = ".mujaz-unfinished-"
_LOCK = ".mujaz/publish.lock"


class FolderTarget:
    """A target that is a folder; see :class:`~mujaz.publish.remote.targets.Target`.

    Args:
        root: The folder.
        private: Folder for the record of past publications.
    """

    def __init__(self, root: Path, private: Path) -> None:
        self.name = str(root)
        digest = hashlib.sha256(os.fsencode(root.absolute())).hexdigest()[:16]
        self.memory = private / f"target-{digest}.json"
        self._root = root
        self._unfinished: list[Path] = []

    @contextmanager
    def lock(self, on_wait: Callable[[], None]) -> Iterator[None]:
        """See :class:`Target`."""
        try:
            with exclusive_lock(self._root / _LOCK, on_wait=on_wait):
                yield
        except OSError as error:
            raise PublishError(
                f"the target cannot be written: {error.strerror or error}",
                where=str(error.filename or self.name),
                hint="check its permissions and the free space",
            ) from error

    def listing(self) -> dict[str, int]:
        """See :class:`Target`."""
        out: dict[str, int] = {}
        self._unfinished = []
        for folder, _, names in os.walk(self._root):
            for name in names:
                path = Path(folder) / name
                if name.startswith(UNFINISHED_PREFIX):
                    self._unfinished.append(path)
                elif not path.is_symlink():
                    out[path.relative_to(self._root).as_posix()] = path.stat().st_size
        return out

    def remove_unfinished(self, tokens: Sequence[str]) -> None:
        """See :class:`Target`; while this run holds the lock, all of them are of killed runs."""
        for path in self._unfinished:
            path.unlink(missing_ok=True)

    def has(self, name: str, source: Path, size: int | None) -> bool:
        """See :class:`Target`; contents are compared if the times differ."""
        status = source.stat()
        if size != status.st_size:
            return False
        path = self._root / name
        return path.stat().st_mtime_ns == status.st_mtime_ns or sha256_of(path) == sha256_of(source)

    def sha256(self, name: str) -> str:
        """See :class:`Target`."""
        path = self._root / name
        return sha256_of(path) if path.is_file() and not path.is_symlink() else ""

    def put(self, name: str, source: Path) -> None:
        """See :class:`Target`."""
        with (
            source.open("rb") as original,
            atomic_write(self._root / name, prefix=UNFINISHED_PREFIX) as copy,
        ):
            shutil.copyfileobj(original, copy)
            copy.flush()
            # Equal times tell later that this is the same file; the mode is left to the target.
            status = os.fstat(original.fileno())
            os.utime(copy.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))

    def version(self, name: str) -> None:
        """See :class:`Target`; the lock makes it needless."""

    def put_if(self, name: str, source: Path, version: str) -> None:
        """See :class:`Target`."""
        self.put(name, source)

    def read(self, name: str) -> bytes | None:
        """See :class:`Target`."""
        path = self._root / name
        return path.read_bytes() if path.is_file() else None

    def remove(self, name: str) -> None:
        """See :class:`Target`; a folder that becomes empty is removed too."""
        path = self._root / name
        path.unlink(missing_ok=True)
        if path.parent != self._root and not any(path.parent.iterdir()):
            path.parent.rmdir()
