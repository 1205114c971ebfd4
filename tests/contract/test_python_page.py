"""The examples of docs/python.md run as they stand, one after the other, and in the README too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mujaz.publish.folder.snapshot import read_snapshot
from tests.conftest import ROOT, STORY

_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
_CONFIG = """
[text]
diacritizer = "none"
[speech]
voice = "espeak-ar"
cache = "cache"
[bulletin]
min_words = 3
[[bulletin.sources]]
path = "stories/"
order = "name"
"""


def _blocks(name: str) -> list[str]:
    return _BLOCK.findall((ROOT / name).read_text("utf-8"))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Make a folder with settings, an article and three stories."""
    (tmp_path / "mujaz.toml").write_text(_CONFIG, encoding="utf-8")
    (tmp_path / "article.txt").write_bytes(STORY.read_bytes())
    (tmp_path / "stories").mkdir()
    for name, title, body in (
        ("a", "افتتاح جسر", "افتتحت المدينة جسرا طوله مئة متر فوق النهر."),
        ("b", "معرض للكتاب", "يستقبل الزوار ثلاثة أيام دور نشر كثيرة."),
        ("c", "موسم الزيتون", "انطلق القطاف في الجبل بعد أول الأمطار."),
    ):
        (tmp_path / "stories" / f"{name}.txt").write_text(f"{title}\n\n{body}\n", "utf-8")
    return tmp_path


def _run(code: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


def test_every_example_of_the_page_runs(desk: Path) -> None:
    episode, bulletin, text = _blocks("docs/python.md")
    assert "spoken" in _run(episode, desk)
    printed = _run(bulletin, desk)
    assert "body يستقبل" not in printed
    assert "body انطلق" in printed
    (told,) = [s.episode for s in read_snapshot(desk / "show").episodes if s.episode.key]
    assert told.stories[0].title == "موسم الزيتون"
    assert "فاصل" in _run(text, desk)
    assert (desk / "hello.mp3").stat().st_size > 1000


@pytest.mark.parametrize("name", ["README.md", "README.ar.md"])
def test_the_example_of_the_readme_runs(desk: Path, name: str) -> None:
    (code,) = _blocks(name)
    assert _run(code, desk)
