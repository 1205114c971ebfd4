"""Everything that a run needs to know of a show folder, read once as a frozen value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from mujaz.domain import Episode
from mujaz.errors import PublishError
from mujaz.publish.folder import layout, manifest, tombstones
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.state import STATE_FILE, ShowState, read_state
from mujaz.publish.folder.tombstones import Tombstone
from mujaz.publish.rss.names import MAIN_FEED


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A show folder at one moment; whoever writes holds the folder's lock from then on.

    Attributes:
        root: The show folder.
        episodes: Newest publication first.
        tombstones: Of retracted episodes, by folder name.
        state: Content of the state file.
        media: Sizes in bytes of the audio files, by name.
    """

    root: Path
    episodes: Sequence[StoredEpisode] = ()
    tombstones: tuple[Tombstone, ...] = ()
    state: ShowState = field(default_factory=ShowState)
    media: Mapping[str, int] = field(default_factory=dict)

    def find(self, guid: str) -> StoredEpisode | None:
        """The episode with a guid."""
        return next((stored for stored in self.episodes if stored.episode.guid == guid), None)

    def with_key(self, key: str) -> StoredEpisode | None:
        """The newest episode whose script has a key."""
        return next((stored for stored in self.episodes if stored.episode.key == key), None)

    def from_sources(self, sources: Sequence[str]) -> Iterator[StoredEpisode]:
        """Episodes whose stories have exactly these sources, the newest first."""
        for stored in self.episodes:
            if [story.source for story in stored.episode.stories] == list(sources):
                yield stored

    def count_until(self, moment: datetime, but: str) -> int:
        """Count the episodes published until a moment, without the one that has a guid."""
        others = (s.episode for s in self.episodes if s.episode.guid != but)
        return sum(1 for episode in others if episode.published <= moment)

    def keyed_until(self, moment: datetime) -> datetime | None:
        """Publication of the newest episode with a key that is not after a moment."""
        keyed = (s.episode.published for s in self.episodes if s.episode.key)
        return max((published for published in keyed if published <= moment), default=None)

    def sounds(self) -> set[str]:
        """Hashes of the recordings that episodes hold."""
        cues = (cue for stored in self.episodes for cue in stored.episode.cues)
        return {cue.sentence.sound.sha256 for cue in cues if cue.sentence.sound}

    def tombstone(self, guid: str) -> Tombstone | None:
        """The tombstone with a guid."""
        return next((tombstone for tombstone in self.tombstones if tombstone.guid == guid), None)

    def folder_for(self, guid: str, day: date) -> str:
        """Name of the folder for an episode: the one that it has or had, else a new one."""
        known = self.find(guid) or self.tombstone(guid)
        return known.folder if known is not None else layout.folder_name(day, guid)

    def is_whole(self, episode: Episode) -> bool:
        """Whether all audio files of an episode are there with the stated sizes."""
        return layout.is_whole(episode, self.media.get)


def read_snapshot(root: Path) -> Snapshot:
    """Read a show folder; one that does not exist is empty.

    Raises:
        PublishError: If a manifest or a tombstone is damaged.
    """
    folder = root / layout.EPISODES
    withdrawn = tuple(tombstones.load(path) for path in sorted(folder.glob(f"*/{tombstones.NAME}")))
    retracted = {tombstone.folder for tombstone in withdrawn}
    episodes = [
        StoredEpisode(manifest.load(path), path.parent.name)
        for path in folder.glob(f"*/{layout.MANIFEST}")
        if path.parent.name not in retracted
    ]
    return Snapshot(
        root, newest_first(episodes), withdrawn, read_state(root), layout.media_sizes(root)
    )


def newest_first(episodes: Iterable[StoredEpisode]) -> tuple[StoredEpisode, ...]:
    """Episodes by publication, the newest first; the guid decides between equal times."""
    return tuple(
        sorted(episodes, key=lambda s: (s.episode.published, s.episode.guid), reverse=True)
    )


def require_show_folder(root: Path) -> None:
    """Raise unless something was published in this folder.

    Raises:
        PublishError: If nothing was ever published here.
    """
    if not any((root / name).exists() for name in (STATE_FILE, MAIN_FEED, layout.EPISODES)):
        raise PublishError(
            "this is not a show folder",
            where=str(root),
            hint="name the folder that `mujaz make -o DIR` wrote",
        )
