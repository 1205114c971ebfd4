"""Find and write the documents of a large show that a change of episodes has made out of date.

Feeds and pages of a month are looked at only if an episode of the month has changed; of those, a
document is written if its episodes or its links to its neighbours are not those it was written
with. So adding one episode costs the main feed, the newest archive pages, the page of its month and
the show page, however many episodes there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from mujaz.publish.folder.episode_index import FEEDS, PAGES, EpisodeIndex, digest_of
from mujaz.publish.folder.layout import SizeOf
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.plan import as_heard
from mujaz.publish.html.archive import MOST_IN_PART, Month, month_of
from mujaz.publish.html.pages import MOST_LISTED
from mujaz.publish.rss.feed import Document
from mujaz.publish.rss.names import MAIN_FEED
from mujaz.publish.rss.paging import archive_name, stories_documents, topic_document
from mujaz.publish.show import Show


class MediaLostError(Exception):
    """The MP3 of an episode is not whole any more.

    Args:
        folder: Folder of the episode.
    """

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder


@dataclass(slots=True)
class ChangedDocuments:
    """The documents that have to be written now.

    Attributes:
        index: The table of episodes.
        show: The channel.
        size_of: Sizes of the audio files.
        gone: Names of files that no document has any more; filled in by the iterators.
    """

    index: EpisodeIndex
    show: Show
    size_of: SizeOf
    gone: list[str] = field(default_factory=list)

    def listed(self) -> list[StoredEpisode]:
        """The episodes of the show page, and one more if there are more."""
        return [*self._heard(self.index.latest_days(MOST_LISTED + 1))]

    def newest(self) -> list[StoredEpisode]:
        """The newest episodes: a page of the feed."""
        return [*self._heard(self.index.newest(self.show.page))]

    def months(self) -> Iterator[Month]:
        """Parts of the archive that have to be written; each is noted as written."""
        known = self.index.documents(PAGES)
        sections = {(month, part): names for month, part, names in self.index.parts()}
        for month in sorted(self.index.touched(PAGES)):
            members = self.index.members(PAGES, month)
            last = -(-len(members) // MOST_IN_PART)
            for part in range(1, last + 1):
                chosen = members[(part - 1) * MOST_IN_PART : part * MOST_IN_PART]
                digest = digest_of(*map(" ".join, chosen))
                if known.get((month, part)) == digest:
                    continue
                found = month_of(self.show, month, part, [*self._heard(f for f, _ in chosen)])
                yield found
                before = Month(month, part, sections.get((month, part), {}))
                self.gone += set(before.names()) - set(found.names())
                self.index.note_document(PAGES, month, part, digest, found.sections)
            for (other, part), names in sections.items():
                if other == month and part > last:
                    self.gone += Month(month, part, names).names()
            self.index.drop_documents(PAGES, month, last)

    def feeds(self) -> Iterator[Document]:
        """Feed documents that have to be written, the main feed last; each is noted as written."""
        page = self.show.page
        newest = self.index.newest(page)
        counts = self.index.counts(FEEDS)
        for month, number in self.index.months_of(newest).items():
            counts[month] -= number
        parts = {month: -(-count // page) for month, count in counts.items() if count}
        names = [(m, part) for m in parts for part in range(parts[m], 0, -1)]
        looked_at = self._feed_months(newest)
        links = _neighbours(names)
        beside = {
            one
            for newer, older in pairwise(names)
            if newer[0] in looked_at or older[0] in looked_at
            for one in (newer, older)
        }
        known = self.index.documents(FEEDS)
        for place in reversed(names):
            if place[0] in looked_at or place in beside:
                before = known.get(place, "")
                yield from self._archive(place, links[place], counts[place[0]], before)
        for month in looked_at:
            last = parts.get(month, 0)
            self.gone += [archive_name(m, n) for m, n in known if m == month and n > last]
            self.index.drop_documents(FEEDS, month, last)
        for name, section in self.show.sections.items():
            told = self._heard(self.index.newest_of_section(section, page))
            yield topic_document(name, section, told, page)
        yield from stories_documents(self.show, self._heard(self.index.newest_with_stories(page)))
        first = archive_name(*names[0]) if names else ""
        yield Document(MAIN_FEED, tuple(self._heard(newest)), older=first)
        if newest:
            self.index.set_boundary(self.index.published(newest[-1]))

    def _archive(
        self, name: tuple[str, int], links: tuple[str, str], count: int, known: str
    ) -> Iterator[Document]:
        """An archive page, if it has to be written."""
        (month, part), (older, newer) = name, links
        page = self.show.page
        # The last of the month may stand in the main feed.
        members = self.index.members(FEEDS, month)[:count][(part - 1) * page : part * page]
        digest = digest_of(older, newer, *map(" ".join, members))
        if digest == known:
            return
        newest_first = tuple(self._heard(folder for folder, _ in reversed(members)))
        yield Document(archive_name(month, part), newest_first, MAIN_FEED, older, newer)
        self.index.note_document(FEEDS, month, part, digest, {})

    def _feed_months(self, newest: list[str]) -> set[str]:
        """Months of publication whose archive pages may have changed.

        Besides those of changed episodes: those that the end of the main feed has passed.
        """
        months = self.index.touched(FEEDS)
        before = self.index.boundary()
        if newest and before is not None:
            now = self.index.published(newest[-1])
            months |= self.index.feed_months_between(min(before, now), max(before, now))
        return months

    def _heard(self, folders: Iterable[str]) -> Iterator[StoredEpisode]:
        """Read episodes.

        Raises:
            MediaLostError: If the MP3 of one is not whole.
        """
        for folder in folders:
            stored = as_heard(self.index.load(folder), self.size_of)
            if stored is None:
                raise MediaLostError(folder)
            yield stored


def _neighbours(names: list[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str]]:
    """Names of the older and the newer archive page of each, empty at the ends."""
    files = ["", *(archive_name(*name) for name in names), ""]
    return {name: (files[place + 2], files[place]) for place, name in enumerate(names)}
