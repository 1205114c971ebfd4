"""``[audio] opus_kbps`` through the command: feed, manifest, checks, retention, server."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree
from mutagen.oggopus import OggOpus

from mujaz.audio.codecs.opus import require_encoder
from mujaz.errors import MissingPackageError
from mujaz.publish.folder.snapshot import read_snapshot
from mujaz.publish.folder.workspace import write_locked
from mujaz.publish.folder.write import add_episode
from mujaz.publish.rss.xml import qualified
from tests.commands import told
from tests.conftest import STORY, Mujaz, report_of
from tests.contract.neural import run_without
from tests.server.conftest import Site, start, stop
from tests.shows import CONFIG, episode, publish

_OPUS = {"MUJAZ_AUDIO_OPUS_KBPS": "24"}
_MAKE = ("make", STORY, "-o", "show", "--json")
needs_encoder = pytest.mark.skipif(
    find_spec("av") is None, reason="the extra opus is not installed"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show of one episode with both editions."""
    if find_spec("av") is None:
        pytest.skip("the extra opus is not installed")
    from mujaz.pipeline import make_episode
    from mujaz.settings.loading import load_config

    folder = tmp_path_factory.mktemp("opus")
    show, cache = folder / "show", str(folder / "cache")
    config = load_config(environ={**_OPUS, "MUJAZ_SPEECH_CACHE": cache})
    make_episode([str(STORY)], show, config)
    return show


@pytest.fixture
def show(made: Path, tmp_path: Path) -> Path:
    """A copy of it in the folder that commands run in."""
    (tmp_path / "work").mkdir(exist_ok=True)
    return Path(shutil.copytree(made, tmp_path / "work" / "show"))


def _opus(show: Path) -> Path:
    return next(show.glob("media/*.opus"))


def _offers(show: Path) -> list[etree._Element]:
    tree = etree.parse(str(show / "feed.xml"))
    return list(tree.iterfind(f"channel/item/{qualified('podcast:alternateEnclosure')}"))


