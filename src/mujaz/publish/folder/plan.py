"""Plan the next state of everything that is generated from manifests, without writing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mujaz.domain import Episode
from mujaz.errors import PublishError
from mujaz.publish.folder import layout
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.retention import Division, divide
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.rss import validation
from mujaz.publish.rss.feed import feed_xml
from mujaz.publish.rss.paging import documents
from mujaz.publish.show import Show


@dataclass(frozen=True, slots=True)
class PlannedState:
    """The next state of the show folder, checked and not yet written.

    Attributes:
        division: Which episodes stay.
        episodes: Those in the feeds.
        absent: Episodes that are left out of the feeds because their MP3 is incomplete.
        feeds: Feed documents by name, the main feed last.
    """

    show: Show
    division: Division
    episodes: tuple[StoredEpisode, ...]
    absent: tuple[StoredEpisode, ...]
    feeds: dict[str, bytes]


def plan_state(
    snapshot: Snapshot,
    show: Show,
    episodes: Sequence[StoredEpisode],
    coming: Episode | None = None,
) -> PlannedState:
    """Plan what the folder holds next.

    Args:
        snapshot: The folder as it is.
        show: The channel.
        episodes: All episodes of the next state, newest first.
        coming: The one among them whose audio files are still to be moved into the folder.

    Raises:
        PublishError: If a feed would break a rule.
    """
    sizes = {**snapshot.media, **_sizes(coming)}
    division = divide(episodes, show, snapshot.state.left, datetime.now(UTC))
    whole: list[StoredEpisode] = []
    absent: list[StoredEpisode] = []
    for stored in division.kept:
        heard = tuple(e for e in stored.episode.excerpts if sizes.get(e.media) == e.size)
        episode = replace(stored.episode, excerpts=heard)
        stored = replace(stored, episode=episode)
        if layout.is_whole(episode, sizes.get):
            whole.append(stored)
        elif layout.has_mp3(episode, sizes.get):
            # Only the Opus file is lost: the MP3 stays in the feed.
            whole.append(replace(stored, episode=replace(episode, opus=None)))
        else:
            absent.append(stored)
    feeds = _checked_feeds(snapshot, show, whole, sizes.get)
    return PlannedState(show, division, tuple(whole), tuple(absent), feeds)


def require_valid_channel(snapshot: Snapshot, show: Show) -> None:
    """Check the channel with no episode in it, before any work is done for it.

    Raises:
        PublishError: If a feed of this show would break a rule.
    """
    _checked_feeds(snapshot, show, (), snapshot.media.get)


def _sizes(episode: Episode | None) -> dict[str, int]:
    if episode is None:
        return {}
    opus = {episode.opus_media: episode.opus.size} if episode.opus else {}
    excerpts = {excerpt.media: excerpt.size for excerpt in episode.excerpts}
    return {episode.media: episode.size, **excerpts, **opus}


def _checked_feeds(
    snapshot: Snapshot, show: Show, episodes: Sequence[StoredEpisode], size_of: layout.SizeOf
) -> dict[str, bytes]:
    feeds = {doc.name: feed_xml(show, doc) for doc in documents(show, episodes)}
    for name, data in feeds.items():
        problems = validation.problems(data, size_of)
        if problems:
            raise PublishError(
                "the new feed would break a rule, so the old one stays: " + "; ".join(problems[:5]),
                where=str(snapshot.root / name),
                hint="correct [show] in mujaz.toml, or see `mujaz show check`",
            )
    return feeds
