"""List the candidates of a source, newest first, before any article is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from mujaz.domain import Page
from mujaz.errors import NoArticleError, SourceError
from mujaz.ingest import read_source
from mujaz.ingest.feeds import FeedEntry, looks_like_feed, read_feed
from mujaz.ingest.fetch import Fetcher
from mujaz.ingest.source import (
    STDIN,
    page_from_answer,
    page_from_bytes,
    without_trackers,
)
from mujaz.settings.values import SourceConfig

_SUFFIXES = (".txt", ".md", ".html", ".htm", ".xhtml")
# Words from which on the text in a feed counts as the whole article.
_WHOLE_ARTICLE = 120
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story that a source offers.

    Attributes:
        place: Index of its source in the configuration.
        rank: Index of the story within its source, 0 for the newest.
        origin: Its address or path, for the report.
        url: Its address without trackers, or empty; identifies the story from day to day.
        page: Its text, if known already.
        entry: Its entry in a feed, if it is from one.
    """

    source: SourceConfig
    place: int
    rank: int
    origin: str
    url: str = ""
    title: str = ""
    published: datetime | None = None
    publisher: str = ""
    page: Page | None = None
    entry: FeedEntry | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The candidates of a source.

    Attributes:
        fault: What is wrong with a source that could still be read; empty if nothing is.
    """

    source: SourceConfig
    candidates: tuple[Candidate, ...]
    fault: str = ""


def list_source(source: SourceConfig, place: int, home: Path, fetcher: Fetcher) -> Listing:
    """List the candidates of a source.

    Args:
        source: Its configuration.
        place: Its index in the configuration.
        home: Folder that relative paths start from.
        fetcher: Fetches addresses.

    Raises:
        SourceError: If it cannot be read.
    """
    if source.path:
        return Listing(source, _files(source, place, home))
    answer = fetcher.fetch(source.url)
    if not looks_like_feed(answer.data):
        page = page_from_answer(answer, source.url)
        one = Candidate(source, place, 0, answer.url, without_trackers(answer.url), page=page)
        return Listing(source, (replace(one, published=page.published, publisher=page.publisher),))
    feed = read_feed(answer.data, answer.url, charset=answer.charset)
    newest_first = sorted(
        feed.entries, key=lambda entry: entry.published or _LONG_AGO, reverse=True
    )
    candidates = tuple(
        Candidate(
            source,
            place,
            rank,
            origin=entry.url or f"{answer.url}#{entry.key}",
            url=without_trackers(entry.url) if entry.url else "",
            title=entry.title,
            published=entry.published,
            publisher=feed.title,
            entry=entry,
        )
        for rank, entry in enumerate(newest_first)
    )
    return Listing(source, candidates, feed.fault)


def load(candidate: Candidate, fetcher: Fetcher) -> Page:
    """Load a candidate's text: from the feed if that is the whole article, else its page.

    Raises:
        SourceError: If it cannot be read or fetched, or holds no Arabic article.
    """
    if candidate.page is not None:
        return candidate.page
    entry, wanted = candidate.entry, candidate.source.content
    if entry is None:
        return read_source(candidate.origin, fetcher)
    whole = len(entry.html.split()) >= _WHOLE_ARTICLE
    if not entry.url or wanted == "feed" or (wanted == "auto" and whole):
        return _from_feed(candidate, entry)
    page = page_from_answer(fetcher.fetch(entry.url), entry.url)
    # The story is identified by the address in the feed, even if it redirects.
    return replace(page, url=candidate.url, title=page.title or entry.title)


def _from_feed(candidate: Candidate, entry: FeedEntry) -> Page:
    if not entry.html.strip():
        raise NoArticleError(
            "the feed gives no text for this story",
            where=candidate.origin,
            hint='set content = "page" for this source',
        )
    # Wrapped in a document, because the extractor expects one.
    html = f"<html><body><article>{entry.html}</article></body></html>"
    page = page_from_bytes(html.encode("utf-8", "replace"), candidate.origin, url=candidate.url)
    return replace(
        page,
        title=entry.title,
        plain_title=True,
        author=page.author or entry.author,
        published=entry.published,
    )


def _files(source: SourceConfig, place: int, home: Path) -> tuple[Candidate, ...]:
    if source.path == STDIN:
        return (Candidate(source, place, 0, STDIN),)
    path = home / source.path
    if not path.is_dir():
        if not path.exists():
            raise SourceError(
                "no such file or folder", where=str(path), hint="check path under bulletin.sources"
            )
        return (Candidate(source, place, 0, str(path)),)
    try:
        found = [
            entry
            for entry in path.iterdir()
            if entry.suffix.lower() in _SUFFIXES
            and not entry.name.startswith(".")
            and entry.is_file()
        ]
        dated = sorted(found, key=lambda entry: (-entry.stat().st_mtime, entry.name))
    except OSError as error:
        raise SourceError(
            f"the folder cannot be read: {error.strerror}",
            where=str(path),
            hint="check its permissions",
        ) from error
    return tuple(Candidate(source, place, rank, str(p)) for rank, p in enumerate(dated))
