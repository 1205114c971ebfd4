"""What was told or withdrawn before, read from manifests and tombstones: nothing else is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from mujaz.bulletin.listing import Candidate
from mujaz.bulletin.similarity import imprint, tell_the_same
from mujaz.domain import Article, Episode, Kind
from mujaz.pipeline.identity import KEY_PREFIX, guid_of_address, guid_of_key, source_keys
from mujaz.publish.folder.library import ShowFolder
from mujaz.publish.folder.tombstones import Tombstone, sentence_hashes
from mujaz.text.script import written_sentences

# Feeds hold days, not months; a story that comes back later is news again.
_DAYS_BACK = 30


def bulletin_key(day: date, edition: str) -> str:
    """What the bulletin of a day stands for; its guid is made from it."""
    return "/".join(filter(None, ("bulletin", day.isoformat(), edition)))


@dataclass(frozen=True, slots=True)
class History:
    """Earlier bulletins of a show.

    Attributes:
        today: The one of this day, if it is made already.
        earlier: Those of the days before, newest first.
        root: The show folder.
        stones: Withdrawn episodes that were no bulletins.
    """

    today: Episode | None
    earlier: tuple[Episode, ...]
    root: Path
    stones: tuple[Tombstone, ...] = ()

    @property
    def last(self) -> datetime | None:
        """When the last bulletin before this day was published."""
        return self.earlier[0].published if self.earlier else None

    def told(self, url: str, origin: str, article: Article | None = None) -> str:
        """In which earlier bulletin a story was told, as a reason; or an empty string.

        Args:
            url: Its address, or empty.
            origin: Its path if it has no address. A file name may be used again for other news,
                so files are known by what they say.
            article: What it says.
        """
        key = "" if url else source_keys([origin], self.root)[0]
        for episode in self.earlier:
            for index, story in enumerate(episode.stories):
                same = story.url == url if url else bool(key) and story.source == key
                if same and (url or (article is not None and _says(episode, index, article))):
                    return f"told in the bulletin of {episode.day.isoformat()}"
        return ""

    def withdrawn(self, url: str, origin: str, article: Article | None = None) -> str:
        """When a story was withdrawn that had an episode of its own, as a reason; or nothing.

        Known by the rule that keeps ``mujaz make`` from making it again: by its address, or by
        its path and a sentence that it still has. A bulletin that was withdrawn says nothing of
        its stories, most of which will have been sound.

        Args:
            url: Its address, or empty.
            origin: Its path if it has no address, or what a manifest keeps of it.
            article: What it says.
        """
        if url:
            guid = guid_of_address(url)
            found = [stone for stone in self.stones if stone.guid == guid]
        elif self.stones and article is not None:
            key = source_keys([origin], self.root)[0]
            hashes = sentence_hashes(written_sentences(article))
            found = [s for s in self.stones if key and key in s.sources and hashes & s.sentences]
        else:
            return ""
        return f"retracted on {found[0].retracted.date().isoformat()}" if found else ""


def read_history(root: Path, day: date, edition: str) -> History:
    """The bulletins in a show folder, told from other episodes by their guids.

    Raises:
        PublishError: If a manifest or a tombstone is damaged.
    """
    days = [day - timedelta(days=back) for back in range(_DAYS_BACK + 1)]
    guids = {guid_of_key(bulletin_key(one, edition)): one for one in days}
    found: dict[date, Episode] = {}
    folder = ShowFolder(root)
    for shelved in folder.shelf():
        if shelved.episode.guid in guids:
            found[guids[shelved.episode.guid]] = shelved.episode
    earlier = tuple(found[one] for one in days[1:] if one in found)
    stones = tuple(stone for stone in folder.tombstones() if stone.guid not in guids)
    return History(found.get(day), earlier, root, stones)


def known_in(episode: Episode, candidate: Candidate, root: Path) -> int | None:
    """Which story of an episode a candidate is, by its address or path."""
    key = "" if candidate.url else source_keys([candidate.origin], root)[0]
    for index, story in enumerate(episode.stories):
        if candidate.url and story.url == candidate.url:
            return index
        if key and not story.url and story.source == key:
            return index
    return None


def article_in(episode: Episode, index: int) -> Article:
    """A story as it was told, put together again from the episode's sentences."""
    story = episode.stories[index]
    return Article(
        story.title,
        tuple(_paragraphs(episode, index)),
        day=story.day,
        author=story.author,
        publisher=story.publisher,
        url=story.url,
        source=KEY_PREFIX + story.source if story.source else "",
    )


def _says(episode: Episode, index: int, article: Article) -> bool:
    before = imprint(episode.stories[index].title, _paragraphs(episode, index))
    return tell_the_same(before, imprint(article.title, article.paragraphs))


def _paragraphs(episode: Episode, index: int) -> Sequence[str]:
    paragraphs: dict[int, list[str]] = {}
    for cue in episode.cues:
        sentence = cue.sentence
        if sentence.story == index and sentence.kind is Kind.BODY:
            paragraphs.setdefault(sentence.paragraph, []).append(sentence.text)
    return [" ".join(texts) for texts in paragraphs.values()]
