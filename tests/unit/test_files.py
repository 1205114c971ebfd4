"""Files that are replaced together: all of them or, if the disk refuses, without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from mujaz.storage.atomic import AtomicWriter


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
