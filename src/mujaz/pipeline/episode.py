"""From sources to a published episode: the stages in order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeGuard

from mujaz import __version__
from mujaz.domain import Cue, Episode, Kind, Recording, Script, Show
from mujaz.errors import PublishError
from mujaz.live.spool_writer import live_spool
from mujaz.pipeline.chapters import chapters
from mujaz.pipeline.identity import Identity, fingerprint, identity, source_keys
from mujaz.pipeline.read import DISCLOSURE, read_script
from mujaz.pipeline.record import record, require_editions, station
from mujaz.pipeline.run import Options, Run, begin
from mujaz.pipeline.show_folder import WAITING, open_show
from mujaz.publish.folder import manifest
from mujaz.publish.folder.library import Edition, ShowFolder, folder_name
from mujaz.publish.folder.shelf import Shelved
from mujaz.report import Report
from mujaz.settings.values import Config, timezone

_SUMMARY_CHARS = 300


def make_episode(
    sources: Sequence[str],
    output: Path,
    config: Config,
    options: Options | None = None,
    *,
    report: Report | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Report:
    """Make one episode of one or more articles and publish it in a show folder.

    Args:
        sources: Files, or ``-`` for standard input.
        output: The show folder.
        config: See :mod:`mujaz.settings.values`.
        options: What overrides it.
        report: Filled in as the run goes; give one to read it after an error too.
        say: Told one human line at a time.

    Returns:
        The report; its ``episode`` is what was made or already there.

    Raises:
        MujazError: If nothing could be made; the show folder is then as it was.
    """
    report = report or Report()
    run = begin(config, options or Options(), report, say)
    return publish_script(read_script(sources, run), output, run)


def publish_script(script: Script, output: Path, run: Run) -> Report:
    """Speak a script and publish it in a show folder.

    Returns:
        The run's report; its ``episode`` is what was made or already there.

    Raises:
        MujazError: If nothing could be made; the show folder is then as it was.
    """
    from mujaz.artwork import tag_cover

    config, report, say = run.config, run.report, run.say
    require_editions(run)
    sounds = station(run)
    image = show_image(config, report)
    folder = ShowFolder(output)
    with folder.writing(lambda: say(WAITING)) as workspace, ExitStack() as stack:
        show = open_show(folder, config, workspace, report.warnings.append)
        who = identity(script, folder, run)
        existing = who.existing
        made_of = fingerprint(script, show, run, sounds.digest, _digest(image))
        if _stands(existing, made_of, folder):
            say("unchanged: the episode is left as it is")
            with report.timed("publish"):
                _tell_absent(folder.rebuild(show, workspace), report)
            report.add_existing(existing.episode, folder, show)
            return report
        _refuse_withdrawn(who, run)
        with report.timed("publish"):
            cover = tag_cover(show.title, image)
        name = existing.folder if existing else folder_name(_day(script, existing, run), who.guid)
        spool = stack.enter_context(live_spool(output, workspace, script, name, made_of, say))
        recording = record(script, workspace, run, sounds, spool)
        keys = source_keys([story.source for story in script.stories], output)
        episode = _episode(script, recording, who, made_of, run)
        stories = tuple(replace(s, source=k) for s, k in zip(script.stories, keys, strict=True))
        episode = replace(episode, stories=stories)
        with report.timed("publish"):
            _tag(recording, episode, show, folder, cover)
            _tell_chapters(recording, episode, report)
            episode = replace(episode, cues=_with_checksums(episode.cues, recording.path))
            episode, edition = folder.add(episode, recording.path, show, workspace, recording.opus)
            _tell_absent(edition, report)
        report.set_episode(episode, folder, show)
    return report


def _stands(existing: Shelved | None, made_of: str, folder: ShowFolder) -> TypeGuard[Shelved]:
    """Whether the episode is there already, whole and made of the same."""
    return (
        existing is not None
        and existing.episode.fingerprint == made_of
        # What could not be spoken is tried again; the rest comes from the clip cache.
        and not existing.episode.unspoken
        and folder.is_whole(existing.episode)
    )


def _refuse_withdrawn(who: Identity, run: Run) -> None:
    if who.withdrawn is None or run.options.replaces:
        return
    day = who.withdrawn.retracted.date().isoformat()
    reason = f"this episode was retracted on {day} and is not made again"
    for story in run.report.stories:
        if story.status != "failed":
            story.error = reason
    raise PublishError(reason, where=who.guid, hint=f"if it is to return: --replaces {who.guid}")


def _tell_absent(edition: Edition, report: Report) -> None:
    report.warnings += [
        f"{shelved.episode.title}: its audio file {shelved.episode.media} is not whole, "
        "so the feed leaves it out; make it again"
        for shelved in edition.absent
    ]


def _tell_chapters(recording: Recording, episode: Episode, report: Report) -> None:
    """Name the chapters that a tag has no room for; feed and pages have them all."""
    from mujaz.audio.codecs.tags import MOST_CHAPTERS, MOST_OPUS_CHAPTERS

    editions = [("MP3", MOST_CHAPTERS)]
    if recording.opus is not None:
        editions.append(("Opus file", MOST_OPUS_CHAPTERS))
    for file, most in editions:
        rest = sorted(episode.chapters, key=lambda chapter: chapter.start)[most:]
        if rest:
            report.warnings.append(
                f"{episode.title}: the {file}'s tag holds {most} chapters, so {len(rest)} are only "
                f"on the page and in the chapters file, the first of them {rest[0].title!r}; make "
                "two episodes of it if every player is to list them all"
            )


def plan_episode(
    sources: Sequence[str], config: Config, options: Options | None = None, *, report: Report
) -> Script:
    """The script that :func:`make_episode` would speak; nothing is spoken or written.

    Raises:
        MujazError: As :func:`make_episode`.
    """
    run = begin(config, options or Options(), report, lambda line: None)
    return read_script(sources, run, keep=False)


def _episode(
    script: Script, recording: Recording, who: Identity, made_of: str, run: Run
) -> Episode:
    now = datetime.now(timezone(run.config)).replace(microsecond=0)
    before = who.existing.episode if who.existing else None
    earlier = before or who.withdrawn
    body = [s.text for s in script.sentences if s.kind is Kind.BODY]
    said = script.disclosure or DISCLOSURE
    told = "؛ ".join(story.title for story in script.stories) if script.key else ""
    return Episode(
        guid=who.guid,
        title=script.title,
        summary=_shortened(told or " ".join(body[:2]) or script.title),
        day=_day(script, who.existing, run),
        published=earlier.published if earlier else now,
        updated=now if earlier else None,
        media="",
        duration_s=recording.duration_s,
        size=0,
        sha256="",
        fingerprint=made_of,
        voice=run.cast.body.title,
        disclosure=f"{said} ({run.cast.body.title}، {run.cast.body.engine})",
        stories=script.stories,
        chapters=chapters(script, recording.cues),
        cues=recording.cues,
        unspoken=tuple(run.unspoken),
        script_sha256=manifest.script_digest(script.sentences),
    )


def show_image(config: Config, report: Report) -> Path | None:
    """The newsroom's own cover, looked at before any work is done; None without one.

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


