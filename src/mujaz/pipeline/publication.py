"""Turn a finished recording into an episode: its data, its tags, its checksums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mujaz import __version__
from mujaz.domain import Cue, Episode, Kind, Recording, Script, Voice
from mujaz.pipeline.chapters import chapters
from mujaz.pipeline.decision import Make
from mujaz.pipeline.recordings import readers_of_recordings
from mujaz.pipeline.voices import LoadedVoices
from mujaz.pipeline.wording import disclosure_of, words
from mujaz.publish.folder import manifest
from mujaz.publish.rss.items import page_url
from mujaz.publish.show import Show
from mujaz.report import Report
from mujaz.settings.values import DEFAULT_BASE_URL

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
    disclosure = script.disclosure or disclosure_of(len(script.stories))
    heard = dict.fromkeys(cue.voice for cue in recording.cues)
    titles = {v.name: v.title for v in voices.cast.all() if v.name in heard}
    recorded = readers_of_recordings(recording.cues)
    readers = {name: recorded.get(name) or titles[name] for name in heard}
    names = texts["between_names"]
    engines = names.join(dict.fromkeys(v.engine for v in voices.cast.all() if v.name in heard))
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
        disclosure=f"{disclosure} ({_synthetic_and_not(titles, engines, recorded)})",
        voice_credits=voice_credits(voices.cast.all()),
        stories=stories,
        chapters=chapters(script, recording.cues),
        cues=recording.cues,
        unspoken=tuple(report.unspoken),
        script_sha256=manifest.script_digest(script.sentences),
        key=script.key,
        voices=readers,
        parts=script.voices,
        by_hand=script.by_hand,
        pulled=decision.pulled,
        corrections=decision.corrections,
        books=decision.books,
        image=decision.image,
    )


def _synthetic_and_not(titles: Mapping[str, str], engines: str, recorded: Mapping[str, str]) -> str:
    """Name the synthetic voices with their engines, and who is heard in recordings."""
    texts = words()
    names = texts["between_names"]
    said = names.join([*dict.fromkeys(titles.values()), *filter(None, [engines])])
    if not recorded:
        return said
    # What stands in front of the last bracket is the disclosure itself.
    people = names.join(dict.fromkeys(recorded.values())).replace(" (", " ")
    return "".join((said, texts["recorded_by"].format(names=people)))


def voice_credits(voices: Iterable[Voice]) -> tuple[str, ...]:
    """Lines that name makers and licence of voices that come from others, one for each maker.

    A voice with a ``url`` is somebody else's model; the embedded ones and a newsroom's own need no
    credit.
    """
    texts = words()
    names: dict[tuple[str, str], list[str]] = {}
    for voice in voices:
        if voice.url and voice.made_by:
            names.setdefault((voice.made_by, voice.licence), []).append(f"«{voice.title}»")
    out = []
    for (made_by, licence), titles in names.items():
        joined = texts["between_names"].join(dict.fromkeys(titles))
        line = texts["voice_credit"].format(names=joined, made_by=made_by)
        out.append(line + (texts["voice_licence"].format(licence=licence) if licence else ""))
    return tuple(out)


def write_tags(
    recording: Recording, episode: Episode, show: Show, decision: Make, cover: bytes
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
        track=decision.track,
        comment="\n".join((episode.summary, episode.disclosure, *episode.voice_credits)),
        lyrics="\n".join(cue.sentence.text for cue in episode.cues),
        guid=episode.guid,
        duration_s=episode.duration_s,
        chapters=episode.chapters,
        encoder=f"mujaz {__version__}",
        link=_page(show, decision.folder),
        category=show.category,
        copyright=show.copyright,
        cover=cover,
    )
    tags.write_tags(recording.path, values)
    if recording.opus is not None:
        tags.write_opus_tags(recording.opus, values)


def _page(show: Show, folder: str) -> str:
    """Address of an episode's page for its tag; the show's site if pages have no address."""
    return show.link if show.base_url == DEFAULT_BASE_URL else page_url(show, folder)


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
