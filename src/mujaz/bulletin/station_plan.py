"""Plan the station lines of a bulletin: which lines stand where, for stories in a given order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mujaz.bulletin.lines import Lines
from mujaz.bulletin.section_names import definite
from mujaz.domain import Kind, Sentence, Story
from mujaz.pipeline.faults import StoryBoundary
from mujaz.settings.values import BulletinConfig
from mujaz.text.script import STORY_PAUSE_MS

# Keys of the lines before and after the stories, in the order they are read.
OPENING = ("greeting", "disclosure_brief", "correction_line", "headlines_line", "details_line")
CLOSING = ("disclosure", "disclosure_recordings", "sign_off")


@dataclass(frozen=True, slots=True)
class StationPlan:
    """The station lines of a bulletin.

    Attributes:
        title: The bulletin's title.
        headlines_ahead: Whether the headlines are read before the stories.
        named: The lines of each key of ``OPENING`` and ``CLOSING``; none if the line is left out.
        sections: For each story, the lines that announce its section before it.
        credits: For each story, the lines that name its source after it.
        warnings: Credits that could not be made ready, with the reason.
    """

    title: str
    headlines_ahead: bool
    named: Mapping[str, Sequence[Sentence]]
    sections: Sequence[Sequence[Sentence]]
    credits: Sequence[Sequence[Sentence]]
    warnings: Sequence[str] = ()


def plan_lines(
    stories: Sequence[Story],
    lines: Lines,
    settings: BulletinConfig,
    *,
    corrections: Sequence[str] = (),
    recordings: bool = False,
) -> StationPlan:
    """Plan the station lines.

    Args:
        stories: The stories in order.
        lines: The station lines, which know the titles of the stories.
        settings: Whether headlines are read ahead; how credits are given.
        corrections: Sentences that were corrected since the bulletin was first published.
        recordings: Whether a recording is played in a story.
    """
    ahead = settings.headlines and len(stories) > 1
    wanted = {
        "correction_line": False,
        "headlines_line": ahead,
        "details_line": ahead,
        "disclosure_recordings": recordings,
    }
    named = {
        key: lines.sentences(key) if wanted.get(key, True) else [] for key in (*OPENING, *CLOSING)
    }
    if corrections:
        named["correction_line"] = lines.sentences(
            "correction_line", sentences=" ".join(corrections), corrections=list(corrections)
        )
    credits, warnings = _credits(stories, lines, settings)
    return StationPlan(
        lines.title(), ahead, named, _sections(stories, lines), credits, tuple(warnings)
    )


def _sections(stories: Sequence[Story], lines: Lines) -> list[list[Sentence]]:
    """The lines that announce a section, before each story whose section is another than before."""
    count = len({story.section for story in stories if story.section})
    out: list[list[Sentence]] = []
    section, turn = "", 0
    for story in stories:
        if not story.section or story.section == section:
            out.append([])
            continue
        section = story.section
        out.append(
            lines.sentences(
                "section_line",
                section=section,
                the_section=definite(section),
                sections=count,
                turn=turn,
            )
        )
        turn += 1
    return out


def _credits(
    stories: Sequence[Story], lines: Lines, settings: BulletinConfig
) -> tuple[list[list[Sentence]], list[str]]:
    """The credit of each story, and warnings about those that failed.

    If stories are episodes of their own too, each has its credit: nobody hears the one behind the
    next story.
    """
    out: list[list[Sentence]] = []
    warnings: list[str] = []
    each = settings.credits == "each" or settings.stories == "also"
    run = turn = 0
    for index, story in enumerate(stories):
        run += 1
        following = stories[index + 1] if index + 1 < len(stories) else None
        credit: list[Sentence] = []
        if each or following is None or not _one_run(story, following):
            with StoryBoundary() as boundary:
                credit = _credit(story, index, lines, run=run, turn=turn)
                turn += bool(credit)
            if boundary.error is not None:
                warnings.append(f"{story.title}: told without its credit: {boundary.reason}")
            run = 0
        out.append(credit)
    return out, warnings


def _one_run(story: Story, following: Story) -> bool:
    """Whether two stories that follow each other have one credit."""
    return bool(story.publisher) and (story.publisher, story.section) == (
        following.publisher,
        following.section,
    )


def _credit(story: Story, index: int, lines: Lines, *, run: int, turn: int) -> list[Sentence]:
    """The credit of a story, with the pause between stories at its end.

    Args:
        story: The story.
        index: Its index in the bulletin.
        lines: The station lines.
        run: How many stories the credit is for.
        turn: Number of the credit in the bulletin, from 0.
    """
    credit = lines.sentences(
        "credit",
        Kind.CREDIT,
        index,
        publisher=story.publisher,
        author=story.author,
        title=story.title,
        section=story.section,
        run=run,
        turn=turn,
    )
    if not credit:
        return []
    return [*credit[:-1], replace(credit[-1], pause_ms=STORY_PAUSE_MS)]
