"""Plan the next state of everything that is generated from manifests, without writing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from mujaz.domain import Episode
from mujaz.errors import PublishError
from mujaz.publish.folder import layout
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.retention import Division, divide
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.rss import validation
from mujaz.publish.rss.feed import Document, feed_xml
from mujaz.publish.rss.paging import documents
from mujaz.publish.show import Show


@dataclass(frozen=True, slots=True)
class PlannedState:
    """The next state of the show folder, checked and not yet written.

    Attributes:
        division: Which episodes stay.
        count: Number of episodes in the feeds.
        episodes: Those in the feeds; empty for a show that is not read as a whole.
        absent: Episodes that are left out of the feeds because their MP3 is incomplete.
        feeds: Feed documents by name, the main feed last.
    """

    show: Show
    division: Division
    count: int
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
        heard = as_heard(stored, sizes.get)
        if heard is not None:
            whole.append(heard)
        else:
            absent.append(stored)
    feeds = _checked_feeds(snapshot, show, whole, sizes.get)
    return PlannedState(show, division, len(whole), tuple(whole), tuple(absent), feeds)


def as_heard(stored: StoredEpisode, size_of: layout.SizeOf) -> StoredEpisode | None:
    """An episode with those of its audio files that are whole; None if the MP3 is not."""
    heard = tuple(e for e in stored.episode.excerpts if size_of(e.media) == e.size)
    episode = replace(stored.episode, excerpts=heard)
    if layout.is_whole(episode, size_of):
        return replace(stored, episode=episode)
    if layout.has_mp3(episode, size_of):
        # Only the Opus file is lost: the MP3 stays in the feed.
        return replace(stored, episode=replace(episode, opus=None))
    return None


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
    return {
        doc.name: checked_feed(snapshot.root, show, doc, size_of)
        for doc in documents(show, episodes)
    }


def checked_feed(root: Path, show: Show, document: Document, size_of: layout.SizeOf) -> bytes:
    """Write a feed document and check it.

    Raises:
        PublishError: If it would break a rule.
    """
    data = feed_xml(show, document)
    problems = validation.problems(data, size_of)
    if problems:
        raise PublishError(
            "the new feed would break a rule, so the old one stays: " + "; ".join(problems[:5]),
            where=str(root / document.name),
            hint="correct [show] in mujaz.toml, or see `mujaz show check`",
        )
    return data
