"""Drafts made of scripts, and scripts made of drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from mujaz.desk.editing.content import Content, Left, Line, Told
from mujaz.desk.values import CLOSING, OPENING
from mujaz.domain import Dropped, Kind, Script, Sentence, Story
from mujaz.text.script import headline_pieces


def content_of(script: Script, dropped: Mapping[int, Sequence[Dropped]] | None = None) -> Content:
    """Make the content of a draft.

    Args:
        script: The script.
        dropped: Lines that cleaning left out of each story, by index.
    """
    blocks = _blocks(script)
    lines: list[Line] = []
    for number, (sentence, block) in enumerate(zip(script.sentences, blocks, strict=True), 1):
        about = _about(sentence, block, script)
        section = script.stories[block - 1].section if about == block else ""
        lines.append(
            Line(
                number,
                sentence.text,
                sentence.spoken,
                sentence.kind,
                block,
                about,
                section if section and _stem(section) in sentence.text else "",
                sentence.paragraph,
                sentence.pause_ms,
                sentence.voice,
                words=sentence.word_map,
                sound=sentence.sound,
            )
        )
    last = len(lines)
    stories = []
    for index, story in enumerate(script.stories):
        left = []
        for one in (dropped or {}).get(index, ()):
            last += 1
            left.append(Left(last, one.line, one.reason))
        stories.append(_told(index + 1, story, left))
    return Content(
        script.title,
        tuple(stories),
        tuple(lines),
        script.day.isoformat() if script.day else "",
        script.key,
        script.disclosure,
        dict(script.voices),
        last,
    )


def script_of_content(content: Content) -> Script:
    """Make the script that a draft stands for; what was taken out is not in it."""
    kept = [story for story in content.stories if not story.gone]
    places = {story.number: place for place, story in enumerate(kept)}
    voices = {story.number: story.voice for story in kept}
    sentences = tuple(
        Sentence(
            line.text,
            line.spoken,
            line.kind,
            line.paragraph,
            -1 if _outside(line) else places.get(line.block, -1),
            line.pause_ms,
            line.words,
            line.voice or voices.get(line.block, ""),
            line.sound,
        )
        for line in said_lines(content)
    )
    stories = tuple(
        Story(
            story.title,
            story.url,
            story.source,
            story.author,
            date.fromisoformat(story.day) if story.day else None,
            story.section,
            story.publisher,
        )
        for story in kept
    )
    return Script(
        content.title,
        stories,
        sentences,
        content.date,
        content.key,
        content.disclosure,
        dict(content.voices),
        by_hand=True,
    )


def said_lines(content: Content) -> list[Line]:
    """Return the lines that will be read, without removed lines and those of dropped stories."""
    gone = {story.number for story in content.stories if story.gone}
    return [
        line
        for line in content.lines
        if not line.gone and line.block not in gone and line.about not in gone
    ]


def _outside(line: Line) -> bool:
    """Whether a line belongs to no story of the script: opening, closing, section lines."""
    return line.block in (OPENING, CLOSING) or line.about == line.block


def _blocks(script: Script) -> list[int]:
    """The block of each sentence: a line between two stories belongs to the one that follows."""
    told = [sentence.story for sentence in script.sentences]
    first = next((place for place, story in enumerate(told) if story >= 0), len(told))
    last = max((place for place, story in enumerate(told) if story >= 0), default=-1)
    named = {story.section for story in script.stories if story.section}
    # A section line directly before the first story moves with it; the opening does not.
    lead = first - 1 if first and len(named) > 1 and _opens_section(script, first - 1) else first
    out: list[int] = []
    for place, story in enumerate(told):
        if story >= 0:
            out.append(story + 1)
        elif place < lead:
            out.append(OPENING)
        elif place > last:
            out.append(CLOSING)
        else:
            out.append(next(s for s in told[place:] if s >= 0) + 1)
    return out


def _opens_section(script: Script, place: int) -> bool:
    sentence = script.sentences[place]
    section = script.stories[script.sentences[place + 1].story].section
    return sentence.kind is Kind.STATION and bool(section) and _stem(section) in sentence.text


def _stem(section: str) -> str:
    """The first word of a section's name; a line names it with article or preposition."""
    return section.split()[0] if section.split() else section


def _about(sentence: Sentence, block: int, script: Script) -> int:
    """The story that a teaser announces, or the block itself for a line that leads into it."""
    if sentence.kind is Kind.TEASER:
        for index, story in enumerate(script.stories):
            if sentence.text in headline_pieces(story.title) or any(
                one.text == sentence.text and one.kind is Kind.HEADLINE and one.story == index
                for one in script.sentences
            ):
                return index + 1
        return 0
    return block if sentence.story < 0 and block > OPENING else 0


def _told(number: int, story: Story, left: Sequence[Left]) -> Told:
    day = story.day.isoformat() if story.day else ""
    return Told(
        number,
        story.title,
        story.url,
        story.source,
        story.author,
        day,
        story.section,
        story.publisher,
        left=tuple(left),
    )
