"""A store that fsspec supports as a publishing target: S3, SFTP and others.

Object stores replace an object in one step; elsewhere a file is written under another name and
then renamed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from mujaz.errors import MissingPackageError, PublishError, installing
from mujaz.publish.http_headers import cache_control, content_type, is_immutable
from mujaz.publish.remote.address import TargetAddress
from mujaz.publish.remote.folder_target import UNFINISHED_PREFIX
from mujaz.publish.remote.sftp import sftp_filesystem
from mujaz.storage.hashing import sha256_of

# Stores whose PUT is atomic; a rename there would be a copy.
_OBJECT_STORES = frozenset(
    {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "memory"}
)
_SFTP = ("sftp", "ssh")
# An unfinished file of this age was left by a killed run.
_ABANDONED_S = 86_400
_BLOCK_BYTES = 1 << 20
# HTTP: another write is under way, precondition failed; no such object; not implemented.
_CONDITION_FAILED, _GONE, _CONDITION_UNKNOWN = (409, 412), 404, 501


class TargetChangedError(PublishError):
    """A file at the target is not the version that it was."""


class StoreTarget:
    """A store that fsspec supports.

    Uploads are recorded in a journal beside the show, one line for each file, so that an
    interrupted run goes on where it was and an unchanged file is not sent twice. A file that the
    store does not list, or with another size, is sent again all the same.
    """

    def __init__(self, address: str, private: Path, host_keys: Sequence[str] = ()) -> None:
        self._address = TargetAddress(address)
        self.name = self._address.shown
        with self._translated():
            self._store, self._root = _open(self._address, host_keys)
        # Without the password, which may change, and whose hash could be guessed.
        digest = hashlib.sha256(self.name.encode()).hexdigest()[:16]
        self.memory = private / f"target-{digest}.json"
        self._journal = private / f"published-{digest}.jsonl"
        self._sent = self._read_journal()
        self._atomic = self._address.scheme in _OBJECT_STORES
        self._made: set[str] = set()
        self._unfinished: dict[str, Any] = {}
        # Of the present publication; part of the names of unfinished files.
        self.token = secrets.token_hex(8)

    def lock(self, on_wait: Callable[[], None]) -> nullcontext[None]:
        """See :class:`Target`; stores have no locks, the record of the publication must do."""
        return nullcontext()

    def listing(self) -> dict[str, int]:
        """See :class:`Target`."""
        with self._translated():
            self._store.invalidate_cache()
            try:
                found = self._store.find(self._root, detail=True)
            except FileNotFoundError:
                return {}
        out: dict[str, int] = {}
        self._unfinished = {}
        for path, info in found.items():
            relative = str(path)[len(self._root) :].lstrip("/")
            if relative.rsplit("/", 1)[-1].startswith(UNFINISHED_PREFIX):
                self._unfinished[relative] = info
            else:
                out[relative] = int(info["size"])
        return out

    def remove_unfinished(self, tokens: Sequence[str]) -> None:
        """See :class:`Target`; files of unknown runs are removed after a day."""
        for name, info in self._unfinished.items():
            token = name.rpartition(UNFINISHED_PREFIX)[2].partition("-")[0]
            if token in tokens or _age_s(info) > _ABANDONED_S:
                self.remove(name)

    def has(self, name: str, source: Path, size: int | None) -> bool:
        """See :class:`Target`; for a file named by its content, name and size are enough."""
        if size != source.stat().st_size:
            return False
        return is_immutable(name) or self._sent.get(name) == sha256_of(source)

    def put(self, name: str, source: Path) -> None:
        """See :class:`Target`."""
        path = self._path(name)
        with self._translated():
            if self._atomic:
                self._store.put_file(str(source), path, **_headers(self._store, name))
            else:
                parent = path.rsplit("/", 1)[0]
                if parent not in self._made:
                    self._store.makedirs(parent, exist_ok=True)
                    self._made.add(parent)
                unfinished = f"{parent}/{UNFINISHED_PREFIX}{self.token}-{secrets.token_hex(4)}"
                self._store.put_file(str(source), unfinished)
                self._store.mv(unfinished, path)
        self._write_journal(name, sha256_of(source))

    def version(self, name: str) -> str | None:
        """See :class:`Target`; only S3 is asked for conditional writes."""
        if "s3" not in _protocols(self._store):
            return None
        with self._translated():
            try:
                return str(self._store.info(self._path(name), refresh=True)["ETag"])
            except FileNotFoundError:
                return ""

    def put_if(self, name: str, source: Path, version: str) -> None:
        """See :class:`Target`; a store that does not know conditions replaces the file."""
        condition = {"IfMatch": version} if version else {"IfNoneMatch": "*"}
        headers = _headers(self._store, name)
        with self._translated():
            try:
                self._store.put_file(str(source), self._path(name), **headers, **condition)
            except OSError as error:
                status = _http_status(error)
                if status in _CONDITION_FAILED or (version and status == _GONE):
                    raise TargetChangedError("it was written meanwhile", where=self.name) from None
                if status != _CONDITION_UNKNOWN:
                    raise
                self._store.put_file(str(source), self._path(name), **headers)
        self._write_journal(name, sha256_of(source))

    def sha256(self, name: str) -> str:
        """See :class:`Target`."""
        digest = hashlib.sha256()
        with self._translated():
            try:
                with self._store.open(self._path(name), "rb", block_size=_BLOCK_BYTES) as stream:
                    while block := stream.read(_BLOCK_BYTES):
                        digest.update(block)
            except FileNotFoundError:
                return ""
        return digest.hexdigest()

    def read(self, name: str) -> bytes | None:
        """See :class:`Target`."""
        with self._translated():
            try:
                return bytes(self._store.cat_file(self._path(name)))
            except FileNotFoundError:
                return None

    def remove(self, name: str) -> None:
        """See :class:`Target`."""
        with self._translated():
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

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn any error of a store's library into a :class:`PublishError`."""
        try:
            yield
        except (MissingPackageError, PublishError):
            raise
        # The errors of botocore, paramiko, aiohttp and others have no common base class.
        except Exception as error:  # noqa: BLE001
            raise PublishError(
                f"the target refused: {type(error).__name__}: {self._address.redact(str(error))}",
                where=self.name,
                hint="check the address, the network and the credentials, then run it again: "
                "it goes on where it was",
            ) from None  # the original message may contain the password


