"""Rules of the bulletin that need no source: history, hours of greeting, stems."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mujaz.arabic.marks import strip_marks
from mujaz.bulletin.dates import hijri
from mujaz.bulletin.history import bulletin_key, read_history
from mujaz.bulletin.lines import Lines, Occasion
from mujaz.bulletin.similarity import imprint
from mujaz.domain import Article
from mujaz.pipeline.identity import guid_of_address, guid_of_key, source_keys
from mujaz.publish.folder.retract import retract
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.workspace import write_locked
from mujaz.settings.values import Config
from mujaz.text.script import Reading
from tests.shows import episode, publish

_DAY = date(2026, 5, 10)


def _bulletin(number: int, day: date, edition: str = "") -> object:
    published = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    guid = guid_of_key(bulletin_key(day, edition))
    return episode(number, guid=guid, day=day, published=published)


def test_history_knows_the_bulletins_of_its_edition_and_retracted_episodes(tmp_path: Path) -> None:
    single = episode(9, guid=guid_of_address("https://news.example/9"))
    dropped = _bulletin(3, _DAY - timedelta(days=3))
    made = [
        _bulletin(0, _DAY),
        _bulletin(1, _DAY - timedelta(days=1)),
        _bulletin(2, _DAY - timedelta(days=30)),
        dropped,
        _bulletin(4, _DAY - timedelta(days=31)),
        _bulletin(5, _DAY, "evening"),
        single,
    ]
    show = publish(tmp_path, *made)  # type: ignore[arg-type]
    for guid in (single.guid, dropped.guid):  # type: ignore[attr-defined]
        with write_locked(tmp_path, lambda: None) as workspace:
            retract(guid, read_snapshot(tmp_path), show, workspace)
    history = read_history(tmp_path, _DAY, "")
    assert history.today is not None
    assert history.today.guid == guid_of_key("bulletin/2026-05-10")
    assert [one.day for one in history.earlier] == [_DAY - timedelta(days=n) for n in (1, 30)]
    assert history.last == history.earlier[0].published
    # A retracted bulletin says nothing about its stories, a retracted episode does.
    assert [stone.guid for stone in history.tombstones] == [single.guid]
    assert history.told("https://news.example/1", "") == "told in the bulletin of 2026-05-09"
    assert history.told("https://news.example/4", "") == ""
    assert history.withdrawn("https://news.example/9", "").startswith("retracted on 20")
    assert history.withdrawn("https://news.example/3", "") == ""
    evening = read_history(tmp_path, _DAY, "evening")
    assert evening.today is not None
    assert evening.earlier == ()


def test_a_file_is_told_only_if_it_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "gold.txt"
    key = source_keys([str(path)], tmp_path / "show")[0]
    made = _bulletin(1, _DAY - timedelta(days=1))
    story = replace(made.stories[0], url="", source=key)  # type: ignore[attr-defined]
    publish(tmp_path / "show", replace(made, stories=(story,)))  # type: ignore[type-var]
    history = read_history(tmp_path / "show", _DAY, "")
    texts = [c.sentence.text for c in history.earlier[0].cues if c.sentence.paragraph >= 0]
    same = Article(story.title, tuple(texts))
    other = Article("المنتخب يفوز في المباراة", ("فاز المنتخب على ضيفه بهدفين في الشوط الثاني",))
    assert history.told("", str(path), same) == "told in the bulletin of 2026-05-09"
    assert history.told("", str(path), other) == ""
    assert history.told("", str(tmp_path / "silver.txt"), same) == ""


@pytest.mark.parametrize(
    ("hour", "greeting"), [(3, "مساءُ"), (4, "صباحُ"), (11, "صباحُ"), (12, "مساءُ")]
)
def test_the_greeting_follows_the_hour(hour: int, greeting: str) -> None:
    occasion = Occasion(_DAY, datetime(2026, 5, 10, hour, tzinfo=UTC))
    lines = Lines(Config(), occasion, Reading(lambda line: line))
    assert lines.sentences("greeting")[0].text.startswith(f"{greeting} الخير")


def test_the_hijri_month_of_pilgrimage_stands_in_the_genitive() -> None:
    both = hijri(date(2026, 5, 20))
    assert both.written == "3 ذي الحجة 1447 للهجرة"
    assert strip_marks(both.spoken) == "الثالث من ذي الحجة ألف وأربعمئة وسبعة وأربعين للهجرة"
    assert both.spoken.endswith(" لِلْهِجْرَةِ")
    assert " ذِي " in both.spoken


def test_stems_lose_article_particles_and_endings() -> None:
    words = {"والوزير": "وزير", "للمدينة": "مدين", "وزارة": "زار", "وصل": "وصل", "إعلان": "اعل"}
    for word, stem in words.items():
        assert imprint("", [f"{word} {word} {word}"]).runs == {(stem, stem, stem)}, word
