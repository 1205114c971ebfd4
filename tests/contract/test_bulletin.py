"""The daily bulletin, from a real web server that misbehaves to the published show."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest

from tests.conftest import Mujaz, report_of, today, tree
from tests.newsroom.articles import Invented, invent
from tests.newsroom.server import NewsSite, serving

_SOURCES = """
[[bulletin.sources]]
url = "{origin}/politics.rss"
section = "سياسة"
priority = 1
[[bulletin.sources]]
url = "{origin}/economy.atom"
section = "اقتصاد"
publisher = "جريدة الميناء"
[[bulletin.sources]]
url = "{origin}/culture.rss"
section = "ثقافة"
"""
_BROKEN_SOURCES = """
[[bulletin.sources]]
url = "{origin}/broken.rss"
[[bulletin.sources]]
url = "{origin}/entities.rss"
"""
_CONFIG = """
[show]
base_url = "https://news.example/audio/"
[text]
diacritizer = "none"
[speech]
voice = "tone"
[audio]
bitrate_kbps = 32
[fetch]
timeout_s = 6
total_s = 60
max_bytes = 2000000
retries = 1
allow_hosts = ["{host}"]
cache = "cache"
[bulletin]
max_stories = 40
max_minutes = 600
{more}
"""


@pytest.fixture(scope="module")
def speech_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests here: the same invented articles are spoken in most of them."""
    return tmp_path_factory.mktemp("speech")


@pytest.fixture
def site() -> Iterator[NewsSite]:
    news = NewsSite(invent(10, 40))
    with serving(news):
        yield news


@pytest.fixture
def small() -> Iterator[NewsSite]:
    news = NewsSite(invent(4, 40), faults=False)
    with serving(news):
        yield news


def _configure(folder: Path, site: NewsSite, more: str = "", sources: str = _SOURCES) -> Path:
    path = folder / "mujaz.toml"
    text = _CONFIG.format(host=site.origin.removeprefix("http://"), more=more) + sources
    path.write_text(text.replace("{origin}", site.origin), encoding="utf-8")
    return path


def _manifest(show: Path) -> dict[str, Any]:
    (path,) = (show / "episodes").glob("*/episode.json")
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def _status(report: dict[str, Any], path: str) -> tuple[str, str]:
    (entry,) = [story for story in report["stories"] if story["source"].endswith(path)]
    return entry["status"], entry["error"]


def test_all_that_is_good_is_told_and_the_rest_is_named(
    mujaz: Mujaz, tmp_path: Path, site: NewsSite
) -> None:
    config = _configure(tmp_path, site, sources=_SOURCES + _BROKEN_SOURCES)
    show = tmp_path / "show"
    # The fixture's own time limit is what bounds a run: a stall or an endless body would break it.
    result = mujaz("--config", config, "bulletin", "-o", show, "--json")
    report = report_of(result)
    assert result.returncode == 3, result.stderr.decode()

    told = [story["title"] for story in report["stories"] if story["status"] == "spoken"]
    assert {article.title for article in site.articles} <= set(told)
    assert len(told) == 12  # and the shaky page, and the bridge once
    assert _status(report, "/shaky")[0] == "spoken"

    failed = {
        "/missing": "404",
        "/stall": "in time",
        "/endless": "larger than 2 MB",
        "/loop": "circle",
        "/inside": "private address",
        "/private/page": "robots.txt",
        "/bomb": "larger than 2 MB",
        "/broken.rss": "broken",
        "/entities.rss": "entities",
    }
    for path, reason in failed.items():
        status, error = _status(report, path)
        assert (status, reason in error) == ("failed", True), (path, error)
    skipped = {"/empty": "no Arabic", "/persian": "Persian", "/bridge-again": "same story"}
    for path, reason in skipped.items():
        status, error = _status(report, path)
        assert (status, reason in error) == ("skipped", True), (path, error)
    assert len(report["stories"]) == 12 + len(failed) + len(skipped)

    manifest = _manifest(show)
    sections = [story["section"] for story in manifest["stories"]]
    assert list(dict.fromkeys(sections)) == ["سياسة", "اقتصاد", "ثقافة"]
    assert sections == sorted(sections, key=["سياسة", "اقتصاد", "ثقافة"].index)
    assert site.hits["/private/page"] == 0
    assert all(agent.startswith("mujaz/") for agent in site.agents)


