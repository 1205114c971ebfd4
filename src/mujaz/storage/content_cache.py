"""What was made before, by what it was made of.

A thing's address is a hash of everything that can change it. So nothing is ever invalidated; what
is no longer asked for grows old and is evicted. One folder serves all shows of a user.

An entry is one file: a line of JSON, then the data as they are (lossless). It is written beside
and renamed, so parallel writers of one address leave one whole entry, and it carries the hash of
both: what is damaged is taken for missing and made again. A store that cannot be written costs
time, never an episode.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

from mujaz.errors import CacheError

_FORMAT = "mujaz-entry 2"
_PARTIAL = ".part"
# A header holds a mark a word; a longer first line is not a header.
_LONGEST_HEADER = 1 << 20
# Evicting to below the limit, so that the next entries need no new look at the whole folder.
_KEEP_SHARE = 0.9
# No entry takes so long to write: its writer was killed.
_ABANDONED_S = 3600
_partials = itertools.count()


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """An entry.

    Attributes:
        about: What JSON holds of it.
        data: The rest.
    """

    about: Mapping[str, Any]
    data: bytes


@dataclass(frozen=True, slots=True)
class Usage:
    """How full a store is."""

    entries: int
    bytes: int


def cache_key(*parts: object) -> str:
    """The address of a thing: a hash of everything that makes it what it is."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


@cache
def code_version(package: str, parts: Sequence[str] = ()) -> str:
    """What makes a thing: the source of a package of ours and the versions of others.

    As part of an address, it keeps what other code has made from being found.

    Args:
        package: Such as ``mujaz.audio``.
        parts: Names of distributions that it works with; hashable.
    """
    found = hashlib.sha256()
    for file in sorted(Path(str(files(package))).rglob("*")):
        if file.suffix in (".py", ".tsv"):
            found.update(file.name.encode() + b"\0" + file.read_bytes())
    for part in parts:
        try:
            found.update(f"{part} {version(part)}\0".encode())
        except PackageNotFoundError:
            continue
    return found.hexdigest()


class ContentCache:
    """Entries on disk, bounded in size; the least recently used go first.

    Args:
        folder: Made when first written to.
        limit_bytes: Most bytes that remain after a run.

    Attributes:
        trouble: Why the store could not be written, or empty.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self.trouble = ""
        self._written = 0

    def get(self, kind: str, key: str) -> CacheEntry | None:
        """The entry at an address; None if there is none or it is damaged."""
        path = self._path(kind, key)
        try:
            with path.open("rb") as stream:
                entry = _read(stream, key)
        except OSError:
            return None
        with contextlib.suppress(OSError):
            if entry is None:
                path.unlink()
            else:
                os.utime(path)  # used now: the last to be evicted
        return entry

    def put(self, kind: str, key: str, about: Mapping[str, Any], data: bytes) -> None:
        """Keep an entry; a store that cannot be written notes why and keeps nothing.

        Args:
            kind: A short name in ASCII letters, the same for all things of a kind.
            key: Its address.
            about: What JSON can hold.
            data: The rest.
        """
        if self.limit_bytes <= 0:
            return
        path = self._path(kind, key)
        parts = (_header(key, about, data), data)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, parts)
        except OSError as error:
            self.trouble = f"{error.strerror or error}: {error.filename or self.folder}"
            return
        self._written += sum(map(len, parts))
        if self._written > self.limit_bytes // 10:
            self.evict()

    def evict(self) -> None:
        """Remove what killed writers left, and the least recently used entries beyond the limit.

        Another run may evict the same files meanwhile: what is gone is gone.
        """
        self._written = 0
        abandoned = time.time() - _ABANDONED_S
        files: list[tuple[Path, float, int]] = []
        for path, used, size in self._files():
            if path.suffix == _PARTIAL and used < abandoned:
                with contextlib.suppress(OSError):
                    path.unlink()
            else:
                files.append((path, used, size))
        files.sort(key=lambda file: file[1])
        total = sum(size for _, _, size in files)
        if total <= self.limit_bytes:
            return
        for path, _, size in files:
            if total <= self.limit_bytes * _KEEP_SHARE:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size

    def usage(self, kind: str = "") -> Usage:
        """Entries and bytes on disk, of one kind or of all."""
        sizes = [
            size
            for path, _, size in self._files()
            if path.suffix != _PARTIAL and kind in ("", path.suffix[1:])
        ]
        return Usage(len(sizes), sum(sizes))

    def clear(self) -> None:
        """Remove every entry; what else lies in the folder stays.

        Raises:
            CacheError: If an entry cannot be removed.
        """
        for path, _, _ in list(self._files()):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise CacheError(
                    f"this file cannot be removed: {error.strerror}",
                    where=str(path),
                    hint="check the permissions of the folder",
                ) from error
            with contextlib.suppress(OSError):
                path.parent.rmdir()

    def _path(self, kind: str, key: str) -> Path:
        # Two levels: no folder grows to tens of thousands of names.
        return self.folder / key[:2] / f"{key[2:]}.{kind}"

    def _files(self) -> Iterator[tuple[Path, float, int]]:
        """Every file of ours: path, time of last use, size in bytes."""
        for folder in _folders(self.folder):
            try:
                found = list(os.scandir(folder))
            except OSError:
                continue
            for item in found:
                if _is_ours(item.name):
                    try:
                        state = item.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    yield Path(item.path), state.st_mtime, state.st_size


def _is_ours(name: str) -> bool:
    """Whether a file is named after the rest of an address, as no other file is, or left half."""
    rest, _, kind = name.partition(".")
    is_entry = len(rest) == 62 and bool(kind) and set(rest) <= set("0123456789abcdef")
    return is_entry or name.endswith(_PARTIAL)


def _folders(root: Path) -> Sequence[Path]:
    try:
        return sorted(path for path in root.iterdir() if len(path.name) == 2 and path.is_dir())
    except OSError:
        return []


def _write_whole(path: Path, parts: Sequence[bytes]) -> None:
    partial = path.with_name(f"{path.stem}.{os.getpid()}-{next(_partials)}{_PARTIAL}")
    try:
        # Not waited for: after a crash of the machine the hash tells whether the entry is whole.
        with partial.open("xb") as stream:
            stream.writelines(parts)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _header(key: str, about: Mapping[str, Any], data: bytes) -> bytes:
    fields = {
        "format": _FORMAT,
        "address": key,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "about": about,
    }
    # The header is hashed too: a flipped bit in a word's time would be spoken from.
    text = json.dumps(fields, ensure_ascii=False)
    return f"{hashlib.sha256(text.encode()).hexdigest()} {text}\n".encode()


def _read(stream: BinaryIO, key: str) -> CacheEntry | None:
    digest, _, text = stream.readline(_LONGEST_HEADER).rstrip(b"\n").partition(b" ")
    if hashlib.sha256(text).hexdigest().encode() != digest:
        return None
    fields: dict[str, Any] = json.loads(text)
    if fields["format"] != _FORMAT or fields["address"] != key:
        return None
    data = stream.read(int(fields["bytes"]))
    if hashlib.sha256(data).hexdigest() != fields["sha256"]:
        return None
    return CacheEntry(fields["about"], data)
