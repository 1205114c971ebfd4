"""Publishing targets: a folder, or any store that fsspec supports (S3, SFTP and others).

A target lists its files, replaces one file atomically, and removes one. Object stores replace an
object in one step; elsewhere a file is written under another name and then renamed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from mujaz.errors import MissingPackageError, PublishError
from mujaz.publish.http_headers import cache_control, content_type, is_immutable
from mujaz.storage.atomic import atomic_write
from mujaz.storage.hashing import sha256_of

# Stores whose PUT is atomic; a rename there would be a copy.
_OBJECT_STORES = frozenset(
    {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "memory"}
)
_UNFINISHED = ".mujaz-unfinished-"


class Target(Protocol):
    """A place from which a web server serves the show."""

    name: str

    def listing(self) -> dict[str, int]:
        """List all files: names relative to the target, and sizes in bytes."""

    def has(self, name: str, source: Path, size: int | None) -> bool:
        """Whether the target's file equals ``source``; ``size`` is the listed one."""

    def put(self, name: str, source: Path) -> None:
        """Replace a file atomically."""

    def read(self, name: str) -> bytes | None:
        """Read a small file; None if it does not exist."""

    def remove(self, name: str) -> None:
        """Remove a file."""


def open_target(address: str, private: Path) -> Target:
    """Open the target of an address: a path, or a URL that fsspec supports.

    Args:
        address: ``/var/www/podcast``, ``s3://bucket/path``, ``sftp://user@host/path``.
        private: Folder for the journal of past uploads.

    Raises:
        PublishError: If the address cannot be used.
        MissingPackageError: If its store needs a package that is not installed.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        return FolderTarget(Path(address))
    if scheme == "file":
        return FolderTarget(Path(rest))
    return StoreTarget(address, private)


class FolderTarget:
    """A folder of this machine, or one that is mounted."""

    def __init__(self, root: Path) -> None:
        self.name = str(root)
        self._root = root

    def listing(self) -> dict[str, int]:
        """See :class:`Target`. Unfinished files of killed runs are removed."""
        out: dict[str, int] = {}
        for folder, _, names in os.walk(self._root):
            for name in names:
                path = Path(folder) / name
                if name.startswith(_UNFINISHED):
                    path.unlink(missing_ok=True)
                elif not path.is_symlink():
                    out[path.relative_to(self._root).as_posix()] = path.stat().st_size
        return out

    def has(self, name: str, source: Path, size: int | None) -> bool:
        """See :class:`Target`; contents are compared if the times differ."""
        status = source.stat()
        if size != status.st_size:
            return False
        path = self._root / name
        return path.stat().st_mtime_ns == status.st_mtime_ns or sha256_of(path) == sha256_of(source)

    def put(self, name: str, source: Path) -> None:
        """See :class:`Target`."""
        with (
            source.open("rb") as original,
            atomic_write(self._root / name, prefix=_UNFINISHED) as copy,
        ):
            shutil.copyfileobj(original, copy)
            copy.flush()
            # Equal times tell later that this is the same file; the mode is left to the target.
            status = os.fstat(original.fileno())
            os.utime(copy.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))

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


class StoreTarget:
    """A store that fsspec supports.

    Uploads are recorded in a journal beside the show, one line for each file, so that an
    interrupted run goes on where it was and an unchanged file is not sent twice. A file that the
    store does not list, or with another size, is sent again all the same.
    """

    def __init__(self, address: str, private: Path) -> None:
        self.name = without_password(address)
        with _translated(self.name):
            self._store, self._root = _open(address)
        digest = hashlib.sha256(address.encode()).hexdigest()[:16]
        self._journal = private / f"published-{digest}.jsonl"
        self._sent = self._read_journal()
        self._atomic = address.partition("://")[0] in _OBJECT_STORES
        self._made: set[str] = set()

    def listing(self) -> dict[str, int]:
        """See :class:`Target`."""
        with _translated(self.name):
            self._store.invalidate_cache()
            try:
                found = self._store.find(self._root, detail=True)
            except FileNotFoundError:
                return {}
        out: dict[str, int] = {}
        for path, info in found.items():
            relative = str(path)[len(self._root) :].lstrip("/")
            if relative.rsplit("/", 1)[-1].startswith(_UNFINISHED):
                self.remove(relative)
            else:
                out[relative] = int(info["size"])
        return out

    def has(self, name: str, source: Path, size: int | None) -> bool:
        """See :class:`Target`; for a file named by its content, name and size are enough."""
        if size != source.stat().st_size:
            return False
        return is_immutable(name) or self._sent.get(name) == sha256_of(source)

    def put(self, name: str, source: Path) -> None:
        """See :class:`Target`."""
        path = self._path(name)
        with _translated(self.name):
            if self._atomic:
                self._store.put_file(str(source), path, **_headers(self._store, name))
            else:
                parent = path.rsplit("/", 1)[0]
                if parent not in self._made:
                    self._store.makedirs(parent, exist_ok=True)
                    self._made.add(parent)
                unfinished = f"{parent}/{_UNFINISHED}{secrets.token_hex(4)}"
                self._store.put_file(str(source), unfinished)
                self._store.mv(unfinished, path)
        self._write_journal(name, sha256_of(source))

    def read(self, name: str) -> bytes | None:
        """See :class:`Target`."""
        with _translated(self.name):
            try:
                return bytes(self._store.cat_file(self._path(name)))
            except FileNotFoundError:
                return None

    def remove(self, name: str) -> None:
        """See :class:`Target`."""
        with _translated(self.name):
            self._store.rm_file(self._path(name))
        self._sent.pop(name, None)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}" if self._root else name

    def _read_journal(self) -> dict[str, str]:
        """Read the journal; a line that a killed run left unfinished is ignored."""
        sent: dict[str, str] = {}
        try:
            lines = self._journal.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return sent
        for line in lines:
            try:
                name, digest = json.loads(line)
            except ValueError:
                continue
            sent[name] = digest
        return sent

    def _write_journal(self, name: str, digest: str) -> None:
        self._sent[name] = digest
        with self._journal.open("a", encoding="utf-8") as journal:
            journal.write("\n" * (journal.tell() > 0) + json.dumps([name, digest]))


def _open(address: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise MissingPackageError(
            "the package 'fsspec' is not installed", hint="run pip install 'mujaz[publish]'"
        ) from error
    try:
        store, root = fsspec.core.url_to_fs(address)
    except ImportError as error:
        raise MissingPackageError(
            f"publishing to this address needs another package: {error}",
            where=without_password(address),
            hint="run pip install 'mujaz[publish]'",
        ) from error
    except ValueError as error:
        raise PublishError(
            f"this is no address to publish to: {error}",
            where=without_password(address),
            hint="name a folder, or an address like s3://bucket/path",
        ) from error
    return store, str(root).rstrip("/")


def without_password(address: str) -> str:
    """Remove the password from an address for messages."""
    return re.sub(r"(://[^/@:]*):[^/@]*@", r"\1@", address)


def _headers(store: Any, name: str) -> dict[str, Any]:
    """Arguments that set content type and caching, which differ between object stores."""
    protocols = (store.protocol,) if isinstance(store.protocol, str) else tuple(store.protocol)
    if "s3" in protocols:
        return {"ContentType": content_type(name), "CacheControl": cache_control(name)}
    if "gs" in protocols:
        return {
            "content_type": content_type(name),
            "fixed_key_metadata": {"cache_control": cache_control(name)},
        }
    return {}


@contextmanager
def _translated(address: str) -> Iterator[None]:
    """Turn any error of a store's library into a :class:`PublishError`."""
    try:
        yield
    except (MissingPackageError, PublishError):
        raise
    # The errors of botocore, paramiko, aiohttp and others have no common base class.
    except Exception as error:
        raise PublishError(
            f"the target refused: {type(error).__name__}: {error}",
            where=address,
            hint="check the address, the network and the credentials, then run it again: "
            "it goes on where it was",
        ) from error
