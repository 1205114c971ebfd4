"""The archive holds every episode by month and section, and changes with its month only."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import html

from mujaz.domain import Episode, Story
from mujaz.publish.folder.retract import retract
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.workspace import write_locked
from mujaz.publish.folder.write import rebuild
from mujaz.publish.html.rendering import read_static
from mujaz.publish.html.search_words import folding, prefixes, suffixes
from mujaz.publish.html.wording import month_in_words
from tests.shows import CONFIG, cues, episode, publish

_CONFIG = replace(CONFIG, sections={"politics": "سياسة"})


def _told(number: int, day: date, *sections: str) -> Episode:
    stories = tuple(Story(f"خبر {number}-{i}", section=name) for i, name in enumerate(sections))
    spoken = [
        cue
        for i in range(len(stories))
        for cue in cues([f"خبر {number}-{i}", f"نص الخبر {i}."], i, 8.0 * i)
    ]
    moment = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    return episode(number, day=day, published=moment, stories=stories, cues=tuple(spoken))


def _links(page: Path) -> list[str]:
    return [
        str(link)
        for link in html.fromstring(page.read_bytes()).xpath("//main//a/@href")
        if "index.html" not in link or "episodes/" in link
    ]


def test_every_episode_stands_in_its_month_and_its_sections(tmp_path: Path) -> None:
    october = _told(0, date(2026, 10, 31), "سياسة", "")
    november = _told(1, date(2026, 11, 1), "رياضة", "سياسة")
    publish(tmp_path, october, november, config=_CONFIG)
    archive = tmp_path / "archive"
    index = _links(archive / "index.html")
    assert index[:2] == ["2026-11.html", "2026-10.html"]
    assert sorted(index[2:]) == sorted(
        path.name for path in archive.glob("*-*-*.html") if path.name != "index.html"
    )
    assert {"politics-2026-10.html", "politics-2026-11.html"} < set(index)
    folders = {s.episode.guid: s.folder for s in read_snapshot(tmp_path).episodes}
    page = f"../episodes/{folders[november.guid]}/index.html"
    assert _links(archive / "2026-11.html") == [page, f"{page}#story-1", f"{page}#story-2"]
    assert _links(archive / "politics-2026-11.html") == [page, f"{page}#story-2"]
    found = json.loads((archive / "2026-11.json").read_text("utf-8"))["episodes"]
    assert [one["folder"] for one in found] == [folders[november.guid]]
    assert [story["sentences"] for story in found[0]["stories"]] == [
        [[0.0, "خبر 1-0"], [4.0, "نص الخبر 0."]],
        [[8.0, "خبر 1-1"], [12.0, "نص الخبر 1."]],
    ]


def test_a_new_episode_changes_the_files_of_its_month_only(tmp_path: Path) -> None:
    publish(tmp_path, _told(0, date(2026, 10, 31), "سياسة"), config=_CONFIG)
    publish(tmp_path, _told(1, date(2026, 11, 1), "سياسة"), config=_CONFIG)
    archive = tmp_path / "archive"
    before = {path.name: path.stat().st_mtime_ns for path in archive.iterdir()}
    publish(tmp_path, _told(2, date(2026, 11, 2), "رياضة"), config=_CONFIG)
    changed = {p.name for p in archive.iterdir() if p.stat().st_mtime_ns != before.get(p.name)}
    assert {name for name in changed if "2026-10" in name} == set()
    assert {"2026-11.html", "2026-11.json"} <= changed


def test_months_and_sections_without_episodes_go(tmp_path: Path) -> None:
    gone = _told(0, date(2026, 10, 31), "سياسة")
    show = publish(tmp_path, gone, _told(1, date(2026, 11, 1), "رياضة"), config=_CONFIG)
    assert (tmp_path / "archive" / "politics-2026-10.html").is_file()
    with write_locked(tmp_path, lambda: None) as workspace:
        retract(gone.guid, read_snapshot(tmp_path), show, workspace)
    assert not list((tmp_path / "archive").glob("*2026-10*"))
    assert "2026-10" not in (tmp_path / "archive" / "index.html").read_text("utf-8")
    assert not list((tmp_path / "embed").glob("2026-10-31-*"))


def test_lost_and_damaged_files_are_made_again(tmp_path: Path) -> None:
    show = publish(tmp_path, _told(0, date(2026, 10, 31), "سياسة"), config=_CONFIG)
    files = {p: p.read_bytes() for p in (tmp_path / "archive").iterdir()}
    (tmp_path / "archive" / "2026-10.json").write_text("{", encoding="utf-8")
    (tmp_path / "archive" / "politics-2026-10.html").unlink()
    with write_locked(tmp_path, lambda: None) as workspace:
        rebuild(read_snapshot(tmp_path), show, workspace)
    assert {p: p.read_bytes() for p in (tmp_path / "archive").iterdir()} == files


def test_the_search_folds_what_the_tables_say() -> None:
    letters = folding()
    assert all(len(letter) == 1 and len(folded) <= 1 for letter, folded in letters.items())
    assert not {folded for folded in letters.values() if folded in letters}
    assert {letters[one] for one in "أإآٱ"} == {"ا"}
    assert {letters[one] for one in "ًٌٍَُِّْٰـ"} == {""}
    # Prefixes are compared with folded words.
    parts = (*prefixes(), *suffixes())
    assert not {letter for part in parts for letter in part if letter in letters}


def test_months_are_written_in_the_language_of_the_show() -> None:
    assert month_in_words(date(2026, 11, 1), "ar") == "تشرين الثاني/نوفمبر 2026"
    assert month_in_words(date(2026, 11, 1), "en") == "November 2026"


def test_words_with_other_endings_are_found() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed (Debian: nodejs)")
    tables = json.dumps({"folding": folding(), "prefixes": prefixes(), "suffixes": suffixes()})
    found = [("لاعبون", "لاعبين"), ("اللاعبات", "لاعبها"), ("وزيرة", "وبالوزير"), ("مطر", "مطرها")]
    others = [("مال", "شمال"), ("وزير", "وزراء"), ("مدرسة", "دراسة"), ("يدها", "يدين")]
    script = (
        read_static("find.js").decode().replace("export ", "")
        + f"const {{ query, matches }} = finder({tables});"
        + f"console.log(JSON.stringify({json.dumps(found + others)}"
        + ".map(([asked, text]) => matches(text, query(asked)).length > 0)));"
    )
    result = subprocess.run([node, "-e", script], capture_output=True, check=True)
    assert json.loads(result.stdout) == [True] * len(found) + [False] * len(others)
