"""Excerpts of an episode, as episodes of their own: a section or a story of a bulletin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from mujaz.domain import MP3_FRAME_S, Chapter, Cue, Episode, Excerpt
from mujaz.publish.folder import manifest
from mujaz.publish.folder.manifest import StoredEpisode


def excerpt_of(stored: StoredEpisode, excerpt: Excerpt) -> StoredEpisode:
    """Return an excerpt as an episode; its page is that of the whole episode.

    Times are moved by whole frames, so that the checksums of the sentences stay valid.
    """
    return StoredEpisode(excerpt_episode(stored.episode, excerpt), stored.folder)


def excerpt_episode(episode: Episode, excerpt: Excerpt) -> Episode:
    """See :func:`excerpt_of`."""
    places = {index: place for place, index in enumerate(excerpt.stories)}
    stories = tuple(episode.stories[index] for index in excerpt.stories)
    cues = tuple(_moved(cue, excerpt, places) for cue in episode.cues if _inside(cue, excerpt))
    titles = "؛ ".join(story.title for story in stories)
    first = min(excerpt.stories, default=0)
    heard = {cue.voice for cue in cues}
    return replace(
        episode,
        guid=excerpt.guid,
        title=f"{episode.title}: {excerpt.section}" if excerpt.section else titles,
        summary=titles if excerpt.section else _beginning(cues) or titles,
        # The first story is the newest, so that apps list them in the order of the bulletin.
        published=episode.published - timedelta(seconds=0 if excerpt.section else first),
        media=excerpt.media,
        duration_s=excerpt.duration_s,
        size=excerpt.size,
        sha256=excerpt.sha256,
        stories=stories,
        chapters=_chapters(cues, episode, excerpt),
        cues=cues,
        unspoken=(),
        script_sha256=manifest.script_digest(cue.sentence for cue in cues),
        opus=None,
        key="",
        voices=MappingProxyType({n: t for n, t in episode.voices.items() if n in heard}),
        replaced=(),
        pulled=(),
        excerpts=(),
    )


def stems(episode: Episode) -> set[str]:
    """Names of an episode's media without suffix, excerpts and picture included."""
    names = (episode.media, *(excerpt.media for excerpt in episode.excerpts))
    pictures = {episode.image.removesuffix(".jpg")} if episode.image else set()
    return {name.removesuffix(".mp3") for name in names} | pictures


def _inside(cue: Cue, excerpt: Excerpt) -> bool:
    return any(first * MP3_FRAME_S <= cue.start < end * MP3_FRAME_S for first, end in excerpt.spans)


def _moved(cue: Cue, excerpt: Excerpt, places: dict[int, int]) -> Cue:
    before = 0
    for first, end in excerpt.spans:
        if first * MP3_FRAME_S <= cue.start < end * MP3_FRAME_S:
            shift = (first - before) * MP3_FRAME_S
            break
        before += end - first
    words = tuple((index, round(at - shift, 3)) for index, at in cue.words)
    sentence = replace(cue.sentence, story=places.get(cue.sentence.story, -1))
    return replace(
        cue, sentence=sentence, start=cue.start - shift, end=cue.end - shift, words=words
    )


def _chapters(cues: Iterable[Cue], episode: Episode, excerpt: Excerpt) -> tuple[Chapter, ...]:
    """One chapter for each story, the first at the beginning."""
    out: dict[int, Chapter] = {}
    for cue in cues:
        place = cue.sentence.story
        if place >= 0 and place not in out:
            story = episode.stories[excerpt.stories[place]]
            start = manifest.stated(max(cue.start - 0.3, 0.0)) if out else 0.0
            out[place] = Chapter(story.title, start, story.url)
    return tuple(out.values())


def _beginning(cues: Iterable[Cue]) -> str:
    bodies = [cue.sentence.text for cue in cues if cue.sentence.kind.value == "body"]
    return bodies[0] if bodies else ""
