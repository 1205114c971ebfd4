"""A content-addressed disk cache: results of earlier runs, keyed by a hash of their inputs.

The key covers everything that can change the result, so entries are never invalidated; those that
are no longer read are evicted. One folder serves all shows of a user.

An entry is one file: a line of JSON, then the data, uncompressed. It is written atomically, so
parallel writers of one key leave one whole entry, and it contains the hash of both parts: a damaged
entry is treated as missing. A cache that cannot be written costs time, never an episode.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from mujaz.errors import CacheError
from mujaz.storage.atomic import UNFINISHED_SUFFIX, atomic_write

_FORMAT = "mujaz-entry 2"
# A header holds a mark for each word; a longer first line is not a header.
_LONGEST_HEADER = 1 << 20
# Evict to below the limit, so that the next few entries need no new scan of the folder.
_KEEP_SHARE = 0.9
# An unfinished entry of this age was left by a killed writer.
_ABANDONED_S = 3600


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """An entry of the cache.

    Attributes:
        about: Metadata in JSON.
        data: The content.
    """

    about: Mapping[str, Any]
    data: bytes


@dataclass(frozen=True, slots=True)
class Usage:
    """Number and size of the entries of a cache."""

    entries: int
    bytes: int


def cache_key(*parts: object) -> str:
    """Hash the inputs of a result; the hash is the key of the result."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


@cache
def code_version(package: str, parts: Sequence[str] = ()) -> str:
    """Hash the source of a package of ours and the versions of the distributions that it uses.

    As part of a key, it excludes results that another version of the code made.

    Args:
        package: Such as ``mujaz.audio``.
        parts: Names of distributions; hashable.
    """
    found = hashlib.sha256()
    for file in sorted(Path(str(files(package))).rglob("*")):
        if file.suffix in (".py", ".tsv", ".txt"):
            found.update(file.name.encode() + b"\0" + file.read_bytes())
    for part in parts:
        try:
            found.update(f"{part} {version(part)}\0".encode())
        except PackageNotFoundError:
            continue
    return found.hexdigest()


class ContentCache:
    """A folder of entries of limited size; the least recently used are evicted first.

    Args:
        folder: Created when first written to.
        limit_bytes: Largest size of all entries after a run; 0 or less turns the cache off.

    Attributes:
        trouble: Why the cache could not be written, or empty.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self.trouble = ""
        self._written = 0

    def has(self, kind: str, key: str) -> bool:
        """Whether there is an entry of a key, whole or not."""
        return self._path(kind, key).is_file()

    def get(self, kind: str, key: str) -> CacheEntry | None:
        """Read the entry of a key; None if there is none or it is damaged."""
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
                os.utime(path)  # the time of last use, by which entries are evicted
        return entry

    def put(self, kind: str, key: str, about: Mapping[str, Any], data: bytes) -> None:
        """Store an entry; if the cache cannot be written, ``trouble`` says why.

        Args:
            kind: Short ASCII name of the kind of result; the suffix of the file.
            key: See :func:`cache_key`.
            about: Metadata that JSON can hold.
            data: The content.
        """
        if self.limit_bytes <= 0:
            return
        path = self._path(kind, key)
        parts = (_header(key, about, data), data)
        try:
            # After a crash of the machine the hashes tell whether the entry is whole.
            with atomic_write(path, durable=False) as stream:
                stream.writelines(parts)
        except OSError as error:
            self.trouble = f"{error.strerror or error}: {error.filename or self.folder}"
            return
        self._written += sum(map(len, parts))
        if self._written > self.limit_bytes // 10:
            self.evict()

    def evict(self) -> None:
        """Remove files of killed writers, and the least recently used entries beyond the limit.

        Another run may remove the same files meanwhile, which is no error.
        """
        self._written = 0
        abandoned = time.time() - _ABANDONED_S
        files: list[tuple[Path, float, int]] = []
        for path, used, size in self._files():
            if path.suffix == UNFINISHED_SUFFIX and used < abandoned:
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
        """Count the entries and their bytes on disk, of one kind or of all."""
        sizes = [
            size
            for path, _, size in self._files()
            if path.suffix != UNFINISHED_SUFFIX and kind in ("", path.suffix[1:])
        ]
        return Usage(len(sizes), sum(sizes))

    def clear(self) -> None:
        """Remove every entry; other files in the folder stay.

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
        # Two levels, so that no folder grows to tens of thousands of names.
        return self.folder / key[:2] / f"{key[2:]}.{kind}"

    def _files(self) -> Iterator[tuple[Path, float, int]]:
        """List the files of the cache: path, time of last use, size in bytes."""
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


def encoded(key: str, about: Mapping[str, Any], data: bytes) -> bytes:
    """An entry as it stands in a file."""
    return _header(key, about, data) + data


def decoded(entry: bytes, key: str) -> CacheEntry | None:
    """Read an entry that :func:`encoded` made; None if it is damaged or another key's."""
    try:
        return _read(BytesIO(entry), key)
    except (ValueError, KeyError, TypeError):
        return None


def _is_ours(name: str) -> bool:
    """Whether a file name is that of an entry or of an unfinished one."""
    rest, _, kind = name.partition(".")
    is_entry = len(rest) == 62 and bool(kind) and set(rest) <= set("0123456789abcdef")
    return is_entry or name.endswith(UNFINISHED_SUFFIX)


def _folders(root: Path) -> Sequence[Path]:
    try:
        return sorted(path for path in root.iterdir() if len(path.name) == 2 and path.is_dir())
    except OSError:
        return []


def _header(key: str, about: Mapping[str, Any], data: bytes) -> bytes:
    fields = {
        "format": _FORMAT,
        "address": key,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "about": about,
    }
    # The header is hashed too: a flipped bit in it would shift the time of a word.
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
