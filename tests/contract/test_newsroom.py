"""The newsroom's day: prepare, read, order, correct, withdraw, several editions."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mujaz.publish.folder.snapshot import read_snapshot
from tests.conftest import ROOT, Mujaz, report_of, today, tree

_CONFIG = """
[show]
title = "نشرة التجربة"
base_url = "https://news.example/audio/"
[text]
diacritizer = "none"
[speech]
voice = "tone"
[audio]
bitrate_kbps = 32
[bulletin]
min_words = 3
{more}
[[bulletin.sources]]
path = "stories/"
section = "محليات"
publisher = "وكالة المثال"
"""
_STORIES = {
    "a": ("افتتاح جسر جديد في المدينة", "افتتحت المدينة جسرا جديدا طوله 120 مترا فوق النهر."),
    "b": ("بدء موسم قطاف الزيتون", "بدأ موسم قطاف الزيتون في الجبل بعد أول الأمطار."),
    "c": ("معرض للكتاب في الميناء", "افتتح معرض للكتاب في الميناء مساء الاثنين."),
}


@pytest.fixture(scope="module")
def speech_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speech")


def _write(folder: Path, name: str, title: str, body: str, age: int = 0, head: str = "") -> Path:
    path = folder / "stories" / f"{name}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{head}{title}\n\n{body}\n", encoding="utf-8")
    at = datetime.now(UTC).timestamp() - 60 * (age + 1)
    os.utime(path, (at, at))
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a configuration and three stories, the first the newest."""
    (tmp_path / "mujaz.toml").write_text(_CONFIG.format(more=""), encoding="utf-8")
    for age, (name, (title, body)) in enumerate(_STORIES.items()):
        _write(tmp_path, name, title, body, age)
    return tmp_path


def _configure(desk: Path, more: str) -> None:
    (desk / "mujaz.toml").write_text(_CONFIG.format(more=more), encoding="utf-8")


def _run(mujaz: Mujaz, desk: Path, *arguments: object) -> Any:
    return mujaz("--config", desk / "mujaz.toml", *arguments)


def _bulletin(mujaz: Mujaz, desk: Path, *more: object, status: int = 0) -> dict[str, Any]:
    result = _run(mujaz, desk, "bulletin", "--date", today(), "-o", desk / "show", "--json", *more)
    assert result.returncode == status, result.stderr.decode()
    return report_of(result)


def _titles(show: Path) -> list[str]:
    return [story.title for story in read_snapshot(show).episodes[0].episode.stories]


def _told(report: dict[str, Any]) -> list[str]:
    return [story["title"] for story in report["stories"] if story["status"] == "spoken"]


def _draft(mujaz: Mujaz, desk: Path, *more: object) -> Path:
    path = desk / "today.script"
    result = _run(
        mujaz, desk, "bulletin", "--date", today(), "-o", desk / "show", "--draft", path, *more
    )
    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout.decode().strip() == str(path)
    return path


def test_the_whole_bulletin_is_read_before_it_airs(mujaz: Mujaz, desk: Path) -> None:
    command = ("bulletin", "--date", today(), "-o", desk / "show")
    shown = _run(mujaz, desk, *command, "--dry-run")
    assert shown.returncode == 0
    lines = shown.stdout.decode()
    planned = json.loads(_run(mujaz, desk, *command, "--dry-run", "--json").stdout)
    assert planned["minutes"] > 0
    path = _draft(mujaz, desk)
    text = path.read_text("utf-8")
    _bulletin(mujaz, desk)
    (episode,) = [stored.episode for stored in read_snapshot(desk / "show").episodes]
    for cue in episode.cues:
        assert cue.sentence.text in lines
        assert f"\n{cue.sentence.text}\n> {cue.sentence.spoken}\n" in text
    heads = [line for line in text.splitlines() if line.startswith("@") and "was=" in line]
    assert len(heads) == len(episode.cues) == len(planned["rundown"])
    assert all(" voice=tone " in head for head in heads)


def test_a_draft_is_published_as_that_bulletin(mujaz: Mujaz, desk: Path) -> None:
    path = _draft(mujaz, desk)
    made = report_of(_run(mujaz, desk, "make", path, "-o", desk / "show", "--json"))
    again = _bulletin(mujaz, desk, "--replaces", made["episode"]["guid"])
    assert again["episode"] == made["episode"]
    assert len(list((desk / "show" / "episodes").iterdir())) == 1


