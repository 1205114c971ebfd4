"""The page of an only story: its title and date, which are said again, stand back in the text."""

from __future__ import annotations

from dataclasses import replace

from lxml import html

from mujaz.domain import Cue, Episode, Kind, Story
from mujaz.publish.folder.state import ShowState
from mujaz.publish.html.pages import episode_page
from mujaz.publish.show import published_show
from tests.shows import CONFIG, cues, episode


def _dated(sentences: list[str], story: int, start: float) -> tuple[Cue, ...]:
    """A headline, a dateline and body sentences."""
    heading, date, *rest = cues(sentences, story, start)
    dateline = replace(date, sentence=replace(date.sentence, kind=Kind.DATELINE))
    return (heading, dateline, *rest)


def _stood_back(made: Episode) -> list[str]:
    page = html.fromstring(episode_page(published_show(CONFIG, ShowState()), made))
    found = page.xpath("//article//*[@class='station']")
    return [" ".join(one.text_content().split()) for one in found]


_TEXT = ["افتتاح جسر", "الأحد 15 تشرين الثاني 2026", "افتتحت البلدية الجسر.", "وحضر الناس."]


def test_title_and_date_of_an_only_story_stand_back() -> None:
    made = episode(1, title=_TEXT[0], stories=(Story(_TEXT[0]),), cues=_dated(_TEXT, 0, 0.0))
    assert _stood_back(made) == _TEXT[:2]
    page = html.fromstring(episode_page(published_show(CONFIG, ShowState()), made))
    said = [" ".join(one.text_content().split()) for one in page.xpath("//span[@data-t]")]
    assert said == _TEXT, "everything that is said stands in the text, once"


def test_a_text_without_a_date_keeps_its_first_paragraph() -> None:
    made = episode(1, title=_TEXT[0], stories=(Story(_TEXT[0]),), cues=cues(_TEXT))
    assert _stood_back(made) == _TEXT[:1]


def test_in_a_bulletin_headings_and_dates_do_not_stand_back() -> None:
    told = (*_dated(_TEXT, 0, 0.0), *_dated(_TEXT, 1, 20.0))
    made = episode(1, stories=(Story("أول"), Story("ثان")), cues=told)
    assert _stood_back(made) == []
