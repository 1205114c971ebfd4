"""Correct a bulletin that was made already: the same stories as their sources have them now.

For each story of the episode: find it among what the sources offer now, load it again, and use the
new text; if it is not to be had any more, keep the text that was told.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mujaz.bulletin.choice import Choice, ChosenStory, LeftOut, chosen_story
from mujaz.bulletin.gathering import Gathered, list_sources
from mujaz.bulletin.history import History, paragraphs_of
from mujaz.bulletin.listing import Candidate, Listing, load
from mujaz.bulletin.selection import unfit
from mujaz.domain import Article, Episode
from mujaz.ingest.fetch import Fetcher
from mujaz.pipeline.faults import StoryBoundary
from mujaz.pipeline.identity import KEY_PREFIX, source_keys
from mujaz.pipeline.read import article_of
from mujaz.report import Report
from mujaz.settings.values import Config, SourceConfig

_log = logging.getLogger(__name__)


def choose_again(
    config: Config, history: History, episode: Episode, fetcher: Fetcher, report: Report
) -> Choice:
    """Load the stories of an episode again.

    A story whose own episode was retracted meanwhile is left out.

    Args:
        config: Its ``[bulletin]`` table.
        history: Earlier bulletins and retracted episodes.
        episode: The bulletin as published.
        fetcher: Fetches addresses.
        report: Gets warnings about articles.
    """
    _log.info("the bulletin of %s is made; looking for corrections", episode.day.isoformat())
    choice = Choice()
    gathered = Gathered()
    listings = list_sources(config, fetcher, gathered)
    choice.warnings += gathered.warnings
    choice.warnings += [f"{left.reason}; its stories stay as told" for left in gathered.left_out]
    candidates = _candidates(episode, listings, history.root)
    for index, story in enumerate(episode.stories):
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
            choice.warnings.append(f"{story.title}: its source is gone; it stays as told")
            continue
        again = _load_again(config, candidate, published, fetcher, choice, report)
        # A correction does not move a story to another section.
        choice.stories.append(replace(again, section=story.section))
    return choice


def _load_again(
    config: Config,
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
        reason = unfit(article, settings.min_words)
        if not reason:
            return chosen_story(candidate, replace(article, url=published.url), settings)
    if boundary.error is not None:
        reason = boundary.reason
    choice.warnings.append(f"{candidate.origin}: {reason}; it stays as told")
    return ChosenStory(published, candidate.origin)


def _candidates(episode: Episode, listings: Sequence[Listing], root: Path) -> dict[int, Candidate]:
    """Find an episode's stories among what the sources offer, by story index."""
    found: dict[int, Candidate] = {}
    for listing in listings:
        for candidate in listing.candidates:
            index = _story_index(episode, candidate, root)
            if index is not None:
                found.setdefault(index, candidate)
    return found


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
        day=story.day,
        author=story.author,
        publisher=story.publisher,
        url=story.url,
        source=KEY_PREFIX + story.source if story.source else "",
    )
