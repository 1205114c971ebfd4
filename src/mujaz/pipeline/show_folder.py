"""Work on a whole show folder: open it for writing, rebuild, check, retract, publish."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from mujaz.artwork.sizes import FEED_PIXELS
from mujaz.domain import Episode
from mujaz.errors import ArtworkError, PublishError
from mujaz.pipeline.excerpts import restore_excerpts
from mujaz.pipeline.hooks import run_hook
from mujaz.pipeline.websub import ping_hub
from mujaz.pipeline.withdrawn_titles import remember_title, withdrawn_titles
from mujaz.publish.folder.episode_index import EpisodeIndex, has_index
from mujaz.publish.folder.indexed import indexed_snapshot
from mujaz.publish.folder.layout import HASH_CHARS, episode_count
from mujaz.publish.folder.plan import PlannedState, require_valid_channel
from mujaz.publish.folder.retract import retract
from mujaz.publish.folder.snapshot import Snapshot, read_snapshot, require_show_folder
from mujaz.publish.folder.state import PAGE_COVER, Cover, ShowState, as_archive, read_state
from mujaz.publish.folder.tombstones import Tombstone, day_of
from mujaz.publish.folder.workspace import PRIVATE, write_locked
from mujaz.publish.folder.write import rebuild
from mujaz.publish.remote.targets import open_target
from mujaz.publish.remote.upload import Sent, publish_folder
from mujaz.publish.show import Show, published_show
from mujaz.report import Report
from mujaz.settings.values import DEFAULT_BASE_URL, Config, timezone

if TYPE_CHECKING:
    from mujaz.publish.checks import Result

_log = logging.getLogger(__name__)
# Names for an episode besides its guid.
TODAY, LATEST = "today", "latest"
# Episodes from which on a show is not read as a whole by each run.
FEWEST_INDEXED = 500


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """A show folder whose lock this process holds.

    Attributes:
        snapshot: What was in the folder when it was opened.
        show: The channel, checked.
        cover: The show's cover, to be written with the next state; None if ``show.image`` is an
            address elsewhere.
        workspace: Folder for unfinished files, removed when the show folder is closed.
    """

    snapshot: Snapshot
    show: Show
    cover: Cover | None
    workspace: Path


@contextmanager
def open_folder(
    root: Path, config: Config, *, thorough: bool = False, archive: bool = False
) -> Iterator[OpenFolder]:
    """Lock a show folder, read it, and check that its feed will be accepted.

    A large show is not read as a whole: a table tells which manifests are needed.

    Args:
        root: The show folder.
        config: The settings.
        thorough: Whether the table of a large show is compared with every manifest.
        archive: Whether no episode leaves this show from now on, however old it is.

    Raises:
        PublishError: If the folder cannot be written, is damaged, or the channel breaks a rule.
        ConfigError: If the time zone is unknown.
        ArtworkError: If the newsroom's picture cannot be used.
    """
    timezone(config)
    with write_locked(root, _tell_waiting) as workspace:
        state = read_state(root)
        state = as_archive(state) if archive else state
        show = published_show(config.show, state)
        with _snapshot(root, state, show, thorough=thorough, indexed=archive) as snapshot:
            # Before the cover is drawn, which takes time.
            require_valid_channel(snapshot, show)
            cover = None
            if not show.image:
                cover = _cover(show, snapshot, config)
                image = urljoin(show.base_url, cover.name)
                show = replace(show, image=image, image_width=FEED_PIXELS, page_cover=PAGE_COVER)
            yield OpenFolder(snapshot, show, cover, workspace)


@contextmanager
def _snapshot(
    root: Path, state: ShowState, show: Show, *, thorough: bool, indexed: bool
) -> Iterator[Snapshot]:
    """Read a show folder: a small one whole, a large one through its table."""
    if not indexed and not has_index(root) and episode_count(root) < FEWEST_INDEXED:
        yield read_snapshot(root)
        return
    with closing(EpisodeIndex(root, thorough=thorough)) as index:
        if show.keep > len(index) and not show.keep_days:
            yield indexed_snapshot(root, state, index)
            return
    # Retention rules look at every episode.
    yield read_snapshot(root)


def show_warnings(config: Config) -> list[str]:
    """Warn of an incomplete ``[show]`` table."""
    if config.show.base_url:
        return []
    return [f"show.base_url is not set: media addresses begin with {DEFAULT_BASE_URL}"]


def absent_warnings(planned: PlannedState) -> list[str]:
    """Warn of episodes that are left out of the feed."""
    return [
        f"{stored.episode.title}: its audio file {stored.episode.media} is not whole, "
        "so the feed leaves it out; make it again"
        for stored in planned.absent
    ]


def rebuild_show(output: Path, config: Config) -> PlannedState:
    """Bring feeds, pages and transcripts of a show folder up to date with its manifests.

    Raises:
        PublishError: If the folder is no show, is damaged, or the feed would break a rule.
    """
    require_show_folder(output)
    with open_folder(output, config, thorough=True) as folder:
        _log_warnings(config)
        snapshot = restore_excerpts(folder.snapshot, folder.workspace)
        return rebuild(snapshot, folder.show, folder.workspace, folder.cover)


def check_folder(output: Path, config: Config) -> Result:
    """Check everything in a show folder; nothing is written.

    Raises:
        PublishError: If the folder is no show.
    """
    from mujaz.audio.codecs.frames import stretch_checksums
    from mujaz.publish.checks import check_show

    return check_show(output, config.show, stretch_checksums)


def retract_episode(guid: str, output: Path, config: Config, *, reason: str = "") -> Tombstone:
    """Withdraw an episode from a show folder; a tombstone keeps it from being made again.

    Args:
        guid: Its guid, ``today`` or ``latest``.
        output: The show folder.
        config: See :mod:`mujaz.settings.values`.
        reason: Kept in the tombstone.

    Raises:
        PublishError: If there is no such episode, or as :func:`rebuild_show`.
    """
    require_show_folder(output)
    with open_folder(output, config) as folder:
        _log_warnings(config)
        if guid in (TODAY, LATEST):
            guid = resolved_episode(guid, folder.snapshot, config).guid
        found = folder.snapshot.find(guid)
        stone = retract(
            guid, folder.snapshot, folder.show, folder.workspace, folder.cover, reason=reason
        )
        if found is not None:
            remember_title(guid, found.episode.title, folder.snapshot)
    report = Report()
    data = {"guid": stone.guid, "retracted": stone.retracted.isoformat(), "reason": stone.reason}
    run_hook("withdrawn", config, data, report)
    return stone


def resolved_episode(name: str, snapshot: Snapshot, config: Config) -> Episode:
    """Find the episode that a guid, ``today`` or ``latest`` means.

    ``today`` is the newest bulletin of this day in the show's time zone, else the newest episode.

    Raises:
        PublishError: If there is none.
    """
    episodes = [stored.episode for stored in snapshot.episodes]
    if name == TODAY:
        today = datetime.now(timezone(config)).date()
        episodes = [episode for episode in episodes if episode.day == today]
        episodes = [episode for episode in episodes if _is_bulletin(episode)] or episodes
    elif name != LATEST:
        episodes = [episode for episode in episodes if episode.guid == name]
    if not episodes:
        what = "no episode of today" if name == TODAY else f"no episode has the guid {name!r}"
        raise PublishError(
            "there is no episode" if name == LATEST else what,
            where=str(snapshot.root),
            hint="`mujaz show list` shows them",
        )
    return episodes[0]


def _is_bulletin(episode: Episode) -> bool:
    return bool(episode.key) or len(episode.stories) > 1


@dataclass(frozen=True, slots=True)
class ListedEpisode:
    """An episode as ``mujaz show list`` tells it.

    Attributes:
        state: ``published``, ``corrected``, ``incomplete`` (its MP3 is not whole) or ``withdrawn``.
        duration_s: Length in seconds; 0 if it was withdrawn.
        stories: Titles of its stories, in order.
        reason: Why it was withdrawn.
    """

    guid: str
    date: str
    title: str
    duration_s: float
    state: str
    stories: tuple[str, ...] = ()
    reason: str = ""


def list_episodes(output: Path) -> list[ListedEpisode]:
    """List the episodes of a show folder, newest first, then the withdrawn ones.

    Raises:
        PublishError: If the folder is no show or is damaged.
    """
    require_show_folder(output)
    snapshot = read_snapshot(output)
    listed = []
    for stored in snapshot.episodes:
        episode = stored.episode
        state = "corrected" if episode.updated else "published"
        listed.append(
            ListedEpisode(
                episode.guid,
                episode.day.isoformat(),
                episode.title,
                round(episode.duration_s, 3),
                state if snapshot.is_whole(episode) else "incomplete",
                tuple(story.title for story in episode.stories),
            )
        )
    titles = withdrawn_titles(output)
    for stone in sorted(snapshot.tombstones, key=lambda t: t.retracted, reverse=True):
        # What was withdrawn by an earlier version has no title; the key names a bulletin.
        title = titles.get(stone.guid) or stone.key
        day = day_of(stone).isoformat()
        listed.append(ListedEpisode(stone.guid, day, title, 0.0, "withdrawn", reason=stone.reason))
    return listed


def publish_show(
    address: str, output: Path, config: Config, *, force: bool = False, verify: bool = False
) -> Sent:
    """Copy a show folder to where it is served: only changed files, the feed last.

    Args:
        address: A folder, or an address that fsspec supports.
        output: The show folder.
        config: The settings.
        force: Publish even if the target is newer.
        verify: Read every file back and compare it.

    Raises:
        LockTimeoutError: If another process works on the folder or the target for too long.
        PublishError: If the folder is not whole, or the target is newer or refuses.
        MissingPackageError: If the target needs a package that is not installed.
    """
    require_show_folder(output)
    if not config.show.base_url:
        _log.warning("show.base_url is not set: the feed's addresses lead to this machine only")
    with write_locked(output, _tell_waiting):
        target = open_target(address, output / PRIVATE, config.publish.sftp_host_keys)
        sent = publish_folder(output, target, _log.info, force=force, verify=verify)
    # The feeds are out: what the hub says changes nothing of that.
    for warning in ping_hub([name for name in sent.put if name.endswith(".xml")], config):
        _log.warning("%s", warning)
    return sent


def draw_first_cover(root: Path, config: Config) -> None:
    """Draw the cover of a new show before any text is read, and keep it for :func:`open_folder`.

    Its pixels would come on top of the networks and tables of reading.
    """
    from mujaz.artwork.cover import feed_cover

    if not config.show.image and not any(root.glob("cover-*.jpg")):
        feed_cover(config.show.title, None)


def _cover(show: Show, snapshot: Snapshot, config: Config) -> Cover:
    """The show's own cover: the one in the folder if it is current, else drawn anew.

    Raises:
        ArtworkError: If the newsroom's picture is missing or is no picture.
    """
    picture = config.home / config.show.image if config.show.image else None
    source = _content(picture) if picture else show.title.encode("utf-8", "replace")
    made_of = hashlib.sha256(source).hexdigest()
    known = snapshot.state.cover
    if known is not None and known.made_of == made_of:
        if (snapshot.root / PAGE_COVER).is_file():
            return known
        from mujaz.artwork.cover import page_cover

        # A show of an earlier version has no small cover.
        return replace(known, small=page_cover(_content(snapshot.root / known.name)))
    from mujaz.artwork.cover import feed_cover, page_cover

    data = feed_cover(show.title, picture)
    digest = hashlib.sha256(data).hexdigest()[:HASH_CHARS]
    return Cover(made_of, f"cover-{digest}.jpg", data, page_cover(data))


def _content(picture: Path) -> bytes:
    try:
        return picture.read_bytes()
    except OSError as error:
        raise ArtworkError(
            f"the picture cannot be read: {error.strerror}",
            where=str(picture),
            hint="set show.image to a square JPEG or PNG of 1400 to 3000 pixels",
        ) from error


def _log_warnings(config: Config) -> None:
    for warning in show_warnings(config):
        _log.warning("%s", warning)


def _tell_waiting() -> None:
    _log.info("another run is writing to this folder; waiting")
