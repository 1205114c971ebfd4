"""Kills: whenever server or job process end, nothing is lost and no job is done twice.

MUJAZ_KILLS is their number in all: 100 for a release.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mujaz.desk.desk import Desk
from mujaz.desk.services.articles import ArticleIn
from mujaz.desk.store.jobs import MOST_TRIES
from mujaz.desk.values import Actor, Base, DraftView, JobView, Role
from mujaz.publish.folder.snapshot import read_snapshot
from tests.desk.conftest import ARTICLE, CONFIG, start

_LAYLA = Actor("layla", Role.CHIEF)
_KINDS = 2
_KILLS = -(-int(os.environ.get("MUJAZ_KILLS", "14")) // _KINDS)
_LIMIT_S = 60.0


def _desk(folder: Path) -> Desk:
    config = folder / "mujaz.toml"
    cache = f'cache = "{folder / "cache"}"\n'
    config.write_text(CONFIG.format(cache=cache), encoding="utf-8")
    return Desk(folder / "show", config)


def _draft(desk: Desk, title: str = "") -> DraftView:
    article = ArticleIn(title or ARTICLE["title"], text=ARTICLE["text"])
    return desk.drafts.create_article(article, _LAYLA)


def _on(draft: DraftView) -> Base:
    return Base(draft.id, 1, _LAYLA)


def _runner(folder: Path) -> subprocess.Popen[bytes]:
    arguments = [str(folder / "show"), str(folder / "mujaz.toml")]
    return subprocess.Popen(
        [sys.executable, "-m", "mujaz.desk.jobs.runner", *arguments],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _until_over(desk: Desk, job: str) -> JobView:
    until = time.monotonic() + _LIMIT_S
    while True:
        view = desk.jobs.job(job)
        if view.is_over:
            return view
        assert time.monotonic() < until, view
        time.sleep(0.02)


def _finish(folder: Path, desk: Desk, job: str) -> JobView:
    """Run the job process until a job is over; gives the job."""
    process = _runner(folder)
    try:
        return _until_over(desk, job)
    finally:
        process.communicate(timeout=_LIMIT_S)


def test_an_unforeseen_fault_of_a_job_is_named_and_logged(tmp_path: Path) -> None:
    """The database names a job whose wishes no release can read."""
    desk = _desk(tmp_path)
    job = desk.jobs.start_publish(_on(_draft(desk)))
    with sqlite3.connect(tmp_path / "show" / ".mujaz" / "desk.db") as connection:
        connection.execute("UPDATE jobs SET kind = 'unheard-of' WHERE id = ?", (job.id,))
    connection.close()
    over = _finish(tmp_path, desk, job.id)
    assert (over.state, over.error) == ("failed", "unexpected fault: KeyError: 'unheard-of'")
    assert "Traceback" in (tmp_path / "show" / ".mujaz" / "faults.log").read_text("utf-8")


def test_a_job_whose_process_was_killed_is_done_once(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    draft = _draft(desk)
    job = desk.jobs.start_publish(_on(draft))
    process = _runner(tmp_path)
    while desk.jobs.job(job.id).state == "queued":
        time.sleep(0.01)
    process.kill()
    process.communicate()
    done = _finish(tmp_path, desk, job.id)
    assert (done.state, done.error) == ("done", "")
    assert len(read_snapshot(tmp_path / "show").episodes) == 1
    assert desk.drafts.draft(draft.id).state == "published"
    desk.close()


def test_a_publication_that_was_on_air_before_the_kill_is_announced_once(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with (tmp_path / "mujaz.toml").open("a", encoding="utf-8") as file:
        file.write('[[desk.webhooks]]\nurl = "http://127.0.0.1:9/"\nevents = ["published"]\n')
    draft = _draft(desk)
    job = desk.jobs.start_publish(_on(draft))
    _finish(tmp_path, desk, job.id)
    # As if the process had died between the publication and its record.
    with desk.context.database.change() as connection:
        connection.execute("DELETE FROM deliveries")
        connection.execute("UPDATE jobs SET state = 'running', finished = ''")
    media = [stored.episode.media for stored in read_snapshot(tmp_path / "show").episodes]
    again = _finish(tmp_path, desk, job.id)
    assert again.state == "done"
    assert [s.episode.media for s in read_snapshot(tmp_path / "show").episodes] == media
    assert len(desk.context.database.rows("SELECT 1 FROM deliveries")) == 1
    # Published again without a change, nothing is announced.
    second = desk.jobs.start_publish(_on(draft))
    assert _finish(tmp_path, desk, second.id).state == "done"
    assert len(desk.context.database.rows("SELECT 1 FROM deliveries")) == 1
    desk.close()


def test_a_job_that_kills_its_process_is_given_up(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    job = desk.jobs.start_voice(_draft(desk).id, _LAYLA)
    with desk.context.database.change() as connection:
        connection.execute("UPDATE jobs SET state = 'running', tries = ?", (MOST_TRIES,))
    done = _finish(tmp_path, desk, job.id)
    assert done.state == "failed"
    assert "died" in done.error
    desk.close()


def test_a_running_job_is_cancelled(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    text = "\n\n".join(f"وصل الوزير رقم {n} إلى العاصمة صباح اليوم." for n in range(400))
    draft = desk.drafts.create_article(ArticleIn("زيارات", text=text), _LAYLA)
    job = desk.jobs.start_voice(draft.id, _LAYLA)
    process = _runner(tmp_path)
    while desk.jobs.job(job.id).done == 0:
        time.sleep(0.01)
    desk.jobs.cancel(job.id, _LAYLA)
    over = _until_over(desk, job.id)
    process.communicate(timeout=_LIMIT_S)
    assert over.state == "cancelled"
    assert 0 < over.done < 400
    desk.close()


@pytest.mark.slow
def test_kills_of_the_job_process_lose_nothing(tmp_path: Path) -> None:
    chance = random.Random(24)
    desk = _desk(tmp_path)
    titles = []
    for number in range(_KILLS):
        draft = _draft(desk, f"خبر عاجل رقم {number}")
        titles.append(draft.title)
        job = desk.jobs.start_publish(_on(draft))
        process = _runner(tmp_path)
        while desk.jobs.job(job.id).state == "queued":
            time.sleep(0.005)
        time.sleep(chance.random() * 0.6)
        process.kill()
        process.communicate()
        done = _finish(tmp_path, desk, job.id)
        assert (done.state, done.error) == ("done", "")
        assert desk.drafts.draft(draft.id).state == "published"
        episodes = read_snapshot(tmp_path / "show").episodes
        assert sorted(s.episode.title for s in episodes) == sorted(titles)
    desk.close()


@pytest.mark.slow
def test_kills_of_the_server_lose_no_answered_change(tmp_path: Path) -> None:
    import httpx

    chance = random.Random(42)
    desk = _desk(tmp_path)
    token = desk.accounts.add_token("cms", Role.CHIEF)
    draft = _draft(desk)
    desk.close()
    answered: list[tuple[int, str]] = [(1, "")]
    for number in range(_KILLS):
        process, first = start(tmp_path)
        base = first.partition("/enter")[0].rstrip("/")
        until = time.monotonic() + chance.random() * 1.5
        with httpx.Client(
            base_url=f"{base}/api/v1", headers={"authorization": f"Bearer {token}"}, timeout=30
        ) as api:
            newest = api.get(f"/drafts/{draft.id}").json()
            revision = newest["revision"]
            last, text = answered[-1]
            assert revision >= last
            if text and revision == last:
                assert newest["stories"][1]["sentences"][1]["spoken"] == text
            while time.monotonic() < until:
                text = f"نص {number} {revision}"
                changed = api.patch(
                    f"/drafts/{draft.id}/sentences/3",
                    json={"spoken": text},
                    headers={"if-match": f'"{revision}"'},
                )
                assert changed.status_code == 200
                revision = changed.json()["revision"]
                answered.append((revision, text))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    again = Desk(tmp_path / "show", tmp_path / "mujaz.toml")
    rows = again.drafts.history(draft.id)
    assert len(rows) >= answered[-1][0]
    for revision, text in answered[1:]:
        stored = again.drafts.stored(draft.id, revision).content.line(3)
        assert stored is not None
        assert stored.spoken == text
    again.close()
