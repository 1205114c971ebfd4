"""Items of an archive: one for each article, known by address, id or path."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from mujaz.ingest.feeds import FeedEntry
from mujaz.ingest.source import without_trackers
from mujaz.pipeline.identity import guid_of_address, guid_of_item


@dataclass(frozen=True, slots=True)
class Item:
    """An article that a source names, before it is read.

    Attributes:
        guid: The guid of its episode.
        origin: Where it is from, for the report: an address, a path, a file and its line.
        state: What tells whether it has changed: hash of a line, size and time of a file, the
            time that a sitemap or feed states; empty if nothing does.
        source: Its key in the manifest; empty for an article with an address.
        url: Its address, or empty.
        path: Its file, or empty.
        line: Its line of a JSON-lines file, or empty.
        entry: Its entry of a feed.
        feed: The feed's title.
        fault: Why it cannot be made, if that is known already.
        hint: What the user can do about it.
        is_source: Whether ``origin`` is an address that names articles and could not be read.
    """

    guid: str
    origin: str
    state: str = ""
    source: str = ""
    url: str = ""
    path: str = ""
    line: str = ""
    entry: FeedEntry | None = None
    feed: str = ""
    fault: str = ""
    hint: str = ""
    is_source: bool = False


def item_of_address(url: str, state: str = "") -> Item:
    """An article known by its address."""
    address = without_trackers(url)
    return Item(guid_of_address(address), address, state, url=address)


def item_of_entry(entry: FeedEntry, feed: str, address: str) -> Item:
    """An entry of a feed: known by its address, else by the feed's own id for it."""
    state = _stated(entry.published)
    if entry.url:
        url = without_trackers(entry.url)
        return Item(guid_of_address(url), url, state, url=url, entry=entry, feed=feed)
    origin = f"{address}#{entry.key}"
    name = f"id {entry.key}"
    return Item(guid_of_item(name), origin, state, _key(name), entry=entry, feed=feed)


def item_of_file(path: str, name: str, state: str) -> Item:
    """A file known by its path relative to the source."""
    return Item(guid_of_item(f"path {name}"), path, state, _key(f"path {name}"), path=path)


def item_of_line(line: str, origin: str, url: str, name: str) -> Item:
    """A line of a JSON-lines file, known by its address, else by its id."""
    state = hashlib.sha256(line.encode("utf-8", "replace")).hexdigest()[:32]
    if url:
        address = without_trackers(url)
        return Item(guid_of_address(address), origin, state, url=address, line=line)
    return Item(guid_of_item(f"id {name}"), origin, state, _key(f"id {name}"), line=line)


def broken_item(origin: str, fault: str, hint: str) -> Item:
    """Something that a source names and that is no article."""
    return Item("", origin, fault=fault, hint=hint)


def broken_source(address: str, fault: str, hint: str) -> Item:
    """A sitemap, a feed or a part of one that could not be read."""
    return Item("", address, fault=fault, hint=hint, is_source=True)


def _key(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _stated(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
