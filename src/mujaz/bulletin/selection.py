"""Which stories are told: new, good enough, each once, within the limits, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mujaz.arabic.language import language_of
from mujaz.bulletin.gathering import LeftOut, Offer
from mujaz.bulletin.listing import Candidate
from mujaz.bulletin.similarity import Imprint, imprint, tell_the_same
from mujaz.domain import Article

# A story may reach the feed hours after the time that it bears; what was told is known anyway.
_GRACE = timedelta(hours=6)
_FIRST_TIME = timedelta(hours=24)
_LANGUAGES = {
    "fa": "Persian",
    "ur": "Urdu",
    "ckb": "Kurdish",
    "ps": "Pashto",
    "ug": "Uyghur",
    "und": "another script",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a bulletin holds.

    Attributes:
        stories: At most.
        minutes: At most, all told; one story is told in any case.
        opening_minutes: What is said besides the stories.
        minutes_of: How long a story takes to read, its headline ahead included.
    """

    stories: int
    minutes: float
    opening_minutes: float
    minutes_of: Callable[[Article], float]


def start_of_news(since: str | int, last: datetime | None, moment: datetime) -> datetime:
    """From when on a story is new.

    Args:
        since: ``last`` or a number of hours.
        last: When the last bulletin was published, if there was one.
        moment: Now.
    """
    if isinstance(since, int):
        return moment - timedelta(hours=since)
    return last - _GRACE if last is not None else moment - _FIRST_TIME


def too_old(published: datetime | None, start: datetime) -> str:
    """Why a date makes a story no news, or an empty string."""
    if published is None or published >= start:
        return ""
    return f"not new: published {published.date().isoformat()}"


def unfit(article: Article, min_words: int) -> str:
    """Why an article cannot be told, or an empty string."""
    text = " ".join(article.paragraphs)
    if not text.strip():
        return "empty: a headline without text"
    language = language_of(f"{article.title} {text}")
    if language != "ar":
        return f"not Arabic: {_LANGUAGES.get(language, language)}"
    words = len(text.split())
    return f"too short: {words} words" if words < min_words else ""


def trimmed(article: Article, paragraphs: int) -> Article:
    """The article with its first paragraphs only; 0 for all."""
    return replace(article, paragraphs=article.paragraphs[:paragraphs]) if paragraphs else article


def choose(offers: Sequence[Offer], limits: Limits) -> tuple[list[Offer], list[LeftOut]]:
    """The stories of the bulletin in the order they are told, and why the rest are not.

    The more important source goes first, then the newer story; every source gives its first
    before any of the same importance gives its second.
    """
    chosen: list[tuple[Offer, Imprint]] = []
    left_out: list[LeftOut] = []
    minutes = limits.opening_minutes
    for offer in sorted(offers, key=lambda offer: _precedence(offer.candidate)):
        article = offer.article
        mark = imprint(article.title, article.paragraphs)
        twin = next((other for other, known in chosen if tell_the_same(mark, known)), None)
        takes = limits.minutes_of(article)
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
    return _by_section([offer for offer, _ in chosen]), left_out


def _precedence(candidate: Candidate) -> tuple[int, int, int]:
    return candidate.source.priority, candidate.rank, candidate.place


def _by_section(chosen: list[Offer]) -> list[Offer]:
    """Stories of a section together; the section of the most important story first."""
    sections = list(dict.fromkeys(offer.candidate.source.section for offer in chosen))
    return sorted(chosen, key=lambda offer: sections.index(offer.candidate.source.section))