def _open(address: TargetAddress, host_keys: Sequence[str]) -> tuple[Any, str]:
    try:
        import fsspec
        from fsspec.utils import infer_storage_options
    except ImportError as error:
        raise MissingPackageError(
            "the package 'fsspec' is not installed", hint=f"run {installing('publish')}"
        ) from error
    try:
        if address.scheme in _SFTP:
            options = infer_storage_options(address.text)
            root = str(options.pop("path"))
            options.pop("protocol", None)
            store = sftp_filesystem(str(options.pop("host")), host_keys, **options)
        else:
            store, root = fsspec.core.url_to_fs(address.text)
    except ImportError as error:
        raise MissingPackageError(
            f"publishing to this address needs another package: {address.redact(str(error))}",
            where=address.shown,
            hint=f"run {installing('publish')}",
        ) from None
    except (KeyError, ValueError) as error:
        raise PublishError(
            f"this is no address to publish to: {address.redact(str(error))}",
            where=address.shown,
            hint="name a folder, or an address like s3://bucket/path; write / and @ in a password "
            "as %2F and %40",
        ) from None
    return store, str(root).rstrip("/")


def _age_s(info: Any) -> float:
    """Seconds since a file was written; 0 if the store does not say."""
    moment = next((info[key] for key in ("mtime", "LastModified", "modified") if key in info), None)
    if isinstance(moment, datetime):
        moment = moment.timestamp()
    return time.time() - moment if isinstance(moment, int | float) else 0.0


def _http_status(error: BaseException | None) -> int:
    """HTTP status that a library of S3 met; 0 if it does not say."""
    while error is not None:
        answer = getattr(error, "response", None)
        if isinstance(answer, dict):
            return int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        error = error.__cause__
    return 0


def _protocols(store: Any) -> tuple[str, ...]:
    return (store.protocol,) if isinstance(store.protocol, str) else tuple(store.protocol)


def _headers(store: Any, name: str) -> dict[str, Any]:
    """Arguments that set content type and caching, which differ between object stores."""
    protocols = _protocols(store)
    if "s3" in protocols:
        return {"ContentType": content_type(name), "CacheControl": cache_control(name)}
    if "gs" in protocols:
        return {
            "content_type": content_type(name),
            "fixed_key_metadata": {"cache_control": cache_control(name)},
        }
    return {}
