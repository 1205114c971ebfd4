"""Live broadcasts of one show folder, by episode, and the published episodes that follow them.

A broadcast has the name of its episode's folder, so an address that names it stays valid when the
episode is published, even for a server that was started later.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from mujaz.domain import Episode
from mujaz.errors import PublishError
from mujaz.live.broadcast import Broadcast, StreamSettings
from mujaz.live.spool_format import find_spools
from mujaz.live.spool_reader import LiveSpoolReader
from mujaz.publish.folder import layout, manifest


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
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def close(self) -> None:
        """Close all broadcasts."""
        for broadcast in (*self._broadcasts.values(), *self._replaced):
            broadcast.close()

    def broadcasts(self) -> dict[str, Broadcast]:
        """Find new spools and return all broadcasts, those that have ended included."""
        with self._lock:
            known = (*self._broadcasts.values(), *self._replaced)
            seen = {broadcast.spool.folder for broadcast in known}
            for folder in find_spools(self.root):
                if folder in seen:
                    continue
                try:
                    spool = LiveSpoolReader(folder)
                except (OSError, ValueError, KeyError, TypeError):
                    continue  # removed meanwhile, unreadable or damaged
                if spool.is_run_over():
                    spool.close()
                    continue
                if spool.name in self._broadcasts:
                    # The episode is being made again; the old stream may still have listeners.
                    self._replaced.append(self._broadcasts[spool.name])
                self._broadcasts[spool.name] = Broadcast(spool, self.settings)
            return dict(self._broadcasts)

    def published(self, name: str) -> Episode | None:
        """Return a published episode, unless a newer version of it is being made.

        Args:
            name: Name of the episode's folder: one path component, not hidden.
        """
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


def starts_in_episode(episode: Episode, texts: Sequence[str]) -> list[float | None]:
    """Return when each sentence of a script begins in the published episode, in seconds.

    Args:
        episode: The published episode.
        texts: The written sentences of the script in order.

    Returns:
        One time a sentence; None if it is not in the episode.
    """
    starts: list[float | None] = [None] * len(texts)
    place = 0
    for cue in episode.cues:
        for index in range(place, len(texts)):
            if texts[index] == cue.sentence.text:
                starts[index] = round(cue.start, 3)
                place = index + 1
                break
    return starts
