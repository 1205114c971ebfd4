"""A run that makes episodes, or the server that offers them live, killed at random moments.

See tests/contract/test_kill.py, whose checks these are.
"""

from __future__ import annotations

import socket
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.contract.test_kill import (
    QUICK,
    Run,
    assert_tidy,
    assert_whole,
    copy_tree,
    kinds_of_files,
    moments_of,
    reader,
)

_ARTICLE = """{title}

الأحد 8 مايو 2022

افتتحت البلدية الجسر أمس بعد عام من العمل، وحضر الافتتاح رئيس المدينة وعدد من المهندسين والعمال.

وقال المهندس إن الجسر متين، وإن المركبات ستعبره من صباح الغد، وإن العمل على الطريق يكتمل في الصيف.
"""
_BULLETIN = """[text]
diacritizer = "none"
[[bulletin.sources]]
path = "stories"
"""


def _stories(folder: Path, title: str) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(3):
        text = _ARTICLE.format(title=f"{title} رقم {number}")
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder / "0.txt"


def _earlier(show: Path, environment: Mapping[str, str]) -> None:
    """Make a show with one episode."""
    article = show.with_name("earlier.txt")
    article.write_text("أمطار\n\nالسبت 7 مايو 2022\n\nهطلت الأمطار أمس.\n", encoding="utf-8")
    assert Run(["make", str(article), "-o", str(show)], environment).to_the_end()[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["make", "correct", "bulletin"])
def test_new_episodes(kind: str, tmp_path: Path) -> None:
    before, show, after = tmp_path / "before", tmp_path / "show", tmp_path / "after"
    environment = {
        **QUICK,
        "MUJAZ_SPEECH_CACHE": str(tmp_path / "clips"),
        "MUJAZ_SHOW_KEEP_MEDIA_DAYS": "0",
    }
    article = _stories(tmp_path / "stories", "افتتاح جسر جديد")
    (tmp_path / "mujaz.toml").write_text(_BULLETIN, encoding="utf-8")
    arguments = ["make", str(article), "-o", str(show)]
    if kind == "bulletin":
        config = str(tmp_path / "mujaz.toml")
        arguments = ["--config", config, "bulletin", "-o", str(show), "--date", "2022-05-08"]
    run = Run(arguments, environment)
    _earlier(show, environment)
    if kind == "correct":
        assert run.to_the_end()[0] == 0
        text = article.read_text("utf-8")
        article.write_text(text.replace("متين", "آمن"), encoding="utf-8")
    copy_tree(show, before)
    known = assert_whole(reader(before))
    # Once before the time is measured: later runs find their clips in the cache.
    assert run.to_the_end()[0] == 0
    copy_tree(before, show)
    moments = moments_of(run, kind)
    copy_tree(show, after)
    for moment in moments:
        copy_tree(before, show)
        run.killed_after(moment)
        assert known <= assert_whole(reader(show)), "no earlier episode is lost"
        assert run.to_the_end()[0] == 0
        assert len(assert_whole(reader(show))) == 2
        assert Run(["show", "check", str(show)], environment).to_the_end()[0] == 0
        assert kinds_of_files(show) == kinds_of_files(after)
        assert_tidy(show)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _get(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=20) as answer:
        return bytes(answer.read())


def _until_served(port: int) -> None:
    for _ in range(3000):
        with suppress(OSError):
            _get(port, "feed.xml")
            return
        time.sleep(0.01)
    raise AssertionError("serve --live does not answer")


@pytest.mark.slow
def test_serve_live(tmp_path: Path) -> None:
    """Kill the server while a run lends it clips, or the run while the server has its spool."""
    before, show = tmp_path / "before", tmp_path / "show"
    environment = {**QUICK, "MUJAZ_SPEECH_CACHE": str(tmp_path / "clips")}
    article = _stories(tmp_path / "stories", "افتتاح جسر جديد")
    make = Run(["make", str(article), "-o", str(show)], environment)
    _earlier(before, environment)
    copy_tree(before, show)
    assert make.to_the_end()[0] == 0
    copy_tree(before, show)
    for number, moment in enumerate(moments_of(make, "serve")):
        copy_tree(before, show)
        port = _free_port()
        serve = Run(["serve", str(show), "--live", "--port", str(port)], environment)
        server, _ = serve.begin()
        try:
            _until_served(port)
            if number % 2:
                make.killed_after(moment)
                assert_whole(partial(_get, port))
            else:
                run, start = make.begin()
                with suppress(ValueError):
                    time.sleep(start + moment - time.monotonic())
                server.kill()
                run.join(120)
                assert run.exitcode == 0, "a server that dies does not disturb a run"
            assert_whole(reader(show))
            assert make.to_the_end()[0] == 0
            assert len(assert_whole(reader(show))) == 2
            assert Run(["show", "check", str(show)], environment).to_the_end()[0] == 0
            assert_tidy(show)
        finally:
            server.kill()
            server.join(60)
