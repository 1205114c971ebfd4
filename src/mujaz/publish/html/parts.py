"""Divide the cues of an episode into the parts of its page: stories, headlines, station lines.

Every cue is in exactly one part, in the order of the audio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from mujaz.domain import Cue, Kind, Story


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive cues that belong together.

    Attributes:
        kind: ``station``, ``headlines`` or ``story``.
        number: Number of the story, from 1; 0 for other parts.
        heading: Cues of the story's headline; empty if its title is not read out.
        paragraphs: The other cues, by paragraph.
        start: Start of the part in seconds.
    """

    kind: str
    number: int
    title: str
    url: str
    author: str
    heading: tuple[Cue, ...]
    paragraphs: tuple[tuple[Cue, ...], ...]
    start: float


def parts_of(stories: Sequence[Story], cues: Sequence[Cue]) -> tuple[Part, ...]:
    """Divide the cues of an episode into parts."""
    told = {cue.sentence.story for cue in cues if cue.sentence.kind is Kind.BODY}
    out: list[Part] = []
    for index, group in groupby(cues, key=lambda cue: _place(cue, told)):
        run = tuple(group)
        if index < 0 or index >= len(stories):
            kind = "headlines" if index == _HEADLINES else "station"
            out.append(Part(kind, 0, "", "", "", (), tuple((cue,) for cue in run), run[0].start))
        else:
            out.append(_story(stories[index], index, run))
    return _headlines_apart(tuple(out))


_STATION, _HEADLINES = -1, -2


def _place(cue: Cue, told: set[int]) -> int:
    """Index of a cue's story, or ``_HEADLINES`` or ``_STATION`` for cues without a story."""
    sentence = cue.sentence
    if sentence.story >= 0:
        return sentence.story
    return _HEADLINES if sentence.kind is Kind.HEADLINE and told else _STATION


def _story(story: Story, index: int, run: tuple[Cue, ...]) -> Part:
    heading = tuple(cue for cue in run if cue.sentence.kind is Kind.HEADLINE)
    rest = [cue for cue in run if cue.sentence.kind is not Kind.HEADLINE]
    paragraphs = tuple(
        tuple(group)
        for _, group in groupby(rest, key=lambda c: (c.sentence.kind, c.sentence.paragraph))
    )
    url = story.url if story.url.startswith(("http://", "https://")) else ""
    return Part(
        "story", index + 1, story.title, url, story.author, heading, paragraphs, run[0].start
    )


def _headlines_apart(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Make one list of a bulletin's opening headlines, whose stories follow later."""
    told_later: set[int] = set()
    out: list[Part] = []
    for part in reversed(parts):
        only_heading = part.kind == "story" and not part.paragraphs
        if only_heading and part.number in told_later:
            lines = tuple((cue,) for cue in part.heading)
            part = Part("headlines", 0, "", "", "", (), lines, part.start)
        if part.kind == "story":
            told_later.add(part.number)
        if out and part.kind == out[-1].kind == "headlines":
            last = out.pop()
            part = Part(
                "headlines", 0, "", "", "", (), part.paragraphs + last.paragraphs, part.start
            )
        out.append(part)
    return tuple(reversed(out))
