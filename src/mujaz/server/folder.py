"""Open files of the show folder by the path of a request.

The path is walked from the root with one ``openat`` for each name, without following symbolic
links, so that neither ``..``, nor a link, nor a race between check and open leads outside the
folder. Hidden names (``.mujaz``) are not found.
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
class OpenFile:
    """A regular file, open for reading.

    Attributes:
        name: Path within the show folder, with slashes.
        stream: The file, unbuffered; the receiver closes it.
        size: Size in bytes. It stays valid if the file is replaced, since this one stays open.
        modified_ns: Time of the last change, in nanoseconds since the epoch.
        inode: Inode number.
    """

    name: str
    stream: FileIO
    size: int
    modified_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class FolderRedirect:
    """Redirect for a folder that was requested without its final slash.

    Attributes:
        location: Address relative to the request.
    """

    location: str


class ServedFolder:
    """A folder whose files are served.

    Args:
        root: An existing folder; it may itself be a symbolic link.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def open(self, path: str) -> OpenFile | FolderRedirect | None:
        """Open the file that a request names.

        Args:
            path: Decoded path of the request, beginning with a slash.

        Returns:
            The file, a redirect for a folder, or None if there is neither.

        Raises:
            PermissionError: If the file exists and may not be read.
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

    def _walk(self, names: list[str], ends_in_slash: bool) -> OpenFile | FolderRedirect | None:
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
                return FolderRedirect(names[-1] + "/")
            return None
        finally:
            os.close(folder)


def _opened(folder: int, name: str, path: str) -> OpenFile | None:
    """Open a file; None if it is not a regular one, which is closed without reading."""
    descriptor = os.open(name, _FLAGS, dir_fd=folder)
    what = os.fstat(descriptor)
    if not stat.S_ISREG(what.st_mode):
        os.close(descriptor)
        return None
    return OpenFile(path, FileIO(descriptor), what.st_size, what.st_mtime_ns, what.st_ino)


def is_plain(name: str) -> bool:
    """Whether a name may be served: not hidden, no separator, no control character."""
    return (
        name != ""
        and not name.startswith(".")
        and "\\" not in name
        and all(char >= " " and char != "\x7f" for char in name)
    )
