"""``mujaz make``, end to end; its files are read by other programs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import podcastparser
import pytest
import soundfile
from mutagen.id3 import ID3
from mutagen.mp3 import MP3

from tests.conftest import EXAMPLES, Mujaz, report_of, tree

_DISCLOSED = "بصوتٍ اصطناعيّ"


def test_the_episode_reads_back_as_it_was_written(mujaz: Mujaz, tmp_path: Path) -> None:
    show = tmp_path / "show"
    result = mujaz("make", EXAMPLES / "economy.txt", "-o", show)
    assert result.returncode == 0, result.stderr.decode()
    media = Path(result.stdout.decode().strip())
    assert media.parent == show / "media"

    feed = feedparser.parse(str(show / "feed.xml"))
    assert not feed.bozo
    entry = feed.entries[0]
    assert feed.feed.language == "ar"
    assert entry.title == "صادرات التمور في إقليم النخيل ترتفع 18.5% خلال تسعة أشهر"
    assert int(entry.enclosures[0].length) == media.stat().st_size
    assert Path(urlsplit(entry.enclosures[0].href).path).name == media.name
    with (show / "feed.xml").open("rb") as stream:
        parsed = podcastparser.parse("http://127.0.0.1:8000/feed.xml", stream)
    assert len(parsed["episodes"]) == 1

    tags = ID3(media)
    assert str(tags["TIT2"]) == entry.title
    assert str(tags["TLAN"]) == "ara"
    assert str(tags["TDRC"]).startswith("2026-11-16")
    chapters = tags.getall("CHAP")
    by_id = sorted(chapters, key=lambda frame: frame.element_id)
    assert [c.start_time for c in by_id] == sorted(c.start_time for c in by_id)
    assert len(chapters) >= 2

    decoded = soundfile.info(str(media))
    seconds = decoded.frames / decoded.samplerate
    manifest = json.loads(next((show / "episodes").glob("*/episode.json")).read_text("utf-8"))
    assert (decoded.samplerate, decoded.channels) == (44100, 1)
    assert MP3(media).info.length == pytest.approx(seconds, abs=0.1)
    assert manifest["duration_s"] == pytest.approx(seconds, abs=0.1)
    assert int(entry.itunes_duration) == pytest.approx(seconds, abs=0.5)
    assert manifest["sentences"][-1]["end"] <= seconds
    for sentence in manifest["sentences"]:
        # Word times are of the written words, each once, in order, within the sentence.
        indices = [index for index, _ in sentence["words"]]
        assert indices == sorted(set(indices))
        assert indices[-1] < len(sentence["text"].split())
        assert all(sentence["start"] <= at <= sentence["end"] for _, at in sentence["words"])


def test_the_voice_is_disclosed_in_sound_and_in_metadata(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    show = tmp_path / "show"
    media = Path(mujaz("make", short_article, "-o", show).stdout.decode().strip())
    manifest = json.loads(next((show / "episodes").glob("*/episode.json")).read_text("utf-8"))
    first = manifest["sentences"][0]
    assert first["kind"] == "station"
    assert _DISCLOSED in first["text"]
    assert first["end"] > first["start"]
    assert _DISCLOSED in (show / "feed.xml").read_text("utf-8")
    assert 'purpose="ai-content"' in (show / "feed.xml").read_text("utf-8")
    assert _DISCLOSED in str(ID3(media)["COMM::ara"])


def test_running_twice_makes_one_episode_and_touches_nothing(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    show = tmp_path / "show"
    first = mujaz("make", short_article, "-o", show)
    before = tree(show)
    stamps = {path: (show / path).stat().st_mtime_ns for path in before}
    second = mujaz("make", short_article, "-o", show)
    assert first.stdout == second.stdout
    assert tree(show) == before
    assert {path: (show / path).stat().st_mtime_ns for path in before} == stamps


def test_an_edited_article_keeps_its_guid_and_gets_new_media(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    show = tmp_path / "show"
    first = report_of(mujaz("make", short_article, "-o", show, "--json"))
    text = short_article.read_text("utf-8").replace("افتتاح جسر جديد", "تدشين جسر حديث")
    short_article.write_text(text, encoding="utf-8")
    second = report_of(mujaz("make", short_article, "-o", show, "--json"))
    assert second["episode"]["guid"] == first["episode"]["guid"]
    assert second["episode"]["media"] != first["episode"]["media"]
    feed = feedparser.parse(str(show / "feed.xml"))
    assert len(feed.entries) == 1
    assert "تدشين" in feed.entries[0].title


def test_other_news_in_the_same_file_is_another_episode(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    show = tmp_path / "show"
    mujaz("make", short_article, "-o", show)
    short_article.write_text((EXAMPLES / "culture.txt").read_text("utf-8"), encoding="utf-8")
    mujaz("make", short_article, "-o", show)
    assert len(feedparser.parse(str(show / "feed.xml")).entries) == 2


def test_several_articles_make_one_episode_with_a_chapter_each(
    mujaz: Mujaz, tmp_path: Path
) -> None:
    show = tmp_path / "show"
    result = mujaz(
        "make", EXAMPLES / "sport.txt", EXAMPLES / "weather.txt", tmp_path / "missing.txt",
        "-o", show, "--title", "نشرة المساء", "--json",
    )  # fmt: skip
    report = report_of(result)
    assert result.returncode == 3
    assert [story["status"] for story in report["stories"]] == ["spoken", "spoken", "failed"]
    titles = [str(c.sub_frames["TIT2"]) for c in ID3(report["episode"]["media"]).getall("CHAP")]
    assert len(titles) == 3
    assert feedparser.parse(str(show / "feed.xml")).entries[0].title == "نشرة المساء"


def test_a_windows_1256_file_is_detected(mujaz: Mujaz, tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes((EXAMPLES / "politics.txt").read_text("utf-8").encode("cp1256"))
    report = report_of(mujaz("make", path, "-o", tmp_path / "show", "--json"))
    assert report["episode"]["title"].startswith("مجلس البلدية")


def test_a_dry_run_prints_the_script_and_writes_nothing(mujaz: Mujaz, tmp_path: Path) -> None:
    result = mujaz("make", EXAMPLES / "weather.txt", "-o", tmp_path / "show", "--dry-run")
    assert result.returncode == 0
    assert "[headline] أمطار غزيرة" in result.stdout.decode()
    assert "minutes" in result.stderr.decode()
    assert not (tmp_path / "show").exists()


def test_each_option_changes_what_comes_out(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    show = tmp_path / "show"
    plain = report_of(mujaz("make", short_article, "-o", show, "--json"))
    dated = report_of(
        mujaz("make", short_article, "-o", tmp_path / "b", "--date", "2021-02-03", "--json")
    )
    assert "/2021-02-03-" in dated["episode"]["media"]
    guid = plain["episode"]["guid"]
    replaced = report_of(
        mujaz("make", EXAMPLES / "culture.txt", "-o", show, "--replaces", guid, "--json")
    )
    assert replaced["episode"]["guid"] == guid
    assert len(feedparser.parse(str(show / "feed.xml")).entries) == 1
    stages = tmp_path / "stages"
    mujaz("make", short_article, "-o", tmp_path / "c", "--keep-stages", stages)
    assert json.loads((stages / "script.json").read_text("utf-8"))


def test_two_runs_at_once_leave_both_episodes(tmp_path: Path, short_article: Path) -> None:
    import subprocess
    import sys

    show = tmp_path / "show"
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "mujaz", "make", str(source), "-o", str(show)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "MUJAZ_SPEECH_VOICE": "tone", "MUJAZ_TEXT_DIACRITIZER": "none"},
        )
        for source in (short_article, EXAMPLES / "culture.txt")
    ]
    assert [run.wait(timeout=120) for run in runs] == [0, 0]
    assert len(feedparser.parse(str(show / "feed.xml")).entries) == 2
