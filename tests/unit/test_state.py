"""The state file's serial and revisions, and symbolic links in a show folder."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mujaz.errors import PublishError
from mujaz.publish.checks import check_show
from mujaz.publish.folder.layout import links_in
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.state import may_replace, read_state
from mujaz.publish.folder.workspace import write_locked
from mujaz.publish.folder.write import rebuild
from mujaz.publish.remote.targets import open_target
from mujaz.publish.remote.upload import publish_folder
from mujaz.publish.show import published_show
from mujaz.settings.values import ShowConfig
from tests.shows import CONFIG, episode, publish


def _rebuild(root: Path, config: ShowConfig = CONFIG) -> None:
    snapshot = read_snapshot(root)
    with write_locked(root, lambda: None) as workspace:
        rebuild(snapshot, published_show(config, snapshot.state), workspace)


def _data(root: Path) -> dict[str, Any]:
    data = json.loads((root / "mujaz-show.json").read_text("utf-8"))
    assert isinstance(data, dict)
    return data


def test_the_serial_grows_with_every_change_and_only_then(tmp_path: Path) -> None:
    publish(tmp_path, episode(0))
    first = read_state(tmp_path)
    assert (first.serial, len(first.revisions)) == (1, 1)
    _rebuild(tmp_path)
    assert read_state(tmp_path) == first
    publish(tmp_path, episode(1))
    second = read_state(tmp_path)
    assert second.serial == 2
    assert second.revisions[1:] == first.revisions
    _rebuild(tmp_path, replace(CONFIG, description="وصف آخر"))
    assert read_state(tmp_path).serial == 3
    # A lost file that is generated again is no change.
    third = read_state(tmp_path)
    for name in ("index.html", "feed.xml"):
        (tmp_path / name).unlink()
        _rebuild(tmp_path, replace(CONFIG, description="وصف آخر"))
        assert (tmp_path / name).exists()
        assert read_state(tmp_path) == third
    # Back to an earlier content: another state all the same.
    _rebuild(tmp_path)
    fourth = read_state(tmp_path)
    assert fourth.serial == 4
    assert len(set(fourth.revisions)) == 4


def test_the_serial_moves_before_the_files_it_stands_for(tmp_path: Path) -> None:
    import sys

    publish(tmp_path, episode(0))
    moved: list[str] = []
    active = [True]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if active[0] and event == "os.rename" and str(tmp_path) in str(arguments[1]):
            moved.append(Path(str(arguments[1])).name)

    sys.addaudithook(watch)
    _rebuild(tmp_path, replace(CONFIG, title="عنوان آخر"))
    active[0] = False
    published = [name for name in moved if name != "built.json"]
    assert published[0] == "mujaz-show.json"
    assert published[-1] == "feed.xml"


def test_only_a_descendant_may_replace_what_is_published(tmp_path: Path) -> None:
    show, backup = tmp_path / "show", tmp_path / "backup"
    publish(show, episode(0))
    shutil.copytree(show, backup)
    old = _data(show)
    publish(show, episode(1))
    new = _data(show)
    assert may_replace(new, old)
    assert may_replace(new, new)
    assert not may_replace(old, new)
    # Two copies that went on apart have the same serial and are not the same.
    publish(backup, episode(2))
    publish(backup, episode(3))
    apart = _data(backup)
    assert apart["serial"] > new["serial"]
    assert not may_replace(apart, new)
    assert not may_replace(new, apart)
    # A state from before there were revisions may be replaced.
    assert may_replace(new, {"guid": "x"})
    assert not may_replace({"guid": "x"}, new)


def test_revisions_are_bounded_and_a_damaged_state_counts_as_none(tmp_path: Path) -> None:
    publish(tmp_path, episode(0))
    path = tmp_path / "mujaz-show.json"
    path.write_text(json.dumps({**_data(tmp_path), "revisions": ["a"] * 500}), encoding="utf-8")
    publish(tmp_path, episode(1))
    assert len(read_state(tmp_path).revisions) == 100
    damaged = {**_data(tmp_path), "serial": "x", "revisions": {"a": 1}}
    path.write_text(json.dumps(damaged), encoding="utf-8")
    state = read_state(tmp_path)
    assert (state.serial, state.revisions) == (0, ())


@pytest.mark.parametrize("name", ["media", "episodes", "one"])
def test_a_link_in_a_show_is_found_by_check_and_refused_by_publishing(
    tmp_path: Path, name: str
) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    assert not links_in(show)
    linked = next(show.glob("media/*.mp3")) if name == "one" else show / name
    elsewhere = tmp_path / "elsewhere"
    linked.rename(elsewhere)
    linked.symlink_to(elsewhere)
    relative = str(linked.relative_to(show))
    assert links_in(show) == [relative]
    result = check_show(show, CONFIG, lambda path, stretches: [""] * len(stretches))
    assert (relative, "is a symbolic link, which neither the server nor a copy follows") in [
        (problem.where, problem.what) for problem in result.problems
    ]
    with pytest.raises(PublishError, match="symbolic link") as raised:
        publish_folder(show, open_target(str(target), show / ".mujaz"), lambda line: None)
    assert relative in str(raised.value)
    assert not target.exists() or not list(target.iterdir())


def test_a_link_to_the_whole_show_and_hidden_links_are_fine(tmp_path: Path) -> None:
    publish(tmp_path / "show", episode(0))
    (tmp_path / "link").symlink_to(tmp_path / "show")
    (tmp_path / "show" / ".hidden").symlink_to(tmp_path)
    assert not links_in(tmp_path / "link")
