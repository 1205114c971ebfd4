"""Editions: their title, their time, no headline said twice, and what they do without news."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mujaz.domain import Kind
from tests.conftest import Mujaz, today
from tests.newsroom.folder import Newsroom

_LOCAL = ("local", "محليات", "وكالة المثال")
_EDITIONS = """
[bulletin.editions.flash]
label = "نشرة الظهيرة"
headlines = false
repeat = "whole"
time = "23:00"
[bulletin.editions.night]
repeat = "skip"
"""


@pytest.fixture(scope="module")
def speech_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speech")


@pytest.fixture
def newsroom(mujaz: Mujaz, tmp_path: Path) -> Newsroom:
    """Two stories: the first sentence of one repeats its headline."""
    made = Newsroom(mujaz, tmp_path)
    made.configure(_LOCAL, more=_EDITIONS)
    made.story("local/a.txt", "افتتاح جسر جديد في المدينة", "افتتح جسر جديد في المدينة اليوم.")
    made.story("local/b.txt", "أسعار الخبز إلى انخفاض", "أعلنت الوزارة قرارها بعد اجتماع طويل.")
    return made


def test_a_flash_without_headlines_says_none_twice(newsroom: Newsroom) -> None:
    newsroom.bulletin("--edition", "flash")
    assert newsroom.said(Kind.TEASER) == []
    assert newsroom.said(Kind.HEADLINE) == ["أسعار الخبز إلى انخفاض"]
    # «جسر جديد» and «جسرا جديدا» are the same words.
    newsroom.story(
        "local/a.txt", "افتتاح جسر جديد في المدينة", "افتتحت المدينة جسرا جديدا فوق النهر."
    )
    newsroom.bulletin("--edition", "flash")
    assert newsroom.said(Kind.HEADLINE) == ["أسعار الخبز إلى انخفاض"]
    (newsroom.folder / "local" / "b.txt").unlink()
    newsroom.bulletin("-o", newsroom.folder / "show")
    newsroom.configure(_LOCAL, more='story_headlines = "always"' + _EDITIONS)
    newsroom.bulletin()
    assert "افتتاح جسر جديد في المدينة" in newsroom.said(Kind.HEADLINE)


def test_a_bulletin_of_one_story_says_its_headline_once(newsroom: Newsroom) -> None:
    (newsroom.folder / "local" / "b.txt").unlink()
    newsroom.bulletin()
    assert newsroom.said(Kind.TEASER, Kind.HEADLINE) == []


def test_an_edition_that_is_called_a_bulletin_is_not_called_so_twice(newsroom: Newsroom) -> None:
    title = newsroom.bulletin("--edition", "flash")["episode"]["title"]
    assert title.startswith("نشرة الظهيرة – ")
    assert title.count("نشرة") == 1
    assert newsroom.bulletin()["episode"]["title"].count("نشرة") == 1


def test_an_edition_keeps_its_greeting_whenever_it_is_made(newsroom: Newsroom) -> None:
    first = newsroom.bulletin("--edition", "flash")["episode"]
    assert newsroom.said()[0] == "مساءُ الخير."
    assert newsroom.bulletin("--edition", "flash")["episode"] == first


def test_an_edition_with_nothing_new_ends_well_and_says_so(newsroom: Newsroom) -> None:
    newsroom.bulletin()
    command = ("bulletin", "--date", today(), "--edition", "night", "-o", newsroom.show)
    for more in ((), ("--dry-run",), ("--draft", newsroom.folder / "x.script")):
        result = newsroom.run(*command, *more)
        assert result.stdout == b""
        assert f"nothing new to tell on {today()}" in result.stderr.decode()
    health = json.loads((newsroom.show / ".mujaz" / "health.json").read_text("utf-8"))
    assert health["status"] == "ok"
    # A story that cannot be read is a fault still.
    (newsroom.folder / "local" / "broken.txt").write_bytes(b"\x00\x01\x02\x03" * 50)
    newsroom.run(*command, status=1)
    (newsroom.folder / "local" / "broken.txt").unlink()
    newsroom.story("local/c.txt", "وصول أول قطار إلى الوادي", "وصل القطار ظهر اليوم.")
    assert len(newsroom.bulletin("--edition", "night")["stories"]) == 3
