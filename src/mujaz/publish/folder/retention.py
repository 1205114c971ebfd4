"""Which episodes and media stay, by the times in the manifests and never by file times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.show import Show


@dataclass(frozen=True, slots=True)
class Division:
    """All episodes, divided by the retention rules.

    Attributes:
        kept: In the feed and its archives, newest first.
        resting: Out of the feed; the media stay for readers of an older copy of the feed.
        due: To be removed.
    """

    kept: tuple[StoredEpisode, ...]
    resting: tuple[StoredEpisode, ...]
    due: tuple[StoredEpisode, ...]


def divide(
    episodes: Sequence[StoredEpisode], show: Show, left: Mapping[str, str], now: datetime
) -> Division:
    """Decide which episodes stay.

    Args:
        episodes: All episodes, newest first.
        show: Its ``keep``, ``keep_days`` and ``keep_media_days``.
        left: When episodes were first seen to be out of the feed, by folder. ``keep_media_days``
            count from then, so that a run with the wrong settings removes nothing at once.
        now: Aware.
    """
    kept: list[StoredEpisode] = []
    resting: list[StoredEpisode] = []
    due: list[StoredEpisode] = []
    rest = timedelta(days=show.keep_media_days)
    for place, stored in enumerate(episodes):
        if _is_kept(stored, place, show, now):
            kept.append(stored)
        elif _since(left.get(stored.folder), now) + rest > now:
            resting.append(stored)
        else:
            due.append(stored)
    return Division(tuple(kept), tuple(resting), tuple(due))


def _is_kept(stored: StoredEpisode, place: int, show: Show, now: datetime) -> bool:
    if place == 0:
        # The newest always stays: a feed with one old episode is better than an empty one.
        return True
    if place >= show.keep:
        return False
    age = now - stored.episode.published
    return not show.keep_days or age < timedelta(days=show.keep_days)


def _since(text: str | None, now: datetime) -> datetime:
    try:
        return datetime.fromisoformat(text) if text else now
    except ValueError:
        return now


def expired_media(episodes: Sequence[StoredEpisode], show: Show, now: datetime) -> set[str]:
    """Stems of replaced media whose correction is older than ``keep_media_days``."""
    limit = now - timedelta(days=show.keep_media_days)
    return {
        old.media.removesuffix(".mp3")
        for stored in episodes
        for old in stored.episode.replaced
        if old.at <= limit
    }