def test_the_rundown_is_that_of_arabic_radio(mujaz: Mujaz, tmp_path: Path, small: NewsSite) -> None:
    lines = 'section_line = "في {{ section }}."\nstory_headlines = "always"\ncredits = "each"'
    config = _configure(tmp_path, small, f"hijri = true\n{lines}")
    show = tmp_path / "show"
    assert mujaz("--config", config, "bulletin", "-o", show).returncode == 0
    manifest = _manifest(show)
    kinds = [sentence["kind"] for sentence in manifest["sentences"]]
    texts = [sentence["text"] for sentence in manifest["sentences"]]
    body = kinds.index("headline")
    assert kinds[:body] == ["station"] * 4 + ["teaser"] * 4 + ["station"] * 2
    assert texts[4:8] == [story["title"] for story in manifest["stories"]]
    assert "للهجرة" in texts[1]
    assert texts[body - 1] == "في سياسة."
    first_story = [s["kind"] for s in manifest["sentences"] if s["story"] == 0]
    assert first_story[0] == "headline"
    assert first_story[-1] == "credit"
    assert set(first_story[1:-1]) == {"body"}
    assert any(text.endswith("جريدة الميناء.") for text in texts)
    assert "اصطناعيّ" in texts[2]
    assert kinds[-3:] == ["station"] * 3
    assert "اصطناعيّ" in texts[-3]
    assert manifest["disclosure"].startswith("تُقرأ هذه النشرةُ بصوتٍ اصطناعيّ.")
    titles = [chapter["title"] for chapter in manifest["chapters"]]
    assert titles == ["المقدمة", "العناوين", *texts[4:8]]
    indices = [i for s in manifest["sentences"][:3] for i, _ in s["words"]]
    assert indices


