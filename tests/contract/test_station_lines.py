"""Station lines fit the stories that are told, also after one was dropped, moved or withdrawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from mujaz.domain import Kind
from tests.conftest import Mujaz
from tests.newsroom.folder import Newsroom

_BRIDGE = ("افتتاح جسر جديد", "افتتحت المدينة جسرا طوله مئة متر فوق النهر.")
_OLIVES = ("بدء موسم الزيتون", "انطلق القطاف في الجبل بعد أول الأمطار.")
_BOOKS = ("معرض للكتاب في الميناء", "يستقبل الزوار ثلاثة أيام دور نشر من بلدان كثيرة.")
_MATCH = ("فوز الصقور في النهائي", "غلب الفريق خصمه بهدف في الدقيقة الأخيرة.")
_LOCAL = ("local", "محليات", "وكالة المثال")
_SPORT = ("sport", "رياضة", "وكالة الملاعب")


@pytest.fixture(scope="module")
def speech_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speech")


@pytest.fixture
def newsroom(mujaz: Mujaz, tmp_path: Path) -> Newsroom:
    """Two stories of one section and publisher, and one of another."""
    made = Newsroom(mujaz, tmp_path)
    made.configure(_LOCAL, _SPORT)
    made.story("local/a.txt", *_BRIDGE)
    made.story("local/b.txt", *_OLIVES)
    made.story("sport/c.txt", *_MATCH)
    return made


def _credits(newsroom: Newsroom) -> list[str]:
    return list(newsroom.said(Kind.CREDIT))


def test_a_withdrawn_story_of_a_pair_leaves_the_credit_of_one(newsroom: Newsroom) -> None:
    newsroom.bulletin()
    before = _credits(newsroom)
    assert before[0].startswith("هذان الخبرانِ")
    newsroom.run("show", "retract", "latest", newsroom.show, "--story", "2")
    assert _credits(newsroom) == ["نقلًا عن وكالة المثال.", before[1]]
    credit = next(c for c in newsroom.episode().cues if c.sentence.kind is Kind.CREDIT)
    assert credit.sentence.story == 0
    assert "الخبران" not in " ".join(newsroom.said())
    # The next run tells the same.
    assert newsroom.bulletin()["changes"] == []
    assert _credits(newsroom) == ["نقلًا عن وكالة المثال.", before[1]]


def test_the_last_section_is_not_announced_and_one_story_has_no_headlines_ahead(
    newsroom: Newsroom,
) -> None:
    newsroom.bulletin()
    said = " ".join(newsroom.said())
    assert "وفي الرياضة." in said
    newsroom.run("show", "retract", "latest", newsroom.show, "--story", "فوز الصقور")
    said = " ".join(newsroom.said())
    assert "الرياضة" not in said
    assert "المحليات" not in said
    assert len(newsroom.said(Kind.TEASER)) == 2
    newsroom.run("show", "retract", "latest", newsroom.show, "--story", "2")
    assert newsroom.said(Kind.TEASER) == []
    assert "العناوين" not in " ".join(newsroom.said())
    assert newsroom.bulletin()["changes"] == []


def test_a_bulletin_of_the_editor_is_planned_anew_where_the_editor_changed_nothing(
    newsroom: Newsroom,
) -> None:
    path = newsroom.draft()
    text = path.read_text("utf-8")
    own = text.replace("\nوفي الرياضة.\n", "\nومن الملاعب.\n").replace(
        "\nوالخبرُ عن وكالة الملاعب.\n", "\nكما نقلت وكالة الملاعب.\n"
    )
    assert own.count("الملاعب") == text.count("الملاعب") + 1
    path.write_text(own, "utf-8")
    newsroom.run("make", path, "-o", newsroom.show)
    newsroom.run("show", "retract", "latest", newsroom.show, "--story", "1")
    assert _credits(newsroom) == ["نقلًا عن وكالة المثال.", "كما نقلت وكالة الملاعب."]
    assert "ومن الملاعب." in newsroom.said(Kind.STATION)
    assert "وفي الرياضة." not in newsroom.said(Kind.STATION)
    newsroom.bulletin("--drop", "بدء موسم الزيتون")
    assert _credits(newsroom) == ["كما نقلت وكالة الملاعب."]


def test_each_story_is_credited_if_it_is_an_episode_of_its_own(newsroom: Newsroom) -> None:
    newsroom.configure(_LOCAL, _SPORT, more='stories = "also"')
    newsroom.bulletin()
    assert len(_credits(newsroom)) == 3
    assert not [line for line in _credits(newsroom) if "الخبران" in line]
    feed = (newsroom.show / "feed-stories.xml").read_text("utf-8")
    assert feed.count("<item>") == 3
