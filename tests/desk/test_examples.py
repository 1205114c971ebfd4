"""The programs of examples/desk, each against a real desk."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from mujaz.desk.jobs.webhooks import signature
from tests.conftest import EXAMPLES
from tests.desk.conftest import ARTICLE, CONFIG, Site, running

_FOLDER = EXAMPLES / "desk"
_SECRET = "a secret of the newsroom"


def _run(site: Site, tmp_path: Path, *command: str, **changed: str) -> str:
    path = tmp_path / "article.json"
    path.write_text(json.dumps({**ARTICLE, **changed}, ensure_ascii=False), encoding="utf-8")
    environment = {"MUJAZ_DESK": site.base, "MUJAZ_TOKEN": site.tokens["chief"]}
    done = subprocess.run(
        [*command, str(path)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_python_program_publishes_an_article(site: Site, tmp_path: Path) -> None:
    command = (sys.executable, str(_FOLDER / "publish_article.py"))
    guid = _run(site, tmp_path, *command, title="خبر من برنامج")
    assert guid in (site.folder / "show" / "feed.xml").read_text("utf-8")


@pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("jq") is None, reason="needs curl and jq"
)
def test_the_shell_program_publishes_an_article(site: Site, tmp_path: Path) -> None:
    command = ("sh", str(_FOLDER / "publish_article.sh"))
    guid = _run(site, tmp_path, *command, title="خبر من الصدفة")
    assert guid in (site.folder / "show" / "feed.xml").read_text("utf-8")


class _WordPress(BaseHTTPRequestHandler):
    """Takes posts as the REST API of WordPress does."""

    posts: ClassVar[list[tuple[str, str, dict[str, Any]]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.posts.append((self.path, self.headers["authorization"], body))
        self.send_response(201)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def _receiver() -> Iterator[str]:
    """The example that receives webhooks, before a WordPress; gives its address."""
    _WordPress.posts.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _WordPress)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        "MUJAZ_HOOK_SECRET": _SECRET,
        "WORDPRESS": f"http://127.0.0.1:{server.server_port}",
        "WORDPRESS_USER": "mujaz",
        "WORDPRESS_PASSWORD": "an application password",
    }
    command = [sys.executable, str(_FOLDER / "webhook_to_post.py"), "0"]
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=30)
        server.shutdown()
        server.server_close()


def test_a_published_episode_becomes_a_post(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUJAZ_HOOK_SECRET", _SECRET)
    with _receiver() as address:
        host = address.removeprefix("http://").rstrip("/")
        (tmp_path / "mujaz.toml").write_text(
            CONFIG.format(cache="").replace(
                "[show]", '[show]\nbase_url = "https://audio.news.example/"'
            )
            + f'[fetch]\nallow_hosts = ["{host}"]\n[[desk.webhooks]]\nurl = "{address}"\n'
            + 'secret_env = "MUJAZ_HOOK_SECRET"\n',
            encoding="utf-8",
        )
        with running(tmp_path) as site:
            _run(site, tmp_path, sys.executable, str(_FOLDER / "publish_article.py"))
            until = time.monotonic() + 60
            while not _WordPress.posts:
                assert time.monotonic() < until
                time.sleep(0.05)
        _is_careful(address)
    ((path, login, post),) = _WordPress.posts
    assert path == "/wp-json/wp/v2/posts"
    assert base64.b64decode(login.removeprefix("Basic ")) == b"mujaz:an application password"
    assert post["title"] == ARTICLE["title"]
    assert '<audio controls src="https://audio.news.example/media/' in post["content"]


def _is_careful(address: str) -> None:
    """Messages that are forged, old or repeated write nothing."""
    body = json.dumps({"event": "published", "data": {"episode": {"title": "x", "url": "y"}}})
    now = int(time.time())
    forged = signature("another secret", now, body.encode())
    old = signature(_SECRET, now - 3600, body.encode())
    for signed in (forged, old, "", "t=x,v1=y"):
        headers = {"mujaz-signature": signed, "mujaz-delivery": "99"}
        assert httpx.post(address, content=body, headers=headers).status_code == 403
    repeated = {"mujaz-signature": signature(_SECRET, now, body.encode()), "mujaz-delivery": "1"}
    assert httpx.post(address, content=body, headers=repeated).status_code == 204
