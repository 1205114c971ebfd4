"""Names in a request become open files of the show folder, or nothing.

A folder is walked from its root with one ``openat`` a name and no symbolic links, so neither
``..``, nor a link, nor a race between looking and opening leads outside. Hidden names (``.mujaz``)
do not exist here.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

INDEX = "index.html"
_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL, errno.ENXIO}
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file, open for reading.

    Attributes:
        name: Path within the show folder, with slashes.
        file: Unbuffered; whoever gets it closes it.
        size: In bytes, of the open file: what is read cannot differ from it by a replacement.
    """

    name: str
    file: FileIO
    size: int
    modified_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A folder that was asked for without its final slash; ``location`` is relative."""

    location: str


class Served:
    """The folder whose files are offered.

    Args:
        root: An existing folder; may itself be a link.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def open(self, path: str) -> Found | Elsewhere | None:
        """The file that a request names.

        Args:
            path: Decoded path of the request, beginning with a slash.

        Returns:
            None if there is none.

        Raises:
            PermissionError: If it is there and may not be read.
        """
        if not path.startswith("/"):
            return None
        names = path[1:].split("/")
        ends_in_slash = names[-1] == ""
        if ends_in_slash:
            names.pop()
        if not all(map(is_plain, names)):
            return None
        try:
            return self._walk(names, ends_in_slash)
        except (UnicodeEncodeError, ValueError):
            return None
        except OSError as error:
            if error.errno in _ABSENT:
                return None
            raise

    def _walk(self, names: list[str], ends_in_slash: bool) -> Found | Elsewhere | None:
        folder = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for name in names[: None if ends_in_slash else -1]:
                below = os.open(name, _FLAGS | os.O_DIRECTORY, dir_fd=folder)
                os.close(folder)
                folder = below
            if ends_in_slash:
                return _opened(folder, INDEX, "/".join([*names, INDEX]))
            found = _opened(folder, names[-1], "/".join(names))
            if found is not None:
                return found
            if stat.S_ISDIR(os.stat(names[-1], dir_fd=folder, follow_symlinks=False).st_mode):
                return Elsewhere(names[-1] + "/")
            return None
        finally:
            os.close(folder)


def _opened(folder: int, name: str, path: str) -> Found | None:
    """A regular file; None if it is something else, which is closed again unread."""
    descriptor = os.open(name, _FLAGS, dir_fd=folder)
    what = os.fstat(descriptor)
    if not stat.S_ISREG(what.st_mode):
        os.close(descriptor)
        return None
    return Found(path, FileIO(descriptor), what.st_size, what.st_mtime_ns, what.st_ino)


def is_plain(name: str) -> bool:
    """Whether a name can be a published file's: not hidden, no separator, no control character."""
    return (
        name != ""
        and not name.startswith(".")
        and "\\" not in name
        and all(char >= " " and char != "\x7f" for char in name)
    )
