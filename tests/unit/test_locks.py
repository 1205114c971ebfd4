"""Locks between processes: waits end, errors name the holder, a dead holder blocks nobody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from mujaz.errors import PublishError
from mujaz.publish.folder.workspace import write_locked
from mujaz.storage.locks import (
    LockTimeoutError,
    exclusive_lock,
    is_locked,
    is_locked_exclusively,
    lock_new_file,
    read_holder,
    shared_lock,
)

_HOLD = """
import sys
from pathlib import Path
from mujaz.storage import locks
with getattr(locks, sys.argv[2])(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def _held_elsewhere(path: Path, kind: str = "exclusive_lock") -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a lock on a file."""
    command = [sys.executable, "-c", _HOLD, str(path), kind, "sftp://desk:SECRET@news.example"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_wait_ends_and_the_error_names_the_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    waits: list[str] = []
    with (
        _held_elsewhere(path) as process,
        pytest.raises(LockTimeoutError) as caught,
        exclusive_lock(path, wait_s=0.1, on_wait=lambda: waits.append("waiting")),
    ):
        pytest.fail("two processes hold one exclusive lock")
    assert waits == ["waiting"]
    assert f"process {process.pid} (-c " in caught.value.message
    assert "since 20" in caught.value.message
    assert caught.value.where == str(path)
    assert f"end process {process.pid}" in caught.value.hint
    assert "SECRET" not in str(caught.value) + path.read_text(encoding="utf-8")


def test_a_show_folder_that_another_process_writes_is_not_waited_for_without_end(
    tmp_path: Path,
) -> None:
    with (
        _held_elsewhere(tmp_path / ".mujaz" / "lock") as process,
        pytest.raises(LockTimeoutError, match=f"process {process.pid} "),
        write_locked(tmp_path, lambda: None, wait_s=0.1),
    ):
        pytest.fail("two processes write one show folder")


def test_a_process_that_is_killed_gives_its_lock_back(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with _held_elsewhere(path) as process:
        process.send_signal(signal.SIGKILL)
        with exclusive_lock(path, wait_s=10):
            holder = read_holder(path)
            assert holder is not None
            assert holder.pid == os.getpid()
    assert read_holder(path) is None


def test_the_record_of_a_killed_holder_is_not_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text(json.dumps({"pid": 1, "left": "x" * 500}), encoding="utf-8")
    with exclusive_lock(path):
        assert json.loads(path.read_bytes())["pid"] == os.getpid()


def test_a_shared_lock_is_held_by_many_and_keeps_an_exclusive_one_out(tmp_path: Path) -> None:
    path = tmp_path / "sign"
    assert not is_locked(path)
    with _held_elsewhere(path, "shared_lock"):
        assert is_locked(path)
        with shared_lock(path, wait_s=0):
            pass
        with pytest.raises(LockTimeoutError), exclusive_lock(path, wait_s=0):
            pytest.fail("an exclusive lock beside a shared one")
    assert not is_locked(path)
    with (
        _held_elsewhere(path),
        pytest.raises(LockTimeoutError),
        shared_lock(path, wait_s=0.05),
    ):
        pytest.fail("a shared lock beside an exclusive one")


def test_the_lock_of_a_file_is_seen_through_an_open_one_that_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "clips"
    with path.open("w", encoding="utf-8") as written:
        lock_new_file(written)
        with path.open("rb") as read, path.open("rb") as other:
            path.unlink()
            assert is_locked_exclusively(read)
            written.close()
            assert not is_locked_exclusively(read)
            # Asking has left no lock behind.
            lock_new_file(other)


def test_a_lock_whose_file_was_removed_meanwhile_is_taken_on_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "private" / "lock"
    first = ExitStack()
    first.enter_context(exclusive_lock(path))

    def the_folder_goes() -> None:
        path.unlink()
        path.parent.rmdir()
        first.close()

    # The next one waits on the old file, which then goes, and must not be content with it.
    with exclusive_lock(path, wait_s=5, on_wait=the_folder_goes):
        assert is_locked(path)


def test_a_folder_that_cannot_be_created_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with (
        pytest.raises(PublishError, match="cannot be written"),
        write_locked(tmp_path / "file" / "show", lambda: None),
    ):
        pytest.fail("a folder inside a file")
