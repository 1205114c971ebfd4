"""Views of drafts, made of what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mujaz.desk.editing.content import Content, Line
from mujaz.desk.editing.scripts import said_lines
from mujaz.desk.store.drafts import StoredDraft, minutes_of, state_of
from mujaz.desk.values import (
    CLOSING,
    OPENING,
    DoubtView,
    DraftView,
    DroppedLine,
    SentenceView,
    StoryView,
)
from mujaz.domain import PART_OF_KIND

_WORDS_A_SECOND = 2.5


def draft_view(
    stored: StoredDraft,
    doubts: Mapping[int, Sequence[DoubtView]],
    *,
    publishing: bool,
    target_minutes: float,
) -> DraftView:
    """Make the view of a draft.

    Args:
        stored: The draft.
        doubts: Doubtful words by number of the sentence, for those that were looked at.
        publishing: Whether a job publishes it now.
        target_minutes: Length that it should have; 0 if none is set.
    """
    content = stored.content
    said = said_lines(content)
    approved = stored.approved == stored.revision
    return DraftView(
        stored.id,
        content.title,
        stored.kind,
        content.day,
        stored.revision,
        state_of(stored.revision, stored.approved, stored.published, publishing),
        stored.approved_by if approved else "",
        stored.guid,
        stored.corrects,
        target_minutes,
        round(minutes_of(content), 1),
        _blocks(content, doubts),
        tuple(
            DroppedLine(one.number, story.number, one.line, one.reason)
            for story in content.stories
            for one in story.left
        ),
        sum(len(doubts.get(line.number, ())) for line in said),
        all(line.number in doubts for line in said),
        dict(content.voices),
        stored.created,
        stored.changed,
        stored.changed_by,
    )


def _blocks(content: Content, doubts: Mapping[int, Sequence[DoubtView]]) -> tuple[StoryView, ...]:
    """The opening, the stories in order, and the closing; empty fixed blocks are left out."""
    out = []
    opening = _views(content, OPENING, doubts)
    if opening:
        out.append(StoryView(OPENING, "", _minutes(opening), opening, fixed=True))
    for story in content.stories:
        lines = _views(content, story.number, doubts)
        out.append(
            StoryView(
                story.number,
                story.title,
                _minutes(lines),
                lines,
                story.gone,
                url=story.url,
                section=story.section,
                publisher=story.publisher,
            )
        )
    closing = _views(content, CLOSING, doubts)
    if closing:
        out.append(StoryView(CLOSING, "", _minutes(closing), closing, fixed=True))
    return tuple(out)


def _views(
    content: Content, block: int, doubts: Mapping[int, Sequence[DoubtView]]
) -> tuple[SentenceView, ...]:
    gone = {story.number for story in content.stories if story.gone}
    return tuple(
        SentenceView(
            line.number,
            line.text,
            line.spoken,
            line.kind.value,
            line.pause_ms,
            line.voice,
            line.kept,
            line.gone or (block == OPENING and line.about in gone),
            line.differs,
            tuple(doubts.get(line.number, ())),
            _reader(line, content),
            round(_seconds(line), 1),
        )
        for line in content.lines
        if line.block == block
    )


def _reader(line: Line, content: Content) -> str:
    story = content.story(line.block)
    own = line.voice or (story.voice if story else "")
    return own or content.voices.get(PART_OF_KIND.get(line.kind, "body"), "")


def _seconds(line: Line) -> float:
    return len(line.spoken.split()) / _WORDS_A_SECOND + line.pause_ms / 1000


def _minutes(lines: Sequence[SentenceView]) -> float:
    return round(sum(line.seconds for line in lines if not line.gone) / 60, 1)