def _day(script: Script, existing: Shelved | None, run: Run) -> date:
    """The script's date, else that of the episode it corrects, else today's."""
    if script.day is not None:
        return script.day
    if existing is not None:
        return existing.episode.day
    return datetime.now(timezone(run.config)).date()


def _tag(
    recording: Recording, episode: Episode, show: Show, folder: ShowFolder, cover: bytes
) -> None:
    from mujaz.audio.codecs.tags import TagSet, write_opus_tags, write_tags

    older = [s for s in folder.shelf() if s.episode.guid != episode.guid]
    older = [s for s in older if s.episode.published <= episode.published]
    tags = TagSet(
        title=episode.title,
        artist=show.author,
        album=show.title,
        day=datetime.combine(episode.day, datetime.min.time()),
        language=show.language,
        track=len(older) + 1,
        comment=f"{episode.summary}\n{episode.disclosure}",
        lyrics="\n".join(cue.sentence.text for cue in episode.cues),
        guid=episode.guid,
        duration_s=episode.duration_s,
        chapters=episode.chapters,
        encoder=f"mujaz {__version__}",
        link=show.link,
        category=show.category,
        cover=cover,
    )
    write_tags(recording.path, tags)
    if recording.opus is not None:
        write_opus_tags(recording.opus, tags)


def _with_checksums(cues: Sequence[Cue], media: Path) -> tuple[Cue, ...]:
    from mujaz.audio.codecs.frames import stretch_checksums

    # Of the times as the manifest states them, so that whoever reads it can check.
    stretches = [(manifest.stated(cue.start), manifest.stated(cue.end)) for cue in cues]
    sums = stretch_checksums(media, stretches)
    return tuple(replace(cue, checksum=sum_) for cue, sum_ in zip(cues, sums, strict=True))


def _shortened(text: str) -> str:
    return text if len(text) <= _SUMMARY_CHARS else text[:_SUMMARY_CHARS].rsplit(" ", 1)[0] + "…"
