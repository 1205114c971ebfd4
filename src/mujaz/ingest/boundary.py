"""Conversion of errors of parsing libraries, which hostile pages can cause, to ``SourceError``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from mujaz.errors import MujazError, SourceError


class Parsed(StrEnum):
    """The kind of text that a library parses."""

    PAGE = "page"
    DOCUMENT = "document"
    FEED = "feed"


_DAMAGED = {
    Parsed.PAGE: "the page is damaged or of a form that is not known",
    Parsed.DOCUMENT: "the document is damaged or of a form that is not known",
    Parsed.FEED: "the feed is damaged or of a form that is not known",
}


@contextmanager
def library_errors(where: str, what: Parsed = Parsed.PAGE) -> Iterator[None]:
    """Raise any error of a library as a ``SourceError``; its own words are its cause.

    Args:
        where: Path or URL for the error message.
        what: What is parsed, for the message.
    """
    try:
        yield
    except (MujazError, MemoryError):
        raise
    except Exception as error:
        raise SourceError(
            f"{_DAMAGED[what]} ({type(error).__name__})",
            where=where,
            hint="save its text as a plain text file",
        ) from error