def test_without_the_extra_it_is_one_line_and_a_hint_before_any_speech(
    short_article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUJAZ_AUDIO_OPUS_KBPS", "24")
    monkeypatch.setenv("MUJAZ_SPEECH_CACHE", str(tmp_path / "cache"))
    show = tmp_path / "show"
    result = run_without("av", "make", str(short_article), "-o", str(show))
    assert result.returncode == 1
    lines = told(result.stderr)
    assert len(lines) == 2
    assert "'av'" in lines[0]
    assert "is not installed" in lines[0]
    assert "pip install '.[opus]'" in lines[1]
    assert not show.exists()
    assert not list((tmp_path / "cache").rglob("*.clip")), "something was spoken"


@pytest.mark.skipif(find_spec("av") is not None, reason="the extra opus is installed")
def test_where_it_is_not_installed_it_is_said() -> None:
    with pytest.raises(MissingPackageError, match="av"):
        require_encoder()


def test_a_rate_that_opus_is_not_made_for_is_refused(mujaz: Mujaz) -> None:
    result = mujaz(*_MAKE, MUJAZ_AUDIO_OPUS_KBPS="7")
    assert result.returncode == 1
    assert b"audio.opus_kbps cannot be 7" in result.stderr
    assert b"0, 24" in result.stderr


def test_the_feed_offers_both_editions(show: Path) -> None:
    manifest = json.loads(next(show.glob("episodes/*/episode.json")).read_text("utf-8"))
    path = _opus(show)
    assert path.stem == manifest["media"].removesuffix(".mp3")
    assert manifest["opus"]["bytes"] == path.stat().st_size
    assert manifest["opus"]["sha256"] == sha256(path.read_bytes()).hexdigest()
    first, second = _offers(show)
    assert first.get("type") == "audio/mpeg"
    assert first.get("default") == "true"
    assert second.get("type") == "audio/ogg; codecs=opus"
    assert second.get("default") is None
    assert second.get("length") == str(path.stat().st_size)
    assert 20_000 < int(second.get("bitrate", "0")) < 32_000
    source = second.find(qualified("podcast:source"))
    assert source is not None
    assert source.get("uri", "").endswith(f"/media/{path.name}")
    assert second.find(qualified("podcast:integrity")) is not None
    length = OggOpus(path).info.length
    assert length == pytest.approx(manifest["duration_s"], abs=0.05)
    assert OggOpus(path)["TITLE"] == [manifest["title"]]


def test_a_show_without_it_has_none_and_stays_as_it_was(mujaz: Mujaz, tmp_path: Path) -> None:
    assert mujaz(*_MAKE).returncode == 0
    show = tmp_path / "work" / "show"
    assert not list(show.glob("media/*.opus"))
    assert len(_offers(show)) == 1
    assert '"opus"' not in next(show.glob("episodes/*/episode.json")).read_text("utf-8")


@needs_encoder
def test_run_again_it_stays_and_a_lost_edition_is_made_again(
    mujaz: Mujaz, show: Path, made: Path
) -> None:
    path = _opus(show)
    data = path.read_bytes()
    # With an empty cache, what is spoken again would show in the report.
    assert report_of(mujaz(*_MAKE, **_OPUS))["clips"]["made"] == 0
    path.unlink()
    # From the clips it was made of: the voice's breath is by chance, its samples differ each time.
    cache = {"MUJAZ_SPEECH_CACHE": str(made.parent / "cache")}
    clips = report_of(mujaz(*_MAKE, **_OPUS, **cache))["clips"]
    assert (clips["made"], clips["cached"] > 0) == (0, True)
    assert _opus(show).read_bytes() == data


@needs_encoder
def test_another_rate_gives_another_name(mujaz: Mujaz, show: Path) -> None:
    """What is named by its content is kept by caches for a year: it never changes."""
    before = {path.name: path.read_bytes() for path in show.glob("media/*.opus")}
    result = mujaz(*_MAKE, MUJAZ_AUDIO_OPUS_KBPS="32")
    assert result.returncode == 0
    after = {path.name: path.read_bytes() for path in show.glob("media/*.opus")}
    assert len(after) == 2
    assert before.items() <= after.items()


@pytest.mark.parametrize("damage", ["missing", "cut", "changed"])
def test_show_check_finds_a_damaged_edition(mujaz: Mujaz, show: Path, damage: str) -> None:
    assert mujaz("show", "check", "show").returncode == 0
    path = _opus(show)
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(data[:-10] if damage == "cut" else data[:-1] + bytes([data[-1] ^ 1]))
    result = mujaz("show", "check", "show")
    assert result.returncode == 1
    assert path.name.encode() in result.stdout + result.stderr


def test_a_lost_edition_leaves_the_feed_and_the_episode_stays(mujaz: Mujaz, show: Path) -> None:
    _opus(show).unlink()
    assert mujaz("show", "rebuild", "show").returncode == 0
    assert [offer.get("type") for offer in _offers(show)] == ["audio/mpeg"]


def test_a_withdrawn_episode_takes_it_along(mujaz: Mujaz, show: Path) -> None:
    guid = json.loads(next(show.glob("episodes/*/episode.json")).read_text("utf-8"))["guid"]
    assert mujaz("show", "retract", guid, "show").returncode == 0
    assert not list(show.glob("media/*.opus"))


def test_it_goes_when_its_episode_goes(tmp_path: Path) -> None:
    config = replace(CONFIG, keep=1, keep_media_days=0)
    show = publish(tmp_path, config=config)
    names = []
    for number in range(2):
        with write_locked(tmp_path, lambda: None) as workspace:
            audio, opus = workspace / "episode.mp3", workspace / "episode.opus"
            audio.write_bytes(f"first {number}".encode() * 40)
            opus.write_bytes(f"second {number}".encode() * 40)
            snapshot, item = read_snapshot(tmp_path), episode(number)
            added, _ = add_episode(snapshot, show, item, audio, workspace, opus=opus)
            names.append(added.opus_media)
    assert [path.name for path in tmp_path.glob("media/*.opus")] == names[1:]


def test_it_is_published_and_served_as_ogg(mujaz: Mujaz, show: Path, tmp_path: Path) -> None:
    from mujaz.publish.http_headers import cache_control, content_type

    name = f"media/{_opus(show).name}"
    data = _opus(show).read_bytes()
    assert content_type(name) == "audio/ogg"
    assert "immutable" in cache_control(name)
    assert mujaz("publish", tmp_path / "web", "show").returncode == 0
    assert (tmp_path / "web" / name).read_bytes() == data
    process, address = start(show)
    try:
        parts = urlsplit(address)
        site = Site(str(parts.hostname), int(parts.port or 0), show)
        answer = site.get(f"/{name}", range="bytes=0-3")
    finally:
        assert stop(process) == 0
    assert (answer.status, answer.body) == (206, b"OggS")
    assert answer.headers["content-type"] == "audio/ogg"
    assert "immutable" in answer.headers["cache-control"]
