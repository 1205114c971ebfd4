"""Make an episode of sources: script, decision, recording, show folder, in this order.

The show folder is read once, before the decision, and written once, at the end.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mujaz.domain import Correction, PulledStory, Script
from mujaz.errors import PublishError
from mujaz.live.spool_writer import live_spool
from mujaz.parallel.malloc import give_back_freed_memory, is_memory_limited
from mujaz.pipeline.changes import ChangeKind, changes
from mujaz.pipeline.decision import Make, Refused, Unchanged, decide, fingerprint
from mujaz.pipeline.excerpts import cut_excerpts, restore_excerpts, wanted_excerpts
from mujaz.pipeline.faults import fault_log
from mujaz.pipeline.hand_corrections import require_no_loss
from mujaz.pipeline.hooks import failure_told, run_hook
from mujaz.pipeline.identity import Identity, by_key, guid_of_address, source_keys
from mujaz.pipeline.kept_sounds import (
    forget_sounds,
    keep_sounds,
    sounds_of,
    with_kept_sounds,
)
from mujaz.pipeline.options import Extras, Options
from mujaz.pipeline.picture import Picture, episode_picture
from mujaz.pipeline.publication import (
    chapter_warnings,
    episode_of,
    with_checksums,
    write_tags,
)
from mujaz.pipeline.read import forget_dictionaries, read_script
from mujaz.pipeline.record import record, require_encoders, require_parts, station_sounds
from mujaz.pipeline.show_folder import OpenFolder, absent_warnings, open_folder, show_warnings
from mujaz.pipeline.speak import spoken_ahead
from mujaz.pipeline.voices import LoadedVoices, load_voices, voices_of_script
from mujaz.publish.folder.layout import media_path
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.snapshot import Snapshot
from mujaz.publish.folder.tombstones import sentence_hashes
from mujaz.publish.folder.workspace import PRIVATE
from mujaz.publish.folder.write import add_episode, ask_for_books, rebuild
from mujaz.report import Report
from mujaz.settings.values import Config, timezone
from mujaz.storage.hashing import sha256_of

if TYPE_CHECKING:
    from mujaz.audio.mix.station_sounds import StationSounds
    from mujaz.speech.ahead import SpeechAhead

_log = logging.getLogger(__name__)
_CHANGE_NAMES = {
    ChangeKind.NEW: "changed or new",
    ChangeKind.GONE: "no longer said",
    ChangeKind.SAID: "said otherwise",
}


_NO_EXTRAS = Extras()


@dataclass(frozen=True, slots=True)
class _Assets:
    """Files besides the script that an episode is made from.

    Attributes:
        sounds: The station's sounds.
        image: The newsroom's own cover, if it has one.
        picture: The episode's own picture, if one is given.
    """

    sounds: StationSounds
    image: Path | None
    picture: Picture | None


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
    with (
        fault_log(Path(output) / PRIVATE),
        failure_told(config, report),
        spoken_ahead(config, voices, report) as ahead,
    ):
        require_parts(config)
        names = [str(source) for source in sources]
        on_sentence = ahead.add if ahead is not None else lambda sentence: None
        script = read_script(names, config, options, report, on_sentence=on_sentence)
        if script.voices or any(sentence.voice for sentence in script.sentences):
            voices = voices_of_script(script, config, limit_memory=options.limit_memory)
        return publish_script(
            script,
            Path(output),
            config,
            voices,
            report,
            options.replaces,
            extras=options.extras,
            ahead=ahead,
        )


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
    *,
    pulled: Sequence[PulledStory] = (),
    reason: str = "",
    extras: Extras = _NO_EXTRAS,
    ahead: SpeechAhead | None = None,
) -> Report:
    """Speak a script and publish it in a show folder, if it is not there already; run hooks.

    Args:
        script: The script.
        output: The show folder.
        config: See :mod:`mujaz.settings.values`.
        voices: Voices and engines.
        report: Filled in as the run goes on.
        replaces: Guid of the episode that it corrects.
        pulled: Stories that are now taken out of it.
        reason: Why it is corrected; stated with the correction.
        extras: What the episode gets besides its sound.
        ahead: Has perhaps spoken some of the sentences already.

    Returns:
        The report; its ``episode`` is the one that was made or was already there.

    Raises:
        MujazError: If nothing could be made; the show folder is then as it was.
    """
    require_encoders(config)
    picture = episode_picture(extras.image, report) if extras.image else None
    assets = _Assets(station_sounds(config), own_cover(config, report), picture)
    script = with_kept_sounds(script, output)
    # The text is read: what networks and tables held would come on top of the cover's pixels.
    if is_memory_limited():
        forget_dictionaries()
        give_back_freed_memory()
    with open_folder(output, config) as folder:
        report.warnings += show_warnings(config)
        sources = source_keys([story.source for story in script.stories], output)
        files = (assets.sounds.digest, _digest(assets.image))
        made_from = fingerprint(script, folder.show, voices, config, files)
        now = datetime.now(timezone(config))
        space = folder.show.guid
        snapshot = folder.snapshot
        if script.by_hand and not replaces:
            _refuse_pulled(script, sources, by_key(script.key, snapshot, space))
        decision = decide(
            script,
            snapshot,
            sources,
            made_from,
            now,
            replaces,
            space=space,
            pulled=pulled,
            picture=picture.digest if picture else "",
        )
        if reason and isinstance(decision, Make):
            decision = _with_reason(decision, reason, now)
        match decision:
            case Unchanged():
                _leave_unchanged(decision, folder, report, extras.books)
            case Refused():
                _refuse(decision, report)
            case Make():
                existing = snapshot.find(decision.guid)
                if not replaces:
                    require_no_loss(script, existing, voices.cast)
                decision = _with_extras(decision, existing, extras, picture)
                _note_changes(script, existing, report)
                _make(script, sources, decision, folder, assets, config, voices, report, ahead)
    if isinstance(decision, Make):
        # After the folder's lock is given back: a hook may publish the folder.
        run_hook("corrected" if existing else "published", config, report.as_dict(), report)
    return report


def _with_extras(
    decision: Make, existing: StoredEpisode | None, extras: Extras, picture: Picture | None
) -> Make:
    """Add the books and the picture that are asked for to those that the episode has."""
    had = existing.episode if existing else None
    books = {*(had.books if had else ()), *extras.books}
    kept = had.image if had else ""
    image = picture.name(decision.day) if picture else kept
    return replace(decision, books=tuple(sorted(books)), image=image)


def _with_reason(decision: Make, reason: str, now: datetime) -> Make:
    """Add to a correction why it is made."""
    correction = Correction(now.replace(microsecond=0), (reason,))
    return replace(decision, corrections=(*decision.corrections, correction))


def _make(
    script: Script,
    sources: Sequence[str],
    decision: Make,
    folder: OpenFolder,
    assets: _Assets,
    config: Config,
    voices: LoadedVoices,
    report: Report,
    ahead: SpeechAhead | None,
) -> None:
    from mujaz.artwork.cover import tag_cover

    root, workspace, show = folder.snapshot.root, folder.workspace, folder.show
    kept = media_path(root, decision.image) if decision.image else None
    with report.timed("publish"):
        if assets.picture:
            cover = assets.picture.data
        elif kept is not None and kept.is_file():
            cover = kept.read_bytes()
        else:
            decision = replace(decision, image="")
            cover = tag_cover(show.title, assets.image)
    name, made_from = decision.folder, decision.fingerprint
    keep_sounds(script, root, workspace)
    with live_spool(root, workspace, script, name, made_from, _log.info) as live:
        recording = record(script, workspace, config, voices, report, assets.sounds, live, ahead)
        now = _publication_time(script, folder.snapshot, config)
        with report.timed("publish"):
            episode = episode_of(script, sources, recording, decision, voices, report, now)
            write_tags(recording, episode, show, decision, cover)
            report.warnings += chapter_warnings(recording, episode)
            each_story = bool(script.key) and config.bulletin.stories == "also"
            wanted = wanted_excerpts(episode, show, each_story=each_story)
            episode = with_checksums(episode, recording.path)
            episode, excerpts = cut_excerpts(
                episode, script, recording.passages, recording.path, wanted, workspace
            )
            episode, planned = add_episode(
                folder.snapshot,
                show,
                episode,
                recording.path,
                workspace,
                opus=recording.opus,
                cover=folder.cover,
                excerpts=excerpts,
                pictures=assets.picture.files(decision.day) if assets.picture else {},
            )
            report.warnings += absent_warnings(planned)
        forget_sounds(lambda: {*folder.snapshot.sounds(), *sounds_of(episode)}, root)
        report.set_episode(episode, media_path(root, episode.media), show.base_url)


def _publication_time(script: Script, snapshot: Snapshot, config: Config) -> datetime:
    """Now, to the second, and later than every bulletin: a day's editions have an order."""
    now = datetime.now(timezone(config)).replace(microsecond=0)
    if not script.key:
        return now
    latest = snapshot.keyed_until(now)
    return now if latest is None else max(now, latest + timedelta(seconds=1))


