"""Earlier bulletins and retracted episodes, read from manifests and tombstones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from mujaz.bulletin.similarity import imprint, tell_the_same
from mujaz.domain import Article, Episode, Kind, PulledStory, Quote
from mujaz.pipeline.identity import guid_of_address, guid_of_key, source_keys
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.tombstones import Tombstone, sentence_hashes
from mujaz.text.script import written_sentences

# Feeds cover days, not months; a story that returns later counts as new.
_DAYS_BACK = 30


def bulletin_key(day: date, edition: str) -> str:
    """The key that the guid of a day's bulletin is made from."""
    return "/".join(filter(None, ("bulletin", day.isoformat(), edition)))


def key_parts(key: str) -> tuple[date, str] | None:
    """Day and edition of a bulletin's key; None if it is the key of something else."""
    name, _, rest = key.partition("/")
    day, _, edition = rest.partition("/")
    try:
        return (date.fromisoformat(day), edition) if name == "bulletin" else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class History:
    """Earlier bulletins of a show.

    Attributes:
        today: The bulletin of this day and edition, if it is made already.
        earlier: Those of the same edition on the days before, newest first.
        root: The show folder.
        tombstones: Of retracted episodes other than bulletins.
        editions: Other editions of this day that were published before, newest first.
        withdrawn_today: The tombstone of this day's bulletin, if it was retracted.
        pulled: Stories that were taken out of bulletins.
    """

    today: Episode | None
    earlier: tuple[Episode, ...]
    root: Path
    tombstones: tuple[Tombstone, ...] = ()
    editions: tuple[Episode, ...] = ()
    withdrawn_today: Tombstone | None = None
    pulled: tuple[PulledStory, ...] = ()

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
        found = self._teller(self.earlier, url, origin, article)
        return f"told in the bulletin of {found.day.isoformat()}" if found else ""

    def told_today(self, url: str, origin: str, article: Article | None = None) -> str:
        """Reason if another edition of this day told a story, else an empty string."""
        found = self._teller(self.editions, url, origin, article)
        return f"told today in: {found.title}" if found else ""

    def _teller(
        self, episodes: Sequence[Episode], url: str, origin: str, article: Article | None
    ) -> Episode | None:
        """The first of the episodes that told a story."""
        key = "" if url else source_keys([origin], self.root)[0]
        for episode in episodes:
            for index, story in enumerate(episode.stories):
                same = story.url == url if url else bool(key) and story.source == key
                if same and (url or (article is not None and _is_told_in(episode, index, article))):
                    return episode
        return None

    def withdrawn(self, url: str, origin: str, article: Article | None = None) -> str:
        """Reason if a story was retracted, by itself or out of a bulletin, else an empty string.

        The rule is that of ``mujaz make``: the same address, or the same path and a sentence in
        common. A bulletin that was retracted as a whole does not count, because most of its stories
        will be sound.

        Args:
            url: Its address, or empty.
            origin: Its path if it has no address, or its key in a manifest.
            article: Its text; needed without an address.
        """
        if url:
            guid = guid_of_address(url)
            days = [t.retracted for t in self.tombstones if t.guid == guid]
            days += [pulled.at for pulled in self.pulled if pulled.guid == guid]
        elif article is not None and (self.tombstones or self.pulled):
            key = source_keys([origin], self.root)[0]
            hashes = sentence_hashes(written_sentences(article))
            days = [
                tombstone.retracted
                for tombstone in self.tombstones
                if key and key in tombstone.sources and hashes & tombstone.sentences
            ]
            days += [
                pulled.at
                for pulled in self.pulled
                if key and key == pulled.source and hashes & pulled.sentences
            ]
        else:
            return ""
        return f"retracted on {days[0].date().isoformat()}" if days else ""


def read_history(
    root: Path, day: date, edition: str, known_editions: Iterable[str] = ()
) -> History:
    """Read the bulletins of the last 30 days, recognised by their keys.

    Manifests of earlier versions state no key; they are recognised by the guid that a key gave.

    Args:
        root: The show folder.
        day: The bulletin's date.
        edition: Its edition; may be empty.
        known_editions: Other configured editions, which older manifests are searched for.

    Raises:
        PublishError: If a manifest or a tombstone is damaged.
    """
    days = [day - timedelta(days=back) for back in range(_DAYS_BACK + 1)]
    names = dict.fromkeys((edition, "", *known_editions))
    older = {guid_of_key(bulletin_key(one, name)): (one, name) for one in days for name in names}
    snapshot = read_snapshot(root)
    found: dict[tuple[date, str], Episode] = {}
    for stored in reversed(snapshot.episodes):
        episode = stored.episode
        place = key_parts(episode.key) if episode.key else older.get(episode.guid)
        if place is not None:
            found[place] = episode
    stones = {
        tombstone.guid: key_parts(tombstone.key) if tombstone.key else older.get(tombstone.guid)
        for tombstone in snapshot.tombstones
    }
    today = found.get((day, edition))
    others = [one for (other, _), one in found.items() if other == day and one is not today]
    if today is not None:
        others = [one for one in others if one.published < today.published]
    return History(
        today,
        tuple(found[one, edition] for one in days[1:] if (one, edition) in found),
        root,
        tuple(t for t in snapshot.tombstones if stones[t.guid] is None),
        tuple(sorted(others, key=lambda one: one.published, reverse=True)),
        None
        if today
        else next((t for t in snapshot.tombstones if stones[t.guid] == (day, edition)), None),
        (
            *(pulled for stored in snapshot.episodes for pulled in stored.episode.pulled),
            *(pulled for tombstone in snapshot.tombstones for pulled in tombstone.pulled),
        ),
    )


def paragraphs_of(episode: Episode, index: int) -> Sequence[str]:
    """The paragraphs of a story, as written."""
    paragraphs: dict[int, list[str]] = {}
    for cue in episode.cues:
        sentence = cue.sentence
        if sentence.story == index and sentence.kind is Kind.BODY:
            paragraphs.setdefault(sentence.paragraph, []).append(sentence.text)
    return [" ".join(texts) for texts in paragraphs.values()]


def quotes_of(episode: Episode, index: int) -> Sequence[Quote]:
    """The recordings of a story; the show folder keeps their files."""
    sentences = [cue.sentence for cue in episode.cues if cue.sentence.story == index]
    return [Quote(one.sound, one.text) for one in sentences if one.sound is not None]


def _is_told_in(episode: Episode, index: int, article: Article) -> bool:
    before = imprint(episode.stories[index].title, paragraphs_of(episode, index))
    return tell_the_same(before, imprint(article.title, article.paragraphs))
