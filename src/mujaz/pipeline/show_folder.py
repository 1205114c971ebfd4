"""The show as a whole: what the configuration says of it, and what can be done with its folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from mujaz.domain import Show
from mujaz.errors import ArtworkError
from mujaz.publish.folder.library import Edition, ShowFolder
from mujaz.publish.folder.state import show_of
from mujaz.publish.folder.tombstones import Tombstone
from mujaz.publish.folder.workspace import PRIVATE
from mujaz.publish.remote.targets import open_target
from mujaz.publish.remote.upload import Sent, publish_folder
from mujaz.settings.values import Config, timezone

if TYPE_CHECKING:
    from mujaz.publish.checks import Result


def open_show(
    folder: ShowFolder, config: Config, workspace: Path, warn: Callable[[str], None]
) -> Show:
    """The channel, checked: a show that directories would refuse is refused before any work.

    Args:
        folder: The show folder; the caller holds its writing permit.
        config: See :mod:`mujaz.settings.values`.
        workspace: For unfinished files.
        warn: Told one human line at a time.

    Raises:
        PublishError: If the channel breaks a rule of those who read feeds.
        ConfigError: If the time zone is unknown.
    """
    timezone(config)
    show = show_of(config.show, folder.state)
    # The rules first: they cost nothing, a cover must be drawn.
    folder.proof(show)
    if not show.image:
        show = _with_cover(show, folder, config, workspace)
    if not config.show.base_url:
        warn(f"show.base_url is not set: media addresses begin with {show.base_url}")
    return show


def _with_cover(show: Show, folder: ShowFolder, config: Config, workspace: Path) -> Show:
    """The show with a cover of its own: the newsroom's picture made to fit, or one drawn.

    Raises:
        ArtworkError: If the picture is missing or is none.
    """
    from mujaz.artwork import FEED_PIXELS, feed_cover

    picture = config.home / config.show.image if config.show.image else None
    of = hashlib.sha256(_content(picture) if picture else show.title.encode("utf-8", "replace"))
    name = folder.place_cover(of.hexdigest(), lambda: feed_cover(show.title, picture), workspace)
    return replace(show, image=urljoin(show.base_url, name), image_width=FEED_PIXELS)


def _content(picture: Path) -> bytes:
    try:
        return picture.read_bytes()
    except OSError as error:
        raise ArtworkError(
            f"the picture cannot be read: {error.strerror}",
            where=str(picture),
            hint="set show.image to a square JPEG or PNG of 1400 to 3000 pixels",
        ) from error


def rebuild_show(output: Path, config: Config, say: Callable[[str], None]) -> Edition:
    """Bring feeds, pages and transcripts of a show folder up to date with its manifests.

    Raises:
        PublishError: If the folder is no show, is damaged, or the feed would break a rule.
    """
    folder = ShowFolder(output)
    folder.require()
    with folder.writing(lambda: say(WAITING)) as workspace:
        return folder.rebuild(open_show(folder, config, workspace, _warner(say)), workspace)


def check_folder(output: Path, config: Config) -> Result:
    """Look at everything in a show folder; nothing is written.

    Raises:
        PublishError: If the folder is no show.
    """
    from mujaz.audio.codecs.frames import stretch_checksums
    from mujaz.publish.checks import check_show

    return check_show(output, config.show, stretch_checksums)


def retract_episode(
    guid: str, output: Path, config: Config, say: Callable[[str], None]
) -> Tombstone:
    """Withdraw an episode from a show folder; a tombstone keeps it from being made again.

    Raises:
        PublishError: If there is no such episode, or as :func:`rebuild_show`.
    """
    folder = ShowFolder(output)
    folder.require()
    with folder.writing(lambda: say(WAITING)) as workspace:
        show = open_show(folder, config, workspace, _warner(say))
        return folder.retract(guid, show, workspace)


def publish_show(address: str, output: Path, config: Config, say: Callable[[str], None]) -> Sent:
    """Copy a show folder to where it is served: only what changed, the feed last.

    Raises:
        PublishError: If the folder is not whole or the target refuses.
        MissingPackageError: If the target needs a package that is not installed.
    """
    folder = ShowFolder(output)
    folder.require()
    if not config.show.base_url:
        say("warning: show.base_url is not set: the feed's addresses lead to this machine only")
    with folder.writing(lambda: say(WAITING)):
        return publish_folder(folder, open_target(address, output / PRIVATE), say)


WAITING = "another run is writing to this folder; waiting"


def _warner(say: Callable[[str], None]) -> Callable[[str], None]:
    return lambda line: say(f"warning: {line}")
