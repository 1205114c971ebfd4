"""File locks between processes (``flock``), the only ones in the program.

The system releases a lock when its holder ends, however it ends, so a killed run blocks nobody.
Every wait has a time limit, and the error names the holder: an exclusive lock's file contains the
process id, the command and the time at which it was acquired.
"""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from mujaz.errors import MujazError

# A run that hangs must not make every later one hang with it.
LOCK_WAIT_S = 600.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.01, 0.2
_MOST_COMMAND_CHARS = 120
_MOST_RECORD_BYTES = 4096


class LockTimeoutError(MujazError):
    """Another process held a lock for longer than this one was willing to wait."""


@dataclass(frozen=True, slots=True)
class LockHolder:
    """The process that holds an exclusive lock.

    Attributes:
        command: Its command line, shortened; arguments that may contain a password are left out.
        since: When it acquired the lock, in ISO 8601.
        host: Name of its machine; several may share a folder over a network.
    """

    pid: int
    command: str
    since: str
    host: str

    def __str__(self) -> str:
        at = "" if self.host == socket.gethostname() else f" on {self.host}"
        return f"process {self.pid}{at} ({self.command}), since {self.since}"


@contextmanager
def exclusive_lock(
    path: Path,
    *,
    wait_s: float = LOCK_WAIT_S,
    on_wait: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """Hold the exclusive lock on a file, which is created with its folder if need be.

    Args:
        path: The lock file. Its content is replaced by a record of the holder.
        wait_s: Longest wait in seconds.
        on_wait: Called once if another process holds the lock.

    Raises:
        LockTimeoutError: If the lock is not free in time.
        OSError: If the file cannot be created.
    """
    with _acquired(path, fcntl.LOCK_EX, wait_s, on_wait) as stream:
        _write_holder(stream)
        try:
            yield
        finally:
            with suppress(OSError):
                stream.truncate(0)


@contextmanager
def shared_lock(path: Path, *, wait_s: float = LOCK_WAIT_S) -> Iterator[None]:
    """Hold a lock on a file that any number of processes may hold at once.

    Args:
        path: The lock file, created with its folder if need be.
        wait_s: Longest wait in seconds for a process that holds it exclusively.

    Raises:
        LockTimeoutError: If the lock is not free in time.
        OSError: If the file cannot be created.
    """
    with _acquired(path, fcntl.LOCK_SH, wait_s, lambda: None):
        yield


def lock_new_file(stream: IO[Any]) -> None:
    """Lock a file that this process has just created, until the stream is closed.

    Raises:
        OSError: If another process holds a lock on it.
    """
    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_locked(path: Path) -> bool:
    """Whether any process holds a lock on a file, exclusive or shared."""
    try:
        with path.open("rb") as stream:
            return not _try(stream, fcntl.LOCK_EX)
    except OSError:
        return False


def is_locked_exclusively(stream: IO[Any]) -> bool:
    """Whether another process holds the exclusive lock on an open file, which may be removed."""
    if not _try(stream, fcntl.LOCK_SH):
        return True
    fcntl.flock(stream, fcntl.LOCK_UN)
    return False


@contextmanager
def _acquired(
    path: Path, kind: int, wait_s: float, on_wait: Callable[[], None]
) -> Iterator[IO[str]]:
    until = time.monotonic() + wait_s
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="utf-8") as stream:
            if not _try(stream, kind):
                on_wait()
                on_wait = _no_more
                _wait(stream, kind, path, until)
            # The last holder may have removed the file with its folder: then lock the new one.
            if _is_at(stream, path):
                yield stream
                return
        if time.monotonic() > until:
            raise _timeout(path)


def _no_more() -> None:
    """Take the place of ``on_wait`` after its only call."""


def _wait(stream: IO[str], kind: int, path: Path, until: float) -> None:
    # flock has no time limit of its own, and an alarm signal works in the main thread only.
    pause_s = _FIRST_PAUSE_S
    while not _try(stream, kind):
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise _timeout(path)
        time.sleep(min(pause_s, left_s))
        pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)


def _try(stream: IO[Any], kind: int) -> bool:
    try:
        fcntl.flock(stream, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(stream: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _write_holder(stream: IO[str]) -> None:
    now = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    holder = LockHolder(os.getpid(), _command(), now, socket.gethostname())
    # A full disk must not stop the holder: the record serves messages only.
    with suppress(OSError):
        stream.truncate(0)
        stream.write(json.dumps(asdict(holder), ensure_ascii=False) + "\n")
        stream.flush()


def read_holder(path: Path) -> LockHolder | None:
    """Read who holds an exclusive lock; None if the file does not say."""
    try:
        with path.open("rb") as stream:
            fields = json.loads(stream.read(_MOST_RECORD_BYTES))
        return LockHolder(
            int(fields["pid"]), str(fields["command"]), str(fields["since"]), str(fields["host"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _command() -> str:
    # An address may contain a password.
    told = ["…" if "@" in word or "://" in word else word for word in sys.argv[1:]]
    line = shlex.join([Path(sys.argv[0]).name or "python", *told])
    line = line.encode("utf-8", "replace").decode()
    return line if len(line) <= _MOST_COMMAND_CHARS else f"{line[:_MOST_COMMAND_CHARS]}…"


def _timeout(path: Path) -> LockTimeoutError:
    holder = read_holder(path)
    return LockTimeoutError(
        f"another process is still at work here: {holder or 'it has left no record of itself'}",
        where=str(path),
        hint="wait until it has finished and run the command again"
        + (f"; if it hangs, end process {holder.pid}" if holder else ""),
    )