def test_a_dry_run_ends_as_the_run_would(mujaz: Mujaz, desk: Path) -> None:
    (desk / "stories" / "broken.txt").write_bytes(b"\x00\x01\x02\x03" * 50)
    command = ("bulletin", "--date", today(), "-o", desk / "show")
    assert _run(mujaz, desk, *command, "--dry-run").returncode == 3
    assert _run(mujaz, desk, *command).returncode == 3
    for path in (desk / "stories").iterdir():
        path.unlink()
    other = ("bulletin", "--date", today(), "-o", desk / "other")
    assert _run(mujaz, desk, *other, "--dry-run").returncode == 1
    assert _run(mujaz, desk, *other).returncode == 1


def test_a_number_edited_in_a_script_is_said(mujaz: Mujaz, desk: Path) -> None:
    first = _bulletin(mujaz, desk)
    path = _draft(mujaz, desk)
    path.write_text(path.read_text("utf-8").replace("طوله 120 مترا", "طوله 150 مترا"), "utf-8")
    checked = _run(mujaz, desk, "script", "check", path)
    assert checked.returncode == 0, checked.stderr.decode()
    result = _run(mujaz, desk, "make", path, "-o", desk / "show", "--json")
    made = report_of(result)
    assert result.returncode == 0
    assert made["episode"]["guid"] == first["episode"]["guid"]
    assert made["clips"]["made"] == 1
    assert any("read anew" in warning for warning in made["warnings"])
    assert [change["kind"] for change in made["changes"]] == ["new", "gone"]
    (episode,) = [stored.episode for stored in read_snapshot(desk / "show").episodes]
    (said,) = [c.sentence.spoken for c in episode.cues if "150" in c.sentence.text]
    assert "مئة وخمسين" in said or "مئة وخمسون" in said or "مئةً وخمسين" in said, said
    # An unattended run leaves the editor's bulletin as it is.
    media = made["episode"]["media"]
    assert _bulletin(mujaz, desk)["episode"]["media"] == media


def test_a_script_whose_figure_is_said_otherwise_is_told(mujaz: Mujaz, desk: Path) -> None:
    path = _draft(mujaz, desk)
    lines = path.read_text("utf-8").splitlines()
    (place,) = [n for n, line in enumerate(lines) if line.startswith(">") and "مئة" in line]
    lines[place] = lines[place].replace("مئة", "ثلاثمئة")
    path.write_text("\n".join(lines), "utf-8")
    checked = _run(mujaz, desk, "script", "check", path)
    assert checked.returncode == 1
    assert "figure" in checked.stdout.decode()
    answer = json.loads(_run(mujaz, desk, "script", "check", path, "--json").stdout)
    assert [note["kind"] for note in answer["notes"]] == ["figure"]
    made = report_of(_run(mujaz, desk, "make", path, "-o", desk / "show", "--json"))
    assert any("figure" in warning for warning in made["warnings"])


def test_stories_are_put_first_and_left_out(mujaz: Mujaz, desk: Path) -> None:
    a, b, c = (title for title, _ in _STORIES.values())
    path = _draft(mujaz, desk, "--first", "موسم الزيتون", "--drop", "1")
    titles = [line for line in path.read_text("utf-8").splitlines() if line.startswith("title: ")]
    assert titles[1:] == [f"title: {b}", f"title: {c}"]
    report = _bulletin(mujaz, desk, "--first", "3")
    assert _told(report) == [c, a, b]
    assert _titles(desk / "show") == [c, a, b]
    # The order stays in later runs; a story that is dropped now stays out of them.
    assert _bulletin(mujaz, desk)["clips"] == {"made": 0, "cached": 0, "retried": 0}
    assert _told(_bulletin(mujaz, desk, "--drop", b)) == [c, a]
    assert _told(_bulletin(mujaz, desk)) == [c, a]
    unknown = _run(mujaz, desk, "bulletin", "-o", desk / "other", "--drop", "لا وجود له")
    assert unknown.returncode == 1
    assert a in unknown.stderr.decode()


def test_a_files_head_and_a_sources_order_decide(mujaz: Mujaz, desk: Path) -> None:
    a, b, c = (title for title, _ in _STORIES.values())
    _write(desk, "c", *_STORIES["c"], age=3, head="priority: 1\n")
    _write(desk, "b", *_STORIES["b"], age=2, head="الترتيب: ١\n")
    assert _told(_bulletin(mujaz, desk)) == [c, b, a]
    spoken = [cue.sentence.text for cue in read_snapshot(desk / "show").episodes[0].episode.cues]
    assert not [text for text in spoken if "priority" in text or "الترتيب" in text]
    shutil.rmtree(desk / "show")
    for name, (title, body) in _STORIES.items():
        _write(desk, name, title, body, age=ord("c") - ord(name))
    text = _CONFIG.format(more="") + 'order = "oldest"\n'
    (desk / "mujaz.toml").write_text(text, encoding="utf-8")
    assert _told(_bulletin(mujaz, desk)) == [a, b, c]
    shutil.rmtree(desk / "show")
    (desk / "mujaz.toml").write_text(text.replace("oldest", "newest"), encoding="utf-8")
    assert _told(_bulletin(mujaz, desk)) == [c, b, a]


