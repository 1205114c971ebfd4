"""How long episodes and media stay: counted from what manifests say, never from file times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mujaz.domain import Show
from mujaz.publish.folder.shelf import Shelved


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


def divide(
    shelf: Sequence[Shelved], show: Show, left: Mapping[str, str], now: datetime
) -> Division:
    """Which episodes stay.

    Args:
        shelf: All episodes, newest first.
        show: Its ``keep``, ``keep_days`` and ``keep_media_days``.
        left: When episodes were first seen to be out of the feed, by their folders. The days of
            rest count from then, so that a run with the wrong settings removes nothing at once.
        now: Aware.
    """
    kept: list[Shelved] = []
    resting: list[Shelved] = []
    due: list[Shelved] = []
    rest = timedelta(days=show.keep_media_days)
    for place, shelved in enumerate(shelf):
        if _is_kept(shelved, place, show, now):
            kept.append(shelved)
        elif _since(left.get(shelved.folder), now) + rest > now:
            resting.append(shelved)
        else:
            due.append(shelved)
    return Division(tuple(kept), tuple(resting), tuple(due))


def _is_kept(shelved: Shelved, place: int, show: Show, now: datetime) -> bool:
    if place == 0:
        # A feed whose only episode is old is better than an empty one.
        return True
    if place >= show.keep:
        return False
    age = now - shelved.episode.published
    return not show.keep_days or age < timedelta(days=show.keep_days)


def _since(text: str | None, now: datetime) -> datetime:
    try:
        return datetime.fromisoformat(text) if text else now
    except ValueError:
        return now


def expired_media(shelf: Sequence[Shelved], show: Show, now: datetime) -> set[str]:
    """Stems of media whose correction has stood long enough."""
    limit = now - timedelta(days=show.keep_media_days)
    return {
        old.media.removesuffix(".mp3")
        for shelved in shelf
        for old in shelved.episode.replaced
        if old.at <= limit
    }
