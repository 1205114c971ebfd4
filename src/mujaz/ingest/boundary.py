"""Conversion of errors of parsing libraries, which hostile pages can cause, to ``SourceError``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mujaz.errors import MujazError, SourceError


@contextmanager
def library_errors(where: str, what: str = "page") -> Iterator[None]:
    """Raise any error of a library as a ``SourceError`` with the reason.

    Args:
        where: Path or URL for the error message.
        what: What is parsed, for the message.
    """
    try:
        yield
    except (MujazError, MemoryError):
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:120]
        raise SourceError(
            f"the {what} cannot be parsed: {type(error).__name__}{f': {reason}' if reason else ''}",
            where=where,
            hint="save its text as a plain text file",
        ) from error
