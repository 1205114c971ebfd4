"""Contain the faults of one story, so that they never stop the others.

Any exception, of ours or of a library, becomes the reason in the report. The traceback of one that
nobody foresaw goes to ``.mujaz/faults.log`` in the show folder and not to the terminal.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from mujaz.errors import ConfigError, DiacritizerError, MissingPackageError, MujazError
from mujaz.storage.atomic import move_into_place

# Errors of the set-up: they concern every story, so they end the run.
SET_UP_ERRORS = (ConfigError, DiacritizerError, MissingPackageError)
FAULT_LOG = "faults.log"
_MOST_REASON_CHARS = 300
_MOST_LOG_BYTES = 1_000_000
_log = logging.getLogger(__name__)


class StoryBoundary:
    """The boundary around the work on one story: a context that contains any exception.

    Errors of the set-up and interrupts pass through.

    Attributes:
        error: The exception, if there was one.
        reason: Its description for the report; empty if there was none.
        hint: What the user can do about it; may be empty.
    """

    error: Exception | None = None
    reason: str = ""
    hint: str = ""

    def __enter__(self) -> StoryBoundary:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception) or isinstance(error, SET_UP_ERRORS):
            return False
        self.error, self.reason = error, fault_reason(error)
        self.hint = error.hint if isinstance(error, MujazError) else ""
        return True


def fault_reason(error: Exception) -> str:
    """Describe an exception in one line for the report, and log it if it is unexpected."""
    if isinstance(error, MujazError):
        return str(error)
    _log.error("unexpected fault", exc_info=error)
    text = "".join(char if char.isprintable() else " " for char in _text_of(error))
    text = " ".join(text.split())[:_MOST_REASON_CHARS]
    return f"unexpected fault: {type(error).__name__}" + (f": {text}" if text else "")


def _text_of(error: Exception) -> str:
    # An exception of a library may fail to describe itself.
    with suppress(Exception):
        return str(error)
    return ""


@contextmanager
def fault_log(private: Path) -> Iterator[None]:
    """Append the tracebacks of unforeseen faults to ``private/faults.log`` in the meantime.

    The file is created by the first fault. It is replaced when it exceeds 1 MB; the one before
    stays as ``faults.log.1``.
    """
    handler = _FaultFile(private / FAULT_LOG)
    _log.addHandler(handler)
    try:
        yield
    finally:
        _log.removeHandler(handler)


class _FaultFile(logging.Handler):
    """Writes tracebacks; a disk that refuses them never stops a run."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        """Append the traceback of a record."""
        if record.exc_info is None:
            return
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        text = f"{moment}\n{''.join(traceback.format_exception(record.exc_info[1]))}\n"
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.is_file() and self._path.stat().st_size > _MOST_LOG_BYTES:
                move_into_place(self._path, self._path.with_name(f"{FAULT_LOG}.1"))
            with self._path.open("a", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(text)
