"""Real podcast clients read the show: subscribe, download, compare bytes, list chapters."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import feedparser
import podcastparser
import pytest
from mutagen.id3 import ID3

from mujaz.pipeline import make_episode
from mujaz.settings.loading import load_config
from tests.conftest import EXAMPLES, ROOT
from tests.web import end_family, free_port, program, quiet_environment, serving

_WAIT_S = 60


@dataclass(frozen=True)
class Site:
    """A show on the air.

    Attributes:
        hashes: SHA-256 of each audio file that the feed names.
    """

    root: Path
    feed: str
    hashes: set[str]

    def media(self) -> str:
        """Address of the audio file of the episode of two articles.

        It is told by its title: both may be published in the same second, and then no order is
        promised.
        """
        entries = feedparser.parse(self.feed).entries
        return str(next(e for e in entries if "نجوم الساحل" in e.title).enclosures[0].href)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two episodes, one of two articles, served with byte ranges."""
    root = tmp_path_factory.mktemp("site")
    port = free_port()
    config = load_config(environ={})
    show = replace(
        config.show,
        base_url=f"http://127.0.0.1:{port}/",
        title="نشرة «الصباح» & المساء",
        email="desk@news.example",
    )
    config = replace(config, show=show)
    for names in (["weather.txt"], ["sport.txt", "economy.txt"]):
        make_episode([str(EXAMPLES / name) for name in names], root, config)
    with serving(root, port) as address:
        yield Site(root, address + "feed.xml", {_hash(p) for p in root.glob("media/*.mp3")})


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _run(
    *command: object, home: Path, seconds: int = 120, **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        env={**quiet_environment(home), **more},
        cwd=home,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        timeout=seconds,
        check=False,
    )


def _downloads(folder: Path) -> set[str]:
    return {_hash(path) for path in folder.rglob("*") if path.suffix == ".mp3"}


def _until(done: Callable[[], bool]) -> bool:
    limit = time.monotonic() + _WAIT_S
    while not done() and time.monotonic() < limit:
        time.sleep(0.2)
    return done()


def test_feedparser_reads_everything(site: Site) -> None:
    feed = feedparser.parse(site.feed)
    assert not feed.bozo
    assert feed.feed.title == "نشرة «الصباح» & المساء"
    assert feed.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert len(feed.entries) == 2
    for entry in feed.entries:
        assert entry.published_parsed
        assert entry.content[0].value
        with urllib.request.urlopen(entry.enclosures[0].href, timeout=30) as answer:
            data = answer.read()
        assert len(data) == int(entry.enclosures[0].length)
        assert hashlib.sha256(data).hexdigest() in site.hashes


def test_podcastparser_reads_everything(site: Site) -> None:
    with urllib.request.urlopen(site.feed, timeout=30) as stream:
        feed = podcastparser.parse(site.feed, stream)
    assert feed["language"] == "ar"
    assert feed["itunes_author"] == "موجز"
    assert len(feed["episodes"]) == 2
    for item in feed["episodes"]:
        assert item["guid"].startswith("urn:uuid:")
        assert item["total_time"] > 10
        assert item["enclosures"][0]["mime_type"] == "audio/mpeg"
        assert item["description_html"].startswith('<p dir="rtl">')
        assert item["link"].startswith(site.feed.removesuffix("feed.xml"))


def test_podcast_partytime_reads_the_podcast_namespace(site: Site, tmp_path: Path) -> None:
    node = program("node", "nodejs")
    modules = ROOT / "tests" / "browser" / "node_modules"
    if not (modules / "podcast-partytime").is_dir():
        pytest.skip("no podcast-partytime: npm install --ignore-scripts --prefix tests/browser")
    script = tmp_path / "read.js"
    script.write_text(
        "const parse = require('podcast-partytime');\n"
        "const fs = require('fs');\n"
        "const feed = parse.parseFeed(fs.readFileSync(process.argv[2], 'utf8'),"
        " {allowMissingGuid: false});\n"
        "console.log(JSON.stringify(feed));\n",
        encoding="utf-8",
    )
    places = {"NODE_PATH": str(modules), "PARTYTIME_LOG": "silent"}
    result = _run(node, script, site.root / "feed.xml", home=tmp_path, **places)
    assert result.returncode == 0, result.stderr[-500:]
    feed = json.loads(result.stdout.splitlines()[-1])
    supported = {name for phase in feed["pc20support"].values() for name in phase}
    assert {"transcript", "locked", "chapters", "person", "guid", "medium"} <= supported
    assert {"alternate-enclosure", "alternateEnclosure"} & supported
    state = json.loads((site.root / "mujaz-show.json").read_text("utf-8"))
    assert feed["guid"] == state["guid"]
    assert len(feed["items"]) == 2
    for item in feed["items"]:
        assert len(item["podcastTranscripts"]) == 3
        assert item["podcastChapters"]["url"].endswith(".chapters.json")
        assert item["podcastPeople"]
        (offer,) = item["alternativeEnclosures"]
        assert (offer["type"], offer["default"]) == ("audio/mpeg", True)
        with urllib.request.urlopen(offer["source"][0]["uri"], timeout=10) as answer:
            audio = answer.read()
        assert len(audio) == offer["length"]
        digest = base64.b64encode(hashlib.sha256(audio).digest()).decode()
        assert offer["integrity"] == {"type": "sri", "value": f"sha256-{digest}"}


