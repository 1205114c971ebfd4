"""A bulletin of a site most of whose pages are hostile or broken: told what can be told."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import feedparser
import pytest

from tests.conftest import Mujaz, report_of
from tests.newsroom.articles import PERSIAN, invent
from tests.newsroom.server import NewsSite

Raw = Callable[[str], bytes]
"""The bytes of an answer, given the origin of the site."""

_OVERRIDE, _ESCAPE, _BELL = "\u202e", "\x1b", "\x07"


def _reply(
    data: bytes, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8"
) -> Raw:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
    lines.append("Connection: close")
    return lambda _: "\r\n".join([*lines, *headers, "", ""]).encode("utf-8", "replace") + data


def _to(address: str) -> Raw:
    return lambda origin: _reply(
        b"", f"Location: {address.replace('ORIGIN', origin)}", status="302 Found"
    )(origin)


def _raw(data: bytes) -> Raw:
    return lambda _: data


_HTML = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
_SITE = NewsSite([], faults=False)
_GOOD = [_SITE.page(article) for article in invent(12, 40, seed=7)]
_LOST: dict[str, Raw] = {
    "to-data": _to("data:text/html,<p>x</p>"),
    "to-mailto": _to("mailto:desk@news.example"),
    "to-javascript": _to("javascript:alert(1)"),
    "to-unknown-scheme": _to("foo:bar"),
    "to-backslashes": _to("http:\\\\news.example\\x"),
    "to-long-address": _to("ORIGIN/" + "x" * 70_000),
    "to-bad-name": _to("http://xn--.example/"),
    "to-bad-host": _to("http://[::1/x"),
    "to-bad-port": _to("http://news.example:99999/"),
    "to-the-inside": _to("http://10.1.2.3/secret"),
    "to-the-cloud": _to("http://169.254.169.254/latest/meta-data/"),
    "to-a-file": _to("file:///etc/passwd"),
    "to-itself": _to("ORIGIN/to-itself"),
    "to-nowhere": _reply(b"", status="302 Found"),
    "missing": _reply(b"no", status="404 Not Found"),
    "gone": _reply(b"no", status="410 Gone"),
    "forbidden": _reply(b"no", status="403 Forbidden"),
    "for-legal-reasons": _reply(b"no", status="451 Unavailable"),
    "fails": _reply(b"sorry", status="500 Internal Server Error"),
    "unknown-status": _raw(b"HTTP/1.1 999 \r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
    "bomb": _reply(gzip.compress(b"<html>" + b"0" * 60_000_000), "Content-Encoding: gzip"),
    "broken-gzip": _reply(b"\x1f\x8b\x08\x00broken", "Content-Encoding: gzip"),
    "cut-gzip": _reply(gzip.compress(_GOOD[0].encode())[:-200], "Content-Encoding: gzip"),
    "cut-body": _raw(f"{_HTML}Content-Length: 99999\r\n\r\n{_GOOD[1]}".encode()),
    "bad-length": _raw(f"{_HTML}Content-Length: -5\r\n\r\n{_GOOD[1]}".encode()),
    "bad-chunk": _raw(f"{_HTML}Transfer-Encoding: chunked\r\n\r\nZZ\r\n{_GOOD[1]}".encode()),
    "no-answer": _raw(b""),
    "no-http": _raw(b"220 mail.example ESMTP\r\n" * 3),
    "long-header": _raw(f"{_HTML}X: {'x' * 300_000}\r\n\r\n".encode()),
    "empty": _reply(b""),
    "only-zeros": _reply(bytes(5000)),
    "picture": _reply(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
    "no-article": _reply(b"<!doctype html><html><body><nav>Menu</nav></body></html>"),
    "nested": _reply(b"<div>" * 50_000),
    "persian": _reply(_SITE.page(PERSIAN).encode()),
    "private/page": _reply(_GOOD[2].encode()),
}


def _with(number: int, before: str, after: str) -> bytes:
    assert before in _GOOD[number]
    return _GOOD[number].replace(before, after, 1).encode()


def _script(text: str) -> str:
    return f"<head><script type='application/ld+json'>{text}</script>"


def _linked(value: object) -> str:
    return _script(json.dumps(value))


_NEWS = {"@type": "NewsArticle"}
_TOLD: dict[str, Raw] = {
    "good": _reply(_GOOD[3].encode()),
    "unknown-charset": _reply(_with(4, 'charset="utf-8"', 'charset="undefined"'), kind="text/html"),
    "list-as-headline": _reply(_with(5, "<head>", _linked({**_NEWS, "headline": ["a", {}]}))),
    "object-as-headline": _reply(_with(6, "<head>", _linked({**_NEWS, "headline": {"x": 1}}))),
    "broken-json": _reply(_with(7, "<head>", _script("{["))),
    "deep-json": _reply(_with(8, "<head>", _script("[" * 9000))),
    "controls": _reply(_with(9, "<h1>", f"<h1>{_ESCAPE}]0;x{_BELL}{_OVERRIDE}")),
    "script": _reply(_with(10, "<h1>", "<h1>&lt;script&gt;alert(1)&lt;/script&gt; ")),
    "odd-date": _reply(_with(11, "<h1>", "<time datetime='9999-99-99T99:99'>x</time><h1>")),
}  # fmt: skip


@contextmanager
def _serving(answers: dict[str, Raw]) -> Iterator[str]:
    """Answer with raw bytes, byte for byte, and close; gives the origin."""
    listener = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def answer(client: socket.socket) -> None:
        with client, suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request and (piece := client.recv(65536)):
                request += piece
            name = request.split(b" ")[1].decode("ascii", "replace")[1:]
            if name in answers:
                client.sendall(answers[name](origin))
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield origin
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _feed(origin: str) -> bytes:
    """Good and bad pages in turns."""
    names = [*_LOST]
    for place, name in enumerate(_TOLD):
        names.insert(4 * place, name)
    items = "".join(
        f"<item><title>عنوان {name}</title><link>{origin}/{name}</link></item>" for name in names
    )
    return f'<rss version="2.0"><channel><title>موقع</title>{items}</channel></rss>'.encode()


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    feed: dict[str, Raw] = {
        "feed.rss": lambda origin: _reply(_feed(origin), kind="application/rss+xml")(origin),
        "robots.txt": _reply(b"User-agent: *\nDisallow: /private/\n", kind="text/plain"),
    }
    with _serving({**_LOST, **_TOLD, **feed}) as origin:
        path = tmp_path / "mujaz.toml"
        path.write_text(
            f"""
