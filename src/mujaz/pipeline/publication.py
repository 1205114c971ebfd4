"""Turn a finished recording into an episode: its data, its tags, its checksums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mujaz import __version__
from mujaz.domain import Cue, Episode, Kind, Recording, Script
from mujaz.pipeline.chapters import chapters
from mujaz.pipeline.decision import Make
from mujaz.pipeline.voices import LoadedVoices
from mujaz.pipeline.wording import words
from mujaz.publish.folder import manifest
from mujaz.publish.show import Show
from mujaz.report import Report

_SUMMARY_CHARS = 300


def episode_of(
    script: Script,
    sources: Sequence[str],
    recording: Recording,
    decision: Make,
    voices: LoadedVoices,
    report: Report,
    now: datetime,
) -> Episode:
    """Describe an episode; its media fields are filled in when it is published.

    Args:
        script: The script.
        sources: :func:`mujaz.pipeline.identity.source_keys` of its stories.
        recording: Its recording.
        decision: Guid, date and first publication.
        voices: Voices and engines.
        report: Its unspoken sentences are recorded.
        now: In the show's time zone.
    """
    first = decision.first_published
    voice = voices.cast.body
    texts = words()
    stories = tuple(replace(s, source=k) for s, k in zip(script.stories, sources, strict=True))
    disclosure = script.disclosure or texts["disclosure"]
    return Episode(
        guid=decision.guid,
        title=script.title,
        summary=_summary(script),
        day=decision.day,
        published=first or now,
        updated=now if first else None,
        media="",
        duration_s=recording.duration_s,
        size=0,
        sha256="",
        fingerprint=decision.fingerprint,
        voice=voice.title,
        disclosure=f"{disclosure} ({voice.title}{texts['between_names']}{voice.engine})",
        stories=stories,
        chapters=chapters(script, recording.cues),
        cues=recording.cues,
        unspoken=tuple(report.unspoken),
        script_sha256=manifest.script_digest(script.sentences),
    )


def write_tags(
    recording: Recording, episode: Episode, show: Show, track: int, cover: bytes
) -> None:
    """Tag the MP3, and the Opus file if there is one.

    Raises:
        AudioError: If the disk refuses.
    """
    from mujaz.audio.codecs import tags

    values = tags.TagSet(
        title=episode.title,
        artist=show.author,
        album=show.title,
        day=datetime.combine(episode.day, datetime.min.time()),
        language=show.language,
        track=track,
        comment=f"{episode.summary}\n{episode.disclosure}",
        lyrics="\n".join(cue.sentence.text for cue in episode.cues),
        guid=episode.guid,
        duration_s=episode.duration_s,
        chapters=episode.chapters,
        encoder=f"mujaz {__version__}",
        link=show.link,
        category=show.category,
        copyright=show.copyright,
        cover=cover,
    )
    tags.write_tags(recording.path, values)
    if recording.opus is not None:
        tags.write_opus_tags(recording.opus, values)


def chapter_warnings(recording: Recording, episode: Episode) -> list[str]:
    """Report chapters that do not fit into the tags; feed and pages have all of them."""
    from mujaz.audio.codecs.tags import MOST_CHAPTERS, MOST_OPUS_CHAPTERS

    files = [("MP3", MOST_CHAPTERS)]
    if recording.opus is not None:
        files.append(("Opus file", MOST_OPUS_CHAPTERS))
    warnings = []
    for file, most in files:
        rest = sorted(episode.chapters, key=lambda chapter: chapter.start)[most:]
        if rest:
            warnings.append(
                f"{episode.title}: the {file}'s tag holds {most} chapters, so {len(rest)} are only "
                f"on the page and in the chapters file, the first of them {rest[0].title!r}; make "
                "two episodes of it if every player is to list them all"
            )
    return warnings


def with_checksums(episode: Episode, media: Path) -> Episode:
    """Add to each cue the checksum of its MP3 frames."""
    from mujaz.audio.codecs.frames import stretch_checksums

    # Of the times as the manifest states them, so that a check of the manifest finds the same.
    stretches = [(manifest.stated(cue.start), manifest.stated(cue.end)) for cue in episode.cues]
    sums = stretch_checksums(media, stretches)
    cues: list[Cue] = [
        replace(cue, checksum=checksum) for cue, checksum in zip(episode.cues, sums, strict=True)
    ]
    return replace(episode, cues=tuple(cues))


def _summary(script: Script) -> str:
    """The titles of a bulletin's stories, or the first two sentences of an article's body."""
    titles = words()["between_titles"].join(story.title for story in script.stories)
    body = [s.text for s in script.sentences if s.kind is Kind.BODY]
    text = (titles if script.key else "") or " ".join(body[:2]) or script.title
    if len(text) <= _SUMMARY_CHARS:
        return text
    return text[:_SUMMARY_CHARS].rsplit(" ", 1)[0] + "…"
