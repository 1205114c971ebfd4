"""List the articles of sources, one after another, without reading them all at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from mujaz.archive.items import (
    Item,
    broken_item,
    broken_source,
    item_of_address,
    item_of_entry,
    item_of_file,
    item_of_line,
)
from mujaz.archive.polite import PoliteFetcher
from mujaz.bulletin.listing import SUFFIXES
from mujaz.domain import MAX_BYTES
from mujaz.errors import MujazError
from mujaz.ingest import is_url
from mujaz.ingest.feeds import looks_like_feed, read_feed
from mujaz.ingest.fetch import Fetched
from mujaz.ingest.sitemaps import SitemapEntry, looks_like_sitemap, read_sitemap

_LINES = (".jsonl", ".ndjson", ".jsonlines")
# Documents of one feed, and sitemaps below one, that are followed: more is a loop.
_MOST_DOCUMENTS = 50_000
_MOST_ENTRIES = 100_000


def list_items(source: str, fetcher: PoliteFetcher) -> Iterator[Item]:
    """List the articles of a source: a folder, a file, a JSON-lines file, or an address.

    What cannot be read is an item with a fault.
    """
    try:
        if is_url(source):
            yield from _addresses(source, fetcher)
        elif Path(source).is_dir():
            yield from _files(Path(source))
        elif source.lower().endswith(_LINES):
            yield from _lines(Path(source))
        else:
            yield _file(Path(source), Path(source).name)
    except MujazError as error:
        broken = broken_source if is_url(source) else broken_item
        yield broken(source, str(error), error.hint)
    except OSError as error:
        hint = "check the path and its permissions"
        yield broken_item(source, f"cannot be read: {error.strerror or error}", hint)


def _files(root: Path) -> Iterator[Item]:
    """Files of a folder and of the folders in it, by name."""
    for folder, folders, names in os.walk(root, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if path.suffix.lower() in SUFFIXES and not name.startswith("."):
                yield _file(path, path.relative_to(root).as_posix())


def _raise(error: OSError) -> None:
    raise error


def _file(path: Path, name: str) -> Item:
    status = path.stat()
    return item_of_file(str(path), name, f"{status.st_size}-{status.st_mtime_ns}")


def _lines(path: Path) -> Iterator[Item]:
    with path.open("rb") as stream:
        for number, data in enumerate(iter(lambda: stream.readline(MAX_BYTES + 1), b""), 1):
            if data.strip():
                yield _line(data, f"{path}:{number}")


def _line(data: bytes, origin: str) -> Item:
    try:
        found = json.loads(data)
    except ValueError as error:
        hint = "each line is a JSON object; see docs/archive.md"
        return broken_item(origin, f"this line is not JSON: {error}", hint)
    if not isinstance(found, dict):
        hint = "each line is a JSON object; see docs/archive.md"
        return broken_item(origin, "this line is not a JSON object", hint)
    url, name = found.get("url"), found.get("id")
    address = url if isinstance(url, str) and is_url(url) else ""
    known = str(name) if isinstance(name, str | int) and str(name) else ""
    if not (address or known):
        hint = "give it one of the two, so that it is known again"
        return broken_item(origin, "this line has neither url nor id", hint)
    return item_of_line(data.decode("utf-8", "replace").strip(), origin, address, known)


def _addresses(source: str, fetcher: PoliteFetcher) -> Iterator[Item]:
    answer = fetcher.fetch(source)
    if looks_like_sitemap(answer.data):
        yield from _sitemap(answer, fetcher)
    elif looks_like_feed(answer.data):
        yield from _feed(answer, fetcher)
    else:
        yield item_of_address(answer.url)


def _sitemap(first: Fetched, fetcher: PoliteFetcher) -> Iterator[Item]:
    """Pages of a sitemap and of those below it, in their order."""
    seen = {first.url}
    waiting: list[SitemapEntry | Fetched] = [first]
    while waiting and len(seen) < _MOST_DOCUMENTS:
        at = waiting.pop(0)
        try:
            answer = at if isinstance(at, Fetched) else fetcher.fetch(at.url)
            sitemap = read_sitemap(answer.data, answer.url)
        except MujazError as error:
            yield broken_source(at.url, str(error), error.hint)
            continue
        below = [entry for entry in sitemap.sitemaps if entry.url not in seen]
        seen.update(entry.url for entry in below)
        waiting = [*below, *waiting]
        for entry in sitemap.pages:
            yield item_of_address(entry.url, entry.changed)


def _feed(first: Fetched, fetcher: PoliteFetcher) -> Iterator[Item]:
    """Entries of a feed, then those of its earlier documents (RFC 5005)."""
    seen: set[str] = set()
    answer: Fetched | None = first
    while answer is not None and len(seen) < _MOST_DOCUMENTS:
        seen.add(answer.url)
        feed = read_feed(answer.data, answer.url, charset=answer.charset, most=_MOST_ENTRIES)
        for entry in feed.entries:
            yield item_of_entry(entry, feed.title, answer.url)
        older, answer = feed.older, None
        if older and older not in seen:
            seen.add(older)
            try:
                answer = fetcher.fetch(older)
                if answer.url in seen and answer.url != older:
                    answer = None
            except MujazError as error:
                yield broken_source(older, str(error), error.hint)
