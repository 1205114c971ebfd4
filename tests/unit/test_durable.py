"""What is written survives a power cut: contents reach the disk before names, names before the end.

The system's calls are watched, not replaced; the disk itself cannot be cut off in a test.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mujaz.storage.atomic import AtomicWriter


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The syncs and renames of this process, in order."""
    seen: list[tuple[str, str]] = []
    fsync, replace = os.fsync, os.replace

    def watched_fsync(descriptor: int) -> None:
        fsync(descriptor)
        seen.append(("sync", str(Path(f"/proc/self/fd/{descriptor}").readlink())))

    def watched_replace(source: str, target: str) -> None:
        seen.append(("rename", str(source)))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    return seen


def test_contents_then_names_then_folders(tmp_path: Path, steps: list[tuple[str, str]]) -> None:
    aside, root = tmp_path / "aside", tmp_path / "show"
    aside.mkdir()
    with AtomicWriter(root, aside) as files:
        files.put("feed.xml", b"feed")
        files.put("episodes/one.html", b"page")
    renames = [place for place, (kind, _) in enumerate(steps) if kind == "rename"]
    assert len(renames) == 2
    for place in renames:
        assert ("sync", steps[place][1]) in steps[: renames[0]]
    assert {path for _, path in steps[renames[-1] :]} >= {str(root), str(root / "episodes")}
    assert (root / "episodes" / "one.html").read_bytes() == b"page"
