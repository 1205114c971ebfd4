"""Divide a show's episodes into feed documents: main feed, archive pages, topic feeds.

The main feed holds the newest episodes; older ones are in archive pages (RFC 5005, section 4), one
per month of publication, in parts if the month is long. A month's page changes only while
episodes are added to it, and no episode is in two pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from itertools import groupby, islice

from mujaz.publish.folder.excerpts import excerpt_of
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.rss.feed import Document
from mujaz.publish.rss.names import MAIN_FEED
from mujaz.publish.rss.wording import words
from mujaz.publish.show import Show

# Name of the feed of single stories, and its name where a section has that one.
_STORIES, _STORIES_INSTEAD = "stories", "single-stories"


def documents(show: Show, episodes: Sequence[StoredEpisode]) -> list[Document]:
    """All feed documents of a show, the main feed last.

    Args:
        show: Its page size and topic feeds.
        episodes: Newest first.
    """
    newest, older = tuple(episodes[: show.page]), episodes[show.page :]
    archives = list(_archives(older, show.page))
    names = [name for name, _ in archives]
    out = [
        Document(
            name,
            part,
            current=MAIN_FEED,
            older=names[place + 1] if place + 1 < len(names) else "",
            newer=names[place - 1] if place else "",
        )
        for place, (name, part) in enumerate(archives)
    ]
    out += [
        topic_document(name, section, episodes, show.page)
        for name, section in show.sections.items()
    ]
    out += stories_documents(show, episodes)
    return [*out, Document(MAIN_FEED, newest, older=names[0] if names else "")]


def _archives(
    older: Sequence[StoredEpisode], page: int
) -> Iterator[tuple[str, tuple[StoredEpisode, ...]]]:
    """Make archive pages, newest first; parts of a month are numbered from its oldest episode."""
    for month, group in groupby(older, key=_month):
        oldest_first = list(group)[::-1]
        parts = [oldest_first[i : i + page] for i in range(0, len(oldest_first), page)]
        for number in range(len(parts), 0, -1):
            yield archive_name(month, number), tuple(parts[number - 1][::-1])


def _month(stored: StoredEpisode) -> str:
    # One time zone for all, so that months never go backwards where a zone changes.
    return f"{stored.episode.published.astimezone(UTC):%Y-%m}"


def archive_name(month: str, number: int) -> str:
    """Name of an archive page: of a month (``2026-11``) and the number of its part, from 1."""
    return f"feed-{month}-{number}.xml" if number > 1 else f"feed-{month}.xml"


def topic_document(
    name: str, section: str, episodes: Iterable[StoredEpisode], page: int
) -> Document:
    """Make the topic feed of a section: the newest episodes with a story of it.

    Of an episode with other stories too there is the excerpt, if it was cut.
    """
    chosen = [
        _part(stored, section)
        for stored in episodes
        if any(story.section == section for story in stored.episode.stories)
    ]
    return Document(topic_name(name), tuple(chosen[:page]), section=section)


def topic_name(name: str) -> str:
    """File name of a topic feed."""
    return f"feed-{name}.xml"


def _part(stored: StoredEpisode, section: str) -> StoredEpisode:
    """Return the excerpt of a section, or the whole episode without one."""
    found = (excerpt for excerpt in stored.episode.excerpts if excerpt.section == section)
    excerpt = next(found, None)
    return excerpt_of(stored, excerpt) if excerpt else stored


def stories_documents(show: Show, episodes: Iterable[StoredEpisode]) -> Iterator[Document]:
    """Make the feed of single stories, if there are any."""
    found = (
        excerpt_of(stored, excerpt)
        for stored in episodes
        for excerpt in stored.episode.excerpts
        if not excerpt.section
    )
    chosen = tuple(islice(found, show.page))
    name = _STORIES if _STORIES not in show.sections else _STORIES_INSTEAD
    if chosen:
        yield Document(f"feed-{name}.xml", chosen, section=words()["single_stories"])