[show]
base_url = "https://news.example/audio/"
[speech]
voice = "tone"
workers = 1
[text]
diacritizer = "none"
[fetch]
retries = 0
max_bytes = 2000000
allow_hosts = ["{origin.removeprefix("http://")}"]
[bulletin]
max_stories = 99
max_minutes = 600
min_words = 5
voices = {{body = "tone"}}
[[bulletin.sources]]
url = "{origin}/feed.rss"
""",
            encoding="utf-8",
        )
        yield path


@pytest.mark.slow
def test_what_can_be_told_is_told_and_each_loss_is_named(
    mujaz: Mujaz, tmp_path: Path, config: Path
) -> None:
    assert len(_LOST) >= 30
    show = tmp_path / "show"
    result = mujaz("--config", config, "bulletin", "-o", show, "--json")
    report = report_of(result)
    assert result.returncode == 3, result.stderr.decode()
    assert b"Traceback" not in result.stderr

    stories = {story["source"].partition("/")[2].lstrip("/").partition("/")[2]: story
               for story in report["stories"]}  # fmt: skip
    assert set(stories) == {*_LOST, *_TOLD}
    assert {name for name, story in stories.items() if story["status"] == "spoken"} == set(_TOLD)
    for name in _LOST:
        assert stories[name]["status"] in ("failed", "skipped"), name
        assert stories[name]["error"], name
        assert "unexpected fault" not in stories[name]["error"], (name, stories[name]["error"])
    for name in ("to-data", "bomb", "cut-body", "fails", "no-http"):
        assert stories[name]["status"] == "failed", name

    (item,) = feedparser.parse((show / "feed.xml").read_bytes()).entries
    assert (show / "media" / item.enclosures[0].href.rpartition("/")[2]).is_file()
    (page,) = show.glob("episodes/*/index.html")
    assert "<script>alert(1)" not in page.read_text("utf-8")
    text = (show / "feed.xml").read_text("utf-8") + page.read_text("utf-8")
    assert not any(mark in text for mark in (_ESCAPE, _BELL, _OVERRIDE))
    health = json.loads((show / ".mujaz" / "health.json").read_text("utf-8"))
    assert health["status"] == "incomplete"
    assert health["stories"]["spoken"] == len(_TOLD)
