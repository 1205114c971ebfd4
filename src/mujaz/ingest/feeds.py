"""RSS and Atom feeds: what they list, and how much of each article they hold."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from mujaz.errors import SourceError
from mujaz.ingest.decode import decode

_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
# Declared entities multiply (CVE-2003-1564, "billion laughs") or read files; no feed needs any.
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_MOST_ENTRIES = 500


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item of a feed.

    Attributes:
        key: Its guid, else its address.
        html: The fullest text that the feed gives of it.
    """

    key: str
    url: str
    title: str
    published: datetime | None
    html: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as read.

    Attributes:
        entries: In the feed's order.
        fault: What is wrong with its XML although entries were found; empty if nothing is.
    """

    title: str
    entries: tuple[FeedEntry, ...]
    fault: str = ""


def looks_like_feed(data: bytes) -> bool:
    """Whether bytes are a feed rather than a page; broken ones too."""
    head = data[:4096].replace(b"\x00", b"")
    return _FEED.search(head) is not None and _HTML.search(head) is None


def read_feed(data: bytes, url: str, *, charset: str = "") -> Feed:
    """Read a feed, whole or broken.

    Args:
        data: RSS or Atom.
        url: Where it came from; relative links are of it.
        charset: From the HTTP header.

    Raises:
        SourceError: If it declares entities, or nothing can be read of it.
    """
    import feedparser

    if _ENTITY.search(data[:65536].replace(b"\x00", b"")):
        raise SourceError(
            "the feed declares XML entities, which are not resolved",
            where=url,
            hint="tell the feed's owner",
        )
    declared = _DECLARED.search(data[:200])
    text = decode(data, where=url, declared=charset or (declared[1].decode() if declared else ""))
    # Decoded here, by what the bytes are: feeds often declare another charset than they use.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    parsed = feedparser.parse(BytesIO(text.encode("utf-8", "replace")), response_headers=headers)
    entries = [
        entry for entry in map(_entry, parsed.entries[:_MOST_ENTRIES]) if entry.key or entry.html
    ]
    fault = str(parsed.get("bozo_exception", "broken XML")) if parsed.bozo else ""
    if fault and not entries:
        raise SourceError(
            f"the feed is broken: {' '.join(fault.split())[:120]}",
            where=url,
            hint="check it with a feed validator",
        )
    title = " ".join(str(parsed.feed.get("title", "")).split())
    return Feed(title, tuple(entries), fault)


def _entry(item: Any) -> FeedEntry:
    url = str(item.get("link", "")).strip()
    texts = [str(part.get("value", "")) for part in item.get("content", [])]
    texts.append(str(item.get("summary", "")))
    return FeedEntry(
        key=str(item.get("id", "") or url).strip(),
        url=url if url.startswith(("http://", "https://")) else "",
        title=_plain(str(item.get("title", ""))),
        published=_moment(item.get("published_parsed") or item.get("updated_parsed")),
        html=max(texts, key=len),
        author=str(item.get("author", "")).strip(),
    )


def _plain(title: str) -> str:
    """A title without the markup that some feeds put in it."""
    import html

    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", title)).split())


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, TypeError):
        return None
