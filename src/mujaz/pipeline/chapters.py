"""Where things begin in a script: its headlines, its stories, what lies over music.

Nothing is marked for it: kinds of sentences and story indices tell. A bulletin opens with the
headlines of its stories and tells the stories after that, each under its headline again; an
episode of articles has the stories only. A station line with a story's index belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from mujaz.domain import Chapter, Cue, Kind, Script, Sentence

_T = TypeVar("_T")

OPENING_TITLE = "تنويه"
GREETING_TITLE = "المقدمة"
HEADLINES_TITLE = "العناوين"
# Some players seek to whole seconds only: a start within the pause before it cuts no word.
_BEFORE_S = 0.3
_AFTER_LAST_S = 0.05


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
    """Indices of the sentences that music lies under.

    A bulletin's opening headlines, or else the headline that the episode begins with.
    """
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
    """What came of sentences, with the sentences' indices.

    Args:
        sentences: Of a script.
        heard: Some of them in the same order, each with what came of it.

    Yields:
        The index, or -1 for a sentence that is none of the script's, and what came of it.
    """
    index = 0
    for sentence, value in heard:
        rest = range(index, len(sentences))
        found = next((i for i in rest if sentences[i] == sentence), -1)
        yield found, value
        index = found + 1 or index


def chapters(script: Script, cues: Sequence[Cue]) -> tuple[Chapter, ...]:
    """One chapter a story, and one for what precedes: opening, headlines.

    Each starts inside the pause before it.
    """
    opening = headlines(script.sentences)
    out: list[Chapter] = []
    seen: set[int] = set()
    end_before = 0.0
    for index, cue in numbered(script.sentences, ((cue.sentence, cue) for cue in cues)):
        start = round(max(end_before + _AFTER_LAST_S, cue.start - _BEFORE_S), 3) if out else 0.0
        end_before = cue.end
        story = cue.sentence.story
        if index in opening:
            if not any(chapter.title == HEADLINES_TITLE for chapter in out):
                out.append(Chapter(HEADLINES_TITLE, start))
        elif story >= 0 and story not in seen:
            seen.add(story)
            out.append(Chapter(script.stories[story].title, start, script.stories[story].url))
        elif not out:
            out.append(Chapter(GREETING_TITLE if opening else OPENING_TITLE, 0.0))
    return tuple(out)
