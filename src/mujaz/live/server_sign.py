"""Tell ``mujaz make`` that a server offers live listening for a show folder.

The sign is a shared lock on ``.mujaz/listening``. The system releases it when the server ends,
however it ends, so a file that a killed server left means nothing.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mujaz.errors import PublishError
from mujaz.live.spool_format import PRIVATE_FOLDER

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
    try:
        private.mkdir(exist_ok=True)
        stream = (private / _SIGN).open("w")
    except OSError as error:
        raise PublishError(
            f"the show folder cannot be written: {error.strerror or error}",
            where=str(private),
            hint="--live needs to leave a sign for `mujaz make` there; serve without it",
        ) from error
    with stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        yield


def has_live_server(root: Path) -> bool:
    """Whether a running server offers live listening for a show folder."""
    try:
        with (root / PRIVATE_FOLDER / _SIGN).open("r+") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
