"""Choose the stories of a new bulletin: what is new, long enough, and fits."""

from __future__ import annotations

from datetime import datetime, timedelta

from mujaz.bulletin.choice import Choice, chosen_story, trimmed
from mujaz.bulletin.gathering import Gathered, Rules, gather, list_sources
from mujaz.bulletin.history import History
from mujaz.bulletin.listing import Candidate
from mujaz.bulletin.selection import Limits, choose, start_of_news, too_old, unfit
from mujaz.domain import Article, Kind
from mujaz.ingest.fetch import Fetcher
from mujaz.pipeline.read import article_of
from mujaz.report import Report
from mujaz.settings.values import BulletinConfig, Config
from mujaz.text.normalize.line import normalize_line
from mujaz.text.script import PAUSE_MS, STORY_PAUSE_MS

# Minutes for greeting, announcements, disclosure and sign-off; measured on the default lines.
_OPENING_MINUTES = 0.5
_WORDS_A_SENTENCE = 22


def choose_new(
    config: Config,
    history: History,
    moment: datetime,
    fetcher: Fetcher,
    words_a_minute: int,
    report: Report,
) -> Choice:
    """Ask all sources and choose.

    Args:
        config: Its ``[bulletin]`` table.
        history: Earlier bulletins and retracted episodes.
        moment: The time that the bulletin refers to.
        fetcher: Fetches addresses.
        words_a_minute: Rate of the voice that reads the stories.
        report: Gets warnings about articles.
    """
    settings = config.bulletin
    start = start_of_news(settings.since, history.last, moment)
    rules = Rules(
        before=lambda candidate: _reject_candidate(candidate, history, start),
        after=lambda candidate, article: _reject_article(
            candidate, article, history, start, moment, settings.min_words
        ),
        article_of=lambda page: article_of(page, report),
    )
    gathered = Gathered()
    listings = list_sources(config, fetcher, gathered)
    gather(listings, settings.max_stories, fetcher, rules, gathered)
    limits = Limits(
        settings.max_stories,
        settings.max_minutes,
        _OPENING_MINUTES,
        lambda article: _minutes(trimmed(article, settings.paragraphs), settings, words_a_minute),
    )
    chosen, rest = choose(gathered.offers, limits)
    stories = [chosen_story(offer.candidate, offer.article, settings) for offer in chosen]
    return Choice(stories, [*gathered.left_out, *rest], gathered.warnings)


def _reject_candidate(candidate: Candidate, history: History, start: datetime) -> str:
    """Reason not to read a candidate, or an empty string."""
    url, origin = candidate.url, candidate.origin
    if url and (known := history.told(url, origin) or history.withdrawn(url, origin)):
        return known
    return too_old(candidate.published, start)


def _reject_article(
    candidate: Candidate,
    article: Article,
    history: History,
    start: datetime,
    moment: datetime,
    min_words: int,
) -> str:
    """Reason not to tell an article, or an empty string."""
    reason = unfit(article, min_words)
    if reason:
        return reason
    if candidate.url:
        # If the feed gives no date, the article's own counts; it has no time of day.
        dated = None
        if candidate.published is None and article.day is not None:
            dated = datetime.combine(article.day, moment.timetz())
        return too_old(dated, start - timedelta(days=1))
    told = history.told("", candidate.origin, article)
    return told or history.withdrawn("", candidate.origin, article)


def _minutes(article: Article, settings: BulletinConfig, words_a_minute: int) -> float:
    """Estimate how long a story takes to read, before it is diacritized."""
    times = 2 if settings.headlines else 1
    headline = len(normalize_line(article.title).split())
    body = sum(len(normalize_line(line).split()) for line in article.paragraphs)
    sentences = len(article.paragraphs) + body / _WORDS_A_SENTENCE
    pauses_ms = sentences * PAUSE_MS[Kind.BODY] + STORY_PAUSE_MS + times * PAUSE_MS[Kind.HEADLINE]
    return (headline * times + body) / words_a_minute + pauses_ms / 60_000