def test_the_file_names_its_episodes_page(site: Site) -> None:
    pages = {
        ID3(path)["WOAF"].url.removeprefix(site.feed.removesuffix("feed.xml"))
        for path in site.root.glob("media/*.mp3")
    }
    folders = {path.parent.name for path in site.root.glob("episodes/*/index.html")}
    assert pages == {f"episodes/{name}/" for name in folders}
    home = site.feed.removesuffix("feed.xml")
    for page in pages:
        with urllib.request.urlopen(home + page, timeout=10) as answer:
            assert answer.status == 200


def test_gpodder_subscribes_and_downloads(site: Site, tmp_path: Path) -> None:
    gpo = program("gpo", "gpodder")
    places = {
        "GPODDER_HOME": str(tmp_path / "gpodder"),
        "GPODDER_DOWNLOAD_DIR": str(tmp_path / "downloads"),
    }
    assert _run(gpo, "subscribe", site.feed, home=tmp_path, **places).returncode == 0
    listed = _run(gpo, "episodes", home=tmp_path, **places).stdout
    assert "نجوم الساحل" in listed
    result = _run(gpo, "download", home=tmp_path, **places)
    assert result.returncode == 0, result.stdout[-500:]
    assert _downloads(tmp_path / "downloads") == site.hashes


def test_newsboat_and_podboat_subscribe_and_download(site: Site, tmp_path: Path) -> None:
    newsboat, podboat = program("newsboat", "newsboat"), program("podboat", "newsboat")
    script = program("script", "bsdutils")
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    (tmp_path / "urls").write_text(site.feed + "\n", encoding="utf-8")
    (tmp_path / "config").write_text(
        f'download-path "{downloads}/"\nmax-downloads 2\npodcast-auto-enqueue yes\n',
        encoding="utf-8",
    )
    common = ("-C", tmp_path / "config", "-q")
    reload = _run(
        newsboat, "-u", tmp_path / "urls", "-c", tmp_path / "cache.db", *common,
        "-x", "reload", home=tmp_path,
    )  # fmt: skip
    assert reload.returncode == 0, reload.stderr[-500:]
    queue = next(path for path in tmp_path.rglob("queue") if path.is_file())
    # podboat draws on a terminal and never ends by itself.
    running = subprocess.Popen(
        [script, "-qec", f"{podboat} -a -C {tmp_path / 'config'} -q {queue}", "/dev/null"],
        env=quiet_environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert _until(lambda: _downloads(downloads) == site.hashes)
    finally:
        end_family(running)


def test_podget_subscribes_and_downloads(site: Site, tmp_path: Path) -> None:
    podget = program("podget", "podget")
    settings, library = tmp_path / "podget", tmp_path / "library"
    settings.mkdir()
    library.mkdir()
    _run(podget, "-d", settings, "--create-config", "podgetrc", home=tmp_path)
    path = settings / "podgetrc"
    lines = [
        line
        for line in path.read_text("utf-8").splitlines()
        if not line.lstrip("# ").startswith(("DIR_LIBRARY=", "NO_PLAYLIST=", "MIN_SPACE="))
    ]
    path.write_text(
        "\n".join([*lines, f"DIR_LIBRARY={library}", "NO_PLAYLIST=1", "MIN_SPACE=1000", ""]),
        encoding="utf-8",
    )
    (settings / "serverlist").write_text(f"{site.feed} news bulletin\n", encoding="utf-8")
    result = _run(
        podget, "-d", settings, "-c", "podgetrc", "--dir_session", tmp_path / "session", "-s",
        home=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, (result.stdout + result.stderr)[-500:]
    assert _downloads(library) == site.hashes


def test_mpv_lists_the_chapters_and_seeks_over_the_network(site: Site, tmp_path: Path) -> None:
    mpv = program("mpv", "mpv")
    result = _run(
        mpv, "--no-config", "--ao=null", "--vo=null", "--no-video", "--start=#2", "--length=0.3",
        "--term-playing-msg=chapters=${chapters} at=${chapter} seekable=${seekable} "
        "list=${chapter-list}=",
        site.media(), home=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-500:]
    assert "chapters=3" in result.stdout
    assert "seekable=yes" in result.stdout
    assert "نجوم الساحل" in result.stdout
    assert "صادرات التمور" in result.stdout
