"""Make an episode of sources: script, decision, recording, show folder, in this order.

The show folder is read once, before the decision, and written once, at the end.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mujaz.domain import Script
from mujaz.errors import PublishError
from mujaz.live.spool_writer import live_spool
from mujaz.pipeline.decision import Make, Refused, Unchanged, decide, fingerprint
from mujaz.pipeline.faults import fault_log
from mujaz.pipeline.identity import source_keys
from mujaz.pipeline.options import Options
from mujaz.pipeline.publication import (
    chapter_warnings,
    episode_of,
    with_checksums,
    write_tags,
)
from mujaz.pipeline.read import read_script
from mujaz.pipeline.record import record, require_encoders, station_sounds
from mujaz.pipeline.show_folder import OpenFolder, absent_warnings, open_folder, show_warnings
from mujaz.pipeline.voices import LoadedVoices, load_voices
from mujaz.publish.folder.layout import media_path
from mujaz.publish.folder.workspace import PRIVATE
from mujaz.publish.folder.write import add_episode, rebuild
from mujaz.report import Report
from mujaz.settings.values import Config, timezone

if TYPE_CHECKING:
    from mujaz.audio.mix.station_sounds import StationSounds

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Assets:
    """Files besides the script that an episode is made from.

    Attributes:
        sounds: The station's sounds.
        image: The newsroom's own cover, if it has one.
    """

    sounds: StationSounds
    image: Path | None


def make_episode(
    sources: Sequence[str | Path],
    output: str | Path,
    config: Config | None = None,
    options: Options | None = None,
    *,
    report: Report | None = None,
) -> Report:
    """Make one episode of one or more articles and publish it in a show folder.

    Progress is logged to the logger ``mujaz``.

    Args:
        sources: Files, addresses, or ``-`` for standard input.
        output: The show folder.
        config: See :func:`mujaz.load_config`; the defaults if None.
        options: Override the configuration.
        report: Filled in as the run goes on; pass one to read it after an error too.

    Returns:
        The report; its ``episode`` is the one that was made or was already there.

    Raises:
        MujazError: If nothing could be made; the show folder is then as it was.
    """
    report, options = report or Report(), options or Options()
    config = options.applied_to(config or Config())
    voices = load_voices(config, limit_memory=options.limit_memory)
    timezone(config)
    with fault_log(Path(output) / PRIVATE):
        script = read_script([str(source) for source in sources], config, options, report)
        return publish_script(script, Path(output), config, voices, report, options.replaces)


def plan_episode(
    sources: Sequence[str | Path],
    config: Config | None = None,
    options: Options | None = None,
    *,
    report: Report | None = None,
) -> Script:
    """Make the script that :func:`make_episode` would speak; nothing is spoken or written.

    Raises:
        MujazError: As :func:`make_episode`.
    """
    options = options or Options()
    config = options.applied_to(config or Config())
    load_voices(config)
    timezone(config)
    names = [str(source) for source in sources]
    return read_script(names, config, options, report or Report(), keep=False)


def publish_script(
    script: Script,
    output: Path,
    config: Config,
    voices: LoadedVoices,
    report: Report,
    replaces: str = "",
) -> Report:
    """Speak a script and publish it in a show folder, if it is not there already.

    Returns:
        The report; its ``episode`` is the one that was made or was already there.

    Raises:
        MujazError: If nothing could be made; the show folder is then as it was.
    """
    require_encoders(config)
    assets = _Assets(station_sounds(config), _own_cover(config, report))
    with open_folder(output, config) as folder:
        report.warnings += show_warnings(config)
        sources = source_keys([story.source for story in script.stories], output)
        files = (assets.sounds.digest, _digest(assets.image))
        made_from = fingerprint(script, folder.show, voices, config, files)
        now = datetime.now(timezone(config))
        decision = decide(script, folder.snapshot, sources, made_from, now, replaces)
        match decision:
            case Unchanged():
                _leave_unchanged(decision, folder, report)
            case Refused():
                _refuse(decision, report)
            case Make():
                _make(script, sources, decision, folder, assets, config, voices, report)
    return report


def _make(
    script: Script,
    sources: Sequence[str],
    decision: Make,
    folder: OpenFolder,
    assets: _Assets,
    config: Config,
    voices: LoadedVoices,
    report: Report,
) -> None:
    from mujaz.artwork import tag_cover

    root, workspace, show = folder.snapshot.root, folder.workspace, folder.show
    with report.timed("publish"):
        cover = tag_cover(show.title, assets.image)
    name, made_from = decision.folder, decision.fingerprint
    with live_spool(root, workspace, script, name, made_from, _log.info) as live:
        recording = record(script, workspace, config, voices, report, assets.sounds, live)
        now = datetime.now(timezone(config)).replace(microsecond=0)
        with report.timed("publish"):
            episode = episode_of(script, sources, recording, decision, voices, report, now)
            write_tags(recording, episode, show, decision.track, cover)
            report.warnings += chapter_warnings(recording, episode)
            episode, planned = add_episode(
                folder.snapshot,
                show,
                with_checksums(episode, recording.path),
                recording.path,
                workspace,
                opus=recording.opus,
                cover=folder.cover,
            )
            report.warnings += absent_warnings(planned)
        report.set_episode(episode, media_path(root, episode.media), show.base_url)


def _leave_unchanged(decision: Unchanged, folder: OpenFolder, report: Report) -> None:
    _log.info("unchanged: the episode is left as it is")
    with report.timed("publish"):
        planned = rebuild(folder.snapshot, folder.show, folder.workspace, folder.cover)
        report.warnings += absent_warnings(planned)
    episode = decision.existing.episode
    media = media_path(folder.snapshot.root, episode.media)
    report.add_existing(episode, media, folder.show.base_url)


def _refuse(decision: Refused, report: Report) -> None:
    day = decision.retracted.date().isoformat()
    reason = f"this episode was retracted on {day} and is not made again"
    for story in report.stories:
        if story.status != "failed":
            story.error = reason
    guid = decision.guid
    raise PublishError(reason, where=guid, hint=f"if it is to return: --replaces {guid}")


def _own_cover(config: Config, report: Report) -> Path | None:
    """Check the newsroom's own cover; None without one.

    Raises:
        ArtworkError: If the file cannot be used.
    """
    from mujaz.artwork import check_image

    if not config.show.image or "://" in config.show.image:
        return None
    path = config.home / config.show.image
    remark = check_image(path)
    if remark:
        report.warnings.append(remark)
    return path


def _digest(image: Path | None) -> str:
    return hashlib.sha256(image.read_bytes()).hexdigest() if image else ""
