"""The documented nginx and Caddy configurations, the server and the uploads follow one policy."""

from __future__ import annotations

import gzip
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from mujaz.publish import http_headers
from tests.server import proxies
from tests.server.conftest import MEDIA, Site

_DOCS = Path(__file__).parents[2] / "docs"
# Files of the site that are shorter than packing pays for are not compared: these are written here.
_STEM = "media/2026-11-23-5e6f7a8b"
_NAMES = [
    MEDIA,
    f"{_STEM}.opus",
    f"{_STEM}.vtt",
    f"{_STEM}.json",
    f"{_STEM}.html",
    f"{_STEM}.chapters.json",
    f"{_STEM}.epub",
    f"{_STEM}.daisy.zip",
    "media/2026-11-23.mp3",
    "cover-1a2b3c4d.jpg",
    "cover-1a2b3c4d.png",
    "cover.png",
    "feed.xml",
    "feed-politics.xml",
    "index.html",
    "list.css",
    "show.js",
    "subscribe.svg",
    "alexa.json",
    "site.webmanifest",
    "mujaz-show.json",
    "notes.txt",
    "unknown.bin",
    "episodes/2026-11-23-9f8e7d6c/index.html",
    "embed/2026-11-23-9f8e7d6c/index.html",
    "embed/2026-11-23-9f8e7d6c/oembed.json",
    "embed/2026-11-23-9f8e7d6c/",
]
_COMPARED = (
    "content-type",
    "cache-control",
    *http_headers.SHARED_HEADERS,
    *http_headers.SECURITY_HEADERS,
)


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """The script that writes the configurations into the page."""
    spec = importlib.util.spec_from_file_location("web_servers", _DOCS / "web_servers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_holds_what_is_generated(generator: ModuleType) -> None:
    page = (_DOCS / "serving.md").read_text(encoding="utf-8")
    assert generator.nginx() in page
    assert generator.caddy() in page
    assert generator.generated(page) == page
    for rule in http_headers.CACHING_RULES:
        assert f"`{rule.cache_control}`" in page


def test_the_policy_names_every_suffix_once(generator: ModuleType) -> None:
    block = re.search(r"types \{\n(.*?)\n    \}", generator.nginx(), re.DOTALL)
    assert block is not None
    listed = [suffix for line in block[1].splitlines() for suffix in line.strip(" ;").split()[1:]]
    assert sorted(f".{suffix}" for suffix in listed) == sorted(http_headers.TYPES)


@contextmanager
def _started_nginx(site: Site, folder: Path, configuration: str) -> Iterator[Site]:
    port = proxies.free_port()
    served = configuration.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    served, certificates = re.subn(r"    ssl_certificate(_key)? .*\n", "", served)
    assert certificates == 2, "nginx refuses to start without them"
    served = served.replace("/srv/show", str(site.show))
    with proxies.nginx(folder, port, served):
        yield Site("127.0.0.1", port, site.show)


@contextmanager
def _started_caddy(site: Site, folder: Path, configuration: str) -> Iterator[Site]:
    port = proxies.free_port()
    served = configuration.replace("audio.news.example", f"http://127.0.0.1:{port}")
    served = served.replace("/srv/show", str(site.show))
    with proxies.caddy(folder, port, served):
        yield Site("127.0.0.1", port, site.show)


@pytest.fixture
def nginx(site: Site, tmp_path: Path, generator: ModuleType) -> Iterator[Site]:
    """The documented configuration in a real nginx, over the same folder."""
    with _started_nginx(site, tmp_path, generator.nginx()) as served:
        yield served


@pytest.fixture
def caddy(site: Site, tmp_path: Path, generator: ModuleType) -> Iterator[Site]:
    """The documented configuration in a real Caddy, over the same folder."""
    with _started_caddy(site, tmp_path, generator.caddy()) as served:
        yield served


def test_nginx_as_documented_answers_like_mujaz_serve(site: Site, nginx: Site) -> None:
    _compare(site, nginx)


def test_caddy_as_documented_answers_like_mujaz_serve(site: Site, caddy: Site) -> None:
    _compare(site, caddy)


def test_the_configuration_of_a_show_follows_its_setting(
    site: Site, tmp_path: Path, generator: ModuleType
) -> None:
    settings = tmp_path / "mujaz.toml"
    settings.write_text('[show]\nembed_on = ["https://a.example", "https://b.example:8443"]\n')
    player = site.show / "embed/x/index.html"
    player.parent.mkdir(parents=True, exist_ok=True)
    player.write_bytes(b"a player")
    for name, started in (("nginx", _started_nginx), ("caddy", _started_caddy)):
        command = [sys.executable, generator.__file__, name, str(settings)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        folder = tmp_path / name
        folder.mkdir()
        with started(site, folder, printed) as served:
            policies = [
                served.get(path).headers["content-security-policy"]
                for path in ("/embed/x/", "/embed/x/index.html", "/index.html")
            ]
        ends = [policy.partition("frame-ancestors ")[2] for policy in policies]
        assert ends == [*["'self' https://a.example https://b.example:8443"] * 2, "'self'"], name


def _compare_parts_and_packing(site: Site, other: Site, name: str) -> None:
    """A part of the file, its head, and whether it is sent packed."""
    path = site.show / name
    whole = (path / "index.html" if path.is_dir() else path).read_bytes()
    for server in (site, other):
        part = server.get(f"/{name}", Range="bytes=0-0")
        assert (part.status, part.body) == (206, whole[:1]), name
        assert part.headers["content-range"] == f"bytes 0-0/{len(whole)}", name
        head = server.get(f"/{name}", "HEAD")
        assert (head.status, head.headers["content-length"]) == (200, str(len(whole))), name
    asked = [server.get(f"/{name}", Accept_Encoding="gzip") for server in (site, other)]
    packed = [answer.headers.get("content-encoding") for answer in asked]
    assert packed[0] == packed[1], name
    bodies = [gzip.decompress(a.body) if p else a.body for a, p in zip(asked, packed, strict=True)]
    assert bodies == [whole, whole], name


def _compare(site: Site, other: Site) -> None:
    for name in _NAMES:
        path = site.show / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(b"content of " + name.encode() * 200)
    for name in _NAMES:
        ours, theirs = site.get(f"/{name}"), other.get(f"/{name}")
        assert (ours.status, theirs.status) == (200, 200), name
        expected = {field: ours.headers.get(field) for field in _COMPARED}
        assert {field: theirs.headers.get(field) for field in _COMPARED} == expected, name
        assert ours.headers["cache-control"] == http_headers.cache_control(name)
        _compare_parts_and_packing(site, other, name)
    for path in ("/", "/episodes/2026-11-23-9f8e7d6c/"):
        assert other.get(path).headers["content-type"].startswith("text/html"), path
    assert other.get("/.mujaz/lock").status == 404
    missing = other.get("/media/2026-11-23-ffffffff.mp3")
    assert missing.status == 404
    assert "immutable" not in missing.headers.get("cache-control", "")