def test_one_story_is_withdrawn_and_stays_out(mujaz: Mujaz, desk: Path) -> None:
    a, b, c = (title for title, _ in _STORIES.values())
    first = _bulletin(mujaz, desk)
    draft = _draft(mujaz, desk)
    result = _run(
        mujaz, desk, "show", "retract", first["episode"]["guid"], desk / "show", "--story", "2"
    )
    assert result.returncode == 0, result.stderr.decode()
    assert _titles(desk / "show") == [a, c]
    (stored,) = read_snapshot(desk / "show").episodes
    assert stored.episode.guid == first["episode"]["guid"]
    assert not [cue for cue in stored.episode.cues if "الزيتون" in cue.sentence.text]
    assert len([c for c in stored.episode.cues if c.sentence.kind.value == "teaser"]) == 2
    corrected = _bulletin(mujaz, desk)
    assert _told(corrected) == [a, c]
    assert "media" in corrected["episode"]
    evening = _bulletin(mujaz, desk, "--replaces", first["episode"]["guid"])
    assert _told(evening) == [a, c]
    stale = _run(mujaz, desk, "make", draft, "-o", desk / "show")
    assert stale.returncode == 1
    assert b in stale.stderr.decode()
    assert b not in (desk / "show" / "feed.xml").read_text("utf-8")
    for left in ("1", "1"):
        last = _run(mujaz, desk, "show", "retract", "latest", desk / "show", "--story", left)
    assert last.returncode == 1
    assert "only story" in last.stderr.decode()


def test_a_withdrawn_bulletin_is_no_dead_end(mujaz: Mujaz, desk: Path) -> None:
    first = _bulletin(mujaz, desk)
    guid = first["episode"]["guid"]
    _run(mujaz, desk, "show", "retract", "today", desk / "show", "--story", "1")
    gone = _run(mujaz, desk, "show", "retract", "latest", desk / "show", "--reason", "خطأ")
    assert gone.returncode == 0, gone.stderr.decode()
    assert f"--replaces {guid}" in gone.stderr.decode()
    # An unattended run ends well, with a line that names what to type.
    result = _run(mujaz, desk, "bulletin", "--date", today(), "-o", desk / "show")
    assert (result.returncode, result.stdout) == (0, b"")
    assert f"mujaz bulletin --replaces {guid}" in result.stderr.decode()
    health = json.loads((desk / "show" / ".mujaz" / "health.json").read_text("utf-8"))
    assert health["status"] == "ok"
    listed = json.loads(_run(mujaz, desk, "show", "list", desk / "show", "--json").stdout)
    assert [(one["guid"], one["state"]) for one in listed] == [(guid, "withdrawn")]
    again = _bulletin(mujaz, desk, "--replaces", guid)
    assert again["episode"]["guid"] == guid
    # The story that was itself withdrawn stays out; the others may be told.
    assert _told(again) == [title for title, _ in list(_STORIES.values())[1:]]


def test_an_edition_after_a_withdrawal_tells_the_stories(mujaz: Mujaz, desk: Path) -> None:
    _configure(desk, "[bulletin.editions.evening]\nlabel = 'المسائية'")
    _bulletin(mujaz, desk)
    _run(mujaz, desk, "show", "retract", "today", desk / "show")
    assert len(_told(_bulletin(mujaz, desk, "--edition", "evening"))) == 3


