"""A reporter's own sound stands in the bulletin: heard, levelled, shown, disclosed, corrected."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from mujaz.domain import Kind
from mujaz.errors import AudioError
from mujaz.pipeline import Options, plan_episode
from mujaz.publish.folder.snapshot import read_snapshot
from tests.conftest import Mujaz, report_of, today

_CONFIG = """
[show]
title = "نشرة التجربة"
base_url = "https://news.example/audio/"
[text]
diacritizer = "none"
[speech]
voice = "tone"
[audio]
bitrate_kbps = 64
[bulletin]
min_words = 3
[[bulletin.sources]]
path = "stories/"
"""
_SAID = "قال الوزير إن الجسر يخدم ثلاث قرى."
_HEAD = f"sound: sounds/minister.wav\nsound_by: ليلى حداد\nsound_text: {_SAID}\n"


@pytest.fixture(scope="module")
def speech_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speech")


def _noise(path: Path, seconds: float = 2.0, level: float = 0.01, rate: int = 22_050) -> Path:
    """A quiet recording in two channels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(len(path.name))
    samples = generator.standard_normal((round(seconds * rate), 2)) * level
    soundfile.write(path, samples, rate)
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "mujaz.toml").write_text(_CONFIG, encoding="utf-8")
    stories = tmp_path / "stories"
    _noise(stories / "sounds" / "minister.wav")
    for name, head, text in (
        ("a", _HEAD, "افتتاح جسر جديد في المدينة\n\nافتتحت المدينة جسرا جديدا فوق النهر.\n"),
        ("b", "", "بدء موسم قطاف الزيتون\n\nبدأ موسم قطاف الزيتون في الجبل بعد أول الأمطار.\n"),
    ):
        (stories / f"{name}.txt").write_text(head + text, encoding="utf-8")
    return tmp_path


def _run(mujaz: Mujaz, desk: Path, *arguments: object, status: int = 0) -> dict[str, Any]:
    result = mujaz("--config", desk / "mujaz.toml", *arguments, "-o", desk / "show", "--json")
    assert result.returncode == status, result.stderr.decode()
    return report_of(result)


def _bulletin(mujaz: Mujaz, desk: Path, status: int = 0) -> dict[str, Any]:
    return _run(mujaz, desk, "bulletin", "--date", today(), status=status)


def _loudness_db(media: Path, start: float, end: float) -> float:
    samples, rate = soundfile.read(media)
    heard = samples[round(start * rate) : round(end * rate)]
    return float(10 * np.log10(np.mean(heard**2)))


def test_a_recording_is_heard_shown_and_disclosed(mujaz: Mujaz, desk: Path) -> None:
    report = _bulletin(mujaz, desk)
    stored = read_snapshot(desk / "show").episodes[0]
    episode = stored.episode
    played = [cue for cue in episode.cues if cue.sentence.sound]
    assert [cue.sentence.text for cue in played] == [_SAID]
    cue = played[0]
    assert episode.stories[cue.sentence.story].title == "افتتاح جسر جديد في المدينة"
    assert cue.end - cue.start == pytest.approx(2.0, abs=0.1)
    # As loud as the voice: written at 0.01, it would be 25 dB softer.
    media = desk / "show" / "media" / episode.media
    body = next(c for c in episode.cues if c.sentence.kind is Kind.BODY)
    levels = [_loudness_db(media, one.start, one.end) for one in (cue, body)]
    assert abs(levels[0] - levels[1]) < 6
    assert episode.disclosure.startswith("تُقرأ هذه النشرةُ بصوتٍ اصطناعيّ. (")
    assert episode.disclosure.endswith("؛ والتسجيلات بأصوات أصحابها: ليلى حداد)")
    assert "أمّا التسجيلاتُ فبأصواتِ أصحابِها." in [c.sentence.text for c in episode.cues]
    show = desk / "show"
    transcript = (media.with_suffix(".vtt")).read_text("utf-8")
    assert f"<v ليلى حداد>\u202b{_SAID}\u202c" in transcript
    page = (show / "episodes" / stored.folder / "index.html").read_text("utf-8")
    assert _SAID in page
    assert "تسجيل صوتي – ليلى حداد:" in page
    assert ">ليلى حداد</podcast:person>" in (show / "feed.xml").read_text("utf-8")
    manifest = (show / "episodes" / stored.folder / "episode.json").read_text("utf-8")
    assert "minister.wav" not in manifest
    assert report["stories"][0]["spoken"] == report["stories"][0]["sentences"]
    chapters = [chapter.title for chapter in episode.chapters]
    assert "افتتاح جسر جديد في المدينة" in chapters
    checked = mujaz("show", "check", show)
    assert checked.returncode == 0, checked.stdout.decode()


