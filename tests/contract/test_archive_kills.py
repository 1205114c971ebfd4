"""An archive that is killed again and again is whole in the end: no episode twice, none missing.

With MUJAZ_LONG=1 ten thousand articles and ten kills, else a hundredth; a tenth of the titles
stands twice on one day.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from mujaz.publish.folder.manifest import load
from tests.conftest import environ
from tests.contract.test_kill import assert_tidy, assert_whole, reader
from tests.shows import CONFIG

_LONG = bool(os.environ.get("MUJAZ_LONG"))
_ARTICLES, _KILLS = (10_000, 10) if _LONG else (100, 4)
_LIMIT_S = 3 * 3600 if _LONG else 1800
_WORDS = "قال الوزير في المدينة إن العمل في الجسر الجديد بدأ صباح اليوم ويستمر حتى المساء".split()


def _write_articles(path: Path) -> set[str]:
    """A JSON-lines file; gives the ids."""
    chance = random.Random(2)
    with path.open("w", encoding="utf-8") as stream:
        for number in range(_ARTICLES):
            # Numbers 0 and 1 of each ten share title and day.
            same = number - number % 10 if number % 10 < 2 else number
            year, month, day = 2015 + same * 8 // _ARTICLES, 1 + same // 7 % 12, 1 + same % 28
            row = {
                "id": f"article-{number}",
                "title": f"أسعار الذهب اليوم {same}",
                "date": f"{year}-{month:02d}-{day:02d}",
                "paragraphs": [f"{' '.join(chance.sample(_WORDS, 8))} {number}."],
            }
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return {f"{path}:{number + 1}" for number in range(_ARTICLES)}


def _start(articles: Path, show: Path, told: Path) -> subprocess.Popen[bytes]:
    environment = {
        **environ(show.parent),
        "MUJAZ_SHOW_BASE_URL": CONFIG.base_url,
        "MUJAZ_SPEECH_VOICE": "tone",
        "MUJAZ_TEXT_DIACRITIZER": "none",
        "MUJAZ_SHOW_KEEP_MEDIA_DAYS": "0",
    }
    command = ["archive", str(articles), "-o", str(show), "--workers", "2", "--json"]
    with told.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "mujaz", *command],
            stdout=output,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )


def _episodes(show: Path) -> int:
    return sum(1 for _ in show.glob("episodes/*/episode.json"))


@pytest.mark.slow
def test_killed_and_resumed(tmp_path: Path) -> None:
    articles, show, told = tmp_path / "a.jsonl", tmp_path / "show", tmp_path / "told"
    sources = _write_articles(articles)
    chance = random.Random(4)
    for kill in range(_KILLS):
        # The moments are counted in episodes, so that a slow machine kills at work too.
        target = _episodes(show) + chance.randrange(1, max(2, _ARTICLES // (_KILLS + 1)))
        run = _start(articles, show, told)
        ends = time.monotonic() + _LIMIT_S
        while run.poll() is None and _episodes(show) < target and time.monotonic() < ends:
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 0.3))
        if kill % 2:
            # With its workers, as a power cut would; else they end themselves.
            os.killpg(run.pid, signal.SIGKILL)
        else:
            run.kill()
        run.wait(60)
        assert run.returncode == -signal.SIGKILL, f"run {kill} ended by itself"
        if (show / "feed.xml").exists():
            assert_whole(reader(show))
    run = _start(articles, show, told)
    assert run.wait(_LIMIT_S) == 0
    episodes = [load(path) for path in show.glob("episodes/*/episode.json")]
    assert len(episodes) == _ARTICLES
    assert len({episode.guid for episode in episodes}) == _ARTICLES
    assert len({story.source for episode in episodes for story in episode.stories}) == _ARTICLES
    days = Counter((episode.title, episode.day) for episode in episodes)
    assert sum(count == 2 for count in days.values()) == _ARTICLES // 10
    # A run that is killed may have put an episode into the folder and not have told of it.
    lines = [json.loads(line) for line in told.read_text("utf-8").splitlines()]
    assert {line["source"] for line in lines} <= sources
    assert {line["status"] for line in lines} <= {"made"}
    assert len(assert_whole(reader(show))) == _ARTICLES
    assert_tidy(show)
    assert not list((show / ".mujaz").glob("archive-*"))
