"""Who is reading a published file when it changes reads the old one to its end.

No luck of timing: every file is opened before the change and read through the same descriptor
after it. Written over in place, it would hold the new bytes, or a part of both.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mujaz.publish.remote.store_target import StoreTarget
from tests.conftest import Mujaz, tree
from tests.shows import CONFIG, episode, publish

_SHOW = {
    "MUJAZ_SHOW_BASE_URL": CONFIG.base_url,
    "MUJAZ_SHOW_LINK": CONFIG.link,
    "MUJAZ_SHOW_AUTHOR": CONFIG.author,
    "MUJAZ_SHOW_PAGE": "1",
}
_BEFORE = {**_SHOW, "MUJAZ_SHOW_TITLE": "اسم قديم"}
_AFTER = {**_SHOW, "MUJAZ_SHOW_TITLE": "اسم جديد", "MUJAZ_SHOW_LANGUAGE": "ar-EG"}


@contextmanager
def _being_read(root: Path) -> Iterator[set[str]]:
    """Readers at every file of a folder; gives the names whose content has changed meanwhile.

    Filled in at the end, when every reader has found what was there at the beginning.
    """
    changed: set[str] = set()
    with ExitStack() as stack:
        before = tree(root)
        readers = {name: stack.enter_context((root / name).open("rb")) for name in before}
        yield changed
        now = tree(root)
        for name, reader in readers.items():
            assert reader.read() == before[name], f"{name} was changed under its reader"
            if name in now and now[name] != before[name]:
                here = (root / name).stat()
                assert not os.path.samestat(here, os.fstat(reader.fileno())), name
                changed.add(name)


def _show(root: Path, mujaz: Mujaz) -> Path:
    """A show with an archive page, as it was built under its old name."""
    show = root / "show"
    publish(show, episode(0), episode(1))
    assert mujaz("show", "rebuild", show, **_BEFORE).returncode == 0
    return show


def _kinds(names: set[str]) -> set[str]:
    """What was replaced, by kind."""
    kinds = {name for name in names if "/" not in name and not name.startswith("feed-")}
    kinds |= {"archive" for name in names if name.startswith("feed-")}
    return (
        kinds
        | {name.split(".", 1)[-1] for name in names if name.startswith("media/")}
        | {name.rsplit("/", 1)[-1] for name in names if name.startswith("episodes/")}
    )


_REBUILT = {"feed.xml", "archive", "index.html", "mujaz-show.json", "html", "chapters.json"}


def test_a_rebuild_changes_no_file_that_is_being_read(tmp_path: Path, mujaz: Mujaz) -> None:
    show = _show(tmp_path, mujaz)
    with _being_read(show) as changed:
        assert mujaz("show", "rebuild", show, **_AFTER).returncode == 0
    assert _kinds(changed) >= _REBUILT


def test_a_correction_changes_no_file_that_is_being_read(tmp_path: Path, mujaz: Mujaz) -> None:
    """The manifest too, and the state, and whatever was built from them."""
    show = _show(tmp_path, mujaz)
    fixed = replace(episode(1), title="خبر مصحح", updated=episode(2).published)
    with _being_read(show) as changed:
        publish(show, fixed, config=replace(CONFIG, page=1))
    assert _kinds(changed) >= {"episode.json", "index.html", "feed.xml", "mujaz-show.json"}


def test_a_withdrawal_changes_no_file_that_is_being_read(tmp_path: Path, mujaz: Mujaz) -> None:
    show = _show(tmp_path, mujaz)
    with _being_read(show) as changed:
        assert mujaz("show", "retract", episode(1).guid, show, **_BEFORE).returncode == 0
    assert "feed.xml" in changed


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_publishing_to_a_folder_changes_no_file_that_is_being_read(
    scheme: str, tmp_path: Path, mujaz: Mujaz
) -> None:
    show, target = _show(tmp_path, mujaz), tmp_path / "www"
    assert mujaz("publish", f"{scheme}{target}", show, **_BEFORE).returncode == 0
    assert mujaz("show", "rebuild", show, **_AFTER).returncode == 0
    with _being_read(target) as changed:
        assert mujaz("publish", f"{scheme}{target}", show, **_AFTER).returncode == 0
    assert _kinds(changed) >= _REBUILT
    assert tree(target) == tree(show)


def test_a_store_that_cannot_put_in_one_step_gets_its_files_renamed_into_place(
    tmp_path: Path,
) -> None:
    """SFTP and its like, by the one store of fsspec that can be read meanwhile: a local folder."""
    old, new = tmp_path / "old.xml", tmp_path / "new.xml"
    old.write_bytes(b"old " * 5000)
    new.write_bytes(b"new " * 7000)
    served = tmp_path / "www"
    target = StoreTarget(f"local://{served}", tmp_path)
    target.put("feed.xml", old)
    with _being_read(served) as changed:
        target.put("feed.xml", new)
    assert changed == {"feed.xml"}
    assert tree(served) == {"feed.xml": new.read_bytes()}


def test_the_readers_notice(tmp_path: Path) -> None:
    """``_being_read`` fails if a file is written over in place."""
    file = tmp_path / "feed.xml"
    file.write_bytes(b"old")
    with pytest.raises(AssertionError, match="under its reader"), _being_read(tmp_path):
        file.write_bytes(b"new")
