"""Files that are replaced: whole, durable, and unchanged if the disk refuses."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

import mujaz
from mujaz.storage.atomic import AtomicWriter, atomic_write, move_into_place, replace_file


def test_a_move_that_is_refused_leaves_no_unfinished_file(tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    (tmp_path / "second" / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="second"):
        _replace_three(tmp_path, aside)
    assert not list(aside.iterdir())
    assert (tmp_path / "first").read_text() == "1"
    assert not (tmp_path / "third").exists()


def _replace_three(root: Path, aside: Path) -> None:
    with AtomicWriter(root, aside) as files:
        files.put("first", "1")
        files.put("second", "a file where a folder is")
        files.put("third", "3")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "file"
    replace_file(target, "old")
    with pytest.raises(ValueError, match="half"), atomic_write(target) as stream:
        _write_half(stream)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def _write_half(stream: BinaryIO) -> None:
    stream.write(b"new")
    raise ValueError("half")


def test_what_killed_writers_left_of_a_file_is_removed_by_the_next(tmp_path: Path) -> None:
    leftover, other = tmp_path / ".health-1234.part", tmp_path / ".built-1234.part"
    for path in (leftover, other):
        path.write_text("half")
    replace_file(tmp_path / "health.json", "new", locked_prefix=".health-")
    assert {path.name for path in tmp_path.iterdir()} == {"health.json", other.name}


def test_the_mode_of_a_replaced_file_is_the_usual_one(tmp_path: Path) -> None:
    replace_file(tmp_path / "replaced", "x")
    (tmp_path / "written").write_text("x", encoding="utf-8")
    assert (tmp_path / "replaced").stat().st_mode == (tmp_path / "written").stat().st_mode


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the calls to the system, in order, with the files that they are about."""
    seen: list[str] = []

    def recorded(name: str, show: Callable[..., str]) -> None:
        original = getattr(os, name)

        def call(*args: Any) -> Any:
            seen.append(f"{name} {show(*args)}")
            return original(*args)

        monkeypatch.setattr(os, name, call)

    def name_of(descriptor: int) -> str:
        return Path(f"/proc/self/fd/{descriptor}").readlink().name

    recorded("fsync", name_of)
    recorded("replace", lambda source, target: f"to {Path(target).name}")
    return seen


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are named in /proc")
def test_content_is_on_disk_before_the_name_and_the_name_before_the_end(
    tmp_path: Path, calls: list[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "unfinished").write_text("x", encoding="utf-8")
    move_into_place(folder / "unfinished", folder / "finished")
    assert calls == ["fsync unfinished", "replace to finished", "fsync folder"]
    calls.clear()
    replace_file(folder / "one", "x")
    assert [call.split()[0] for call in calls] == ["fsync", "replace", "fsync"]
    assert calls[0].startswith("fsync .new-")
    calls.clear()
    replace_file(folder / "two", "x", durable=False)
    assert calls == ["replace to two"]
    calls.clear()
    with AtomicWriter(folder, tmp_path) as files:
        files.put("three", "x")
        files.put("four", "x")
    assert calls == [
        "fsync new-0", "fsync new-1", "replace to three", "replace to four", "fsync folder"
    ]  # fmt: skip


def test_no_other_module_replaces_or_locks_files() -> None:
    """Only two modules lock and replace files: others could lack the time limit or the fsync."""
    root = Path(mujaz.__file__).parent
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr in ("flock", "lockf", "rename", "renames", "mkstemp")
            # str.replace takes two arguments, dataclasses.replace and date.replace keywords.
            or (node.func.attr == "replace" and len(node.args) == 1 and not node.keywords)
            or ast.unparse(node.func) == "os.replace"
        )
    }
    assert found == {"storage/atomic.py", "storage/locks.py"}
