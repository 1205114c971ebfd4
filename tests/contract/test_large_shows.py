"""A show that is written through its table is, byte for byte, one that is read as a whole."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mujaz.domain import Episode
from mujaz.pipeline.show_folder import open_folder, rebuild_show
from mujaz.publish.folder.episode_index import index_path
from mujaz.publish.folder.indexed import IndexedSnapshot
from mujaz.publish.folder.layout import manifest_name
from mujaz.publish.folder.manifest import load
from mujaz.publish.folder.retract import retract
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.write import add_episode, rebuild
from mujaz.publish.folder.write_indexed import Ready, add_to_index, write_changes
from mujaz.settings.values import Config
from tests.conftest import tree
from tests.shows import CONFIG, FIRST, episode

_CONFIG = Config(
    show=replace(CONFIG, keep=100_000, page=5, sections={"politics": "سياسة", "sport": "رياضة"})
)
_SECTIONS = ("سياسة", "رياضة", "")


def _episode(number: int, chance: random.Random, sentences: int = 3) -> Episode:
    moment = FIRST + timedelta(hours=chance.randrange(24 * 100))
    made = episode(number, sentences=sentences, published=moment, day=moment.date())
    stories = tuple(replace(story, section=chance.choice(_SECTIONS)) for story in made.stories)
    return replace(made, stories=stories)


def _corrected(made: Episode, number: int) -> Episode:
    return replace(made, title=f"{made.title} {number}", updated=FIRST + timedelta(days=300))


def _add(root: Path, *episodes: Episode, config: Config = _CONFIG) -> None:
    with open_folder(root, config, archive=True) as folder:
        assert isinstance(folder.snapshot, IndexedSnapshot)
        for made in episodes:
            audio = folder.workspace / "episode.mp3"
            audio.write_bytes(f"{made.guid} {made.title}".encode() * 40)
            add_episode(
                folder.snapshot, folder.show, made, audio, folder.workspace, cover=folder.cover
            )


def _read_whole(root: Path, config: Config = _CONFIG) -> dict[str, bytes]:
    """The folder as a run makes it that has only the manifests."""
    copy = root.with_name("copy")
    shutil.copytree(root, copy)
    shutil.rmtree(copy / ".mujaz")
    for path in (*copy.glob("feed*.xml"), *copy.glob("archive/*"), *copy.glob("*.html")):
        path.unlink()
    with open_folder(copy, config) as folder:
        # A show that has a table is read as a whole all the same.
        rebuild(read_snapshot(copy), folder.show, folder.workspace, folder.cover)
    assert not index_path(copy).exists()
    made = tree(copy)
    shutil.rmtree(copy)
    return made


def _differing(one: dict[str, bytes], other: dict[str, bytes]) -> Sequence[str]:
    return [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]


@pytest.fixture
def show(tmp_path: Path) -> Path:
    return tmp_path / "show"


def test_additions_corrections_and_withdrawals(show: Path) -> None:
    chance = random.Random(7)
    known: list[Episode] = []
    for number in range(20):
        act = chance.random()
        if known and act < 0.15:
            gone = known.pop(chance.randrange(len(known)))
            with open_folder(show, _CONFIG, archive=True) as folder:
                retract(gone.guid, folder.snapshot, folder.show, folder.workspace, folder.cover)
        else:
            old = known.pop(chance.randrange(len(known))) if known and act < 0.35 else None
            made = _corrected(old, number) if old else _episode(number, chance)
            known.append(made)
            _add(show, made)
        if number % 9 == 0:
            assert not _differing(tree(show), _read_whole(show))
    before = tree(show)
    assert not _differing(before, _read_whole(show))
    rebuild_show(show, _CONFIG)
    assert tree(show) == before


def test_what_changes_behind_the_table_is_found(show: Path) -> None:
    chance = random.Random(3)
    _add(show, *(_episode(number, chance) for number in range(12)))
    whole = tree(show)
    stored = read_snapshot(show).episodes
    # A folder that was removed, a table of another day, and one that is no table.
    shutil.rmtree(show / "episodes" / stored[3].folder)
    _add(show, stored[7].episode)
    assert not _differing(tree(show), _read_whole(show))
    index_path(show).write_bytes(b"no table")
    _add(show, stored[8].episode)
    assert not _differing(tree(show), _read_whole(show))
    # Pages and feeds that were removed come back by `mujaz show rebuild`.
    (show / "archive" / "index.html").unlink()
    next(show.glob("feed-2*.xml")).unlink()
    (show / "episodes" / stored[0].folder / "index.html").unlink()
    rebuild_show(show, _CONFIG)
    assert not _differing(tree(show), _read_whole(show))
    assert set(tree(show)) < set(whole)


def test_an_mp3_that_is_not_whole_leaves_the_feed_and_comes_back(show: Path) -> None:
    chance = random.Random(5)
    _add(show, *(_episode(number, chance) for number in range(9)))
    lost = read_snapshot(show).episodes[1].episode
    media = show / "media" / lost.media
    data = media.read_bytes()
    media.write_bytes(data[:10])
    _add(show, _episode(20, chance))
    assert lost.media not in (show / "feed.xml").read_text("utf-8")
    assert not _differing(tree(show), _read_whole(show))
    media.write_bytes(data)
    _add(show, _episode(21, chance))
    assert not _differing(tree(show), _read_whole(show))


def test_other_settings_write_everything_anew(show: Path) -> None:
    chance = random.Random(6)
    _add(show, *(_episode(number, chance) for number in range(14)))
    other = replace(_CONFIG, show=replace(_CONFIG.show, title="برنامج آخر", page=3, sections={}))
    _add(show, _episode(30, chance), config=other)
    assert not (show / "feed-politics.xml").exists()
    assert not _differing(tree(show), _read_whole(show, other))


def test_what_a_killed_run_left_is_published_by_the_next(show: Path) -> None:
    chance = random.Random(8)
    _add(show, *(_episode(number, chance) for number in range(8)))
    before = tree(show)
    # The table is in doubt from `begin` on, and a manifest was replaced.
    with open_folder(show, _CONFIG, archive=True) as folder:
        assert isinstance(folder.snapshot, IndexedSnapshot)
        folder.snapshot.table.begin()
        name = manifest_name(folder.snapshot.episodes[2].folder)
        title = load(show / name).title
        text = (show / name).read_text("utf-8").replace(title, "عنوان آخر")
        (show / name).write_text(text, encoding="utf-8")
    with open_folder(show, _CONFIG, archive=True) as folder:
        assert isinstance(folder.snapshot, IndexedSnapshot)
        write_changes(folder.snapshot, folder.show, folder.workspace, folder.cover)
        assert not add_to_index(folder.snapshot, folder.show, [], folder.workspace)
    changed = _differing(tree(show), before)
    assert name in changed
    assert not _differing(tree(show), _read_whole(show))


@pytest.mark.slow
def test_a_month_of_many_episodes_is_divided(show: Path) -> None:
    chance = random.Random(9)
    config = replace(_CONFIG, show=replace(_CONFIG.show, page=60))
    with open_folder(show, config, archive=True) as folder:
        assert isinstance(folder.snapshot, IndexedSnapshot)
        ready = []
        for number in range(510):
            moment = FIRST + timedelta(minutes=40 * number)
            made = _episode(number, chance, sentences=2)
            made = replace(made, day=moment.date(), published=moment)
            audio = folder.workspace / f"{number}.mp3"
            audio.write_bytes(f"{made.guid}".encode() * 40)
            ready.append(Ready(made, audio))
        add_to_index(folder.snapshot, folder.show, ready, folder.workspace)
        write_changes(folder.snapshot, folder.show, folder.workspace, folder.cover)
    assert (show / "archive" / "2026-01-2.json").is_file()
    assert b"archive/index.html" in (show / "index.html").read_bytes()
    assert not _differing(tree(show), _read_whole(show, config))
