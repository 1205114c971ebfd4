"""What is removed from a show folder, and what stays."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mujaz.publish.folder.cleanup import clean_up, named_media
from mujaz.publish.folder.layout import folder_name
from mujaz.publish.folder.retention import Division
from mujaz.publish.folder.retract import retract
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.workspace import write_locked
from mujaz.publish.folder.write import rebuild
from mujaz.publish.show import published_show
from mujaz.settings.values import ShowConfig
from tests.shows import CONFIG, episode, publish


def _rebuild(root: Path, config: ShowConfig = CONFIG) -> None:
    snapshot = read_snapshot(root)
    with write_locked(root, lambda: None) as workspace:
        rebuild(snapshot, published_show(config, snapshot.state), workspace)


def _aged(path: Path, days: float) -> Path:
    path.write_bytes(b"data")
    moment = time.time() - days * 86400
    os.utime(path, (moment, moment))
    return path


def test_media_that_no_manifest_names_are_removed_once_they_are_old(tmp_path: Path) -> None:
    publish(tmp_path, episode(0))
    media = tmp_path / "media"
    used = next(media.glob("*.mp3"))
    old = [
        _aged(media / f"2026-01-01-0123abcd{suffix}", CONFIG.keep_media_days + 1)
        for suffix in (".mp3", ".opus", ".vtt", ".chapters.json")
    ]
    young = _aged(media / "2026-01-01-4567abcd.mp3", CONFIG.keep_media_days - 1)
    foreign = [
        _aged(media / name, 999) for name in ("interview.mp3", "2026-01-01-own.mp3", "a-b.txt")
    ]
    for path in media.glob(f"{used.stem}.*"):
        os.utime(path, (1, 1))
    _rebuild(tmp_path)
    assert not [path for path in old if path.exists()]
    assert young.exists()
    assert all(path.exists() for path in foreign)
    assert len(list(media.glob(f"{used.stem}.*"))) == 5


def test_media_of_a_correction_stay_for_the_configured_days(tmp_path: Path) -> None:
    publish(tmp_path, episode(0))
    before = next(tmp_path.glob("media/*.mp3")).name
    now = datetime.now(UTC).replace(microsecond=0)
    days = CONFIG.keep_media_days
    publish(tmp_path, episode(0, updated=now - timedelta(days=days) + timedelta(hours=1)))
    assert len(list(tmp_path.glob("media/*.mp3"))) == 2
    assert named_media(tmp_path / "feed.xml").isdisjoint({before})
    _rebuild(tmp_path, replace(CONFIG, keep_media_days=days - 1))
    assert not (tmp_path / "media" / before).exists()
    assert not list(tmp_path.glob(f"media/{before.removesuffix('.mp3')}.*"))


def test_an_episode_out_of_the_feed_rests_before_it_goes(tmp_path: Path) -> None:
    publish(tmp_path, episode(0), episode(1), episode(2))
    few = replace(CONFIG, keep=1)
    _rebuild(tmp_path, few)
    assert len(list(tmp_path.glob("media/*.mp3"))) == 3
    left = read_snapshot(tmp_path).state.left
    assert set(left) == {folder_name(episode(n).day, episode(n).guid) for n in (0, 1)}
    # The time counts from when an episode left the feed.
    path = tmp_path / "mujaz-show.json"
    moment = next(iter(left.values()))
    path.write_text(path.read_text("utf-8").replace(moment, "2999-01-01T00:00:00+00:00"), "utf-8")
    _rebuild(tmp_path, few)
    assert set(read_snapshot(tmp_path).state.left.values()) == {"2999-01-01T00:00:00+00:00"}
    path.write_text(path.read_text("utf-8").replace("2999-01-01T00:00:00+00:00", moment), "utf-8")
    _rebuild(tmp_path, replace(few, keep_media_days=0))
    assert len(list(tmp_path.glob("media/*.mp3"))) == 1
    assert [path.name for path in (tmp_path / "episodes").iterdir()] == [
        folder_name(episode(2).day, episode(2).guid)
    ]


def test_media_that_a_feed_on_disk_names_stay_whatever_is_due(tmp_path: Path) -> None:
    show = publish(tmp_path, episode(0), episode(1))
    named = named_media(tmp_path / "feed.xml")
    stored = read_snapshot(tmp_path).episodes
    clean_up(tmp_path, Division((), (), stored), show, {"feed.xml"}, ())
    assert {path.name for path in tmp_path.glob("media/*.mp3")} == named


def test_the_newest_episode_stays_however_old_it_is(tmp_path: Path) -> None:
    publish(tmp_path, episode(0), config=replace(CONFIG, keep_days=1, keep_media_days=0))
    assert len(named_media(tmp_path / "feed.xml")) == 1
    publish(tmp_path, episode(1), config=replace(CONFIG, keep_days=1, keep_media_days=0))
    assert named_media(tmp_path / "feed.xml") == {read_snapshot(tmp_path).episodes[0].episode.media}


def test_only_the_tombstone_stays_of_a_retracted_episode(tmp_path: Path) -> None:
    show = publish(tmp_path, episode(0), episode(1))
    guid = episode(0).guid
    with write_locked(tmp_path, lambda: None) as workspace:
        stone = retract(guid, read_snapshot(tmp_path), show, workspace)
    folder = tmp_path / "episodes" / stone.folder
    assert [path.name for path in folder.iterdir()] == ["retracted.json"]
    assert not [p for stem in stone.media for p in tmp_path.glob(f"media/{stem}*")]
    snapshot = read_snapshot(tmp_path)
    assert (snapshot.find(guid), snapshot.tombstone(guid)) == (None, stone)
    # Made again, it returns to its folder with its first publication, and the tombstone goes.
    publish(tmp_path, episode(0))
    snapshot = read_snapshot(tmp_path)
    stored = snapshot.find(guid)
    assert stored is not None
    assert (stored.folder, snapshot.tombstones) == (stone.folder, ())


def test_a_run_that_is_killed_at_any_removal_leaves_nothing_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, root = tmp_path / "whole", tmp_path / "show"
    for number in range(2):
        publish(whole, episode(number))
    few = replace(CONFIG, keep=1)
    _rebuild(whole, few)
    config = replace(few, keep_media_days=0)
    names = {path.name for path in (whole / "episodes").iterdir()}
    for moment in range(99):
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(whole, root)
        with monkeypatch.context() as patch:
            removals = _dying(patch, moment)
            with contextlib.suppress(KeyboardInterrupt):
                _rebuild(root, config)
        _rebuild(root, config)
        (left,) = {path.name for path in (root / "episodes").iterdir()}
        assert left in names
        assert [path.name for path in (root / "embed").iterdir()] == [left]
        if len(removals) <= moment:
            return
    raise AssertionError("it never ends")


def _dying(patch: pytest.MonkeyPatch, moment: int) -> list[str]:
    """Let the removal of that number, and all after it, end the run; gives what was to go."""
    removals: list[str] = []

    def dying(remove: Callable[..., None]) -> Callable[..., None]:
        def wrapper(path: Any, *rest: Any, **named: Any) -> None:
            removals.append(str(path))
            if len(removals) > moment:
                raise KeyboardInterrupt
            remove(path, *rest, **named)

        return wrapper

    for name in ("unlink", "rmdir"):
        patch.setattr(os, name, dying(getattr(os, name)))
    return removals