def test_a_second_run_does_nothing_and_a_corrected_story_corrects_it(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    config = _configure(tmp_path, small)
    show = tmp_path / "show"
    # Clips that another test made would be found in the cache that they share.
    own = {"MUJAZ_SPEECH_CACHE": str(tmp_path / "caches")}
    first = report_of(
        mujaz("--config", config, "bulletin", "-o", show, "--date", today(), "--json", **own)
    )
    before = tree(show)
    # News of later in the day are for tomorrow's bulletin.
    small.articles.append(invent(9, 40)[8])
    again = mujaz("--config", config, "bulletin", "-o", show, "--date", today(), "--json", **own)
    assert again.returncode == 0, again.stderr.decode()
    assert tree(show) == before
    assert "unchanged" in again.stderr.decode()

    changed = small.articles[1]
    texts = (changed.paragraphs[0] + " وصُحح هذا الخبر بعد نشره.", *changed.paragraphs[1:])
    small.articles[1] = Invented(changed.title, texts)
    corrected = report_of(
        mujaz("--config", config, "bulletin", "-o", show, "--date", today(), "--json", **own)
    )
    assert corrected["episode"]["guid"] == first["episode"]["guid"]
    assert corrected["episode"]["media"] != first["episode"]["media"]
    assert len(feedparser.parse(str(show / "feed.xml")).entries) == 1
    assert any("وصُحح" in s["text"] for s in _manifest(show)["sentences"])
    assert corrected["clips"]["made"] == 1


def test_a_page_of_two_feeds_keeps_its_credit(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    small.articles = small.articles[:1]
    sources = "".join(
        f'[[bulletin.sources]]\nurl = "{{origin}}/politics.rss"\npublisher = "{name}"\n'
        f"priority = {priority}\n"
        for name, priority in (("جريدة الأولى", 2), ("جريدة الثانية", 1))
    )
    config = _configure(tmp_path, small, sources=sources)
    show = tmp_path / "show"
    for _ in range(2):
        mujaz("--config", config, "bulletin", "-o", show, "--date", today(), "--json")
        (story,) = _manifest(show)["stories"]
        assert story["publisher"] == "جريدة الثانية"


def test_a_sentence_that_a_site_repeats_is_left_out_and_named(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    own = "نحن نصنع هذه الزاوية كل صباح بأقلام شابة من أنحاء البلاد كلها."
    plain = list(small.articles)
    for repeated in (1, len(plain)):
        small.articles = [
            replace(article, paragraphs=(own, *article.paragraphs)) if n < repeated else article
            for n, article in enumerate(plain)
        ]
        show = tmp_path / f"show-{repeated}"
        config = _configure(tmp_path, small)
        report = report_of(mujaz("--config", config, "bulletin", "-o", show, "--json"))
        everywhere = repeated == len(plain)
        assert any(own in warning for warning in report["warnings"]) == everywhere
        manifest = json.dumps(_manifest(show), ensure_ascii=False)
        assert ("بأقلام شابة" in manifest) == (not everywhere)
        assert (show / ".mujaz" / "site-sentences.json").exists() == everywhere


def test_what_cannot_be_read_any_more_stays_as_it_was_told(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    config = _configure(tmp_path, small)
    show = tmp_path / "show"
    mujaz("--config", config, "bulletin", "-o", show, "--date", today())
    before = tree(show)
    small.articles[0] = replace(small.articles[0], paragraphs=())
    result = mujaz("--config", config, "bulletin", "-o", show, "--date", today(), "--json")
    assert tree(show) == before
    assert any("stays as told" in warning for warning in report_of(result)["warnings"])


def test_the_next_day_tells_only_what_is_new(mujaz: Mujaz, tmp_path: Path, small: NewsSite) -> None:
    config = _configure(tmp_path, small)
    show = tmp_path / "show"
    mujaz("--config", config, "bulletin", "-o", show, "--date", today())
    small.articles.append(invent(9, 40)[8])
    tomorrow = (date.fromisoformat(today()) + timedelta(days=1)).isoformat()
    result = mujaz("--config", config, "bulletin", "-o", show, "--date", tomorrow, "--json")
    report = report_of(result)
    assert result.returncode == 0, result.stderr.decode()
    told = [story for story in report["stories"] if story["status"] == "spoken"]
    assert [story["title"] for story in told] == [small.articles[4].title]
    assert {s["error"][:20] for s in report["stories"] if s["status"] == "skipped"} == {
        "told in the bulletin"
    }
    assert len(feedparser.parse(str(show / "feed.xml")).entries) == 2


def test_a_story_that_was_retracted_is_not_told_again(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    """By its address or, from a folder, by its path and a sentence that it still has."""
    stories = tmp_path / "stories"
    stories.mkdir()
    articles = invent(12, 40)[9:]
    for number, article in enumerate(articles):
        text = "\n\n".join([article.title, *article.paragraphs]) + "\n"
        (stories / f"{number}.txt").write_text(text, encoding="utf-8")
    folder = '\n[[bulletin.sources]]\npath = "stories"\n'
    config = _configure(tmp_path, small, sources=_SOURCES + folder)
    show = tmp_path / "show"
    for source in (f"{small.origin}/article/3", stories / "1.txt"):
        made = report_of(mujaz("--config", config, "make", source, "-o", show, "--json"))
        assert (
            mujaz("--config", config, "show", "retract", made["episode"]["guid"], show).returncode
            == 0
        )
    edited = "\n\n".join(["عنوان آخر لهذا الخبر", *articles[1].paragraphs])
    (stories / "1.txt").write_text(edited, encoding="utf-8")
    result = mujaz("--config", config, "bulletin", "-o", show, "--date", today(), "--json")
    report = report_of(result)
    assert result.returncode == 0, result.stderr.decode()
    left = {s["title"]: s["error"] for s in report["stories"] if s["status"] == "skipped"}
    assert set(left) == {small.articles[3].title, "عنوان آخر لهذا الخبر"}
    assert all(error.startswith("retracted on 20") for error in left.values())
    assert len([s for s in report["stories"] if s["status"] == "spoken"]) == 5
    page = next((show / "episodes").glob("*/index.html")).read_text("utf-8")
    assert small.articles[3].title not in page
    assert articles[1].paragraphs[0][:40] not in page


def test_a_story_that_was_retracted_meanwhile_leaves_the_bulletin(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    """By its address and by its file; what else was told stays, under the same guid."""
    filed = invent(10, 40)[9]
    story = tmp_path / "story.txt"
    story.write_text("\n\n".join([filed.title, *filed.paragraphs]), encoding="utf-8")
    file = '\n[[bulletin.sources]]\npath = "story.txt"\n'
    config = _configure(tmp_path, small, sources=_SOURCES + file)
    show = tmp_path / "show"
    bulletin = ("--config", config, "bulletin", "-o", show, "--date", today(), "--json")
    first = report_of(mujaz(*bulletin))
    for source in (f"{small.origin}/article/3", story):
        made = report_of(mujaz("--config", config, "make", source, "-o", show, "--json"))
        mujaz("--config", config, "show", "retract", made["episode"]["guid"], show)
    again = report_of(mujaz(*bulletin))
    told = [[s["title"] for s in r["stories"] if s["status"] == "spoken"] for r in (first, again)]
    withdrawn = {small.articles[3].title, filed.title}
    assert told[1] == [title for title in told[0] if title not in withdrawn]
    left = {s["title"]: s["error"] for s in again["stories"] if s["status"] == "skipped"}
    assert set(left) == withdrawn
    assert all(error.startswith("retracted on 20") for error in left.values())
    assert again["episode"]["guid"] == first["episode"]["guid"]
    pages = [*(show / "episodes").glob("*/index.html"), *(show / "episodes").glob("*/*.json")]
    assert pages
    for page in pages:
        assert not any(title in page.read_text("utf-8") for title in withdrawn), page


def test_other_news_in_the_file_of_a_retracted_story_are_told(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    before, after = invent(11, 40)[9:]
    story = tmp_path / "story.txt"
    config = _configure(tmp_path, small, sources='\n[[bulletin.sources]]\npath = "story.txt"\n')
    show = tmp_path / "show"
    story.write_text("\n\n".join([before.title, *before.paragraphs]), encoding="utf-8")
    made = report_of(mujaz("--config", config, "make", story, "-o", show, "--json"))
    mujaz("--config", config, "show", "retract", made["episode"]["guid"], show)
    assert mujaz("--config", config, "bulletin", "-o", show, "--date", today()).returncode == 1
    story.write_text("\n\n".join([after.title, *after.paragraphs]), encoding="utf-8")
    assert mujaz("--config", config, "bulletin", "-o", show, "--date", today()).returncode == 0


def test_a_bulletin_that_was_retracted_says_nothing_of_its_stories(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    article = invent(10, 40)[9]
    story = "\n\n".join([article.title, *article.paragraphs])
    (tmp_path / "story.txt").write_text(story, encoding="utf-8")
    file = '\n[[bulletin.sources]]\npath = "story.txt"\n'
    config = _configure(tmp_path, small, sources=_SOURCES + file)
    show = tmp_path / "show"
    command = ("--config", config, "bulletin", "-o", show, "--json", "--date")
    first = report_of(mujaz(*command, today()))
    mujaz("--config", config, "show", "retract", first["episode"]["guid"], show)
    tomorrow = (date.fromisoformat(today()) + timedelta(days=1)).isoformat()
    again = report_of(mujaz(*command, tomorrow))
    told = [[s["title"] for s in r["stories"] if s["status"] == "spoken"] for r in (first, again)]
    assert sorted(told[0]) == sorted(told[1])
    assert len(told[0]) == 5


def test_nothing_reachable_makes_no_episode_and_is_told_to_monitors(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    config = _configure(tmp_path, small, sources=_BROKEN_SOURCES)
    show = tmp_path / "show"
    for count in (1, 2):
        result = mujaz("--config", config, "bulletin", "-o", show, "--json")
        assert result.returncode == 1
        assert report_of(result)["episode"] is None
        health = json.loads((show / ".mujaz/health.json").read_text("utf-8"))
        assert (health["status"], health["failures_in_a_row"]) == ("failed", count)
    assert health["last_success"] is None
    assert not (show / "feed.xml").exists()
    _configure(tmp_path, small)
    assert mujaz("--config", config, "bulletin", "-o", show).returncode == 0
    health = json.loads((show / ".mujaz/health.json").read_text("utf-8"))
    assert (health["status"], health["failures_in_a_row"]) == ("ok", 0)
    assert health["last_success"] == health["last_run"]


def test_limits_keep_the_important_and_say_what_they_cost(
    mujaz: Mujaz, tmp_path: Path, site: NewsSite
) -> None:
    site.faults = False
    config = _configure(tmp_path, site, "paragraphs = 1")
    config.write_text(
        config.read_text("utf-8")
        .replace("max_minutes = 600", "max_minutes = 3")
        .replace('section = "ثقافة"', 'section = "ثقافة"\nlimit = 1'),
        encoding="utf-8",
    )
    show = tmp_path / "show"
    report = report_of(mujaz("--config", config, "bulletin", "-o", show, "--json"))
    assert report["episode"]["duration_s"] <= 3 * 60 * 1.05
    reasons = {story["error"] for story in report["stories"] if story["status"] == "skipped"}
    assert reasons == {"over the limit of 3 minutes", "over the limit of its source"}
    bodies = [s for s in _manifest(show)["sentences"] if s["kind"] == "body"]
    assert {sentence["paragraph"] for sentence in bodies} == {0}


def test_a_dry_run_prints_the_rundown_and_writes_nothing(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    config = _configure(tmp_path, small)
    result = mujaz("--config", config, "bulletin", "-o", tmp_path / "show", "--dry-run")
    assert result.returncode == 0
    assert "[teaser]" in result.stdout.decode()
    assert "minutes" in result.stderr.decode()
    assert not (tmp_path / "show").exists()
    assert not (tmp_path / "cache").exists()
    planned = mujaz("--config", config, "bulletin", "-o", tmp_path / "show", "--dry-run", "--json")
    assert report_of(planned)["minutes"] > 0


def test_what_is_not_read_aloud_is_named_in_the_report_and_in_arabic(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    first, *rest = small.articles[0].paragraphs
    small.articles[0] = replace(small.articles[0], paragraphs=(f"{first} وقال Путин ذلك.", *rest))
    config = _configure(tmp_path, small, "paragraphs = 3")
    command = ("--config", config, "bulletin", "-o", tmp_path / "show", "--dry-run")
    warnings = report_of(mujaz(*command, "--json"))["warnings"]
    assert [one for one in warnings if one.startswith("not read aloud: Путин (in: ")]
    assert "لا يُنطق: Путин" in mujaz("--lang", "ar", *command).stderr.decode()


def test_a_new_machine_needs_no_network(mujaz: Mujaz) -> None:
    assert mujaz("init").stdout.decode().strip() == "mujaz.toml"
    result = mujaz("bulletin", "--dry-run")
    assert result.returncode == 0, result.stderr.decode()
    said = result.stderr.decode()
    assert "[[bulletin.sources]]" in said
    assert "show.base_url" in said
    assert mujaz("init").returncode == 1
    without = mujaz("--config", "/dev/null", "bulletin")
    assert without.returncode == 1


@pytest.mark.slow
def test_two_runs_at_once_make_one_bulletin(tmp_path: Path, small: NewsSite) -> None:
    import os
    import sys

    config = _configure(tmp_path, small)
    show = tmp_path / "show"
    command = [sys.executable, "-m", "mujaz", "--config", str(config), "bulletin", "-o", str(show)]
    command += ["--date", today()]
    runs = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
        )
        for _ in range(2)
    ]
    outputs = [run.communicate(timeout=120)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert outputs[0] == outputs[1]
    assert len(list((show / "media").glob("*.mp3"))) == 1


@pytest.mark.slow
def test_a_killed_run_is_taken_up_where_it_was(tmp_path: Path, site: NewsSite) -> None:
    import os
    import sys
    import time

    site.faults = False
    config = _configure(tmp_path, site)
    show, caches = tmp_path / "show", tmp_path / "caches"
    command = [sys.executable, "-m", "mujaz", "--config", str(config), "bulletin"]
    command += ["-o", str(show), "--date", today(), "--json"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(caches)}
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           env=environment)  # fmt: skip

    def kept() -> int:
        return sum(1 for path in caches.rglob("*") if path.is_file() and "clips" in path.parts)

    while kept() < 20 and run.poll() is None:
        time.sleep(0.02)
    assert run.poll() is None, "it ended before it could be killed"
    run.kill()
    run.wait(timeout=60)
    assert not (show / "feed.xml").exists()
    result = subprocess.run(command, capture_output=True, env=environment, check=False, timeout=120)
    report = report_of(result)
    assert result.returncode == 0
    assert report["clips"]["cached"] >= 18
    assert all(story["status"] == "spoken" for story in report["stories"])


def test_lines_for_the_journal_say_how_grave_they_are(tmp_path: Path) -> None:
    import os
    import sys

    log = tmp_path / "log"
    with log.open("wb") as stream:
        about = os.fstat(stream.fileno())
        journal = f"{about.st_dev}:{about.st_ino}"
        subprocess.run(
            [sys.executable, "-m", "mujaz", "bulletin"],
            stderr=stream,
            cwd=tmp_path,
            env={**os.environ, "JOURNAL_STREAM": journal, "MUJAZ_LANG": "en"},
            check=False,
        )
    lines = log.read_text("utf-8").splitlines()
    assert lines
    assert all(line.startswith("<3>") for line in lines)


def test_a_page_can_be_made_an_episode_by_its_address(
    mujaz: Mujaz, tmp_path: Path, small: NewsSite
) -> None:
    config = _configure(tmp_path, small)
    url = f"{small.origin}/article/3"
    result = mujaz("--config", config, "make", url, "-o", tmp_path / "show", "--json")
    report = report_of(result)
    assert report["episode"]["title"] == small.articles[3].title
    assert _manifest(tmp_path / "show")["stories"][0]["url"] == url
    refused = mujaz("make", url, "-o", tmp_path / "other")
    assert refused.returncode == 1
    assert b"private address" in refused.stderr
    assert b"allow_hosts" in refused.stderr
