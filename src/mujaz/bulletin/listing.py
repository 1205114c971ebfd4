"""List the candidates of a source in its order, before any article is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from mujaz.domain import Page
from mujaz.errors import NoArticleError, SourceError
from mujaz.ingest import read_source
from mujaz.ingest.feeds import FeedEntry, looks_like_feed, read_feed
from mujaz.ingest.fetch import Fetcher
from mujaz.ingest.head import story_head
from mujaz.ingest.source import (
    STDIN,
    page_from_answer,
    page_from_bytes,
    without_trackers,
)
from mujaz.settings.values import SourceConfig
from mujaz.text.cleaning.article import clean

SUFFIXES = (".txt", ".md", ".html", ".htm", ".xhtml", ".docx", ".rtf", ".pdf", ".eml")
# Words from which on the text in a feed counts as the whole article.
WHOLE_ARTICLE = 120
# After every order that a file's head states.
_NO_ORDER = 1 << 31
# Words that a text in a feed has at least if it stands in for a page.
_FEWEST_WORDS = 20
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story that a source offers.

    Attributes:
        place: Index of its source in the configuration.
        rank: Index of the story within its source, in the source's order.
        origin: Its address or path, for the report.
        url: Its address without trackers, or empty; identifies the story from day to day.
        page: Its text, if known already.
        entry: Its entry in a feed, if it is from one.
        priority: Its own priority, from 1; 0 for that of its source.
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
    priority: int = 0

    @property
    def importance(self) -> int:
        """Its priority: that in its file's head, else its source's."""
        return self.priority or self.source.priority

    @property
    def precedence(self) -> tuple[int, int, int]:
        """Key to sort by: each source gives its first story before any gives its second."""
        return self.importance, self.rank, self.place


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
        page = page_from_answer(answer, source.url, fetcher.page_rules)
        one = Candidate(source, place, 0, answer.url, without_trackers(answer.url), page=page)
        return Listing(source, (replace(one, published=page.published, publisher=page.publisher),))
    feed = read_feed(answer.data, answer.url, charset=answer.charset)
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
        for rank, entry in enumerate(_ordered(feed.entries, source.order))
    )
    return Listing(source, candidates, feed.fault)


def _ordered(entries: Sequence[FeedEntry], order: str) -> list[FeedEntry]:
    """Sort the entries of a feed; entries without a date count as old."""
    if order == "name":
        return sorted(entries, key=lambda entry: entry.title)
    if order in ("newest", "oldest"):
        newest = order == "newest"
        return sorted(entries, key=lambda entry: entry.published or _LONG_AGO, reverse=newest)
    return list(entries)


def load(candidate: Candidate, fetcher: Fetcher) -> Page:
    """Load a candidate's text: from the feed if that is the whole article, else its page.

    The feed's text also stands in for a page that cannot be read, and, with ``content = "auto"``,
    for one with less text, such as a page behind a wall. The page's ``warning`` says so.

    Raises:
        SourceError: If it cannot be read or fetched, or holds no Arabic article.
    """
    if candidate.page is not None:
        return candidate.page
    entry, wanted = candidate.entry, candidate.source.content
    if entry is None:
        return read_source(candidate.origin, fetcher)
    whole = len(entry.html.split()) >= WHOLE_ARTICLE
    if not entry.url or wanted == "feed" or (wanted == "auto" and whole):
        return _from_feed(candidate, entry)
    try:
        page = page_from_answer(fetcher.fetch(entry.url), entry.url, fetcher.page_rules)
        length = _length(page)
        if not length:
            raise NoArticleError(
                "no article found in this page",
                where=entry.url,
                hint='set content = "feed" for this source',
            )
    except SourceError as error:
        instead = _instead(candidate, entry, _FEWEST_WORDS)
        if instead is None:
            raise
        return replace(
            instead, warning=f"the page cannot be read ({error.message}); the feed's text is told"
        )
    instead = _instead(candidate, entry, length + 1) if wanted == "auto" else None
    if instead is not None:
        return replace(
            instead, warning="the page has less text than the feed; the feed's text is told"
        )
    # The story is identified by the address in the feed, even if it redirects.
    return replace(page, url=candidate.url, title=page.title or entry.title)


def _instead(candidate: Candidate, entry: FeedEntry, least: int) -> Page | None:
    """Return the feed's text if it has at least so many words, else None."""
    if len(entry.html.split()) < least:
        return None
    try:
        page = _from_feed(candidate, entry)
    except SourceError:
        return None
    return page if _length(page) >= least else None


def _length(page: Page) -> int:
    """Return the number of words of the article in a page."""
    return sum(len(paragraph.split()) for paragraph in clean(page).paragraphs)


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
            if entry.suffix.lower() in SUFFIXES
            and not entry.name.startswith(".")
            and entry.is_file()
        ]
        candidates = _in_order(found, source, place)
    except OSError as error:
        raise SourceError(
            f"the folder cannot be read: {error.strerror}",
            where=str(path),
            hint="check its permissions",
        ) from error
    return candidates


def _in_order(found: Sequence[Path], source: SourceConfig, place: int) -> tuple[Candidate, ...]:
    """The files of a folder as candidates: by ``order`` in their heads, then as configured."""

    def configured(path: Path) -> tuple[float, str]:
        if source.order == "name":
            return 0.0, path.name
        changed = path.stat().st_mtime
        return changed if source.order == "oldest" else -changed, path.name

    heads = {path: story_head(path) for path in found}
    ordered = sorted(found, key=lambda path: (heads[path].order or _NO_ORDER, *configured(path)))
    return tuple(
        Candidate(source, place, rank, str(path), priority=heads[path].priority)
        for rank, path in enumerate(ordered)
    )
