"""Reading of a source named by the user: a file, standard input or a URL."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mujaz.arabic.letters import has_arabic
from mujaz.domain import MAX_BYTES, Page
from mujaz.errors import NoArticleError, SourceError
from mujaz.ingest.boundary import Parsed, library_errors
from mujaz.ingest.decode import decode_or_repair
from mujaz.ingest.documents import page_from_document
from mujaz.ingest.head import split_head
from mujaz.ingest.page_rules import NO_RULES, PageRules

if TYPE_CHECKING:
    from mujaz.ingest.fetch import Fetched, Fetcher

STDIN = "-"

_URL = re.compile(r"^https?://", re.IGNORECASE)
# Content types of text; HTML is recognized by its content.
_TEXTS = (
    "text/", "application/xhtml", "application/xml", "application/rss", "application/atom",
    "application/pdf", "application/rtf", "message/rfc822",
    "application/vnd.openxmlformats-officedocument.wordprocessingml",
)  # fmt: skip
_HTML = re.compile(
    rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<article[\s>]|<meta\s|<div[\s>]",
    re.IGNORECASE,
)


def is_url(source: str) -> bool:
    """Return whether a source is an HTTP URL and not a path."""
    return _URL.match(source) is not None


def read_source(
    source: str, fetcher: Fetcher | None = None, rules: PageRules | None = None
) -> Page:
    """Read a file, standard input, or a web page.

    Args:
        source: A path, ``-`` for standard input, or a URL.
        fetcher: Client for URLs.
        rules: The newsroom's rules for pages of known hosts; those of the fetcher if None.

    Raises:
        SourceError: If it cannot be read, is too large, is not text, or holds no Arabic.
        FetchError: If it cannot be fetched.
    """
    rules = rules or (fetcher.page_rules if fetcher is not None else NO_RULES)
    if is_url(source) and fetcher is not None:
        return page_from_answer(fetcher.fetch(source), source, rules)
    return page_from_bytes(read_bytes(source), source, rules=rules)


def page_from_answer(answer: Fetched, source: str, rules: PageRules = NO_RULES) -> Page:
    """Read the page in a server's answer.

    Raises:
        SourceError: If it is a feed, not text, or holds no Arabic article.
    """
    from mujaz.ingest.feeds import looks_like_feed

    kind = answer.content_type
    if kind and not kind.startswith(_TEXTS) and kind != "application/octet-stream":
        raise SourceError(
            f"this is {kind[:60]}, not a page of text",
            where=answer.url,
            hint="give the address of the article's page",
        )
    if looks_like_feed(answer.data):
        raise SourceError(
            "this is a feed, not an article",
            where=answer.url,
            hint="name it under [[bulletin.sources]] in mujaz.toml, or give an article's address",
        )
    address = without_trackers(answer.url)
    return page_from_bytes(answer.data, address, url=address, declared=answer.charset, rules=rules)


def without_trackers(url: str) -> str:
    """Remove tracking parameters such as ``utm_source`` from a URL."""
    from courlan import clean_url

    try:
        return clean_url(url) or url
    except ValueError:
        return url


def read_bytes(source: str) -> bytes:
    """Read a file or standard input, at most one byte more than the limit.

    Raises:
        SourceError: If they cannot be read.
    """
    return _standard_input() if source == STDIN else _file(Path(source))


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise SourceError(
            "standard input is closed",
            where="-",
            hint="pipe a text into the command, or name a file",
        )
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def page_from_bytes(
    data: bytes,
    source: str,
    *,
    url: str = "",
    declared: str = "",
    rules: PageRules = NO_RULES,
) -> Page:
    """Read a page from bytes; HTML is recognized by its content, not by the file name.

    Raises:
        SourceError: As :func:`read_source`.
    """
    where = "standard input" if source == STDIN else source
    refuse_large(data, where)
    with library_errors(where, Parsed.DOCUMENT):
        document = page_from_document(data, source)
    if document is not None:
        page = replace(document, url=url)
    elif looks_like_html(data):
        from mujaz.ingest.html import page_from_html

        with library_errors(where):
            page = page_from_html(data, source, url=url, declared=declared, rules=rules)
    else:
        text, warning = decode_or_repair(data, where=where, declared=declared)
        head, rest = split_head(text)
        if url:
            page = Page(text, source, url=url, warning=warning)
        else:
            page = Page(rest, source, warning=warning, quotes=head.quotes)
    if (
        not has_arabic(page.text)
        and "&#" not in page.text
        and not _has_presentation_forms(page.text)
    ):
        raise NoArticleError(
            "no Arabic text found", where=where, hint="mujaz reads Arabic articles"
        )
    return page


def refuse_large(data: bytes, where: str) -> None:
    """Refuse data that is larger than any article.

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
    """Return whether bytes are an HTML page; single inline tags do not make them one."""
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
