"""Station lines of a draft that fit its stories after one was moved, dropped or restored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mujaz.bulletin.replanning import Placed, replanned
from mujaz.bulletin.station_plan import StationPlan
from mujaz.desk.editing.content import Content, Line
from mujaz.desk.editing.edits import arranged
from mujaz.desk.editing.scripts import said_lines, script_of_content
from mujaz.desk.values import CLOSING, OPENING
from mujaz.domain import Kind
from mujaz.settings.values import Config
from mujaz.text.script import Reading


def with_planned_lines(
    before: Content, after: Content, config: Config, reading: Reading
) -> Content:
    """Plan the station lines of a draft anew; see :mod:`mujaz.bulletin.replanning`.

    Args:
        before: The draft before its stories changed.
        after: It with its stories as they are now.
        config: See :mod:`mujaz.settings.values`.
        reading: The configured way of reading text.
    """
    told_before, told = _told(before), _told(after)
    places = [told_before.index(n) if n in told_before else -1 for n in told]
    found = replanned(script_of_content(before), script_of_content(after), places, config, reading)
    if found.earlier is None:
        return after
    dropped = {number: told_before.index(number) for number in told_before if number not in told}
    after = _without_lines_of(after, dropped, found.earlier, config.pauses.story)
    said = said_lines(after)
    numbers = iter(range(after.last + 1, after.last + 1 + len(found.placed)))
    lines: list[Line] = []
    story = -1
    for one in found.placed:
        line = said[one.origin] if one.origin >= 0 else _empty_line(next(numbers))
        story = max(story, one.sentence.story, one.announces)
        block = OPENING if story < 0 else CLOSING if one.sentence.story < 0 else told[story]
        lines.append(_filled(line, one, after, told, block))
    last = max([after.last, *(line.number for line in lines)])
    together = tuple(_with_unsaid(lines, after.lines, {line.number for line in said}))
    return arranged(replace(after, title=found.title, lines=together, last=last))


def _told(content: Content) -> list[int]:
    """Numbers of the stories that are told, in order."""
    return [story.number for story in content.stories if not story.gone]


def _empty_line(number: int) -> Line:
    return Line(number, "", "", Kind.STATION, OPENING)


def _filled(line: Line, one: Placed, content: Content, told: Sequence[int], block: int) -> Line:
    """A line with the sentence that is planned for it."""
    sentence = one.sentence
    if one.announces >= 0:
        number = told[one.announces]
        story = content.story(number)
        line = replace(line, block=number, about=number, section=story.section if story else "")
    elif one.origin < 0:
        about = 0
        if sentence.kind is Kind.TEASER:
            about = _announced(sentence.text, content)
        line = replace(line, block=block, about=about)
    if (line.text, line.spoken, line.kind) == (sentence.text, sentence.spoken, sentence.kind):
        return replace(line, pause_ms=sentence.pause_ms)
    return replace(
        line,
        text=sentence.text,
        spoken=sentence.spoken,
        kind=sentence.kind,
        pause_ms=sentence.pause_ms,
        words=sentence.word_map,
        kept=False,
        differs="",
    )


def _announced(text: str, content: Content) -> int:
    """Number of the story whose title a headline is a part of; 0 if there is none."""
    return next((s.number for s in content.stories if not s.gone and text in s.title), 0)


def _without_lines_of(
    content: Content, dropped: Mapping[int, int], plan: StationPlan, pause_ms: int
) -> Content:
    """Remove the planned credits and section lines of dropped stories.

    They would be wrong when a story comes back.

    Args:
        content: The draft.
        dropped: Number of each dropped story, with its index among those told before.
        plan: The plan for the stories told before.
        pause_ms: Pause after a story.
    """
    sections = {one.text for planned in plan.sections for one in planned}
    lines = list(content.lines)
    for number, index in dropped.items():
        own = [line for line in lines if line.block == number and not line.gone]
        useless = [line for line in own if line.about == number and line.text in sections]
        credits = [line for line in own if line.kind is Kind.CREDIT]
        if [line.text for line in credits] == [one.text for one in plan.credits[index]]:
            useless += credits
            rest = [line for line in own if line not in useless]
            if credits and rest:
                lines[lines.index(rest[-1])] = replace(rest[-1], pause_ms=pause_ms)
        lines = [line for line in lines if line not in useless]
    return replace(content, lines=tuple(lines))


def _with_unsaid(said: Sequence[Line], every: Sequence[Line], read: set[int]) -> Iterator[Line]:
    """Lines that are read with those that are not, each of these behind the line before it."""
    kept = {line.number for line in said}
    behind: dict[int, list[Line]] = {}
    at = 0
    for line in every:
        if line.number in kept:
            at = line.number
        elif line.number not in read:
            behind.setdefault(at, []).append(line)
    yield from behind.get(0, ())
    for line in said:
        yield line
        yield from behind.get(line.number, ())
