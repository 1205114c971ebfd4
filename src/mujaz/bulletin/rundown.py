"""Build the rundown: greeting, headlines, each story with its credit, disclosure, sign-off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mujaz.bulletin.choice import ChosenStory
from mujaz.bulletin.lines import Lines
from mujaz.bulletin.similarity import repeats
from mujaz.bulletin.station_plan import CLOSING, plan_lines
from mujaz.domain import Kind, Script, Sentence, Story
from mujaz.pipeline.faults import StoryBoundary
from mujaz.settings.values import BulletinConfig
from mujaz.text.script import PAUSE_MS, Reading, story_sentences


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
    settings: BulletinConfig,
    corrections: Sequence[str] = (),
) -> Rundown:
    """Build a bulletin.

    Args:
        chosen: The stories in order.
        day: The bulletin's date.
        key: Key of the episode; see :class:`mujaz.domain.Script`.
        lines_for: Makes the station lines, given the headlines.
        reading: The configured way of reading text.
        settings: Whether headlines are read ahead of the stories and before each; how credits are
            given.
        corrections: Sentences that were corrected since the bulletin was first published.
    """
    good, failed = read_stories(chosen, reading)
    stories = [_story(story) for story, _ in good]
    lines = lines_for([story.title for story in stories])
    plan = plan_lines(
        stories,
        lines,
        settings,
        corrections=corrections,
        recordings=any(story.article.quotes for story, _ in good),
    )
    named = plan.named
    sentences = [*named["greeting"], *named["disclosure_brief"], *named["correction_line"]]
    sentences += named["headlines_line"]
    if plan.headlines_ahead:
        sentences += [teaser(one) for _, story in good for one in story if _is_headline(one)]
    sentences += named["details_line"]
    for (_, spoken), section, credit in zip(good, plan.sections, plan.credits, strict=True):
        sentences += section
        told = spoken if _headline_wanted(spoken, settings) else _without_headline(spoken)
        sentences += _credited(lines.announced(told), credit)
    for name in CLOSING:
        sentences += named[name]
    script = Script(plan.title, tuple(stories), tuple(sentences), day, key, lines.disclosure())
    return Rundown(script, tuple(story for story, _ in good), tuple(failed), tuple(plan.warnings))


def teaser(headline: Sentence) -> Sentence:
    """A headline as it is read before the stories."""
    return replace(headline, kind=Kind.TEASER, story=-1, pause_ms=PAUSE_MS[Kind.TEASER])


def _is_headline(sentence: Sentence) -> bool:
    return sentence.kind is Kind.HEADLINE


def _headline_wanted(spoken: Sequence[Sentence], settings: BulletinConfig) -> bool:
    """Whether the headline is read before a story: not if its first sentence says the same."""
    lead = next((one.text for one in spoken if one.kind is Kind.BODY), "")
    if not lead or settings.story_headlines == "always":
        return True
    headline = " ".join(one.text for one in spoken if _is_headline(one))
    return settings.story_headlines == "auto" and not repeats(headline, lead)


def _without_headline(spoken: Sequence[Sentence]) -> list[Sentence]:
    return [one for one in spoken if not _is_headline(one)]


def _credited(spoken: Sequence[Sentence], credit: Sequence[Sentence]) -> list[Sentence]:
    """A story with its credit behind it."""
    if not credit or not spoken:
        return [*spoken, *credit]
    last = replace(spoken[-1], pause_ms=PAUSE_MS[Kind.CREDIT])
    return [*spoken[:-1], last, *credit]


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
