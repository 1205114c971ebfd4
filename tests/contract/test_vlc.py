"""VLC's library plays an episode over the network and reads its tags, its chapters and the feed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mujaz.pipeline import make_episode
from mujaz.settings.loading import load_config
from tests.conftest import ROOT, STORY
from tests.vlc_reader import LIBRARY
from tests.web import free_port, quiet_environment, serving

pytestmark = pytest.mark.skipif(
    not LIBRARY, reason="libvlc is not installed: apt-get install libvlc5 vlc-plugin-base"
)
# VLC 3 reads UTF-16 in ID3 tags as if no byte order mark stood before it (ID3Text.h).
_BYTE_ORDER_MARK = "\ufeff"
# Read in some twenty seconds, of which three are played.
_STORIES = {
    "bridge": STORY.read_text("utf-8"),
    "port": STORY.read_text("utf-8").replace("جسر", "ميناء"),
}


@dataclass(frozen=True)
class Site:
    """A show on the air with one episode of two stories.

    Attributes:
        chapters: Titles and starts by the chapters file.
    """

    address: str
    stem: str
    title: str
    length: float
    chapters: list[dict[str, Any]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The episode as MP3 and, where it can be written, as Opus."""
    root = tmp_path_factory.mktemp("site")
    port = free_port()
    opus = {"MUJAZ_AUDIO_OPUS_KBPS": "24"} if find_spec("av") else {}
    config = load_config(environ=opus)
    config = replace(config, show=replace(config.show, base_url=f"http://127.0.0.1:{port}/"))
    sources = [root / f".{name}.txt" for name in _STORIES]
    for source, text in zip(sources, _STORIES.values(), strict=True):
        source.write_text(text, encoding="utf-8")
    make_episode([*map(str, sources)], root, config)
    (path,) = root.glob("media/*.chapters.json")
    told = json.loads(path.read_text("utf-8"))
    chapters = [{"title": one["title"], "start": one["startTime"]} for one in told["chapters"]]
    stem = path.name.removesuffix(".chapters.json")
    with serving(root, port) as address:
        yield Site(address, stem, told["title"], told["chapters"][-1]["endTime"], chapters)


def _read(kind: str, address: str, home: Path) -> Any:
    """What VLC reads there; it must log no error."""
    said = subprocess.run(
        [sys.executable, "-m", "tests.vlc_reader", kind, address],
        env=quiet_environment(home),
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert said.returncode == 0, said.stderr.decode()[-500:]
    found = json.loads(said.stdout)
    assert found["errors"] == []
    return found["read"]


def test_vlc_plays_the_episode_and_reads_its_tags(site: Site, tmp_path: Path) -> None:
    found = _read("episode", f"{site.address}media/{site.stem}.mp3", tmp_path)
    assert found["title"].removeprefix(_BYTE_ORDER_MARK) == site.title
    assert found["length"] == pytest.approx(site.length, abs=1)
    assert found["played"] >= 3
    # VLC 3 reads no chapters of an MP3 at all; VLC 4 does.
    assert found["chapters"] in ([], site.chapters)


@pytest.mark.skipif(find_spec("av") is None, reason="the extra opus is not installed")
def test_vlc_lists_the_chapters_of_the_opus_file(site: Site, tmp_path: Path) -> None:
    found = _read("episode", f"{site.address}media/{site.stem}.opus", tmp_path)
    assert found["title"] == site.title
    assert found["length"] == pytest.approx(site.length, abs=1)
    assert found["played"] >= 3
    assert len(found["chapters"]) == 3
    assert found["chapters"] == site.chapters


def test_vlc_finds_the_audio_of_each_episode_in_the_feed(site: Site, tmp_path: Path) -> None:
    found = _read("feed", f"{site.address}feed.xml", tmp_path)
    assert found == [{"title": site.title, "audio": f"{site.address}media/{site.stem}.mp3"}]