def test_a_recording_is_corrected_by_its_content_and_survives_its_file(
    mujaz: Mujaz, desk: Path
) -> None:
    first = _bulletin(mujaz, desk)["episode"]
    assert _bulletin(mujaz, desk)["episode"] == first
    sound = desk / "stories" / "sounds" / "minister.wav"
    os.utime(sound, (1, 1))
    assert _bulletin(mujaz, desk)["episode"] == first
    _noise(sound, seconds=3.0)
    report = _bulletin(mujaz, desk)
    assert report["episode"]["guid"] == first["guid"]
    assert report["episode"]["media"] != first["media"]
    assert [change["text"] for change in report["changes"]] == [_SAID]
    copies = desk / "show" / ".mujaz" / "sounds"
    assert len(list(copies.iterdir())) == 2
    # The file goes; a story is pulled; the other is still told with its recording.
    shutil.rmtree(desk / "stories")
    result = mujaz(
        "--config", desk / "mujaz.toml", "show", "retract", "today", desk / "show",
        "--story", "الزيتون",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr.decode()
    stored = read_snapshot(desk / "show").episodes[0].episode
    played = [cue for cue in stored.cues if cue.sentence.sound]
    assert [cue.end - cue.start for cue in played] == [pytest.approx(3.0, abs=0.1)]
    assert len(list(copies.iterdir())) == 1


def test_a_draft_holds_the_recording_and_plays_it(mujaz: Mujaz, desk: Path) -> None:
    script = desk / "today.script"
    result = mujaz("--config", desk / "mujaz.toml", "bulletin", "--draft", script)
    assert result.returncode == 0, result.stderr.decode()
    text = script.read_text("utf-8")
    assert "@sound " in text
    assert "by: ليلى حداد" in text
    script.write_text(text.replace(_SAID, _SAID + " وشكر العمال."), encoding="utf-8")
    _run(mujaz, desk, "make", script)
    episode = read_snapshot(desk / "show").episodes[0].episode
    assert [c.sentence.text for c in episode.cues if c.sentence.sound] == [_SAID + " وشكر العمال."]
    checked = mujaz("--config", desk / "mujaz.toml", "script", "check", script)
    assert checked.returncode == 0, checked.stdout.decode()
    again = _bulletin(mujaz, desk)
    assert again["episode"]["guid"] == episode.guid
    (desk / "stories" / "sounds" / "minister.wav").unlink()
    checked = mujaz("--config", desk / "mujaz.toml", "script", "check", script)
    assert checked.returncode == 1
    assert "there is no such file" in checked.stderr.decode()


def _before_recordings(show: Path) -> list[tuple[str, str]]:
    """The sentence before each recording of the newest episode, and its kind."""
    cues = read_snapshot(show).episodes[0].episode.cues
    places = [place for place, cue in enumerate(cues) if cue.sentence.sound]
    return [(cues[p - 1].sentence.text, cues[p - 1].sentence.kind.value) for p in places]


def test_a_recording_is_announced_by_a_short_line(mujaz: Mujaz, desk: Path) -> None:
    _bulletin(mujaz, desk)
    assert _before_recordings(desk / "show") == [("ونستمعُ إلى ليلى حداد.", "station")]
    _run(mujaz, desk, "make", desk / "stories" / "a.txt")
    assert _before_recordings(desk / "show") == [("ونستمعُ إلى ليلى حداد.", "station")]
    config = (desk / "mujaz.toml").read_text("utf-8")
    own = 'recording_line = "{{ by }} من مكان الحدث:"'
    (desk / "mujaz.toml").write_text(config.replace("[bulletin]", f"[bulletin]\n{own}"), "utf-8")
    _bulletin(mujaz, desk)
    _bulletin(mujaz, desk)
    (bulletin,) = [s.episode for s in read_snapshot(desk / "show").episodes if s.episode.key]
    assert "ليلى حداد من مكان الحدث:" in [cue.sentence.text for cue in bulletin.cues]


@pytest.mark.parametrize(
    ("lines", "before"),
    [
        ("@body 350\nافتتح الجسر.\n\n@sound {}\nنص.", "ونستمعُ إلى هذا التسجيل."),
        ("@body 350\nقال الوزير:\n\n@sound {}\nنص.", "قال الوزير:"),
        ("@body 350\nافتتح.\n\n@station 300 story=0\nإليكم الوزير.\n\n@sound {}\nنص.",
         "إليكم الوزير."),
        ("@body 350\nافتتح الجسر.\n\n@sound {}\nannounced: yes\nنص.", "افتتح الجسر."),
    ],
)  # fmt: skip
def test_a_recording_of_a_script_is_announced_once(
    mujaz: Mujaz, desk: Path, lines: str, before: str
) -> None:
    script = desk / "own.script"
    sound = desk / "stories" / "sounds" / "minister.wav"
    text = "# mujaz script 1\n@story\ntitle: افتتاح جسر\n\n" + lines.format(sound)
    script.write_text(text + "\n", encoding="utf-8")
    _run(mujaz, desk, "make", script)
    assert [text for text, _ in _before_recordings(desk / "show")] == [before]


def _too_long(path: Path) -> None:
    soundfile.write(path, np.full(301 * 4000, 0.1), 4000)


def _linked(path: Path) -> None:
    path.unlink()
    path.symlink_to(_noise(path.parents[2] / "private.wav"))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (Path.unlink, "there is no such file"),
        (lambda path: path.write_bytes(b""), "this file is empty"),
        (lambda path: path.write_bytes(b"RIFF\xff\xff\xff\xffWAVEfmt junk"), "not audio"),
        (lambda path: path.write_bytes(os.urandom(4000)), "not audio"),
        (_too_long, "it lasts 5:01 minutes"),
        (lambda path: soundfile.write(path, np.zeros(8000), 8000), "it is silent"),
        (lambda path: soundfile.write(path, np.full((800, 40), 0.1), 8000), "it has 40 channels"),
        (_linked, "outside the folder"),
    ],
)
def test_a_bad_recording_costs_its_story_and_says_why(
    mujaz: Mujaz, desk: Path, spoil: Any, reason: str
) -> None:
    spoil(desk / "stories" / "sounds" / "minister.wav")
    report = _bulletin(mujaz, desk, status=3)
    status = {story["title"]: story["status"] for story in report["stories"]}
    assert list(status.values()).count("failed") == 1
    assert status["بدء موسم قطاف الزيتون"] == "spoken"
    assert any(reason in story["error"] for story in report["stories"])


