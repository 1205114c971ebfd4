"""Correct a bulletin that was made already: the same stories as their sources have them now.

For each story of the episode: find it among what the sources offer now, load it again, and use the
new text; if it is not to be had any more, keep the text that was told.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mujaz.bulletin.boilerplate import read_site_sentences
from mujaz.bulletin.choice import Choice, ChosenStory, LeftOut, chosen_story
from mujaz.bulletin.gathering import Gathered, list_sources
from mujaz.bulletin.history import History, paragraphs_of, quotes_of
from mujaz.bulletin.listing import Candidate, Listing, load
from mujaz.bulletin.selection import unfit
from mujaz.bulletin.wishes import DROPPED, Wishes, resolved
from mujaz.domain import Article, Episode
from mujaz.ingest.fetch import Fetcher
from mujaz.pipeline.faults import StoryBoundary
from mujaz.pipeline.identity import KEY_PREFIX, source_keys
from mujaz.pipeline.read import article_of
from mujaz.pipeline.show_folder import LATEST, resolved_episode
from mujaz.pipeline.stored_script import pulled_story
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.report import Report
from mujaz.settings.values import Config, SourceConfig, timezone

_log = logging.getLogger(__name__)


def choose_again(
    config: Config,
    history: History,
    episode: Episode,
    fetcher: Fetcher,
    report: Report,
    wishes: Wishes,
) -> Choice:
    """Load the stories of an episode again.

    A story whose own episode was retracted meanwhile is left out.

    Args:
        config: Its ``[bulletin]`` table.
        history: Earlier bulletins and retracted episodes.
        episode: The bulletin as published.
        fetcher: Fetches addresses.
        report: Gets warnings about articles.
        wishes: Stories that come first, or are taken out for good.

    Raises:
        SourceError: If a wish names no story.
    """
    _log.info("the bulletin of %s is made; looking for corrections", episode.day.isoformat())
    choice = Choice()
    gathered = Gathered()
    listings = list_sources(config, fetcher, gathered)
    choice.warnings += gathered.warnings
    choice.warnings += [f"{left.reason}; its stories stay as told" for left in gathered.left_out]
    candidates = _candidates(episode, listings, history.root)
    named = [(story.title, story.url) for story in episode.stories]
    places = range(len(named))
    dropped = resolved(wishes.drop, places, named)
    choice.pulled = [pulled_story(episode, index) for index in dropped]
    first = [index for index in resolved(wishes.first, places, named) if index not in dropped]
    for index in [*first, *(place for place in places if place not in first)]:
        story = episode.stories[index]
        if index in dropped:
            choice.left_out.append(LeftOut(story.title, story.url or story.title, DROPPED))
            continue
        published = _published_article(episode, index)
        withdrawn = history.withdrawn(story.url, published.source, published)
        if withdrawn:
            choice.left_out.append(LeftOut(story.title, story.url or story.title, withdrawn))
            continue
        candidate = candidates.get(index)
        if candidate is None and story.url:
            source = SourceConfig(url=story.url, section=story.section, publisher=story.publisher)
            candidate = Candidate(source, -1, 0, story.url, story.url)
        if candidate is None:
            choice.stories.append(ChosenStory(published, story.title, story.section))
            command = _retract_command(episode, len(choice.stories), history.root, config)
            choice.warnings.append(
                f"{story.title}: its source is gone; it stays as told; to take it out: {command}"
            )
            continue
        again = _load_again(config, history, candidate, published, fetcher, choice, report)
        # A correction does not move a story to another section.
        choice.stories.append(replace(again, section=story.section))
    return choice


def _retract_command(episode: Episode, number: int, root: Path, config: Config) -> str:
    """The command that takes a story out of a bulletin."""
    newest = resolved_episode(LATEST, read_snapshot(root), config)
    today = datetime.now(timezone(config)).date()
    is_today = newest.guid == episode.guid and episode.day == today
    name = "today" if is_today else episode.guid
    return f"mujaz show retract {name} --story {number} {root}"


def _load_again(
    config: Config,
    history: History,
    candidate: Candidate,
    published: Article,
    fetcher: Fetcher,
    choice: Choice,
    report: Report,
) -> ChosenStory:
    """Load a story; if that fails or it is no article any more, keep the published one."""
    settings = config.bulletin
    with StoryBoundary() as boundary:
        article = article_of(load(candidate, fetcher), report)
        article = read_site_sentences(history.root).without(article)
        reason = unfit(article, settings.min_words)
        if not reason:
            article = replace(article, url=published.url)
            brief = settings.repeat == "brief" and bool(
                history.told_today(article.url, article.source, article)
            )
            return chosen_story(candidate, article, settings, brief=brief)
    if boundary.error is not None:
        reason = boundary.reason
    choice.warnings.append(f"{candidate.origin}: {reason}; it stays as told")
    return ChosenStory(published, candidate.origin)


def _candidates(episode: Episode, listings: Sequence[Listing], root: Path) -> dict[int, Candidate]:
    """Find an episode's stories among what the sources offer, by story index.

    A page that several feeds offer is taken from the one whose credit the story has.
    """
    found: dict[int, list[Candidate]] = {}
    for listing in listings:
        for candidate in listing.candidates:
            index = _story_index(episode, candidate, root)
            if index is not None:
                found.setdefault(index, []).append(candidate)
    return {
        index: min(offered, key=lambda one: _rank(one, episode.stories[index].publisher))
        for index, offered in found.items()
    }


def _rank(candidate: Candidate, publisher: str) -> tuple[int, int, int, int]:
    """Rank the offers of one page: those of the story's credit first, then as when choosing."""
    named = candidate.source.publisher
    # If the feed does not name it, the page may.
    other = 0 if publisher == (named or candidate.publisher) else 2 if named else 1
    return other, *candidate.precedence


def _story_index(episode: Episode, candidate: Candidate, root: Path) -> int | None:
    """Index of the episode's story with the candidate's address or path."""
    key = "" if candidate.url else source_keys([candidate.origin], root)[0]
    for index, story in enumerate(episode.stories):
        if candidate.url and story.url == candidate.url:
            return index
        if key and not story.url and story.source == key:
            return index
    return None


def _published_article(episode: Episode, index: int) -> Article:
    """Restore the article of a story from the episode's sentences."""
    story = episode.stories[index]
    return Article(
        story.title,
        tuple(paragraphs_of(episode, index)),
        quotes=tuple(quotes_of(episode, index)),
        day=story.day,
        author=story.author,
        publisher=story.publisher,
        url=story.url,
        source=KEY_PREFIX + story.source if story.source else "",
    )
