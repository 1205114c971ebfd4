"""The desk behind Debian's nginx and Caddy, with the lines of desk-api.md and TLS."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import ROOT
from tests.desk.conftest import CHIEF, PASSWORD, Site, running
from tests.server import proxies

pytestmark = pytest.mark.slow

_NAME = "desk.news.example"
_PAGE = (ROOT / "docs" / "desk-api.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Proxy:
    """A running proxy before a desk.

    Attributes:
        base: Address by which it is reached from outside.
        port: On this machine.
        site: The desk behind it.
        trust: Knows its certificate.
    """

    base: str
    port: int
    site: Site
    trust: ssl.SSLContext

    def client(self, **headers: str) -> httpx.Client:
        """A client that reaches it by its name."""

        def name_it(request: httpx.Request) -> None:
            request.extensions["sni_hostname"] = _NAME

        path = self.base.partition(_NAME)[2]
        sent = {"host": _NAME, **headers}
        address = f"https://127.0.0.1:{self.port}{path}"
        hooks: dict[str, list[Callable[..., Any]]] = {"request": [name_it]}
        return httpx.Client(
            base_url=address, headers=sent, verify=self.trust, timeout=60, event_hooks=hooks
        )


def _block(start: str) -> str:
    """A block of code of the page by its first words."""
    found = re.search(rf"^```\w*\n({re.escape(start)}.*?)^```", _PAGE, re.S | re.M)
    assert found is not None, start
    return found[1]


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that is signed by its own key."""
    certificate, key = folder / "desk.pem", folder / "desk.key"
    names = ("-subj", f"/CN={_NAME}", "-addext", f"subjectAltName=DNS:{_NAME}")
    files = ("-keyout", str(key), "-out", str(certificate))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files],
        check=True,
        capture_output=True,
    )
    return certificate, key


def _nginx(folder: Path, port: int, to: str, path: str) -> str:
    certificate, key = folder / "desk.pem", folder / "desk.key"
    lines = _block("server {").replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
    lines = lines.replace("/etc/ssl/desk.news.example.pem", str(certificate))
    lines = lines.replace("/etc/ssl/private/desk.news.example.key", str(key))
    lines = lines.replace("127.0.0.1:8010", to)
    if path:
        lines = lines.replace("location / {", f"location {path}/ {{")
        lines = lines.replace(f"http://{to};", f"http://{to}/;")
    return lines


def _caddy(folder: Path, port: int, to: str, path: str) -> str:
    lines = _block(f"{_NAME} {{").replace("127.0.0.1:8010", to)
    if path:
        lines = lines.replace("reverse_proxy", f"handle_path {path}/* {{\nreverse_proxy")
        lines = lines.replace(to, f"{to}\n}}")
    # In place of the certificate that Caddy would fetch.
    tls = f"tls {folder / 'desk.pem'} {folder / 'desk.key'}"
    return lines.replace(f"{_NAME} {{", f"https://{_NAME}:{port} {{\nbind 127.0.0.1\n{tls}")


@contextmanager
def _before(site: Site, folder: Path, kind: str, path: str = "") -> Iterator[Proxy]:
    certificate, _ = _certificate(folder)
    port = proxies.free_port()
    to = site.base.removeprefix("http://").removesuffix(path)
    lines = {"nginx": _nginx, "caddy": _caddy}[kind](folder, port, to, path)
    with {"nginx": proxies.nginx, "caddy": proxies.caddy}[kind](folder, port, lines):
        trust = ssl.create_default_context(cafile=str(certificate))
        yield Proxy(f"https://{_NAME}{path}", port, site, trust)


@pytest.fixture(params=["nginx", "caddy"])
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@contextmanager
def _desk(folder: Path, *arguments: str) -> Iterator[Site]:
    config = folder / "mujaz.toml"
    config.write_text(
        f'[speech]\nvoice = "espeak-ar"\ncache = "{folder / "cache"}"\n'
        f'[desk]\nhosts = ["{_NAME}"]\n',
        encoding="utf-8",
    )
    with running(folder, *arguments, users=True) as site:
        yield site


