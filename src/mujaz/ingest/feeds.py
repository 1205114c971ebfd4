"""Parser for RSS and Atom feeds: their entries, with the text that they contain."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

from mujaz.errors import SourceError
from mujaz.ingest.boundary import Parsed, library_errors
from mujaz.ingest.decode import decode_or_repair

_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
# Declared entities can expand without limit (CVE-2003-1564, "billion laughs") or read files.
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_MOST_ENTRIES = 500


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item of a feed.

    Attributes:
        key: Guid of the item, or its URL.
        html: The longest text of the item in the feed.
    """

    key: str
    url: str
    title: str
    published: datetime | None
    html: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed feed.

    Attributes:
        entries: The items in the feed's order.
        fault: What is wrong with a feed from which items could be read; or empty.
        older: Address of the document with the entries before these (RFC 5005), or empty.
    """

    title: str
    entries: tuple[FeedEntry, ...]
    fault: str = ""
    older: str = ""


def looks_like_feed(data: bytes) -> bool:
    """Return whether bytes are a feed and not an HTML page, well-formed or not."""
    head = data[:4096].replace(b"\x00", b"")
    return _FEED.search(head) is not None and _HTML.search(head) is None


def read_feed(data: bytes, url: str, *, charset: str = "", most: int = _MOST_ENTRIES) -> Feed:
    """Parse a feed, well-formed or not.

    Args:
        data: RSS or Atom.
        url: URL of the feed, the base of relative links.
        charset: Charset from the HTTP header.
        most: Entries that are read.

    Raises:
        SourceError: If it declares entities, or no item can be read.
    """
    import feedparser

    if _ENTITY.search(data[:65536].replace(b"\x00", b"")):
        raise SourceError(
            "the feed declares XML entities, which are not resolved",
            where=url,
            hint="tell the feed's owner",
        )
    declared = _DECLARED.search(data[:200])
    text, warning = decode_or_repair(
        data, where=url, declared=charset or (declared[1].decode() if declared else "")
    )
    # Decode before parsing: feeds often declare another charset than they use.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    data = text.encode("utf-8", "replace")
    with library_errors(url, Parsed.FEED):
        parsed = feedparser.parse(BytesIO(data), response_headers=headers)
        found = map(_entry, parsed.entries[:most])
        entries = [entry for entry in found if entry.key or entry.html]
    fault = str(parsed.get("bozo_exception", "broken XML")) if parsed.bozo else ""
    if fault and not entries:
        raise SourceError(
            f"the feed is broken: {' '.join(fault.split())[:120]}",
            where=url,
            hint="check it with a feed validator",
        )
    title = " ".join(str(parsed.feed.get("title", "")).split())
    faults = [f"broken XML ({' '.join(fault.split())[:100]})"] if fault else []
    fault = "; ".join([*faults, *([warning] if warning else [])])
    return Feed(title, tuple(entries), fault, _older(parsed.feed, url))


def _older(feed: Any, url: str) -> str:
    """Find the next document of a paged or archived feed (RFC 5005, sections 3 and 4)."""
    links = {str(link.get("rel", "")): str(link.get("href", "")) for link in feed.get("links", [])}
    named = links.get("prev-archive") or links.get("next") or ""
    address = urljoin(url, named) if named else ""
    return address if address.startswith(("http://", "https://")) else ""


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
    """Remove markup from a title; some feeds have it there."""
    import html

    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", title)).split())


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, TypeError, OSError):
        return None
