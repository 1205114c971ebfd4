"""Earlier bulletins and retracted episodes, read from manifests and tombstones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from mujaz.bulletin.similarity import imprint, tell_the_same
from mujaz.domain import Article, Episode, Kind
from mujaz.pipeline.identity import guid_of_address, guid_of_key, source_keys
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.tombstones import Tombstone, sentence_hashes
from mujaz.text.script import written_sentences

# Feeds cover days, not months; a story that returns later counts as new.
_DAYS_BACK = 30


def bulletin_key(day: date, edition: str) -> str:
    """The key that the guid of a day's bulletin is made from."""
    return "/".join(filter(None, ("bulletin", day.isoformat(), edition)))


@dataclass(frozen=True, slots=True)
class History:
    """Earlier bulletins of a show.

    Attributes:
        today: The bulletin of this day, if it is made already.
        earlier: Those of the days before, newest first.
        root: The show folder.
        tombstones: Of retracted episodes other than bulletins.
    """

    today: Episode | None
    earlier: tuple[Episode, ...]
    root: Path
    tombstones: tuple[Tombstone, ...] = ()

    @property
    def last(self) -> datetime | None:
        """Publication of the last bulletin before this day."""
        return self.earlier[0].published if self.earlier else None

    def told(self, url: str, origin: str, article: Article | None = None) -> str:
        """Reason if an earlier bulletin told a story, else an empty string.

        Args:
            url: Its address, or empty.
            origin: Its path if it has no address. File names are reused for other news, so a file
                is recognised by its text.
            article: Its text; needed without an address.
        """
        key = "" if url else source_keys([origin], self.root)[0]
        for episode in self.earlier:
            for index, story in enumerate(episode.stories):
                same = story.url == url if url else bool(key) and story.source == key
                if same and (url or (article is not None and _is_told_in(episode, index, article))):
                    return f"told in the bulletin of {episode.day.isoformat()}"
        return ""

    def withdrawn(self, url: str, origin: str, article: Article | None = None) -> str:
        """Reason if a story's own episode was retracted, else an empty string.

        The rule is that of ``mujaz make``: the same address, or the same path and a sentence in
        common. A retracted bulletin does not count, because most of its stories will be sound.

        Args:
            url: Its address, or empty.
            origin: Its path if it has no address, or its key in a manifest.
            article: Its text; needed without an address.
        """
        if url:
            guid = guid_of_address(url)
            found = [tombstone for tombstone in self.tombstones if tombstone.guid == guid]
        elif self.tombstones and article is not None:
            key = source_keys([origin], self.root)[0]
            hashes = sentence_hashes(written_sentences(article))
            found = [
                tombstone
                for tombstone in self.tombstones
                if key and key in tombstone.sources and hashes & tombstone.sentences
            ]
        else:
            return ""
        return f"retracted on {found[0].retracted.date().isoformat()}" if found else ""


def read_history(root: Path, day: date, edition: str) -> History:
    """Read the bulletins of the last 30 days, recognised by their guids.

    Raises:
        PublishError: If a manifest or a tombstone is damaged.
    """
    days = [day - timedelta(days=back) for back in range(_DAYS_BACK + 1)]
    guids = {guid_of_key(bulletin_key(one, edition)): one for one in days}
    snapshot = read_snapshot(root)
    found: dict[date, Episode] = {}
    for stored in snapshot.episodes:
        if stored.episode.guid in guids:
            found[guids[stored.episode.guid]] = stored.episode
    earlier = tuple(found[one] for one in days[1:] if one in found)
    tombstones = tuple(
        tombstone for tombstone in snapshot.tombstones if tombstone.guid not in guids
    )
    return History(found.get(day), earlier, root, tombstones)


def paragraphs_of(episode: Episode, index: int) -> Sequence[str]:
    """The paragraphs of a story, as written."""
    paragraphs: dict[int, list[str]] = {}
    for cue in episode.cues:
        sentence = cue.sentence
        if sentence.story == index and sentence.kind is Kind.BODY:
            paragraphs.setdefault(sentence.paragraph, []).append(sentence.text)
    return [" ".join(texts) for texts in paragraphs.values()]


def _is_told_in(episode: Episode, index: int, article: Article) -> bool:
    before = imprint(episode.stories[index].title, paragraphs_of(episode, index))
    return tell_the_same(before, imprint(article.title, article.paragraphs))
