"""A content cache that several machines share, behind the one of each: a store fsspec supports.

It may fail in every way without harm: an object that cannot be read or is damaged counts as
missing, one that cannot be written is left out. Each request has a deadline; after several faults
in a row, or after too much waiting, the store is not asked again in this run.
"""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from mujaz.errors import ConfigError, MissingPackageError, installing

_T = TypeVar("_T")
_REQUEST_S = 10.0
_FAULTS = 5
# A store is too slow if so much was waited for it, and so much for a request on average.
_WAITING_S, _MEAN_WAIT_S = 60.0, 1.0
_THREADS = 8
# Objects that wait to be written; a clip has about 200 kB.
_WAITING_WRITES = 64
_CLOSE_S = 30.0
_DAY_S = 86_400
# Stores whose PUT is atomic; a rename there would be a copy.
_OBJECT_STORES = frozenset(("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "memory"))
_OPTIONS = {
    # aiobotocore would retry for minutes.
    "s3": {
        "config_kwargs": {
            "connect_timeout": 4, "read_timeout": 8, "retries": {"max_attempts": 1},
        },
        "use_listings_cache": False,
    }
}  # fmt: skip


class SharedCache:
    """Objects by name in a shared store.

    Args:
        address: Such as ``s3://bucket/folder``.
        keep_days: Age in days at which objects are removed; 0 keeps them.
        request_s: Deadline of a request in seconds.

    Attributes:
        trouble: The reason why the store was given up, or empty.

    Raises:
        MissingPackageError: If fsspec or the store's package is not installed.
        ConfigError: If it is no address.
    """

    def __init__(self, address: str, keep_days: int = 0, request_s: float = _REQUEST_S) -> None:
        self.trouble = ""
        self._keep_days = keep_days
        self._request_s = request_s
        scheme = address.partition(":")[0]
        self._is_atomic = scheme in _OBJECT_STORES
        self._store, self._root = _open(address, scheme)
        self._threads = _Threads()
        self._lock = threading.Lock()
        self._faults = 0
        self._waits = 0
        self._waited_s = 0.0
        self._writes: list[Future[None]] = []

    def fetch(self, name: str) -> Future[bytes | None]:
        """Begin to read an object; the result is None if there is none or the store fails."""
        if self.trouble:
            return _done(None)
        return self._threads.submit(lambda: self._read(name))

    def wait(self, reading: Future[bytes | None]) -> bytes | None:
        """Return what :meth:`fetch` found; None if it took too long."""
        started = time.monotonic()
        try:
            return reading.result(0 if self.trouble else self._request_s)
        except TimeoutError:
            self._count_fault("it does not answer in time")
            return None
        finally:
            with self._lock:
                self._waits += 1
                self._waited_s += time.monotonic() - started
                most = max(_WAITING_S, _MEAN_WAIT_S * self._waits)
                if self._waited_s > most and not self.trouble:
                    self.trouble = "it answers too slowly"

    def put(self, name: str, data: bytes) -> None:
        """Write an object in the background, over what is there; nothing tells whether it worked.

        If too many wait to be written, this one is left out.
        """
        self._writes = [write for write in self._writes if not write.done()]
        if not self.trouble and len(self._writes) < _WAITING_WRITES:
            self._writes.append(self._threads.submit(lambda: self._write(name, data)))

    def finish(self) -> None:
        """Wait a while for what is being written, and end the threads."""
        end = time.monotonic() + _CLOSE_S
        for write in self._writes:
            if self.trouble:
                break
            with contextlib.suppress(TimeoutError):
                write.result(max(0.0, end - time.monotonic()))
        self._writes = []
        self._threads.end()

    def prune(self) -> int:
        """Remove objects that are older than the limit; return how many."""
        if not self._keep_days or self.trouble:
            return 0
        oldest = time.time() - self._keep_days * _DAY_S
        removing = self._threads.submit(lambda: self._prune(oldest))
        try:
            return removing.result(_CLOSE_S)
        except TimeoutError:
            return 0

    def _read(self, name: str) -> bytes | None:
        try:
            data = bytes(self._store.cat_file(self._path(name)))
        except FileNotFoundError:
            self._faults = 0
            return None
        except Exception as error:  # noqa: BLE001 - the libraries' errors have no common base class
            self._count_fault(_told(error))
            return None
        self._faults = 0
        return data

    def _write(self, name: str, data: bytes) -> None:
        if self.trouble:
            return
        path = self._path(name)
        try:
            if self._is_atomic:
                self._store.pipe_file(path, data)
            else:
                self._store.makedirs(path.rpartition("/")[0], exist_ok=True)
                unfinished = f"{path}.{secrets.token_hex(6)}.part"
                self._store.pipe_file(unfinished, data)
                self._store.mv(unfinished, path)
        except Exception as error:  # noqa: BLE001 - as above
            self._count_fault(_told(error))
        else:
            self._faults = 0

    def _prune(self, oldest: float) -> int:
        removed = 0
        try:
            for path, info in self._store.find(self._root, detail=True).items():
                if 0 < _written(info) < oldest and not self.trouble:
                    # Another machine may remove it at the same time.
                    with contextlib.suppress(FileNotFoundError):
                        self._store.rm_file(path)
                        removed += 1
        except Exception as error:  # noqa: BLE001 - as above
            self._count_fault(_told(error))
        return removed

    def _count_fault(self, reason: str) -> None:
        with self._lock:
            self._faults += 1
            if self._faults >= _FAULTS and not self.trouble:
                self.trouble = reason

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


@dataclass(slots=True)
class _Threads:
    """Daemon threads: one that hangs in a request does not keep the process from ending."""

    _work: queue.SimpleQueue[Callable[[], None] | None] = field(default_factory=queue.SimpleQueue)
    _count: int = 0

    def submit(self, function: Callable[[], _T]) -> Future[_T]:
        future: Future[_T] = Future()

        def run() -> None:
            try:
                future.set_result(function())
            except BaseException as error:  # noqa: BLE001 - handed to who waits
                future.set_exception(error)

        self._work.put(run)
        if self._count < _THREADS:
            self._count += 1
            threading.Thread(target=self._serve, daemon=True).start()
        return future

    def end(self) -> None:
        """End the threads when they have done what was submitted."""
        for _ in range(self._count):
            self._work.put(None)
        self._count = 0

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _open(address: str, scheme: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise MissingPackageError(
            "the package 'fsspec' is not installed",
            where="speech.cache",
            hint=f"run {installing('publish')}",
        ) from error
    try:
        store, root = fsspec.core.url_to_fs(address, **_OPTIONS.get(scheme, {}))
    except ImportError as error:
        raise MissingPackageError(
            "the shared cache needs another package",
            where="speech.cache",
            hint=f"run {installing('publish')}",
        ) from error
    except (KeyError, ValueError):
        # Without its text, which may hold a password.
        raise ConfigError(
            "this is no address of a shared cache",
            where="speech.cache",
            hint="name a folder, or an address like s3://bucket/clips",
        ) from None
    return store, str(root).rstrip("/")


def _written(info: Any) -> float:
    """Time of an object's last change in seconds since 1970; 0 if the store does not say."""
    keys = ("LastModified", "mtime", "modified", "last_modified", "updated", "created")
    moment = next((info[key] for key in keys if info.get(key)), 0)
    if isinstance(moment, datetime):
        return moment.timestamp()
    return float(moment) if isinstance(moment, int | float) else 0.0


def _told(error: BaseException) -> str:
    """Describe an error without its text, which may hold an address with a password."""
    status = getattr(error, "errno", None)
    reason = os.strerror(status) if isinstance(status, int) else type(error).__name__
    return f"it fails ({reason})"


def _done(value: _T) -> Future[_T]:
    future: Future[_T] = Future()
    future.set_result(value)
    return future
