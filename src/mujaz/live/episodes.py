"""Live broadcasts of one show folder, by episode, and the published episodes that follow them.

A broadcast has the name of its episode's folder, so an address that names it stays valid when the
episode is published, even for a server that was started later. When the run is over and nobody
listens any more, the broadcast is closed, which frees its descriptors and the disk space of its
files.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from mujaz.domain import Episode
from mujaz.errors import PublishError
from mujaz.live.broadcast import Broadcast, StreamSettings
from mujaz.live.spool_format import find_spools
from mujaz.live.spool_reader import LiveSpoolReader
from mujaz.publish.folder import layout, manifest

# Names of failed runs that are remembered.
_MOST_FAILED = 64


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """Status of a live episode.

    Attributes:
        broadcast: Its live stream; None if there is none (any more).
        episode: The published episode; None if it is not published or is being made again.
        has_failed: Whether the last run ended without publishing it.
    """

    broadcast: Broadcast | None
    episode: Episode | None
    has_failed: bool


@dataclass(slots=True)
class LiveEpisodes:
    """Episodes of a show folder that are being made, or were made while this server ran.

    Args:
        root: The show folder.
        settings: Intro and encoding of the streams.
    """

    root: Path
    settings: StreamSettings
    _broadcasts: dict[str, Broadcast] = field(default_factory=dict)
    _replaced: list[Broadcast] = field(default_factory=list)
    _failed: dict[str, None] = field(default_factory=dict)
    _dead_spools: set[Path] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def close(self) -> None:
        """Close all broadcasts."""
        for broadcast in (*self._broadcasts.values(), *self._replaced):
            broadcast.close()

    def titles(self) -> dict[str, str]:
        """Return the titles of all episodes that are being made, by name."""
        self.update()
        with self._lock:
            running = dict(self._broadcasts)
        return {
            name: broadcast.script.title
            for name, broadcast in running.items()
            if not broadcast.state.ended and not broadcast.spool.is_run_over()
        }

    def status(self, name: str) -> LiveStatus:
        """Return the status of an episode.

        Args:
            name: Name of the episode's folder: one path component, not hidden.
        """
        self.update()
        with self._lock:
            broadcast = self._broadcasts.get(name)
            has_failed = name in self._failed
        episode = self._published(name)
        if episode is not None:
            self._failed.pop(name, None)
        has_failed = has_failed or (broadcast is not None and broadcast.state.failed)
        return LiveStatus(broadcast, episode, has_failed and episode is None)

    @contextmanager
    def listening(self, name: str) -> Iterator[Broadcast | None]:
        """Keep a broadcast open for a listener; None if there is no such broadcast any more."""
        with self._lock:
            broadcast = self._broadcasts.get(name)
            if broadcast is not None:
                broadcast.listeners += 1
        if broadcast is None:
            yield None
            return
        try:
            yield broadcast
        finally:
            with self._lock:
                broadcast.listeners -= 1

    def update(self) -> None:
        """Open the spools of new runs and close the broadcasts that are over."""
        with self._lock:
            self._open_new()
            closing = self._take_finished()
        for broadcast in closing:
            broadcast.close()

    def _open_new(self) -> None:
        found = find_spools(self.root)
        self._dead_spools.intersection_update(found)
        open_ones = (*self._broadcasts.values(), *self._replaced)
        seen = self._dead_spools | {broadcast.spool.folder for broadcast in open_ones}
        for folder in found:
            if folder in seen:
                continue
            try:
                spool = LiveSpoolReader(folder)
            except (OSError, ValueError, KeyError, TypeError):
                continue  # removed meanwhile, unreadable or damaged
            if spool.is_run_over():
                # A killed run leaves its spool until the next run removes it.
                spool.close()
                self._dead_spools.add(folder)
                if spool.name not in self._broadcasts:
                    self._remember_failed(spool.name)
                continue
            if spool.name in self._broadcasts:
                # The episode is being made again; the old stream may still have listeners.
                self._replaced.append(self._broadcasts[spool.name])
            self._broadcasts[spool.name] = Broadcast(spool, self.settings)
            self._failed.pop(spool.name, None)

    def _take_finished(self) -> list[Broadcast]:
        """Remove broadcasts that have no listener and whose run is over."""
        finished = [one for one in self._replaced if not one.listeners]
        self._replaced = [one for one in self._replaced if one.listeners]
        for name, broadcast in list(self._broadcasts.items()):
            if not broadcast.listeners and broadcast.spool.is_run_over():
                del self._broadcasts[name]
                finished.append(broadcast)
                self._dead_spools.add(broadcast.spool.folder)
                if self._published(name) is None:
                    self._remember_failed(name)
        return finished

    def _remember_failed(self, name: str) -> None:
        self._failed[name] = None
        while len(self._failed) > _MOST_FAILED:
            del self._failed[next(iter(self._failed))]

    def _published(self, name: str) -> Episode | None:
        """Return a published episode, unless a newer version of it is being made."""
        path = self.root / "episodes" / name / "episode.json"
        if not path.is_file():
            return None
        try:
            episode = manifest.load(path)
        except PublishError:
            return None
        broadcast = self._broadcasts.get(name)
        is_running = broadcast is not None and not broadcast.spool.is_run_over()
        if is_running and broadcast and episode.fingerprint != broadcast.spool.fingerprint:
            return None
        return episode if layout.is_whole(episode, partial(layout.media_size, self.root)) else None


def starts_in_episode(episode: Episode) -> list[float | None]:
    """Return when each sentence of the script begins in the published episode, in seconds.

    Returns:
        One time for each sentence of the script; None if it could not be spoken.
    """
    starts: list[float | None] = [round(cue.start, 3) for cue in episode.cues]
    for unspoken in sorted(episode.unspoken, key=lambda one: one.index):
        starts.insert(unspoken.index, None)
    return starts
