"""The result of choosing: stories to tell, and stories left out with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mujaz.bulletin.listing import Candidate
from mujaz.domain import Article
from mujaz.settings.values import BulletinConfig


@dataclass(frozen=True, slots=True)
class ChosenStory:
    """A story of the bulletin.

    Attributes:
        origin: Its address or path, for the report.
        section: The newsroom's section that it belongs to.
    """

    article: Article
    origin: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A story that is not told.

    Attributes:
        failed: Whether there was a fault; otherwise the story was not wanted.
    """

    title: str
    source: str
    reason: str
    failed: bool = False


@dataclass(slots=True)
class Choice:
    """The stories to tell, in order, and the others."""

    stories: list[ChosenStory] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def chosen_story(candidate: Candidate, article: Article, settings: BulletinConfig) -> ChosenStory:
    """Make a story of an article: shortened as configured, with publisher and section."""
    source = candidate.source
    publisher = source.publisher or article.publisher or candidate.publisher
    article = replace(trimmed(article, settings.paragraphs), publisher=publisher)
    return ChosenStory(article, candidate.origin, source.section)


def trimmed(article: Article, paragraphs: int) -> Article:
    """The article with its first paragraphs only; 0 for all."""
    return replace(article, paragraphs=article.paragraphs[:paragraphs]) if paragraphs else article
