"""A bulletin on the air: announcements, credits, corrections, pauses, hooks."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mujaz.domain import Kind, Sentence
from mujaz.publish.folder.snapshot import read_snapshot
from tests.conftest import Mujaz, report_of

_DAY = "2026-11-24"
_CONFIG = """
[show]
base_url = "https://news.example/audio/"
[text]
diacritizer = "none"
[speech]
voice = "tone"
{tables}
[bulletin]
min_words = 3
since = 1000000
{more}
[[bulletin.sources]]
path = "politics"
section = "سياسة"
publisher = "وكالة المثال"
order = "name"
[[bulletin.sources]]
path = "sport"
section = "رياضة"
publisher = "جريدة الميناء"
order = "name"
"""
_STORIES = {
    "politics/1": ("الوزير يفتتح جسرا جديدا", "افتتح الوزير جسرا جديدا في المدينة صباح اليوم."),
    "politics/2": ("خلاف على الموازنة", "أرجأ المجلس جلسته إلى يوم الخميس بعد نقاش طويل."),
    "politics/3": ("لقاء في العاصمة", "التقى رئيسا البلدين وبحثا تبادل الزيارات بين الجانبين."),
    "sport/1": ("فوز الميناء على الجبل", "انتهت المباراة بهدفين مقابل هدف على أرض الملعب."),
}


@pytest.fixture(scope="module")
def speech_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speech")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    for name, (title, body) in _STORIES.items():
        path = tmp_path / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{title}\n\n{body}\n", encoding="utf-8")
    _configure(tmp_path)
    return tmp_path


def _configure(desk: Path, more: str = "", tables: str = "") -> None:
    (desk / "mujaz.toml").write_text(_CONFIG.format(more=more, tables=tables), encoding="utf-8")


def _bulletin(mujaz: Mujaz, desk: Path, status: int = 0) -> dict[str, Any]:
    command = ("bulletin", "--date", _DAY, "-o", desk / "show", "--json")
    result = mujaz("--config", desk / "mujaz.toml", *command)
    assert result.returncode == status, result.stderr.decode()
    return report_of(result)


def _sentences(desk: Path) -> list[Sentence]:
    (stored,) = read_snapshot(desk / "show").episodes
    return [cue.sentence for cue in stored.episode.cues]


def test_the_rundown_is_that_of_radio(mujaz: Mujaz, desk: Path) -> None:
    _bulletin(mujaz, desk)
    sentences = _sentences(desk)
    texts = [sentence.text for sentence in sentences]
    assert "اصطناعيّ" in " ".join(texts[:4])
    assert "اصطناعيّ" in " ".join(texts[-4:])
    headlines = [s.text for s in sentences if s.kind is Kind.HEADLINE]
    # The first story's sentence says what its headline says, so that is not read a third time.
    assert headlines == [title for title, _ in list(_STORIES.values())[1:]]
    assert [s.text for s in sentences if s.kind is Kind.TEASER] == [
        title for title, _ in _STORIES.values()
    ]
    credits = [(s.story, s.text) for s in sentences if s.kind is Kind.CREDIT]
    assert credits == [(2, "هذه الأخبارُ عن وكالة المثال."), (3, "والخبرُ عن جريدة الميناء.")]
    lines = [s.text for s in sentences if s.kind is Kind.STATION]
    assert "نَبْدَأُ مِنَ السياسة." in lines
    assert "وفي الرياضة." in lines


def test_headlines_and_credits_can_all_be_read(mujaz: Mujaz, desk: Path) -> None:
    _configure(desk, 'story_headlines = "always"\ncredits = "each"')
    _bulletin(mujaz, desk)
    sentences = _sentences(desk)
    assert len([s for s in sentences if s.kind is Kind.HEADLINE]) == 4
    credits = [s.text for s in sentences if s.kind is Kind.CREDIT]
    assert len(set(credits)) == 4


def test_the_only_story_is_announced_once(mujaz: Mujaz, desk: Path) -> None:
    for name in list(_STORIES)[1:]:
        (desk / f"{name}.txt").unlink()
    _bulletin(mujaz, desk)
    sentences = _sentences(desk)
    assert not [s for s in sentences if s.kind is Kind.TEASER or "العناوين" in s.text]
    # Its first sentence says what its headline says.
    assert not [s for s in sentences if s.kind is Kind.HEADLINE]
    title = "الوزير يفتتح جسرا جديدا"
    _configure(desk, 'story_headlines = "always"')
    _bulletin(mujaz, desk)
    assert [s.text for s in _sentences(desk) if s.kind is Kind.HEADLINE] == [title]


def test_the_greeting_names_the_edition_and_credits_in_a_row_differ(
    mujaz: Mujaz, desk: Path
) -> None:
    for number in (2, 3):
        text = (
            f"خبر رياضي رقم {number}\n\nلعب الفريق {number} مباراته في ملعب المدينة أمام جمهوره.\n"
        )
        (desk / "sport" / f"{number}.txt").write_text(text, encoding="utf-8")
    _configure(desk, '[bulletin.editions.evening]\nlabel = "النشرة المسائية"')
    command = ("bulletin", "--date", _DAY, "--edition", "evening", "-o", desk / "show")
    assert mujaz("--config", desk / "mujaz.toml", *command).returncode == 0
    sentences = _sentences(desk)
    assert "، النشرة المسائية، اليومَ" in sentences[1].text
    credits = [s.text for s in sentences if s.kind is Kind.CREDIT]
    assert credits == ["هذه الأخبارُ عن وكالة المثال.", "ومصدرُ الخبرينِ جريدة الميناء."]


@pytest.mark.slow
def test_a_correction_is_told_on_air_and_in_the_description(mujaz: Mujaz, desk: Path) -> None:
    _configure(desk, 'correction_line = "تصحيح: {{ sentences }}"')
    first = _bulletin(mujaz, desk)
    assert not [s for s in _sentences(desk) if s.text.startswith("تصحيح")]
    path = desk / "politics" / "2.txt"
    path.write_text(path.read_text("utf-8").replace("الخميس", "الأحد"), encoding="utf-8")
    second = _bulletin(mujaz, desk)
    assert second["episode"]["guid"] == first["episode"]["guid"]
    now = _STORIES["politics/2"][1].replace("الخميس", "الأحد")
    assert {"kind": "new", "text": now} in second["changes"]
    (line,) = [n for n, s in enumerate(_sentences(desk)) if s.text == f"تصحيح: {now}"]
    assert line < 5
    assert f"تصحيح: {now}" in (desk / "show" / "feed.xml").read_text("utf-8")
    # The line stays, so that the next run finds nothing to do.
    third = _bulletin(mujaz, desk)
    assert third["episode"] == second["episode"]
    assert third["changes"] == []


def test_a_later_run_greets_as_the_first(mujaz: Mujaz, desk: Path) -> None:
    """Though it runs at another time of the day than the bulletin is of."""
    is_morning = 4 <= datetime.now(UTC).hour < 12
    _configure(desk, f'time = "{"20:00" if is_morning else "07:00"}"')
    first = _bulletin(mujaz, desk)
    greeting = "مساءُ الخير." if is_morning else "صباحُ الخير."
    assert greeting in [sentence.text for sentence in _sentences(desk)]
    second = _bulletin(mujaz, desk)
    assert (second["episode"], second["changes"]) == (first["episode"], [])


@pytest.mark.slow
def test_pauses_and_rate_are_settings(mujaz: Mujaz, desk: Path) -> None:
    _configure(desk, tables="[pauses]\nstory = 2000\nteaser = 100\n")
    _bulletin(mujaz, desk)
    sentences = _sentences(desk)
    assert {s.pause_ms for s in sentences if s.kind is Kind.TEASER} == {100}
    assert len([s for s in sentences if s.pause_ms == 2000]) == 4
    text = (desk / "mujaz.toml").read_text("utf-8")
    slow = text.replace('voice = "tone"', 'voice = "tone"\nrate_wpm = 120')
    (desk / "mujaz.toml").write_text(slow, encoding="utf-8")
    refused = mujaz("--config", desk / "mujaz.toml", "say", "أهلا", "-o", desk / "a.wav")
    assert refused.returncode == 1
    assert "cannot change its rate" in refused.stderr.decode()
    lengths = []
    for rate in (100, 200):
        fast = text.replace('voice = "tone"', f'voice = "espeak-ar"\nrate_wpm = {rate}')
        (desk / "mujaz.toml").write_text(fast, encoding="utf-8")
        command = ("say", "أهلا بكم في نشرة الأخبار", "-o", desk / f"{rate}.wav")
        assert mujaz("--config", desk / "mujaz.toml", *command).returncode == 0
        lengths.append((desk / f"{rate}.wav").stat().st_size)
    assert lengths[0] > 1.4 * lengths[1]


_HOOK = """
import json, os, sys
data = json.load(sys.stdin)
with open("events.jsonl", "a", encoding="utf-8") as out:
    out.write(json.dumps([os.environ["MUJAZ_EVENT"], sys.argv[1], data]) + "\\n")