def test_the_desk_is_used_through_a_proxy_with_tls(tmp_path: Path, kind: str) -> None:
    with _desk(tmp_path) as site, _before(site, tmp_path, kind) as proxy:
        _use(proxy)
        _follow_a_job(proxy)
        _put_a_large_file_in(proxy)
        # Another name is no name of the desk, whether the proxy or the desk says so.
        with proxy.client() as stranger:
            other = stranger.get("/sign-in", headers={"host": "other.example"})
        assert other.status_code in (421, 200)
        assert other.status_code == 421 or not other.content


def test_the_desk_is_used_below_a_path(tmp_path: Path, kind: str) -> None:
    with (
        _desk(tmp_path, "--root-path", "/desk") as site,
        _before(site, tmp_path, kind, "/desk") as proxy,
    ):
        _use(proxy)


def _use(proxy: Proxy) -> None:
    """Sign in, make a draft, and publish nothing from another site."""
    path = proxy.base.partition(_NAME)[2]
    origin = {"origin": f"https://{_NAME}", "sec-fetch-site": "same-origin"}
    with proxy.client(**origin) as browser:
        sent_away = browser.get("/")
        assert sent_away.status_code == 303
        assert sent_away.headers["location"].startswith(f"{path}/sign-in")
        entered = browser.post("/sign-in", data={"name": CHIEF, "password": PASSWORD})
        assert entered.status_code == 303, entered.text
        assert entered.headers["location"] == f"{path}/"
        cookie = entered.headers["set-cookie"].lower()
        assert all(flag in cookie for flag in ("secure", "httponly", "samesite=strict"))
        assert f"path={path or '/'};" in cookie + ";"
        today = browser.get("/")
        assert today.status_code == 200
        assert f'href="{path}/assets/desk.css"' in today.text
        assert browser.get("/assets/desk.css").status_code == 200
        text = "أعلنت الوزارة أمس افتتاح جسر جديد."
        made = browser.post("/articles", data={"title": "افتتاح جسر", "text": text})
        assert made.headers["location"].startswith(f"{path}/drafts/")
        foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
        assert browser.post("/articles", data={}, headers=foreign).status_code == 403


def _follow_a_job(proxy: Proxy) -> None:
    """The first event comes at once, while the job still waits."""
    token = {"authorization": f"Bearer {proxy.site.tokens['chief']}"}
    with proxy.client(**token) as api:
        draft = proxy.site.article()
        body = {"at": "2099-01-01T06:00:00Z"}
        fields = {"if-match": '"1"'}
        job = api.post(f"/api/v1/drafts/{draft}/publish", json=body, headers=fields).json()["job"]
        with api.stream("GET", f"/api/v1/jobs/{job}/events", timeout=10) as stream:
            first = next(line for line in stream.iter_lines() if line.startswith("data: "))
        assert json.loads(first.removeprefix("data: "))["state"] == "queued"
        assert api.delete(f"/api/v1/jobs/{job}").status_code == 202


def _put_a_large_file_in(proxy: Proxy) -> None:
    """A file of 40 MB reaches the desk, which says that it is no recording."""
    origin = {"origin": f"https://{_NAME}", "sec-fetch-site": "same-origin"}
    draft = proxy.site.article()
    with proxy.client(**origin) as browser:
        browser.post("/sign-in", data={"name": CHIEF, "password": PASSWORD})
        fields = {"act": "add-recording", "revision": "1", "sentence": "3", "heard": "نص."}
        files = {"recording": ("a.wav", b"\0" * 40_000_000)}
        answer = browser.post(f"/drafts/{draft}", data=fields, files=files)
    assert answer.status_code == 422, answer.text[:300]
