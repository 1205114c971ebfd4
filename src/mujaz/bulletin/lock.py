"""The lock that lets only one process make the bulletin of a show folder."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mujaz.errors import PublishError
from mujaz.storage.locks import LOCK_WAIT_S, exclusive_lock

_log = logging.getLogger(__name__)


@contextmanager
def only_run(private: Path, *, wait_s: float = LOCK_WAIT_S) -> Iterator[None]:
    """Hold the lock; another run is waited for.

    Args:
        private: The show folder's ``.mujaz``; made if missing.
        wait_s: Longest wait in seconds.

    Raises:
        LockTimeoutError: If another run holds it for too long.
        PublishError: If the folder cannot be written.
    """
    with ExitStack() as stack:
        try:
            lock = exclusive_lock(private / "bulletin.lock", wait_s=wait_s, on_wait=_tell_waiting)
            stack.enter_context(lock)
        except OSError as error:
            raise PublishError(
                f"the show folder cannot be written: {error.strerror}",
                where=str(private.parent),
                hint="check its permissions, or choose another with -o DIR",
            ) from error
        yield


def _tell_waiting() -> None:
    _log.info("another run is making the bulletin; waiting")
