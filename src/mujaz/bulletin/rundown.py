"""Build the rundown: greeting, headlines, each story with its credit, disclosure, sign-off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mujaz.bulletin.choice import ChosenStory
from mujaz.bulletin.lines import Lines
from mujaz.domain import Kind, Script, Sentence, Story
from mujaz.pipeline.faults import StoryBoundary
from mujaz.text.script import PAUSE_MS, STORY_PAUSE_MS, Reading, story_sentences


@dataclass(frozen=True, slots=True)
class Rundown:
    """The script of a bulletin, and the chosen stories that could not be prepared.

    Attributes:
        script: The script.
        stories: Its stories, in order.
        failed: The other chosen stories, with the reason.
        warnings: Credits that could not be made ready, with the reason.
    """

    script: Script
    stories: tuple[ChosenStory, ...]
    failed: tuple[tuple[ChosenStory, str], ...]
    warnings: tuple[str, ...] = ()


def read_stories(
    chosen: Sequence[ChosenStory], reading: Reading
) -> tuple[list[tuple[ChosenStory, list[Sentence]]], list[tuple[ChosenStory, str]]]:
    """Make the sentences of each story; a story that fails does not stop the others."""
    good: list[tuple[ChosenStory, list[Sentence]]] = []
    failed: list[tuple[ChosenStory, str]] = []
    for story in chosen:
        with StoryBoundary() as boundary:
            sentences = story_sentences(story.article, len(good), reading, dateline=False)
        if boundary.error is not None:
            failed.append((story, boundary.reason))
            continue
        good.append((story, sentences))
    return good, failed


def build_rundown(
    chosen: Sequence[ChosenStory],
    day: date,
    key: str,
    lines_for: Callable[[Sequence[str]], Lines],
    reading: Reading,
    *,
    headlines: bool = True,
) -> Rundown:
    """Build a bulletin.

    Args:
        chosen: The stories in order.
        day: The bulletin's date.
        key: Key of the episode; see :class:`mujaz.domain.Script`.
        lines_for: Makes the station lines, given the headlines.
        reading: The configured way of reading text.
        headlines: Whether the headlines are read ahead of the stories.
    """
    good, failed = read_stories(chosen, reading)
    lines = lines_for([story.article.title for story, _ in good])
    sentences = lines.sentences("greeting")
    if headlines and good:
        sentences += lines.sentences("headlines_line")
        sentences += [
            replace(one, kind=Kind.TEASER, story=-1, pause_ms=PAUSE_MS[Kind.TEASER])
            for _, story in good
            for one in story
            if one.kind is Kind.HEADLINE
        ]
        sentences += lines.sentences("details_line")
    section = ""
    warnings: list[str] = []
    for index, (story, spoken) in enumerate(good):
        if story.section and story.section != section:
            section = story.section
            sentences += lines.sentences("section_line", section=section)
        with StoryBoundary() as boundary:
            spoken = _with_credit(story, index, spoken, lines)
        if boundary.error is not None:
            title = story.article.title
            warnings.append(f"{title}: told without its credit: {boundary.reason}")
        sentences += spoken
    sentences += lines.sentences("disclosure")
    sentences += lines.sentences("sign_off")
    script = Script(
        lines.title(),
        tuple(_story(story) for story, _ in good),
        tuple(sentences),
        day,
        key,
        lines.disclosure(),
    )
    return Rundown(script, tuple(story for story, _ in good), tuple(failed), tuple(warnings))


def _with_credit(
    story: ChosenStory, index: int, spoken: list[Sentence], lines: Lines
) -> list[Sentence]:
    """Add the credit to a story, with the pause between stories at the end."""
    article = story.article
    credit = lines.sentences(
        "credit",
        Kind.CREDIT,
        index,
        publisher=article.publisher,
        author=article.author,
        title=article.title,
        section=story.section,
    )
    if not credit:
        return spoken
    body = [*spoken[:-1], replace(spoken[-1], pause_ms=PAUSE_MS[Kind.CREDIT])] if spoken else []
    return [*body, *credit[:-1], replace(credit[-1], pause_ms=STORY_PAUSE_MS)]


def _story(story: ChosenStory) -> Story:
    article = story.article
    return Story(
        article.title,
        article.url,
        article.source,
        article.author,
        article.day,
        story.section,
        article.publisher,
    )
