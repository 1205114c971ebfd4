"""Topic feeds hold the stories of their section as audio; each story may be an episode too."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from lxml import etree

from mujaz.domain import Episode
from mujaz.publish.folder.excerpts import excerpt_episode
from mujaz.publish.folder.snapshot import read_snapshot
from tests.conftest import Mujaz, report_of, today, tree

_CONFIG = """
[show]
title = "نشرة التجربة"
base_url = "https://news.example/audio/"
[show.sections]
sport = "رياضة"
economy = "اقتصاد"
[text]
diacritizer = "none"
[speech]
voice = "tone"
[audio]
bitrate_kbps = 64
intro = "mujaz:intro"
stinger = "mujaz:stinger"
bed = "mujaz:bed"
outro = "mujaz:outro"
[bulletin]
min_words = 3
stories = "also"
[[bulletin.sources]]
path = "economy/"
section = "اقتصاد"
order = "name"
[[bulletin.sources]]
path = "sport/"
section = "رياضة"
order = "name"
"""
_STORIES = {
    "economy/a": ("ارتفاع أسعار القمح", "ارتفعت أسعار القمح في الأسواق بعد تراجع المحصول."),
    "sport/b": ("فوز فريق المدينة", "فاز فريق المدينة بكأس البلاد بعد ركلات الترجيح."),
    "sport/c": ("افتتاح ملعب جديد", "افتتح ملعب جديد قرب الميناء مساء الاثنين."),
}
_DISCLOSURE = "تُقرأ هذه النشرةُ بصوتٍ اصطناعيّ."


@pytest.fixture(scope="module")
def speech_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speech")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "mujaz.toml").write_text(_CONFIG, encoding="utf-8")
    at = datetime.now(UTC).timestamp() - 60
    for name, (title, body) in _STORIES.items():
        path = tmp_path / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{title}\n\n{body}\n", encoding="utf-8")
        os.utime(path, (at, at))
    return tmp_path


def _run(mujaz: Mujaz, desk: Path, *arguments: object, status: int = 0) -> Any:
    result = mujaz("--config", desk / "mujaz.toml", *arguments)
    assert result.returncode == status, (result.stdout + result.stderr).decode()
    return result


def _bulletin(mujaz: Mujaz, desk: Path) -> Episode:
    result = _run(mujaz, desk, "bulletin", "--date", today(), "-o", desk / "show", "--json")
    assert report_of(result)["episode"] is not None
    return read_snapshot(desk / "show").episodes[0].episode


def _items(show: Path, name: str) -> list[tuple[str, str, str]]:
    """Guid, title and media of each item of a feed."""
    items = etree.parse(str(show / name)).findall("channel/item")
    return [
        (
            item.findtext("guid") or "",
            item.findtext("title") or "",
            item.find("enclosure").get("url", "").rsplit("/", 1)[-1],  # type: ignore[union-attr]
        )
        for item in items
    ]


def _check(mujaz: Mujaz, desk: Path) -> None:
    _run(mujaz, desk, "show", "check", desk / "show")


_SOUNDS = 'intro = "mujaz:intro"\nstinger = "mujaz:stinger"\nbed = "mujaz:bed"\n'
_NO_PAUSES = "[pauses]\nstation = 0\nheadline = 0\nbody = 0\nparagraph = 0\nstory = 0\n[bulletin]\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [("", ""), (_SOUNDS, ""), ("[bulletin]\n", _NO_PAUSES)],
    ids=["sounds", "speech", "no pauses"],
)
def test_a_section_is_audio_of_its_own_cut_from_the_same_frames(
    mujaz: Mujaz, desk: Path, old: str, new: str
) -> None:
    assert old in _CONFIG
    (desk / "mujaz.toml").write_text(_CONFIG.replace(old, new, 1) if old else _CONFIG, "utf-8")
    episode = _bulletin(mujaz, desk)
    show = desk / "show"
    (sport,) = _items(show, "feed-sport.xml")
    (excerpt,) = [one for one in episode.excerpts if one.section == "رياضة"]
    assert sport == (excerpt.guid, f"{episode.title}: رياضة", excerpt.media)
    part = excerpt_episode(episode, excerpt)
    told = [cue.sentence.text for cue in part.cues]
    assert [story.title for story in part.stories] == ["فوز فريق المدينة", "افتتاح ملعب جديد"]
    assert not [text for text in told if "القمح" in text]
    assert told[-1] == _DISCLOSURE
    assert part.chapters[0].start == 0.0
    # The sound of each sentence is that of the bulletin, sample for sample but for the codec's
    # memory at the cut.
    whole, rate = soundfile.read(show / "media" / episode.media)
    cut, _ = soundfile.read(show / "media" / excerpt.media)
    assert len(cut) / rate == pytest.approx(part.duration_s, abs=0.001)
    before = {cue.sentence.text: cue for cue in episode.cues if cue.sentence.kind != "teaser"}
    for cue in part.cues:
        length = round((cue.end - cue.start) * rate)
        ours = cut[round(cue.start * rate) :][:length]
        theirs = whole[round(before[cue.sentence.text].start * rate) :][:length]
        assert len(ours) == length
        assert np.max(np.abs(ours - theirs)) < 0.02
        assert np.sqrt(np.mean(ours**2)) > 0.01
    mp3 = (show / "media" / excerpt.media).with_suffix(".vtt")
    assert "فاز فريق المدينة" in mp3.read_text("utf-8")
    _check(mujaz, desk)


def test_each_story_is_an_episode_beside_the_bulletin(mujaz: Mujaz, desk: Path) -> None:
    episode = _bulletin(mujaz, desk)
    show = desk / "show"
    stories = _items(show, "feed-stories.xml")
    assert [title for _, title, _ in stories] == [story.title for story in episode.stories]
    assert len({guid for guid, _, _ in stories}) == 3
    assert [media for _, _, media in _items(show, "feed.xml")] == [episode.media]
    before = tree(show)
    _bulletin(mujaz, desk)
    assert {n: d for n, d in tree(show).items() if not n.startswith(".mujaz")} == {
        n: d for n, d in before.items() if not n.startswith(".mujaz")
    }


def test_corrections_withdrawals_and_losses_reach_the_excerpts(mujaz: Mujaz, desk: Path) -> None:
    first = _bulletin(mujaz, desk)
    show = desk / "show"
    guids = {guid: media for guid, _, media in _items(show, "feed-stories.xml")}
    story = desk / "sport" / "b.txt"
    story.write_text(story.read_text("utf-8").replace("البلاد", "الجمهورية"), encoding="utf-8")
    second = _bulletin(mujaz, desk)
    again = {guid: media for guid, _, media in _items(show, "feed-stories.xml")}
    assert guids.keys() == again.keys()
    changed = [guid for guid in guids if guids[guid] != again[guid]]
    assert len(changed) == 1
    # The old file stays for those who have the old feed.
    assert (show / "media" / guids[changed[0]]).is_file()
    assert {one.guid for one in first.excerpts} == {one.guid for one in second.excerpts}
    # A lost excerpt is cut again, byte for byte.
    lost = show / "media" / again[changed[0]]
    data = lost.read_bytes()
    lost.unlink()
    _run(mujaz, desk, "show", "check", show, status=1)
    _run(mujaz, desk, "show", "rebuild", show)
    assert lost.read_bytes() == data
    _check(mujaz, desk)
    # Publishing copies them; a pulled story leaves all feeds; a withdrawn bulletin its files.
    _run(mujaz, desk, "publish", desk / "web", show)
    assert (desk / "web" / "media" / lost.name).read_bytes() == data
    _run(mujaz, desk, "show", "retract", "today", show, "--story", "القمح")
    assert len(_items(show, "feed-stories.xml")) == 2
    assert _items(show, "feed-economy.xml") == []
    (sport,) = _items(show, "feed-sport.xml")
    assert sport[2] == read_snapshot(show).episodes[0].episode.media
    _check(mujaz, desk)
    _run(mujaz, desk, "show", "retract", "today", show)
    assert not (show / "feed-stories.xml").exists()
    assert not list((show / "media").glob("*.mp3"))
    shutil.rmtree(show)
