"""The documented nginx and Caddy configurations, the server and the uploads follow one policy."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from mujaz.publish import http_headers
from tests.server import proxies
from tests.server.conftest import MEDIA, Site

_DOCS = Path(__file__).parents[2] / "docs"
_STEM = MEDIA.removesuffix(".mp3")
_NAMES = [
    MEDIA,
    f"{_STEM}.opus",
    f"{_STEM}.vtt",
    f"{_STEM}.json",
    f"{_STEM}.html",
    f"{_STEM}.chapters.json",
    "media/2026-11-23.mp3",
    "cover-1a2b3c4d.jpg",
    "cover-1a2b3c4d.png",
    "cover.png",
    "feed.xml",
    "feed-politics.xml",
    "index.html",
    "style.css",
    "player.js",
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


@pytest.fixture
def nginx(site: Site, tmp_path: Path, generator: ModuleType) -> Iterator[Site]:
    """The documented configuration in a real nginx, over the same folder."""
    port = proxies.free_port()
    served = generator.nginx().replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    served = served.replace("/srv/show", str(site.show))
    with proxies.nginx(tmp_path, port, served):
        yield Site("127.0.0.1", port, site.show)


@pytest.fixture
def caddy(site: Site, tmp_path: Path, generator: ModuleType) -> Iterator[Site]:
    """The documented configuration in a real Caddy, over the same folder."""
    port = proxies.free_port()
    served = generator.caddy().replace("audio.news.example", f"http://127.0.0.1:{port}")
    served = served.replace("/srv/show", str(site.show))
    with proxies.caddy(tmp_path, port, served):
        yield Site("127.0.0.1", port, site.show)


def test_nginx_as_documented_answers_like_mujaz_serve(site: Site, nginx: Site) -> None:
    _compare(site, nginx)


def test_caddy_as_documented_answers_like_mujaz_serve(site: Site, caddy: Site) -> None:
    _compare(site, caddy)


def _compare(site: Site, other: Site) -> None:
    for name in _NAMES:
        path = site.show / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(b"content of " + name.encode())
    for name in _NAMES:
        ours, theirs = site.get(f"/{name}"), other.get(f"/{name}")
        assert (ours.status, theirs.status) == (200, 200), name
        expected = {field: ours.headers.get(field) for field in _COMPARED}
        assert {field: theirs.headers.get(field) for field in _COMPARED} == expected, name
        assert ours.headers["cache-control"] == http_headers.cache_control(name)
    for path in ("/", "/episodes/2026-11-23-9f8e7d6c/"):
        assert other.get(path).headers["content-type"].startswith("text/html"), path
    assert other.get("/.mujaz/lock").status == 404
    missing = other.get("/media/2026-11-23-ffffffff.mp3")
    assert missing.status == 404
    assert "immutable" not in missing.headers.get("cache-control", "")
