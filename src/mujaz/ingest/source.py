"""What a user names on the command line becomes a page."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from mujaz.arabic.letters import has_arabic
from mujaz.domain import MAX_BYTES, Page
from mujaz.errors import FetchError, SourceError
from mujaz.ingest.decode import decode

STDIN = "-"

_URL = re.compile(r"^https?://", re.IGNORECASE)
_HTML = re.compile(
    rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<article[\s>]|<meta\s|<div[\s>]",
    re.IGNORECASE,
)


def read_source(source: str) -> Page:
    """Read a file or standard input.

    Args:
        source: A path, or ``-`` for standard input.

    Raises:
        SourceError: If it cannot be read, is too large, is not text, or holds no Arabic.
        FetchError: If it is a URL (fetching is not part of this release).
    """
    if _URL.match(source):
        raise FetchError(
            "pages are not fetched from the network yet",
            where=source,
            hint="save the page as a file and name the file",
        )
    return page_from_bytes(read_bytes(source), source)


def read_bytes(source: str) -> bytes:
    """The bytes of a file or of standard input, one more than the limit at most.

    Raises:
        SourceError: If they cannot be read.
    """
    return sys.stdin.buffer.read(MAX_BYTES + 1) if source == STDIN else _file(Path(source))


def page_from_bytes(data: bytes, source: str, *, url: str = "", declared: str = "") -> Page:
    """A page from bytes; HTML is told by its content, not by its name.

    Raises:
        SourceError: As :func:`read_source`.
    """
    where = "standard input" if source == STDIN else source
    refuse_large(data, where)
    if looks_like_html(data):
        from mujaz.ingest.html import page_from_html

        page = page_from_html(data, source, url=url, declared=declared)
    else:
        page = Page(decode(data, where=where, declared=declared), source, url=url)
    if (
        not has_arabic(page.text)
        and "&#" not in page.text
        and not _has_presentation_forms(page.text)
    ):
        raise SourceError("no Arabic text found", where=where, hint="mujaz reads Arabic articles")
    return page


def refuse_large(data: bytes, where: str) -> None:
    """Refuse what no article is as large as.

    Raises:
        SourceError: If there are more than ``MAX_BYTES``.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(
            f"larger than {MAX_BYTES // 1_000_000} MB",
            where=where,
            hint="give one article at a time",
        )


def looks_like_html(data: bytes) -> bool:
    """Whether bytes are an HTML page; a stray tag in pasted text does not make one."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.replace(b"\x00", b"")
    return _HTML.search(data[:4096]) is not None


def _has_presentation_forms(text: str) -> bool:
    return any("\ufb50" <= char <= "\ufefc" for char in text)


def _file(path: Path) -> bytes:
    where = str(path)
    if path.is_dir():
        raise SourceError("this is a folder, not an article", where=where, hint="name a file in it")
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise SourceError("no such file", where=where, hint="check the path") from error
    except PermissionError as error:
        raise SourceError(
            "the file may not be read", where=where, hint="check its permissions"
        ) from error
    except (OSError, ValueError) as error:
        raise SourceError(f"cannot be read: {error}", where=where, hint="check the path") from error