def test_three_editions_a_day_do_not_repeat_stories_whole(mujaz: Mujaz, desk: Path) -> None:
    long = "وقالت البلدية إن العمل استمر عامين كاملين."
    for name, (title, body) in _STORIES.items():
        _write(desk, name, title, f"{body}\n\n{long} {title}.", age=ord(name) - ord("a"))
    editions = (
        "[bulletin.editions.noon]\nlabel = 'الظهيرة'\ntime = '13:00'\n"
        "[bulletin.editions.night]\nrepeat = 'skip'\nheadlines = false\n"
        "[bulletin.editions.weekly]\nrepeat = 'whole'\nsince = 168\nmax_stories = 2\n"
    )
    _configure(desk, editions)
    made = [_bulletin(mujaz, desk)]
    made.append(_bulletin(mujaz, desk, "--edition", "noon"))
    _write(desk, "d", "وصول أول قطار إلى الوادي", "وصل أول قطار إلى الوادي ظهر اليوم.")
    made.append(_bulletin(mujaz, desk, "--edition", "night"))
    made.append(_bulletin(mujaz, desk, "--edition", "weekly"))
    assert len({one["episode"]["guid"] for one in made}) == 4
    assert len({one["episode"]["title"] for one in made}) == 4
    assert "الظهيرة" in made[1]["episode"]["title"]
    whole, brief = (
        {story["title"]: story["sentences"] for story in one["stories"]} for one in made[:2]
    )
    assert all(brief[title] < whole[title] for title in whole)
    assert _told(made[2]) == ["وصول أول قطار إلى الوادي"]
    assert len(_told(made[3])) == 2
    again = [
        _bulletin(mujaz, desk),
        *(_bulletin(mujaz, desk, "--edition", name) for name in ("noon", "night", "weekly")),
    ]
    assert [one["episode"] for one in again] == [one["episode"] for one in made]
    wrong = _run(mujaz, desk, "bulletin", "--edition", "nigth")
    assert wrong.returncode == 1
    assert "did you mean 'night'" in wrong.stderr.decode()


def test_guids_of_two_shows_differ(mujaz: Mujaz, desk: Path) -> None:
    one = _bulletin(mujaz, desk)
    text = (desk / "mujaz.toml").read_text("utf-8").replace("news.example", "other.example")
    (desk / "mujaz.toml").write_text(text, "utf-8")
    other = _bulletin(mujaz, desk, "-o", desk / "other")
    assert one["episode"]["guid"] != other["episode"]["guid"]


def test_a_voice_of_a_story_reads_it_and_is_named(mujaz: Mujaz, desk: Path) -> None:
    path = _draft(mujaz, desk)
    text = path.read_text("utf-8")
    blocks = text.split("\n@story\n")
    path.write_text(
        f"{blocks[0]}\n@story\n{blocks[1]}\n@story voice=espeak-ar\n"
        + "\n@story\n".join(blocks[2:]),
        "utf-8",
    )
    result = _run(mujaz, desk, "make", path, "-o", desk / "show")
    assert result.returncode == 0, result.stderr.decode()
    (stored,) = read_snapshot(desk / "show").episodes
    episode = stored.episode
    assert {cue.voice for cue in episode.cues if cue.sentence.story == 1} == {"espeak-ar"}
    assert {cue.voice for cue in episode.cues if cue.sentence.story != 1} == {"tone"}
    assert len(episode.readers) == 2
    stem = episode.media.removesuffix(".mp3")
    transcript = json.loads((desk / "show" / "media" / f"{stem}.json").read_text("utf-8"))
    speakers = [segment["speaker"] for segment in transcript["segments"]]
    assert speakers == [episode.reader(cue) for cue in episode.cues]
    feed = (desk / "show" / "feed.xml").read_text("utf-8")
    captions = (desk / "show" / "media" / f"{stem}.vtt").read_text("utf-8")
    for title in episode.readers:
        assert f'role="narrator" group="cast">{title}</podcast:person>' in feed
        assert f"<v {title}>" in captions
        assert title in episode.disclosure


_OLD = ROOT / "tests" / "data" / "published_show"


def test_a_show_of_the_last_release_keeps_guids_media_and_pages(
    mujaz: Mujaz, tmp_path: Path
) -> None:
    """Go over a show that version 0.1.0 published with all commands that write to it."""
    desk = tmp_path / "desk"
    shutil.copytree(_OLD, desk)
    show, config = desk / "show", desk / "mujaz.toml"
    before = tree(show)
    guids = {stored.episode.guid for stored in read_snapshot(show).episodes}
    assert mujaz("--config", config, "show", "rebuild", show).returncode == 0
    kept = {name for name in before if name.startswith("media/")}
    assert {name: tree(show)[name] for name in kept} == {name: before[name] for name in kept}
    pages = {name for name in before if name.startswith("episodes/")}
    assert pages <= set(tree(show))
    for name in ("bridge", "harvest"):
        age = 1 if name == "bridge" else 2
        os.utime(desk / "stories" / f"{name}.txt", (2e9 - age, 2e9 - age))
    runs = [
        ("bulletin", "--date", "2026-11-20", "-o", show, "--json"),
        ("make", desk / "article.txt", "--date", "2026-11-20", "-o", show, "--json"),
        ("bulletin", "--date", "2026-11-20", "-o", show, "--json"),
    ]
    for run in runs:
        result = mujaz("--config", config, *run)
        assert result.returncode == 0, result.stderr.decode()
        assert report_of(result)["episode"]["guid"] in guids
    assert {stored.episode.guid for stored in read_snapshot(show).episodes} == guids
    assert {name for name in before if name.endswith(".mp3")} <= set(tree(show))
