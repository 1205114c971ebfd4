"""Lines that a bulletin's run tells an editor: hints, what was left out, each once and whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import told
from tests.conftest import Mujaz, today
from tests.newsroom.articles import invent
from tests.newsroom.folder import Newsroom
from tests.newsroom.server import NewsSite, serving

_BRIDGE = "افتتحت المدينة جسرا طوله مئة متر فوق النهر الكبير بحضور الأهالي وممثلي البلديات كلها."


@pytest.fixture
def site() -> Iterator[str]:
    with serving(NewsSite(invent(6, 60), faults=False)) as origin:
        yield origin


def _lines(newsroom: Newsroom, *more: object, status: int = 0, lang: str = "en") -> list[str]:
    command = ("bulletin", "--date", today(), "-o", newsroom.show, "--dry-run", *more)
    return told(newsroom.run(*command, status=status, MUJAZ_LANG=lang).stderr.decode())


@pytest.fixture
def newsroom(mujaz: Mujaz, tmp_path: Path, site: str) -> Newsroom:
    """Three feeds of a private address."""
    made = Newsroom(mujaz, tmp_path)
    made.configure()
    sources = "".join(
        f'[[bulletin.sources]]\nurl = "{site}/{name}"\n'
        for name in ("politics.rss", "economy.atom", "culture.rss")
    )
    path = tmp_path / "mujaz.toml"
    path.write_text(path.read_text("utf-8") + sources, encoding="utf-8")
    return made


def test_a_private_address_is_told_once_with_the_setting_that_allows_it(
    newsroom: Newsroom, site: str
) -> None:
    host = site.partition("://")[2]
    lines = _lines(newsroom, status=1)
    assert len([line for line in lines if "private address" in line]) == 1
    assert len([line for line in lines if f'allow_hosts = ["{host}"]' in line]) == 1
    arabic = _lines(newsroom, status=1, lang="ar")
    assert len([line for line in arabic if f'allow_hosts = ["{host}"]' in line]) == 1
    assert not [line for line in arabic if "private" in line or "reason" in line]
    report = json.loads(
        newsroom.run("bulletin", "-o", newsroom.show, "--dry-run", "--json", status=1).stdout
    )
    assert all("allow_hosts" in story["hint"] for story in report["stories"])


def test_the_hint_is_told_too_if_other_sources_can_be_read(newsroom: Newsroom) -> None:
    newsroom.story("local/a.txt", "افتتاح جسر جديد", _BRIDGE)
    path = newsroom.folder / "mujaz.toml"
    path.write_text(path.read_text("utf-8") + '[[bulletin.sources]]\npath = "local/"\n', "utf-8")
    assert [line for line in _lines(newsroom, status=3) if line.startswith("hint: if it is yours")]


def test_an_episode_of_several_articles_tells_the_hint_too(newsroom: Newsroom, site: str) -> None:
    story = newsroom.story("local/a.txt", "افتتاح جسر جديد", _BRIDGE)
    made = newsroom.run("make", story, f"{site}/article/0", "-o", newsroom.show, status=3)
    assert "hint: if it is yours, set [fetch] allow_hosts" in made.stderr.decode()


def test_a_story_that_another_source_has_too_is_told_whole(mujaz: Mujaz, tmp_path: Path) -> None:
    newsroom = Newsroom(mujaz, tmp_path)
    newsroom.configure(("local", "", ""), ("other", "", ""))
    for folder in ("local", "other"):
        newsroom.story(f"{folder}/a.txt", "افتتاح جسر جديد فوق النهر الكبير", _BRIDGE)
    newsroom.story("other/b.txt", "موجز", "كلمتان فقط.")
    (line,) = [line for line in _lines(newsroom) if "same story" in line]
    assert line.startswith("skipped 1: the same story as: افتتاح جسر جديد فوق النهر الكبير (")
    arabic = _lines(newsroom, lang="ar")
    assert [
        line
        for line in arabic
        if line.startswith("تُرك خبر واحد: هو الخبر نفسه: افتتاح جسر جديد فوق النهر الكبير (")
    ]
    assert "تُرك خبر واحد: فارغ: عنوان بلا نص" in arabic
    assert [line for line in _lines(newsroom) if line.endswith("minutes, 1 story")]
