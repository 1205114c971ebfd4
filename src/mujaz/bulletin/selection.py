"""Select the stories of a bulletin: new, long enough, each once, within the limits, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mujaz.arabic.language import NAMES, language_of
from mujaz.bulletin.choice import LeftOut
from mujaz.bulletin.gathering import Offer
from mujaz.bulletin.similarity import Imprint, imprint, tell_the_same
from mujaz.domain import Article
from mujaz.pipeline.faults import StoryBoundary

# A story may reach the feed hours after its own date; stories already told are recognised anyway.
_GRACE = timedelta(hours=6)
# Clocks of publishers may be ahead.
_CLOCK_SKEW = timedelta(minutes=10)
_FIRST_TIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a bulletin.

    Attributes:
        stories: Largest number of stories.
        minutes: Longest duration in all; one story is told in any case.
        opening_minutes: Time of the lines besides the stories.
        minutes_of: Estimates the time of a story, its opening headline included.
    """

    stories: int
    minutes: float
    opening_minutes: float
    minutes_of: Callable[[Article], float]


def start_of_news(since: str | int, last: datetime | None, moment: datetime) -> datetime:
    """Time from which on a story is new.

    Args:
        since: ``last`` or a number of hours.
        last: Publication of the last bulletin, if there was one.
        moment: Time that the bulletin refers to.
    """
    if isinstance(since, int):
        return moment - timedelta(hours=since)
    return last - _GRACE if last is not None else moment - _FIRST_TIME


def too_old(published: datetime | None, start: datetime) -> str:
    """Reason if a story is too old, or an empty string."""
    if published is None or published >= start:
        return ""
    return f"not new: published {published.date().isoformat()}"


def too_early(published: datetime | None, moment: datetime) -> str:
    """Reason if a story is dated in the future and has to wait, or an empty string."""
    if published is None or published <= moment + _CLOCK_SKEW:
        return ""
    return f"dated in the future, so it waits: {published.isoformat(' ', 'minutes')}"


def unfit(article: Article, min_words: int) -> str:
    """Reason if an article cannot be told, or an empty string."""
    text = " ".join(article.paragraphs)
    if not text.strip():
        return "empty: a headline without text"
    language = language_of(f"{article.title} {text}")
    if language != "ar":
        return f"not Arabic: {NAMES.get(language, language)}"
    words = len(text.split())
    return f"too short: {words} words" if words < min_words else ""


def choose(
    offers: Sequence[Offer], limits: Limits, first: Sequence[Offer] = ()
) -> tuple[list[Offer], list[LeftOut]]:
    """Choose the stories in the order they are told, and give the reason for each other one.

    Sources with the smaller ``priority`` go first, then newer stories: each source gives its first
    story before any source of the same priority gives its second.

    Args:
        offers: The articles.
        limits: Limits of the bulletin.
        first: Those of the offers that are told before all others, in this order.
    """
    chosen: list[tuple[Offer, Imprint]] = []
    left_out: list[LeftOut] = []
    minutes = limits.opening_minutes
    rest = [offer for offer in offers if offer not in first]
    ordered = [*first, *sorted(rest, key=lambda offer: offer.candidate.precedence)]
    for offer in ordered:
        article = offer.article
        with StoryBoundary() as boundary:
            mark = imprint(article.title, article.paragraphs)
            takes = limits.minutes_of(article)
        if boundary.error is not None:
            origin = offer.candidate.origin
            left_out.append(
                LeftOut(article.title, origin, boundary.reason, failed=True, hint=boundary.hint)
            )
            continue
        twin = next((other for other, known in chosen if tell_the_same(mark, known)), None)
        if twin is not None:
            reason = f"the same story as: {twin.article.title} ({twin.candidate.origin})"
        elif len(chosen) >= limits.stories:
            reason = f"over the limit of {limits.stories} stories"
        elif chosen and minutes + takes > limits.minutes:
            reason = f"over the limit of {limits.minutes:g} minutes"
        else:
            chosen.append((offer, mark))
            minutes += takes
            continue
        left_out.append(LeftOut(article.title, offer.candidate.origin, reason))
    told = [offer for offer, _ in chosen]
    leading = [offer for offer in told if offer in first]
    return [*leading, *_by_section([o for o in told if o not in first])], left_out


def _by_section(chosen: list[Offer]) -> list[Offer]:
    """Group stories by section; the section of the first story comes first."""
    sections = list(dict.fromkeys(offer.candidate.source.section for offer in chosen))
    return sorted(chosen, key=lambda offer: sections.index(offer.candidate.source.section))
