"""Tell ``mujaz make`` that a server offers live listening for a show folder.

The sign is a shared lock on ``.mujaz/listening``. The system releases it when the server ends,
however it ends, so a file that a killed server left means nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mujaz.errors import PublishError
from mujaz.live.spool_format import PRIVATE_FOLDER
from mujaz.storage.locks import is_locked, shared_lock

_SIGN = "listening"


@contextmanager
def live_server_sign(root: Path) -> Iterator[None]:
    """Hold the sign while a server runs.

    Args:
        root: The show folder.

    Raises:
        PublishError: If the folder cannot be written.
    """
    private = root / PRIVATE_FOLDER
    with ExitStack() as stack:
        try:
            private.mkdir(exist_ok=True)
            stack.enter_context(shared_lock(private / _SIGN))
        except OSError as error:
            raise PublishError(
                f"the show folder cannot be written: {error.strerror or error}",
                where=str(private),
                hint="--live needs to leave a sign for `mujaz make` there; serve without it",
            ) from error
        yield


def has_live_server(root: Path) -> bool:
    """Whether a running server offers live listening for a show folder."""
    return is_locked(root / PRIVATE_FOLDER / _SIGN)
