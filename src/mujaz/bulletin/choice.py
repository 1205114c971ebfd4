"""The result of choosing: stories to tell, and stories left out with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mujaz.bulletin.boilerplate import SiteSentences
from mujaz.bulletin.listing import Candidate
from mujaz.domain import Article, PulledStory
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
        hint: What the user can do about a fault; may be empty.
    """

    title: str
    source: str
    reason: str
    failed: bool = False
    hint: str = ""


@dataclass(slots=True)
class Choice:
    """The stories to tell, in order, and the others.

    Attributes:
        pulled: Stories that are taken out of the published bulletin.
        site_sentences: What was learnt of the sites' own sentences.
    """

    stories: list[ChosenStory] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    pulled: list[PulledStory] = field(default_factory=list)
    site_sentences: SiteSentences = field(default_factory=SiteSentences)


def chosen_story(
    candidate: Candidate, article: Article, settings: BulletinConfig, *, brief: bool = False
) -> ChosenStory:
    """Make a story of an article: shortened as configured, with publisher and section.

    Args:
        candidate: Where the article is from.
        article: The article.
        settings: The ``[bulletin]`` table.
        brief: Whether only its first paragraph is told.
    """
    source = candidate.source
    publisher = source.publisher or article.publisher or candidate.publisher
    article = replace(trimmed(article, 1 if brief else settings.paragraphs), publisher=publisher)
    if brief:
        article = replace(article, quotes=())
    return ChosenStory(article, candidate.origin, source.section)


def trimmed(article: Article, paragraphs: int) -> Article:
    """The article with its first paragraphs only; 0 for all."""
    return replace(article, paragraphs=article.paragraphs[:paragraphs]) if paragraphs else article
