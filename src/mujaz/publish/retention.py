"""How long episodes and media stay: counted from what manifests say, never from file times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mujaz.domain import Show
from mujaz.publish.shelf import Shelved


@dataclass(frozen=True, slots=True)
class Division:
    """The shelf, divided.

    Attributes:
        kept: What the feed and its archives hold, newest first.
        resting: Out of the feed, its media still there for those who have an older copy of it.
        due: To be removed.
    """

    kept: tuple[Shelved, ...]
    resting: tuple[Shelved, ...]
    due: tuple[Shelved, ...]


def divide(shelf: Sequence[Shelved], show: Show, now: datetime) -> Division:
    """Which episodes stay.

    Args:
        shelf: All episodes, newest first.
        show: Its ``keep``, ``keep_days`` and ``keep_media_days``.
        now: Aware.
    """
    kept: list[Shelved] = []
    resting: list[Shelved] = []
    due: list[Shelved] = []
    for place, shelved in enumerate(shelf):
        left = _left_at(shelf, place, show)
        # A feed whose only episode is old is better than an empty one.
        if place == 0 or left is None or left > now:
            kept.append(shelved)
        elif left + timedelta(days=show.keep_media_days) > now:
            resting.append(shelved)
        else:
            due.append(shelved)
    return Division(tuple(kept), tuple(resting), tuple(due))


def _left_at(shelf: Sequence[Shelved], place: int, show: Show) -> datetime | None:
    """When an episode left the feed or will leave it, as far as that is known."""
    times: list[datetime] = []
    if place >= show.keep:
        # It was pushed out by the newer episode that made it one too many.
        times.append(shelf[place - show.keep].episode.published)
    if show.keep_days:
        times.append(shelf[place].episode.published + timedelta(days=show.keep_days))
    return min(times, default=None)


def expired_media(shelf: Sequence[Shelved], show: Show, now: datetime) -> set[str]:
    """Stems of media whose correction has stood long enough."""
    limit = now - timedelta(days=show.keep_media_days)
    return {
        old.media.removesuffix(".mp3")
        for shelved in shelf
        for old in shelved.episode.replaced
        if old.at <= limit
    }
