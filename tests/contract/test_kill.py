"""A run killed at any moment leaves the show whole: as it was, or as it should be."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import feedparser
import pytest

_POINTS = 24


def _make(source: Path, show: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "mujaz", "make", str(source), "-o", str(show)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _assert_whole(show: Path, titles: set[str]) -> None:
    """Whatever the feed names is there, with the stated length and hash."""
    feed = feedparser.parse(str(show / "feed.xml"))
    assert not feed.bozo
    assert len(feed.entries) == 1
    assert feed.entries[0].title in titles
    name = feed.entries[0].enclosures[0].href.rsplit("/", 1)[1]
    media = show / "media" / name
    assert media.stat().st_size == int(feed.entries[0].enclosures[0].length)
    assert hashlib.sha256(media.read_bytes()).hexdigest()[:8] == media.stem[-8:]
    for suffix in (".vtt", ".json", ".chapters.json"):
        assert (show / "media" / f"{media.stem}{suffix}").stat().st_size > 0
    for path in (show / "episodes").glob("*/episode.json"):
        assert json.loads(path.read_text("utf-8"))["title"] in titles


@pytest.mark.parametrize("share", [point / _POINTS for point in range(1, _POINTS + 1)])
def test_sigkill_at_any_moment(share: float, tmp_path: Path, short_article: Path) -> None:
    show = tmp_path / "show"
    start = time.monotonic()
    assert _make(short_article, show).wait(timeout=120) == 0
    whole_run = time.monotonic() - start
    text = short_article.read_text("utf-8")
    short_article.write_text(text.replace("جسر جديد", "جسر حديث"), encoding="utf-8")
    titles = {"افتتاح جسر جديد في المدينة", "افتتاح جسر حديث في المدينة"}
    run = _make(short_article, show)
    # Most of the run is imports; the writes are in its last part, where most points should fall.
    time.sleep(whole_run * (0.35 + 0.75 * share))
    run.send_signal(signal.SIGKILL)
    run.wait(timeout=60)
    _assert_whole(show, titles)
    assert _make(short_article, show).wait(timeout=120) == 0
    _assert_whole(show, {"افتتاح جسر حديث في المدينة"})
    assert not list(show.glob(".mujaz/work-*"))