def _note_changes(script: Script, existing: StoredEpisode | None, report: Report) -> None:
    """Report the sentences by which a correction differs from the published episode."""
    if existing is None:
        return
    for change in changes(existing.episode, script):
        report.changes.append({"kind": change.kind.value, "text": change.text})
        _log.info("%s: %s", _CHANGE_NAMES[change.kind], change.text)


def _leave_unchanged(
    decision: Unchanged, folder: OpenFolder, report: Report, books: Sequence[str]
) -> None:
    _log.info("unchanged: the episode is left as it is")
    with report.timed("publish"):
        noted = ask_for_books(folder.snapshot, decision.existing, books, folder.workspace)
        snapshot = restore_excerpts(noted, folder.workspace, decision.existing)
        planned = rebuild(snapshot, folder.show, folder.workspace, folder.cover, thorough=False)
        report.warnings += absent_warnings(planned)
    episode = decision.existing.episode
    media = media_path(folder.snapshot.root, episode.media)
    report.add_existing(episode, media, folder.show.base_url)


def _refuse_pulled(script: Script, sources: Sequence[str], found: Identity) -> None:
    """Refuse a script file that holds a story which was taken out of its bulletin.

    Raises:
        PublishError: If it does.
    """
    published = found.existing.episode if found.existing else None
    for index, story in enumerate(script.stories):
        guid = guid_of_address(story.url) if story.url else ""
        hashes = sentence_hashes(s.text for s in script.sentences if s.story == index)
        for pulled in published.pulled if published else ():
            same_file = pulled.source and pulled.source == sources[index]
            if (guid and guid == pulled.guid) or (same_file and hashes & pulled.sentences):
                day = pulled.at.date().isoformat()
                raise PublishError(
                    f"this story was retracted on {day}: {story.title}",
                    where=script.title,
                    hint="take it out of the script; if it is to return, add: --replaces "
                    f"{found.guid}",
                )


def _refuse(decision: Refused, report: Report) -> None:
    day = decision.retracted.date().isoformat()
    reason = f"this episode was retracted on {day} and is not made again"
    for story in report.stories:
        if story.status != "failed":
            story.error = reason
    guid = decision.guid
    raise PublishError(reason, where=guid, hint=f"if it is to return, add: --replaces {guid}")


def own_cover(config: Config, report: Report) -> Path | None:
    """Check the newsroom's own cover; None without one.

    Raises:
        ArtworkError: If the file cannot be used.
    """
    from mujaz.artwork.cover import check_image

    if not config.show.image or "://" in config.show.image:
        return None
    path = config.home / config.show.image
    remark = check_image(path)
    if remark:
        report.warnings.append(remark)
    return path


def _digest(image: Path | None) -> str:
    return sha256_of(image) if image else ""
