"""Find headlines, stories and passages over music in a script, and make its chapters.

They are found by the kinds of sentences and their story indices. A bulletin begins with the
headlines of all its stories, which follow, each under its headline again; an episode of articles
has the stories only. A station line with a story's index belongs to that story.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from mujaz.domain import Chapter, Cue, Kind, Script, Sentence
from mujaz.pipeline.wording import words

_T = TypeVar("_T")

# Silence between a chapter's start and its first word, and after the last word before it.
_BEFORE_S = 0.3
_AFTER_LAST_S = 0.05
_LEAST_S = 0.001


def headlines(sentences: Sequence[Sentence]) -> range:
    """Indices of a bulletin's opening headlines, with the station lines between them.

    Empty in an episode that has no headlines apart from its stories' own.
    """
    told = (Kind.BODY, Kind.DATELINE)
    start = next((i for i, s in enumerate(sentences) if s.kind in told and s.story >= 0), 0)
    own = sentences[start].story if sentences else -1
    while (
        start and sentences[start - 1].kind is Kind.HEADLINE and sentences[start - 1].story == own
    ):
        start -= 1
    found = [i for i in range(start) if sentences[i].kind in (Kind.HEADLINE, Kind.TEASER)]
    return range(found[0], found[-1] + 1) if found else range(0)


def over_bed(sentences: Sequence[Sentence]) -> range:
    """Indices of the sentences over music: a bulletin's opening headlines, else the first one."""
    opening = headlines(sentences)
    if opening:
        return opening
    start = next((i for i, s in enumerate(sentences) if s.kind is Kind.HEADLINE), len(sentences))
    stop = start
    while stop < len(sentences) and sentences[stop].kind is Kind.HEADLINE:
        stop += 1
    return range(start, stop)


def numbered(
    sentences: Sequence[Sentence], heard: Iterable[tuple[Sentence, _T]]
) -> Iterator[tuple[int, _T]]:
    """Add to values their sentences' indices in a script.

    Args:
        sentences: Those of the script.
        heard: Some of them in the same order, each with a value.

    Yields:
        The index, or -1 for a sentence that is not in the script, and the value.
    """
    index = 0
    for sentence, value in heard:
        rest = range(index, len(sentences))
        found = next((i for i in rest if sentences[i] == sentence), -1)
        yield found, value
        index = found + 1 or index


def chapters(script: Script, cues: Sequence[Cue]) -> tuple[Chapter, ...]:
    """Make one chapter per story, and one each for opening and headlines before them.

    Each starts within the pause before its first sentence, at a whole second if there is one.
    """
    titles = words()
    opening = headlines(script.sentences)
    out: list[Chapter] = []
    seen: set[int] = set()
    end_before = 0.0
    for index, cue in numbered(script.sentences, ((cue.sentence, cue) for cue in cues)):
        start = _start(end_before, cue.start) if out else 0.0
        end_before = cue.end
        story = cue.sentence.story
        if index in opening:
            if not any(chapter.title == titles["chapter_headlines"] for chapter in out):
                out.append(Chapter(titles["chapter_headlines"], start))
        elif story >= 0 and story not in seen:
            seen.add(story)
            out.append(Chapter(script.stories[story].title, start, script.stories[story].url))
        elif not out:
            out.append(Chapter(titles["chapter_greeting" if opening else "chapter_opening"], 0.0))
    return tuple(out)


def _start(end_before: float, begin: float) -> float:
    """When a chapter starts, in seconds, between the end of one sentence and the next.

    Players that keep whole seconds only (AntennaPod, notes with ``HH:MM:SS``) round down: a start
    at a whole second in the pause cuts no word there either.
    """
    whole = math.floor(begin - _LEAST_S)
    if whole > end_before:
        return float(whole)
    return round(max(end_before + _AFTER_LAST_S, begin - _BEFORE_S), 3)