"""


def _events(desk: Path) -> list[tuple[str, str, dict[str, Any]]]:
    lines = (desk / "events.jsonl").read_text("utf-8").splitlines()
    return [tuple(json.loads(line)) for line in lines]


@pytest.mark.slow
def test_hooks_are_told_and_undo_nothing(mujaz: Mujaz, desk: Path) -> None:
    (desk / "hook.py").write_text(_HOOK, encoding="utf-8")
    hooks = "".join(
        f"{event} = {json.dumps([sys.executable, 'hook.py', event])}\n"
        for event in ("published", "corrected", "withdrawn", "failed")
    )
    _configure(desk, tables=f"[hooks]\n{hooks}")
    report = _bulletin(mujaz, desk)
    _bulletin(mujaz, desk)
    path = desk / "politics" / "2.txt"
    path.write_text(path.read_text("utf-8").replace("الخميس", "الأحد"), encoding="utf-8")
    _bulletin(mujaz, desk)
    guid = report["episode"]["guid"]
    mujaz("--config", desk / "mujaz.toml", "show", "retract", guid, desk / "show")
    for story in _STORIES:
        (desk / f"{story}.txt").unlink()
    mujaz("--config", desk / "mujaz.toml", "bulletin", "-o", desk / "other")
    events = _events(desk)
    assert [event for event, _, _ in events] == ["published", "corrected", "withdrawn", "failed"]
    assert all(event == named == data["event"] for event, named, data in events)
    assert events[0][2]["episode"]["guid"] == events[2][2]["guid"] == guid
    assert "no story" in events[3][2]["error"]
    health = json.loads((desk / "other" / ".mujaz" / "health.json").read_text("utf-8"))
    assert health["status"] == "failed"


def test_a_hook_that_fails_or_hangs_is_a_warning(mujaz: Mujaz, desk: Path) -> None:
    stuck = json.dumps([sys.executable, "-c", "import time; time.sleep(60)"])
    _configure(desk, tables=f"[hooks]\npublished = {stuck}\ntimeout_s = 0.2\n")
    report = _bulletin(mujaz, desk)
    assert any("published hook" in warning for warning in report["warnings"])
    assert report["episode"]["guid"] in (desk / "show" / "feed.xml").read_text("utf-8")
    _configure(desk, 'sign_off = "وداعا."', tables='[hooks]\ncorrected = ["no-such-command"]\n')
    report = _bulletin(mujaz, desk)
    assert any("cannot be started" in warning for warning in report["warnings"])
