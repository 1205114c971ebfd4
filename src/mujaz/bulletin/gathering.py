"""Sources are asked and articles read, several at once, no more than the bulletin may need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from mujaz.bulletin.listing import Candidate, Listing, list_source, load
from mujaz.domain import Article, Page
from mujaz.errors import NoArticleError, SourceError
from mujaz.ingest.fetch import Fetcher
from mujaz.settings.values import Config

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """An article that the bulletin may tell."""

    candidate: Candidate
    article: Article


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A story that is not told, and why.

    Attributes:
        failed: Whether something went wrong, rather than that it was not wanted.
    """

    title: str
    source: str
    reason: str
    failed: bool = False


@dataclass(slots=True)
class Gathered:
    """What gathering brought."""

    offers: list[Offer] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rules:
    """Who judges.

    Attributes:
        before: Why a candidate is not worth reading, or an empty string.
        after: Why an article is not worth telling, or an empty string.
        understood: A page becomes an article; raises ``SourceError`` if there is none in it.
    """

    before: Callable[[Candidate], str]
    after: Callable[[Candidate, Article], str]
    understood: Callable[[Page], Article]


def list_sources(config: Config, fetcher: Fetcher, into: Gathered) -> list[Listing]:
    """Ask every source at once; those that fail are noted."""
    sources = config.bulletin.sources
    listings: list[Listing] = []
    with _threads() as pool:
        asked = [
            pool.submit(list_source, source, place, config.home, fetcher)
            for place, source in enumerate(sources)
        ]
        for source, answer in zip(sources, asked, strict=True):
            try:
                listing = answer.result()
            except SourceError as error:
                into.left_out.append(LeftOut("", source.url or source.path, str(error), True))
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
    """Read the newest stories of each source until it has given what may be wanted of it.

    Args:
        listings: What the sources offer.
        most: Stories that the bulletin can hold.
        fetcher: What fetches addresses.
        rules: What is worth reading and telling.
        into: Where offers and the rest go, each with its reason.
    """
    waiting = [iter(_worth_reading(listing, rules, into)) for listing in listings]
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
                if _judged(candidate, answer.result, rules, into):
                    needed[_index(listings, candidate)] -= 1
    for queue in waiting:
        into.left_out += [
            LeftOut(left.title, left.origin, "over the limit of its source") for left in queue
        ]


def _worth_reading(listing: Listing, rules: Rules, into: Gathered) -> list[Candidate]:
    worth: list[Candidate] = []
    for candidate in listing.candidates:
        reason = rules.before(candidate)
        if reason:
            into.left_out.append(LeftOut(candidate.title, candidate.origin, reason))
        else:
            worth.append(candidate)
    return worth


def _judged(candidate: Candidate, page: Callable[[], Page], rules: Rules, into: Gathered) -> bool:
    """Whether a candidate became an offer."""
    try:
        article = rules.understood(page())
    except NoArticleError as error:
        # A page without an article is daily fare; one that was not had at all is a fault.
        into.left_out.append(LeftOut(candidate.title, candidate.origin, str(error)))
        return False
    except SourceError as error:
        into.left_out.append(LeftOut(candidate.title, candidate.origin, str(error), True))
        return False
    reason = rules.after(candidate, article)
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
    """Threads that an interrupt does not wait for longer than the work in hand."""
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="mujaz-ingest")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