@pytest.mark.parametrize("name", ["../private.wav", "{absolute}"])
def test_a_story_plays_no_other_file_of_the_machine(mujaz: Mujaz, desk: Path, name: str) -> None:
    private = _noise(desk / "private.wav")
    story = desk / "stories" / "a.txt"
    named = name.format(absolute=private)
    story.write_text(story.read_text("utf-8").replace("sounds/minister.wav", named), "utf-8")
    report = _bulletin(mujaz, desk, status=3)
    assert any("outside the folder" in story["error"] for story in report["stories"])


def test_a_script_names_any_file_only_if_its_author_runs_it(
    mujaz: Mujaz, desk: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = _noise(tmp_path_factory.mktemp("else") / "report.wav")
    script = desk / "own.script"
    script.write_text(
        "# mujaz script 1\n@story\ntitle: جسر\n\n@body\nافتتح الجسر.\n\n"
        f"@sound {elsewhere}\npause: 900\n",
        encoding="utf-8",
    )
    report = _run(mujaz, desk, "make", script)
    assert report["warnings"] == [
        "the recording report.wav has no text for those who cannot hear it"
    ]
    episode = read_snapshot(desk / "show").episodes[0].episode
    assert episode.cues[-1].sentence.text == "تسجيل صوتي"
    assert episode.cues[-1].sentence.pause_ms == 900
    with pytest.raises(AudioError, match="outside the folder"):
        plan_episode([script], options=Options())
