"""Clips that were made before, by what they say and how.

A clip's address is a hash of everything that can change a sample of it: spoken text, voice,
settings, engine and model. So nothing is ever invalidated; what is no longer asked for grows old
and is evicted. One folder serves all shows of a user.

An entry is one file: a line of JSON, then the samples as they are (lossless). It is written beside
and renamed, so parallel writers of one address leave one whole entry, and it carries the hash of
its samples: what is damaged is taken for missing and made again. A cache that cannot be written
costs time, never an episode.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from mujaz.domain import Clip, WordMark
from mujaz.errors import CacheError

_FORMAT = "mujaz-clip 1"
_SUFFIX = ".clip"
_PARTIAL = ".part"
# A header holds a mark a word; a longer first line is not a header.
_LONGEST_HEADER = 1 << 20
# Evicting to below the limit, so that the next clips need no new look at the whole folder.
_KEEP_SHARE = 0.9
# No clip takes so long to write: its writer was killed.
_ABANDONED_S = 3600


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of a clip.

    Attributes:
        clip: The clip.
        active_s: Seconds of it that sound, for the pace of its voice.
        history: What went wrong before it was made, as it stood in the report.
    """

    clip: Clip
    active_s: float = 0.0
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """How full a cache is."""

    entries: int
    bytes: int


def address(*parts: object) -> str:
    """The address of a clip: a hash of everything that makes it what it is."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


class ClipCache:
    """Clips on disk, bounded in size; the least recently used go first.

    Args:
        folder: Made when first written to.
        limit_bytes: Most bytes that remain after a run.

    Attributes:
        trouble: Why the cache could not be written, or empty.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self.trouble = ""
        self._written = 0

    def get(self, key: str) -> Entry | None:
        """The entry at an address; None if there is none or it is damaged."""
        path = self._path(key)
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

    def put(self, key: str, entry: Entry) -> None:
        """Keep an entry; a cache that cannot be written notes why and keeps nothing."""
        if self.limit_bytes <= 0:
            return
        path = self._path(key)
        data = _header(key, entry) + entry.clip.pcm
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, data)
        except OSError as error:
            self.trouble = f"{error.strerror or error}: {error.filename or self.folder}"
            return
        self._written += len(data)
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

    def usage(self) -> Usage:
        """Entries and bytes on disk."""
        sizes = [size for path, _, size in self._files() if path.suffix == _SUFFIX]
        return Usage(len(sizes), sum(sizes))

    def clear(self) -> Usage:
        """Remove every clip; what else lies in the folder stays.

        Returns:
            What was removed.

        Raises:
            CacheError: If a clip cannot be removed.
        """
        usage = self.usage()
        for path, _, _ in list(self._files()):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise CacheError(
                    f"this clip cannot be removed: {error.strerror}",
                    where=str(path),
                    hint="check the permissions of the folder",
                ) from error
            with contextlib.suppress(OSError):
                path.parent.rmdir()
        return usage

    def _path(self, key: str) -> Path:
        # Two levels: no folder grows to tens of thousands of names.
        return self.folder / key[:2] / f"{key[2:]}{_SUFFIX}"

    def _files(self) -> Iterator[tuple[Path, float, int]]:
        """Every file of ours: path, time of last use, size in bytes."""
        for folder in _folders(self.folder):
            try:
                found = list(os.scandir(folder))
            except OSError:
                continue
            for item in found:
                if item.name.endswith((_SUFFIX, _PARTIAL)):
                    try:
                        state = item.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    yield Path(item.path), state.st_mtime, state.st_size


def _folders(root: Path) -> Sequence[Path]:
    try:
        return sorted(path for path in root.iterdir() if len(path.name) == 2 and path.is_dir())
    except OSError:
        return []


def _write_whole(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=_PARTIAL)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _header(key: str, entry: Entry) -> bytes:
    clip = entry.clip
    data = {
        "format": _FORMAT,
        "address": key,
        "sample_rate": clip.sample_rate,
        "bytes": len(clip.pcm),
        "sha256": hashlib.sha256(clip.pcm).hexdigest(),
        "words": [[mark.index, mark.sample] for mark in clip.words],
        "active_s": round(entry.active_s, 3),
        "history": list(entry.history),
    }
    # The header is hashed too: a flipped bit in a word's time would be spoken from.
    text = json.dumps(data, ensure_ascii=False)
    return f"{hashlib.sha256(text.encode()).hexdigest()} {text}\n".encode()


def _read(stream: BinaryIO, key: str) -> Entry | None:
    digest, _, text = stream.readline(_LONGEST_HEADER).rstrip(b"\n").partition(b" ")
    if hashlib.sha256(text).hexdigest().encode() != digest:
        return None
    data: dict[str, Any] = json.loads(text)
    if data["format"] != _FORMAT or data["address"] != key:
        return None
    pcm = stream.read(int(data["bytes"]))
    if hashlib.sha256(pcm).hexdigest() != data["sha256"]:
        return None
    words = tuple(WordMark(index, sample) for index, sample in data["words"])
    clip = Clip(pcm, int(data["sample_rate"]), words)
    return Entry(clip, float(data["active_s"]), tuple(data["history"]))
