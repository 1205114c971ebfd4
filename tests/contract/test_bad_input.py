"""Bad input is normal input: a clear error, exit 1, and the show folder as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Mujaz, report_of, tree
from tests.newsroom.articles import PERSIAN

_BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "no such file"),
    "folder": (lambda path: path.mkdir(), "folder"),
    "empty": (lambda path: path.write_bytes(b""), "empty"),
    "binary": (lambda path: path.write_bytes(bytes(range(256)) * 8), "binary"),
    "undecodable": (
        lambda path: path.write_bytes("نص عربي في المدينة\n".encode() * 9 + b"\xff\xfe\xfa" * 20),
        "line 10",
    ),
    "no Arabic": (lambda path: path.write_text("Only English here.\n"), "no Arabic"),
    "Persian": (
        lambda path: path.write_text("\n\n".join((PERSIAN.title, *PERSIAN.paragraphs)), "utf-8"),
        "Persian",
    ),
    "only marks": (lambda path: path.write_text("\u064e\u0651 \u064b"), "no Arabic"),
    "too large": (lambda path: path.write_bytes(b"a" * 20_000_001), "20 MB"),
}


@pytest.mark.parametrize("kind", _BAD)
def test_a_bad_source_is_named_and_nothing_is_touched(
    kind: str, mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    show = tmp_path / "show"
    assert mujaz("make", short_article, "-o", show).returncode == 0
    before = tree(show)
    make_bad, message = _BAD[kind]
    bad = tmp_path / "bad.txt"
    make_bad(bad)
    result = mujaz("make", bad, "-o", show)
    error = result.stderr.decode()
    assert result.returncode == 1
    assert error.startswith("Error: ")
    assert "Traceback" not in error
    assert str(bad) in error
    assert message in error
    assert "Hint: " in error
    assert tree(show) == before


def test_a_bad_source_alone_makes_no_folder(mujaz: Mujaz, tmp_path: Path) -> None:
    result = mujaz("make", tmp_path / "none.txt", "-o", tmp_path / "show", "--json")
    assert result.returncode == 1
    assert not (tmp_path / "show").exists()
    report = json.loads(result.stdout)
    assert report["episode"] is None
    assert report["stories"][0]["status"] == "failed"


def test_an_unknown_voice_is_named(mujaz: Mujaz, tmp_path: Path, short_article: Path) -> None:
    result = mujaz("make", short_article, "-o", tmp_path / "show", "--voice", "espeak-aar")
    assert result.returncode == 1
    assert "espeak-aar" in result.stderr.decode()
    assert "espeak-ar" in result.stderr.decode().split("Hint:")[1]
    assert not (tmp_path / "show").exists()


def test_an_output_that_cannot_be_written_is_named(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    for target in (blocked, blocked / "below", Path("/proc/mujaz")):
        result = mujaz("make", short_article, "-o", target)
        assert result.returncode == 1
        assert str(target) in result.stderr.decode() or str(blocked) in result.stderr.decode()
    assert blocked.read_text() == "in the way"


@pytest.mark.slow
def test_a_full_disk_leaves_the_show_as_it_was(tmp_path: Path, short_article: Path) -> None:
    """The file size limit of the process stands for a full disk: the kernel refuses the write."""
    show = tmp_path / "show"
    command = [sys.executable, "-m", "mujaz", "make"]
    subprocess.run([*command, short_article, "-o", show], check=True, capture_output=True)
    before = tree(show)
    other = tmp_path / "other.txt"
    other.write_text(short_article.read_text("utf-8").replace("جسر", "نفق"), encoding="utf-8")
    for limit_kb in (0, 8, 200):
        limited = f'ulimit -f {limit_kb}; exec "$@"'
        result = subprocess.run(
            ["bash", "-c", limited, "bash", *command, str(other), "-o", str(show)],
            capture_output=True,
            check=False,
        )
        error = result.stderr.decode()
        assert result.returncode == 1, error
        assert "Error: " in error
        assert "Traceback" not in error
        assert tree(show) == before
        assert not list(show.glob(".mujaz/work-*"))


def test_wrong_usage_is_exit_2(mujaz: Mujaz) -> None:
    assert mujaz("make").returncode == 2
    assert mujaz("make", "x", "--date", "yesterday").returncode == 2
    assert mujaz("nonsense").returncode == 2


def test_messages_come_in_arabic(mujaz: Mujaz) -> None:
    result = mujaz("make", "none.txt", MUJAZ_LANG="ar")
    assert "خطأ: none.txt: لا يوجد ملف بهذا الاسم" in result.stderr.decode()


def test_a_damaged_byte_costs_a_warning_and_not_the_article(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    data = short_article.read_bytes().rstrip()
    (tmp_path / "a.txt").write_bytes(data + b"\n" + "وصل الوفد إلى المدينة".encode()[:-1] + b".\n")
    done = mujaz("make", str(tmp_path / "a.txt"), "-o", str(tmp_path / "show"), "--json")
    assert done.returncode == 0
    assert any("not text at line" in warning for warning in report_of(done)["warnings"])
