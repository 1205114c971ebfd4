"""The snapshot of a large show: asks the table of episodes and reads single manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import overload

from mujaz.publish.folder import layout, tombstones
from mujaz.publish.folder.episode_index import EpisodeIndex
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.folder.state import ShowState


@dataclass(frozen=True, slots=True)
class IndexedSnapshot(Snapshot):
    """A show folder whose episodes are found through a table; see :class:`Snapshot`.

    Its answers are always of now; the caller holds the folder's lock.

    Attributes:
        index: The table.
    """

    index: EpisodeIndex | None = None

    @property
    def table(self) -> EpisodeIndex:
        """The table of the episodes."""
        if self.index is None:
            raise AssertionError("an indexed snapshot without a table")
        return self.index

    def find(self, guid: str) -> StoredEpisode | None:
        """The episode with a guid."""
        folder = self.table.folder_of(guid)
        return None if folder is None else self.table.load(folder)

    def with_key(self, key: str) -> StoredEpisode | None:
        """The newest episode whose script has a key."""
        folder = next(self.table.folders_with_key(key), None)
        return None if folder is None else self.table.load(folder)

    def from_sources(self, sources: Sequence[str]) -> Iterator[StoredEpisode]:
        """Episodes whose stories have exactly these sources, the newest first."""
        return map(self.table.load, self.table.folders_from(sources))

    def count_until(self, moment: datetime, but: str) -> int:
        """Count the episodes published until a moment, without the one that has a guid."""
        return self.table.count_until(moment, but)

    def keyed_until(self, moment: datetime) -> datetime | None:
        """Publication of the newest episode with a key that is not after a moment."""
        return self.table.keyed_until(moment)

    def sounds(self) -> set[str]:
        """Hashes of the recordings that episodes hold."""
        return self.table.sounds()


def indexed_snapshot(root: Path, state: ShowState, index: EpisodeIndex) -> IndexedSnapshot:
    """A snapshot of a show folder that asks a table.

    Raises:
        PublishError: If a tombstone is damaged.
    """
    folder = root / layout.EPISODES
    stones = tuple(tombstones.load(folder / name / tombstones.NAME) for name in index.tombstones())
    return IndexedSnapshot(
        root, _Episodes(index), stones, state, media=_MediaSizes(root), index=index
    )


class _Episodes(Sequence[StoredEpisode]):
    """All episodes, the newest first; each is read when it is asked for."""

    def __init__(self, index: EpisodeIndex) -> None:
        self._index = index

    def __len__(self) -> int:
        return len(self._index)

    @overload
    def __getitem__(self, place: int) -> StoredEpisode: ...

    @overload
    def __getitem__(self, place: slice) -> list[StoredEpisode]: ...

    def __getitem__(self, place: int | slice) -> StoredEpisode | list[StoredEpisode]:
        folders = list(self._index.folders())
        if isinstance(place, slice):
            return [self._index.load(folder) for folder in folders[place]]
        return self._index.load(folders[place])

    def __iter__(self) -> Iterator[StoredEpisode]:
        return map(self._index.load, self._index.folders())


class _MediaSizes(Mapping[str, int]):
    """Sizes in bytes of the audio files, each asked of the disk when it is wanted."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __getitem__(self, name: str) -> int:
        size = layout.media_size(self._root, name)
        if size is None:
            raise KeyError(name)
        return size

    def __iter__(self) -> Iterator[str]:
        return iter(layout.media_sizes(self._root))

    def __len__(self) -> int:
        return len(layout.media_sizes(self._root))
