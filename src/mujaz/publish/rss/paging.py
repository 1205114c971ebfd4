"""Which feed documents a show has: the one that is subscribed to, its archives, topic feeds.

The feed holds the newest episodes; older ones stand in archive pages (RFC 5005, section 4), one
a month of publication, in parts if the month is long. A month's page changes only while
episodes enter it, and no episode stands in two pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from itertools import groupby

from mujaz.domain import Show
from mujaz.publish.folder.shelf import Shelved
from mujaz.publish.rss.feed import MAIN_FEED, Document


def documents(show: Show, shelf: Sequence[Shelved]) -> list[Document]:
    """All feed documents of a show, the feed itself last.

    Args:
        show: Its page size and topic feeds.
        shelf: Its episodes, newest first.
    """
    newest, older = tuple(shelf[: show.page]), shelf[show.page :]
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
    out += [_topic(name, section, shelf, show.page) for name, section in show.sections.items()]
    return [*out, Document(MAIN_FEED, newest, older=names[0] if names else "")]


def _archives(older: Sequence[Shelved], page: int) -> Iterator[tuple[str, tuple[Shelved, ...]]]:
    """Archive pages, newest first; the parts of a month are counted from its oldest episode."""
    for month, group in groupby(older, key=_month):
        oldest_first = list(group)[::-1]
        parts = [oldest_first[i : i + page] for i in range(0, len(oldest_first), page)]
        for number in range(len(parts), 0, -1):
            suffix = f"-{number}" if number > 1 else ""
            yield f"feed-{month}{suffix}.xml", tuple(parts[number - 1][::-1])


def _month(shelved: Shelved) -> str:
    # In one zone for all: in zones that change, the order of months could turn back.
    return f"{shelved.episode.published.astimezone(UTC):%Y-%m}"


def _topic(name: str, section: str, shelf: Sequence[Shelved], page: int) -> Document:
    """The newest episodes with a story of a section."""
    chosen = [
        shelved
        for shelved in shelf
        if any(story.section == section for story in shelved.episode.stories)
    ]
    return Document(f"feed-{name}.xml", tuple(chosen[:page]), section=section)
