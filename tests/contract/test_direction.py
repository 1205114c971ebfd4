"""The order of a run: the show folder is read once, decided on, and written only at the end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from mujaz.domain import Script, Sentence, Story
from mujaz.pipeline.decision import Make, Refused, Unchanged, decide
from mujaz.pipeline.episode import make_episode
from mujaz.pipeline.identity import source_keys
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.settings.values import Config
from tests.shows import episode, publish

_NOW = datetime(2026, 2, 1, 6, tzinfo=UTC)


_RETURNS = {"read_script", "decide", "record"}


@contextmanager
def _calls() -> Iterator[list[tuple[str, str, str]]]:
    """Record calls of mujaz here and in new threads: event, module, name; some returns too."""
    found: list[tuple[str, str, str]] = []

    def note(frame: FrameType, event: str, _: Any) -> Any:
        module = frame.f_globals.get("__name__", "")
        if not module.startswith("mujaz."):
            return None
        if event in ("call", "return"):
            found.append((event, module, frame.f_code.co_name))
        frame.f_trace_lines = False
        return note if frame.f_code.co_name in _RETURNS else None

    threading.settrace(note)
    sys.settrace(note)
    try:
        yield found
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]


@pytest.mark.slow
def test_nothing_reaches_the_show_folder_while_the_recording_is_made(
    short_article: Path, tmp_path: Path
) -> None:
    config = Config()
    config = replace(
        config, speech=replace(config.speech, cache=str(tmp_path / "cache"), workers=1)
    )
    make_episode([short_article], tmp_path / "show", config)
    short_article.write_text(
        short_article.read_text("utf-8").replace("صباح", "مساء"), encoding="utf-8"
    )
    with _calls() as calls:
        make_episode([short_article], tmp_path / "show", config)

    def at(event: str, name: str) -> int:
        places = [i for i, call in enumerate(calls) if call[0] == event and call[2] == name]
        assert len(places) == 1, f"{name} is called {len(places)} times"
        return places[0]

    reading, decided = at("call", "read_snapshot"), at("return", "decide")
    recorded, written = at("call", "record"), at("call", "add_episode")
    assert reading < decided < recorded < at("return", "record") < written
    publishing = [i for i, (_, module, _name) in enumerate(calls) if "mujaz.publish" in module]
    assert not [calls[i] for i in publishing if recorded < i < at("return", "record")]
    assert not [calls[i] for i in publishing if i < at("return", "read_script")]
    engines = [i for i, (_, module, _name) in enumerate(calls) if "mujaz.engines" in module]
    assert engines, "nothing was spoken"
    assert not [calls[i] for i in engines if i > at("return", "record")]


@pytest.fixture
def forbid_files() -> Callable[[], Any]:
    """A context in which opening a file or listing a folder is recorded."""
    seen: list[str] = []
    active = [False]
    sys.addaudithook(
        lambda event, _: (
            seen.append(event)
            if active[0] and event in ("open", "os.listdir", "os.scandir", "glob.glob")
            else None
        )
    )

    @contextmanager
    def watched() -> Iterator[list[str]]:
        active[0] = True
        try:
            yield seen
        finally:
            active[0] = False

    return watched


def _script(number: int) -> Script:
    made = episode(number)
    story = made.stories[0]
    return Script(made.title, (Story(story.title, story.url),), (Sentence("نص", "نَصٌّ"),), made.day)


def test_the_decision_is_made_from_values_alone(
    tmp_path: Path, forbid_files: Callable[[], Any]
) -> None:
    from mujaz.pipeline.identity import guid_of_address

    guid = guid_of_address(episode(1).stories[0].url)
    publish(tmp_path, episode(0), episode(1, guid=guid, fingerprint="same"), episode(2))
    snapshot = read_snapshot(tmp_path)
    (tmp_path / "feed.xml").unlink()
    sources = source_keys([""], tmp_path)
    with forbid_files() as seen:
        unchanged = decide(_script(1), snapshot, sources, "same", _NOW)
        corrected = decide(_script(1), snapshot, sources, "other", _NOW)
        new = decide(_script(7), snapshot, sources, "other", _NOW)
    assert not seen
    stored = snapshot.find(guid)
    assert stored is not None
    assert unchanged == Unchanged(stored)
    first = stored.episode.published
    day = episode(1).day
    assert corrected == Make(guid, stored.folder, day, "other", first, track=2)
    assert isinstance(new, Make)
    assert (new.track, new.first_published, new.day) == (4, None, episode(7).day)
    lost = replace(snapshot, media={})
    assert isinstance(decide(_script(1), lost, sources, "same", _NOW), Make)


def test_a_retracted_episode_is_refused_unless_it_is_named(tmp_path: Path) -> None:
    from mujaz.pipeline.identity import guid_of_address
    from mujaz.publish.folder.tombstones import tombstone_of

    guid = guid_of_address(episode(1).stories[0].url)
    publish(tmp_path, episode(0), episode(1, guid=guid))
    snapshot = read_snapshot(tmp_path)
    stored = snapshot.find(guid)
    assert stored is not None
    stone = tombstone_of(stored.episode, stored.folder, _NOW)
    after = replace(
        snapshot,
        episodes=tuple(s for s in snapshot.episodes if s is not stored),
        tombstones=(stone,),
    )
    assert decide(_script(1), after, [""], "new", _NOW) == Refused(guid, _NOW)
    moved = replace(_script(1), day=_NOW.date())
    again = decide(moved, after, [""], "new", _NOW, replaces=guid)
    assert isinstance(again, Make)
    assert (again.folder, again.first_published) == (stored.folder, stored.episode.published)
