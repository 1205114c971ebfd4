"""Ask sources and read articles, several at once, no more than the bulletin may need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from mujaz.bulletin.choice import LeftOut
from mujaz.bulletin.listing import Candidate, Listing, list_source, load
from mujaz.domain import Article, Page
from mujaz.errors import NoArticleError
from mujaz.ingest.fetch import Fetcher
from mujaz.pipeline.faults import StoryBoundary
from mujaz.settings.values import Config

# Threads that ask sources and read articles.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """An article that the bulletin may tell."""

    candidate: Candidate
    article: Article


@dataclass(slots=True)
class Gathered:
    """Result of asking the sources."""

    offers: list[Offer] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rules:
    """Functions that judge stories.

    Attributes:
        before: Reason not to read a candidate, or an empty string.
        after: Reason not to tell an article, or an empty string.
        article_of: Finds the article in a page; raises ``SourceError`` if there is none.
    """

    before: Callable[[Candidate], str]
    after: Callable[[Candidate, Article], str]
    article_of: Callable[[Page], Article]


def list_sources(config: Config, fetcher: Fetcher, into: Gathered) -> list[Listing]:
    """Ask all sources at once; failures are recorded in ``into``."""
    sources = config.bulletin.sources
    listings: list[Listing] = []
    with _threads() as pool:
        asked = [
            pool.submit(list_source, source, place, config.home, fetcher)
            for place, source in enumerate(sources)
        ]
        for source, answer in zip(sources, asked, strict=True):
            with StoryBoundary() as boundary:
                listing = answer.result()
            if boundary.error is not None:
                name = source.url or source.path
                into.left_out.append(LeftOut("", name, boundary.reason, True, boundary.hint))
                continue
            if listing.fault:
                into.warnings.append(
                    f"{source.url}: {listing.fault}; its {len(listing.candidates)} readable "
                    "stories were used"
                )
            listings.append(listing)
    return listings


def gather(
    listings: Sequence[Listing], most: int, fetcher: Fetcher, rules: Rules, into: Gathered
) -> None:
    """Read the newest stories of each source until it has given as many as it may.

    Args:
        listings: Candidates of each source.
        most: Stories that the bulletin can hold.
        fetcher: Fetches addresses.
        rules: Judge candidates and articles.
        into: Gets offers, and the others with the reason.
    """
    waiting = [iter(_accepted(listing, rules, into)) for listing in listings]
    needed = [min(listing.source.limit or most, most) for listing in listings]
    with _threads() as pool:
        while True:
            batch = [
                candidate
                for queue, count in zip(waiting, needed, strict=True)
                for candidate in islice(queue, count)
            ]
            if not batch:
                break
            asked = [pool.submit(load, candidate, fetcher) for candidate in batch]
            for candidate, answer in zip(batch, asked, strict=True):
                if _read_offer(candidate, answer.result, rules, into):
                    needed[_index(listings, candidate)] -= 1
    for queue in waiting:
        into.left_out += [
            LeftOut(left.title, left.origin, "over the limit of its source") for left in queue
        ]


def _accepted(listing: Listing, rules: Rules, into: Gathered) -> list[Candidate]:
    accepted: list[Candidate] = []
    for candidate in listing.candidates:
        with StoryBoundary() as boundary:
            reason = rules.before(candidate)
        if boundary.error is not None:
            reason = boundary.reason
        if reason:
            failed = boundary.error is not None
            into.left_out.append(
                LeftOut(candidate.title, candidate.origin, reason, failed, boundary.hint)
            )
        else:
            accepted.append(candidate)
    return accepted


def _read_offer(
    candidate: Candidate, page: Callable[[], Page], rules: Rules, into: Gathered
) -> bool:
    """Read a candidate; whether it became an offer."""
    with StoryBoundary() as boundary:
        article = rules.article_of(page())
        reason = rules.after(candidate, article)
    if boundary.error is not None:
        # A page without an article is common; a page that could not be read is a fault.
        failed = not isinstance(boundary.error, NoArticleError)
        left = LeftOut(candidate.title, candidate.origin, boundary.reason, failed, boundary.hint)
        into.left_out.append(left)
        return False
    if reason:
        into.left_out.append(LeftOut(article.title, candidate.origin, reason))
        return False
    into.offers.append(Offer(candidate, article))
    return True


def _index(listings: Sequence[Listing], candidate: Candidate) -> int:
    return next(
        number
        for number, listing in enumerate(listings)
        if any(one is candidate for one in listing.candidates)
    )


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """A thread pool that, on an interrupt, waits only for the tasks that are running."""
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="mujaz-ingest")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
