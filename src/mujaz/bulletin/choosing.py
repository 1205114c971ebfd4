"""The stories of a bulletin: new ones, or on a second run of the day the same ones again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from mujaz.bulletin.gathering import Gathered, LeftOut, Rules, gather, list_sources
from mujaz.bulletin.history import History, article_in, known_in
from mujaz.bulletin.listing import Candidate, Listing, load
from mujaz.bulletin.rundown import Told
from mujaz.bulletin.selection import Limits, choose, start_of_news, too_old, trimmed, unfit
from mujaz.domain import Article, Episode, Kind
from mujaz.errors import SourceError
from mujaz.ingest.fetch import Fetcher
from mujaz.pipeline.read import article_of
from mujaz.pipeline.run import Run
from mujaz.settings.values import BulletinConfig, SourceConfig
from mujaz.text.normalize.line import normalize_line
from mujaz.text.script import PAUSE_MS, STORY_PAUSE_MS

# Greeting, announcements, disclosure and sign-off; measured on the default lines.
_OPENING_MINUTES = 0.5
_WORDS_A_SENTENCE = 22


@dataclass(slots=True)
class Choice:
    """The stories to tell, in order, and the rest with reasons."""

    told: list[Told] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def choose_new(
    run: Run, history: History, moment: datetime, fetcher: Fetcher, words_a_minute: int
) -> Choice:
    """Ask all sources and choose what is new, good, and fits."""
    settings = run.config.bulletin
    start = start_of_news(settings.since, history.last, moment)

    def before(candidate: Candidate) -> str:
        url, origin = candidate.url, candidate.origin
        if url and (known := history.told(url, origin) or history.withdrawn(url, origin)):
            return known
        return too_old(candidate.published, start)

    def after(candidate: Candidate, article: Article) -> str:
        reason = unfit(article, settings.min_words)
        if reason:
            return reason
        if candidate.url:
            # A page that a feed lists without a date bears one itself; days have no hours.
            bears = None
            if candidate.published is None and article.day is not None:
                bears = datetime.combine(article.day, moment.timetz())
            return too_old(bears, start - timedelta(days=1))
        told = history.told("", candidate.origin, article)
        return told or history.withdrawn("", candidate.origin, article)

    gathered = Gathered()
    rules = Rules(before, after, lambda page: article_of(page, run))
    listings = list_sources(run.config, fetcher, gathered)
    gather(listings, settings.max_stories, fetcher, rules, gathered)
    limits = Limits(
        settings.max_stories,
        settings.max_minutes,
        _OPENING_MINUTES,
        lambda article: _minutes(trimmed(article, settings.paragraphs), settings, words_a_minute),
    )
    chosen, rest = choose(gathered.offers, limits)
    told = [_told(offer.candidate, offer.article, settings) for offer in chosen]
    return Choice(told, [*gathered.left_out, *rest], gathered.warnings)


def choose_again(run: Run, history: History, episode: Episode, fetcher: Fetcher) -> Choice:
    """The stories of an episode as their sources tell them now.

    A story that cannot be read any more, or is no article any more, stays as it was told; one
    whose own episode was withdrawn meanwhile is told no more.
    """
    choice = Choice()
    gathered = Gathered()
    listings = list_sources(run.config, fetcher, gathered)
    choice.warnings += gathered.warnings
    choice.warnings += [f"{left.reason}; its stories stay as told" for left in gathered.left_out]
    known = _candidates(episode, listings, history.root)
    for index, story in enumerate(episode.stories):
        before = article_in(episode, index)
        withdrawn = history.withdrawn(story.url, before.source, before)
        if withdrawn:
            choice.left_out.append(LeftOut(story.title, story.url or story.title, withdrawn))
            continue
        candidate = known.get(index)
        if candidate is None and story.url:
            source = SourceConfig(url=story.url, section=story.section, publisher=story.publisher)
            candidate = Candidate(source, -1, 0, story.url, story.url)
        if candidate is None:
            choice.told.append(Told(before, story.title, story.section))
            choice.warnings.append(f"{story.title}: its source is gone; it stays as told")
            continue
        told = _told_again(run, candidate, before, fetcher, choice)
        # What it is filed under was settled when it was first told.
        choice.told.append(replace(told, section=story.section))
    return choice


def _told_again(
    run: Run, candidate: Candidate, before: Article, fetcher: Fetcher, choice: Choice
) -> Told:
    settings = run.config.bulletin
    try:
        now = article_of(load(candidate, fetcher), run)
        reason = unfit(now, settings.min_words)
    except SourceError as error:
        reason = str(error)
    if reason:
        choice.warnings.append(f"{candidate.origin}: {reason}; it stays as told")
        return Told(before, candidate.origin)
    return _told(candidate, replace(now, url=before.url), settings)


def _candidates(episode: Episode, listings: list[Listing], root: Path) -> dict[int, Candidate]:
    known: dict[int, Candidate] = {}
    for listing in listings:
        for candidate in listing.candidates:
            index = known_in(episode, candidate, root)
            if index is not None:
                known.setdefault(index, candidate)
    return known


def _told(candidate: Candidate, article: Article, settings: BulletinConfig) -> Told:
    source = candidate.source
    publisher = source.publisher or article.publisher or candidate.publisher
    article = replace(trimmed(article, settings.paragraphs), publisher=publisher)
    return Told(article, candidate.origin, source.section)


def _minutes(article: Article, settings: BulletinConfig, words_a_minute: int) -> float:
    """How long a story will take, before it is diacritized."""
    times = 2 if settings.headlines else 1
    headline = len(normalize_line(article.title).split())
    body = sum(len(normalize_line(line).split()) for line in article.paragraphs)
    sentences = len(article.paragraphs) + body / _WORDS_A_SENTENCE
    pauses_ms = sentences * PAUSE_MS[Kind.BODY] + STORY_PAUSE_MS + times * PAUSE_MS[Kind.HEADLINE]
    return (headline * times + body) / words_a_minute + pauses_ms / 60_000
