"""Files that a worker needs: looked for by their hash, and sent to it if it lacks them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from mujaz.errors import ClusterError
from mujaz.storage.atomic import move_into_place
from mujaz.storage.hashing import cached_sha256_of, sha256_of

# Of one message to a worker.
PART_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class NeededFile:
    """A file as a worker needs it.

    Attributes:
        path: Relative to the folder that it is looked for in, with slashes.
        sha256: In hexadecimal.
        size: In bytes.
    """

    path: str
    sha256: str
    size: int


Files = tuple[NeededFile, ...]


class FilesMissingError(Exception):
    """A worker lacks files of a job.

    Attributes:
        worker: Address of the worker.
        files: All files of the set, those that it has included.
    """

    def __init__(self, worker: str, files: Files) -> None:
        super().__init__(worker, files)
        self.worker = worker
        self.files = files


def needed_files(folder: Path, paths: Iterable[str]) -> Files:
    """Describe files below a folder; a path to a folder stands for all files in it.

    Raises:
        OSError: If one cannot be read.
    """
    found: dict[str, NeededFile] = {}
    for path in paths:
        place = folder / path
        files = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
        for file in files:
            name = Path(os.path.relpath(file, folder)).as_posix()
            size = file.stat().st_size
            found[name] = NeededFile(name, cached_sha256_of(file.absolute()), size)
    return tuple(found.values())


def folder_with(files: Files, candidates: Sequence[Path]) -> Path | None:
    """Return the first folder that has exactly these files, or None.

    Args:
        files: The files.
        candidates: Folders to look in before that of what was sent to this machine.
    """
    for folder in candidates:
        if _has(folder, files):
            return folder
    sent = store_folder(files)
    return sent if _has(sent, files) else None


def missing(files: Files) -> list[int]:
    """List the files of a set, by index, that were not sent to this machine yet."""
    folder = store_folder(files)
    return [index for index, file in enumerate(files) if not _is(folder / file.path, file)]


def put_part(files: Files, index: int, data: bytes, sender: str) -> None:
    """Append a part to a file of a set; the last part puts it in its place.

    Args:
        files: The set.
        index: Which of them.
        data: The next part of its content.
        sender: Unique name of who sends it; others may be sending the same file.

    Raises:
        ClusterError: If the whole differs from its hash, or it cannot be written.
    """
    file = files[index]
    place = store_folder(files) / file.path
    unfinished = place.with_name(f"{place.name}.{sender}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("ab") as stream:
            stream.write(data)
            written = stream.tell()
        if written < file.size:
            return
        if sha256_of(unfinished) != file.sha256:
            unfinished.unlink()
            raise ClusterError(f"{file.path} did not arrive as it was sent", where=str(place))
        move_into_place(unfinished, place)
    except OSError as error:
        raise ClusterError(
            f"a voice's file cannot be stored on the worker: {error.strerror}",
            where=str(place),
            hint="make room there, or install the voice on the worker",
        ) from error


def store_folder(files: Files) -> Path:
    """Return the folder for a set that is sent to this machine; its name is a hash of the set.

    Raises:
        ClusterError: If a path leads out of the folder.
    """
    import platformdirs

    for file in files:
        parts = PurePosixPath(file.path)
        if parts.is_absolute() or ".." in parts.parts:
            raise ClusterError(
                f"this file lies outside the voice's folder and cannot be sent: {file.path}",
                hint="move it beside the voice file, or to the same path on every worker",
            )
    return platformdirs.user_cache_path("mujaz") / "sent" / _set_name(files)


@lru_cache(maxsize=256)
def _set_name(files: Files) -> str:
    told = "\n".join(f"{file.sha256} {file.path}" for file in sorted(files, key=lambda f: f.path))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _has(folder: Path, files: Files) -> bool:
    return all(_is(folder / file.path, file) for file in files)


def _is(path: Path, file: NeededFile) -> bool:
    try:
        return path.stat().st_size == file.size and cached_sha256_of(path) == file.sha256
    except OSError:
        return False
