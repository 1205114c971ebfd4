"""The lock that lets only one process make the bulletin of a show folder."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mujaz.errors import PublishError

_log = logging.getLogger(__name__)
# A run that hangs must not make every later run hang too.
_LONGEST_WAIT_S = 600.0


@contextmanager
def only_run(private: Path) -> Iterator[None]:
    """Hold the lock, waiting up to ten minutes for another run.

    Args:
        private: The show folder's ``.mujaz``; made if missing.

    Raises:
        PublishError: If another run holds it for too long, or the folder cannot be written.
    """
    try:
        private.mkdir(parents=True, exist_ok=True)
        lock = (private / "bulletin.lock").open("a+")
    except OSError as error:
        raise PublishError(
            f"the show folder cannot be written: {error.strerror}",
            where=str(private.parent),
            hint="check its permissions, or choose another with -o DIR",
        ) from error
    with lock:
        _wait_for(lock.fileno(), private)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _wait_for(lock: int, private: Path) -> None:
    until = time.monotonic() + _LONGEST_WAIT_S
    is_told = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if not is_told:
                _log.info("another run is making the bulletin; waiting")
                is_told = True
            if time.monotonic() > until:
                holder = (private / "bulletin.lock").read_text(encoding="ascii").strip()
                raise PublishError(
                    f"another run (process {holder}) has been making the bulletin for too long",
                    where=str(private.parent),
                    hint="look at that process, and end it if it hangs",
                ) from error
            time.sleep(0.2)
        else:
            return
