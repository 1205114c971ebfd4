"""Choose the stories of a new bulletin: what is new, long enough, and fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from mujaz.bulletin.boilerplate import REASON, SiteSentences, read_site_sentences
from mujaz.bulletin.choice import Choice, LeftOut, chosen_story, trimmed
from mujaz.bulletin.gathering import Gathered, Offer, Rules, gather, list_sources
from mujaz.bulletin.history import History
from mujaz.bulletin.listing import Candidate
from mujaz.bulletin.selection import Limits, choose, start_of_news, too_early, too_old, unfit
from mujaz.bulletin.wishes import DROPPED, Wishes, resolved
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
    wishes: Wishes,
) -> Choice:
    """Ask all sources and choose.

    Args:
        config: Its ``[bulletin]`` table.
        history: Earlier bulletins and retracted episodes.
        moment: The time that the bulletin refers to.
        fetcher: Fetches addresses.
        words_a_minute: Rate of the voice that reads the stories.
        report: Gets warnings about articles.
        wishes: Stories that come first or are left out.

    Raises:
        SourceError: If a wish names no story.
    """
    settings = config.bulletin
    start = start_of_news(settings.since, history.last, moment)
    rules = Rules(
        before=lambda candidate: _reject_candidate(candidate, history, start, moment),
        after=lambda candidate, article: _reject_article(
            candidate, article, history, start, moment, settings
        ),
        article_of=lambda page: article_of(page, report),
    )
    gathered = Gathered()
    listings = list_sources(config, fetcher, gathered)
    gather(listings, settings.max_stories, fetcher, rules, gathered)
    sentences = _without_site_sentences(gathered, history)
    brief = _told_briefly(history, settings)

    def minutes_of(article: Article) -> float:
        paragraphs = 1 if brief(article) else settings.paragraphs
        quotes = 0.0 if brief(article) else sum(quote.sound.seconds for quote in article.quotes)
        return _minutes(trimmed(article, paragraphs), settings, words_a_minute) + quotes / 60

    limits = Limits(settings.max_stories, settings.max_minutes, _OPENING_MINUTES, minutes_of)
    chosen, rest = choose(gathered.offers, limits)
    if wishes.first or wishes.drop:
        chosen, rest = _choose_as_wished(gathered.offers, chosen, limits, wishes)
    stories = [
        chosen_story(offer.candidate, offer.article, settings, brief=brief(offer.article))
        for offer in chosen
    ]
    return Choice(stories, [*gathered.left_out, *rest], gathered.warnings, site_sentences=sentences)


def _without_site_sentences(gathered: Gathered, history: History) -> SiteSentences:
    """Take the sites' own sentences out of the offers; what was learnt of them is returned."""
    sentences = read_site_sentences(history.root)
    sentences.learn([offer.article for offer in gathered.offers])
    told: dict[str, None] = {}
    for index, offer in enumerate(gathered.offers):
        article = sentences.without(offer.article)
        if article is not offer.article:
            gathered.offers[index] = replace(offer, article=article)
            told.update((one.line, None) for one in article.dropped if one.reason == REASON)
    gathered.warnings += [f"left out, since its site repeats it: {line}" for line in told]
    return sentences


def _choose_as_wished(
    offers: Sequence[Offer], chosen: Sequence[Offer], limits: Limits, wishes: Wishes
) -> tuple[list[Offer], list[LeftOut]]:
    """Choose again without the stories that an editor leaves out, and with others first.

    Numbers count the stories of the rundown without wishes; titles and addresses may also name
    stories that had no place in it.
    """
    listed = [*chosen, *(offer for offer in offers if offer not in chosen)]
    named = [(offer.article.title, offer.candidate.origin) for offer in listed]
    dropped = resolved(wishes.drop, listed, named)
    first = [offer for offer in resolved(wishes.first, listed, named) if offer not in dropped]
    again, rest = choose([o for o in offers if o not in dropped], limits, first)
    left_out = [LeftOut(o.article.title, o.candidate.origin, DROPPED) for o in dropped]
    return again, [*left_out, *rest]


def _told_briefly(history: History, settings: BulletinConfig) -> Callable[[Article], bool]:
    """A function that tells whether only the first paragraph of an article is read."""

    def told(article: Article) -> bool:
        return settings.repeat == "brief" and bool(
            history.told_today(article.url, article.source, article)
        )

    return told


def _reject_candidate(
    candidate: Candidate, history: History, start: datetime, moment: datetime
) -> str:
    """Reason not to read a candidate, or an empty string."""
    url, origin = candidate.url, candidate.origin
    if url and (known := history.told(url, origin) or history.withdrawn(url, origin)):
        return known
    return too_old(candidate.published, start) or too_early(candidate.published, moment)


def _reject_article(
    candidate: Candidate,
    article: Article,
    history: History,
    start: datetime,
    moment: datetime,
    settings: BulletinConfig,
) -> str:
    """Reason not to tell an article, or an empty string."""
    reason = unfit(article, settings.min_words)
    if not reason and settings.repeat == "skip":
        reason = history.told_today(candidate.url, candidate.origin, article)
    if reason:
        return reason
    if candidate.url:
        # If the feed gives no date, the article's own counts; it has no time of day.
        dated = None
        if candidate.published is None and article.day is not None:
            dated = datetime.combine(article.day, moment.timetz())
        return too_old(dated, start - timedelta(days=1)) or too_early(dated, moment)
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
