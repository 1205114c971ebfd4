"""Withdrawing says what to type, and lists show what was withdrawn."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.conftest import Mujaz, today
from tests.newsroom.folder import Newsroom

_LOCAL = ("local", "محليات", "وكالة المثال")


@pytest.fixture(scope="module")
def speech_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speech")


@pytest.fixture
def newsroom(mujaz: Mujaz, tmp_path: Path) -> Newsroom:
    made = Newsroom(mujaz, tmp_path)
    made.configure(_LOCAL)
    made.story("local/a.txt", "افتتاح جسر جديد", "افتتحت المدينة جسرا طوله مئة متر فوق النهر.")
    made.story("local/b.txt", "بدء موسم الزيتون", "انطلق القطاف في الجبل بعد أول الأمطار.")
    return made


def test_a_deleted_file_of_a_story_names_the_command_that_takes_it_out(newsroom: Newsroom) -> None:
    newsroom.bulletin()
    (newsroom.folder / "local" / "b.txt").unlink()
    report = newsroom.bulletin()
    (warning,) = report["warnings"]
    assert "mujaz show retract today --story 2" in warning
    told = newsroom.run("bulletin", "--date", today(), "-o", newsroom.show, MUJAZ_LANG="ar")
    assert "ولسحبه: `mujaz show retract today --story 2" in told.stderr.decode()
    # The command does what it says.
    newsroom.run(*shlex.split(warning.partition("mujaz ")[2]))
    assert "الزيتون" not in " ".join(newsroom.said())
    assert newsroom.bulletin()["warnings"] == []


def test_an_episode_that_is_not_the_newest_of_today_is_named_by_its_guid(
    newsroom: Newsroom,
) -> None:
    newsroom.configure(_LOCAL, more="[bulletin.editions.evening]\nrepeat = 'whole'")
    guid = newsroom.bulletin()["episode"]["guid"]
    newsroom.bulletin("--edition", "evening")
    (newsroom.folder / "local" / "b.txt").unlink()
    (warning,) = newsroom.bulletin()["warnings"]
    assert f"mujaz show retract {guid} --story 2" in warning


def test_a_list_shows_the_title_and_the_reason_of_a_withdrawn_episode(newsroom: Newsroom) -> None:
    title = newsroom.bulletin()["episode"]["title"]
    newsroom.run("show", "retract", "today", newsroom.show, "--reason", "خطأ في الأرقام")
    newsroom.run("make", newsroom.folder / "local" / "a.txt", "-o", newsroom.show)
    newsroom.run("show", "retract", "latest", newsroom.show)
    lines = newsroom.run("show", "list", newsroom.show).stdout.decode().splitlines()
    shown = sorted(line.split("\t")[4] for line in lines)
    assert shown == sorted([f"{title} (خطأ في الأرقام)", "افتتاح جسر جديد"])
    # What is served holds neither title nor text.
    for stone in newsroom.show.glob("episodes/*/retracted.json"):
        assert "افتتاح" not in stone.read_text("utf-8")
    listed = json.loads(newsroom.run("show", "list", newsroom.show, "--json").stdout)
    assert {(one["title"], one["reason"]) for one in listed} == {
        (title, "خطأ في الأرقام"),
        ("افتتاح جسر جديد", ""),
    }
    # Of an episode that an earlier version withdrew, the key is known or nothing.
    (newsroom.show / ".mujaz" / "withdrawn.json").unlink()
    again = newsroom.run("show", "list", newsroom.show).stdout.decode()
    assert f"bulletin/{today()}" in again
    assert "its title was not kept" in again


def test_the_disclosure_speaks_of_as_many_stories_as_are_told(newsroom: Newsroom) -> None:
    third = newsroom.story("local/c.txt", "معرض للكتاب", "يستقبل الزوار ثلاثة أيام دور نشر كثيرة.")
    files = [newsroom.folder / "local" / "a.txt", newsroom.folder / "local" / "b.txt", third]
    said = {}
    newsroom.run("make", *files, "-o", newsroom.show)
    for count in (3, 2, 1):
        said[count] = newsroom.said()[0]
        episode = newsroom.episode()
        assert episode.disclosure.startswith(said[count])
        if count > 1:
            newsroom.run("show", "retract", "latest", newsroom.show, "--story", "1")
    assert said == {
        3: "تُقرأ هذه الأخبارُ بصوتٍ اصطناعيّ.",
        2: "يُقرأ هذانِ الخبرانِ بصوتٍ اصطناعيّ.",
        1: "يُقرأ هذا الخبرُ بصوتٍ اصطناعيّ.",
    }
