"""Fetching from real servers: limits, politeness, and refused private addresses."""

from __future__ import annotations

import gzip
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from mujaz.errors import FetchError
from mujaz.ingest.fetch import Fetcher, agent
from mujaz.ingest.fetch.cache import FetchCache
from mujaz.network.addresses import is_allowed, is_public
from mujaz.settings.values import Config, FetchConfig, ShowConfig

Reply = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Replies by path; what was asked is kept."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.host = ""

    def on(self, path: str, *replies: Reply) -> str:
        """Reply to a path, the last reply for ever; gives the address."""
        self.replies[path] = list(replies)
        return f"http://{self.host}{path}"

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(1 for asked, _ in self.asked if asked == path)


def _reply(status: int = 200, data: bytes = b"ok", **headers: str) -> Reply:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return send


@contextmanager
def _serving(server: Server) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.asked.append((self.path, headers))
            replies = server.replies.get(self.path, [_reply(404)])
            (replies.pop(0) if len(replies) > 1 else replies[0])(self)

        def log_message(self, format: str, *args: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    server.host = f"127.0.0.1:{http.server_address[1]}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


@pytest.fixture
def web() -> Iterator[Server]:
    with _serving(Server()) as server:
        yield server


def _fetcher(web: Server, cache: Path | None = None, **changes: object) -> Fetcher:
    rules = FetchConfig(timeout_s=3, total_s=20, allow_hosts=(web.host,))
    return Fetcher(replace(rules, **changes), "mujaz/test", cache)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1", "fe80::1%eth0", "not an address",
        "64:ff9b:1::1", "64:ff9b:1::5db8:d70e", "fec0::1", "::5db8:d70e", "5f00::1", "192.0.0.9",
        "192.0.0.170", "192.88.99.1", "198.18.0.1", "203.0.113.1", "240.0.0.1", "2001:db8::1",
        "3fff::1", "100::1", "2001:2::1", "4000::1", "::ffff:192.0.0.1", "2002:c000:1::",
        # Teredo: a public server, and a client with a private address (inverted).
        "2001:0:5db8:d70e:0:0:f5ff:fffe",
    ],
)  # fmt: skip
def test_an_address_of_the_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::808:808", "192.0.1.1", "100.128.0.1",
        "172.32.0.1", "2001:200::1", "2a00:1450:4001::1", "2001:20::1", "2002:5db8:d70e::1",
        "::ffff:93.184.215.14",
    ],
)  # fmt: skip
def test_an_address_of_the_outside_is_public(address: str) -> None:
    assert is_public(address)


def test_allow_hosts_names_hosts_with_or_without_a_port() -> None:
    assert is_allowed("cms.example", 8080, ["CMS.example:8080"])
    assert is_allowed("cms.example.", 8080, ["cms.example"])
    assert is_allowed("::1", 80, ["[::1]:80"])
    assert not is_allowed("cms.example", 81, ["cms.example:8080"])
    assert not is_allowed("evil-cms.example", 8080, ["cms.example"])


def test_loopback_is_refused_at_once_unless_it_is_named(web: Server) -> None:
    url = web.on("/a", _reply())
    with _fetcher(web) as fetcher:
        assert fetcher.fetch(url).data == b"ok"
    web.asked.clear()
    for name in (web.host, web.host.replace("127.0.0.1", "localhost")):
        with (
            _fetcher(web, allow_hosts=()) as fetcher,
            pytest.raises(FetchError, match="private address") as caught,
        ):
            fetcher.fetch(f"http://{name}/a")
        assert "allow_hosts" in caught.value.hint
    assert not web.asked


def test_a_name_that_changes_its_mind_gains_nothing(
    web: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that is judged is the one that is connected to."""
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *more: object, **named: object) -> object:
        if host != "rebind.example":
            return real(host, port, *more, **named)  # type: ignore[arg-type]
        looked_up.append(host)
        address = "93.184.215.14" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    url = web.on("/a", _reply()).replace("127.0.0.1", "rebind.example")
    fetcher = _fetcher(web, robots=False, timeout_s=1, retries=2)
    with fetcher, pytest.raises(FetchError):
        fetcher.fetch(url)
    assert looked_up
    assert not web.asked


def test_each_redirect_is_judged_anew(web: Server) -> None:
    private = web.on("/in", _reply(302, Location="http://192.168.0.9/x"))
    scheme = web.on("/file", _reply(302, Location="file:///etc/passwd"))
    with _fetcher(web) as fetcher:
        with pytest.raises(FetchError, match="private address"):
            fetcher.fetch(private)
        with pytest.raises(FetchError, match="only http"):
            fetcher.fetch(scheme)
        web.on("/0", _reply(301, Location="/1"))
        web.on("/1", _reply(307, Location="2?q=%D8%A3"))
        web.on("/2?q=%D8%A3", _reply(data=b"there"))
        answer = fetcher.fetch(f"http://{web.host}/0#part")
        assert answer.data == b"there"
        assert answer.url.endswith("/2?q=%D8%A3")
    for number in range(6):
        web.on(f"/{number}", _reply(302, Location=f"/{number + 1}"))
    web.on("/6", _reply(data=b"there"))
    web.on("/a", _reply(302, Location="/b"))
    web.on("/b", _reply(302, Location="/a"))
    with _fetcher(web) as fetcher:
        assert fetcher.fetch(f"http://{web.host}/1").data == b"there"
        with pytest.raises(FetchError, match="more than 5 redirects"):
            fetcher.fetch(f"http://{web.host}/0")
        with pytest.raises(FetchError, match="circle"):
            fetcher.fetch(f"http://{web.host}/a")
    assert web.count("/a") == 1


def test_a_host_is_refused_if_one_of_its_addresses_is_private(
    web: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two(host: str, port: int, *more: object, **named: object) -> object:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("93.184.215.14", "127.0.0.1")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    with _fetcher(web) as fetcher, pytest.raises(FetchError, match="private address"):
        fetcher.fetch("http://news.example/")


def test_a_body_is_no_larger_than_allowed_before_and_after_decompression(web: Server) -> None:
    exact = web.on("/exact", _reply(data=b"x" * 50_000))
    more = web.on("/more", _reply(data=b"x" * 50_001))
    zipped = web.on("/zipped", _reply(data=gzip.compress(b"x" * 50_000), Content_Encoding="gzip"))
    bomb = web.on("/bomb", _reply(data=gzip.compress(bytes(50_001)), Content_Encoding="gzip"))
    noise = random.Random(1).randbytes(50_001)
    packed = web.on("/packed", _reply(data=gzip.compress(noise), Content_Encoding="gzip"))
    with _fetcher(web, max_bytes=50_000, retries=0) as fetcher:
        assert len(fetcher.fetch(exact).data) == 50_000
        assert len(fetcher.fetch(zipped).data) == 50_000
        for url in (more, bomb, packed):
            with pytest.raises(FetchError, match="larger than"):
                fetcher.fetch(url)


def test_each_member_of_a_gzip_body_is_read(web: Server) -> None:
    members = [gzip.compress(text) for text in (b"first ", b"", b"second " * 100_000, b"third")]
    whole = b"".join(members)
    url = web.on("/members", _reply(data=whole, Content_Encoding="gzip"))
    padded = web.on("/padded", _reply(data=whole + bytes(512), Content_Encoding="gzip"))
    broken = web.on("/broken", _reply(data=whole[:-9], Content_Encoding="gzip"))
    bomb = web.on("/bomb", _reply(data=members[2] * 15, Content_Encoding="gzip"))
    with _fetcher(web, retries=0) as fetcher:
        assert fetcher.fetch(url).data == b"first " + b"second " * 100_000 + b"third"
        assert fetcher.fetch(padded).data == fetcher.fetch(url).data
        with pytest.raises(FetchError, match="broke off"):
            fetcher.fetch(broken)
        with pytest.raises(FetchError, match="larger than"):
            fetcher.fetch(bomb)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_robots_txt_over_the_limit_is_cut_and_obeyed(web: Server, encoding: str) -> None:
    noise = random.Random(1).randbytes(600_000).hex().encode()
    rules = b"User-agent: *\nDisallow: /no\n# " + noise + b"\nDisallow: /\n"
    data = gzip.compress(rules) if encoding == "gzip" else rules
    web.on("/robots.txt", _reply(data=data, Content_Encoding=encoding))
    yes, no = web.on("/yes", _reply()), web.on("/no", _reply())
    with _fetcher(web, max_bytes=100_000) as fetcher:
        assert fetcher.fetch(yes).data == b"ok"
        with pytest.raises(FetchError, match=r"robots\.txt"):
            fetcher.fetch(no)


def test_the_time_for_robots_txt_does_not_count_for_the_page(
    web: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer takes two seconds of a clock that the server moves."""
    passed: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: 1000.0 + sum(passed), sleep=passed.append)
    for module in (
        "network.client",
        "network.retries",
        "network.transport",
        "ingest.fetch.fetcher",
    ):
        monkeypatch.setattr(f"mujaz.{module}.time", clock)

    def slow(reply: Reply) -> Reply:
        def send(handler: BaseHTTPRequestHandler) -> None:
            passed.append(2.0)
            reply(handler)

        return send

    web.on("/robots.txt", slow(_reply(404)))
    url = web.on("/page", slow(_reply()))
    with _fetcher(web, timeout_s=3, retries=0) as fetcher:
        assert fetcher.fetch(url).data == b"ok"


def test_an_address_in_arabic_is_fetched(web: Server) -> None:
    web.on("/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1", _reply())
    with _fetcher(web) as fetcher:
        assert fetcher.fetch(f"http://{web.host}/أخبار").data == b"ok"


def test_what_may_pass_is_tried_again_and_no_more_often_than_told(web: Server) -> None:
    shaky = web.on("/shaky", _reply(503, Retry_After="1"), _reply(500), _reply())
    gone = web.on("/gone", _reply(410))
    down = web.on("/down", _reply(502))
    moment = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    later = web.on("/later", _reply(429, Retry_After=moment))
    with _fetcher(web) as fetcher:
        assert fetcher.fetch(shaky).data == b"ok"
        for url in (gone, down, later):
            with pytest.raises(FetchError):
                fetcher.fetch(url)
    assert [web.count(path) for path in ("/shaky", "/gone", "/down", "/later")] == [3, 1, 3, 1]
    minutes = web.on("/minutes", _reply(503, Retry_After="61"))
    with _fetcher(web, total_s=3600) as fetcher, pytest.raises(FetchError):
        fetcher.fetch(minutes)
    assert web.count("/minutes") == 1


def test_an_unchanged_page_is_not_sent_again(web: Server, tmp_path: Path) -> None:
    def validated(handler: BaseHTTPRequestHandler) -> None:
        unchanged = handler.headers.get("If-None-Match") == '"1"'
        _reply(304 if unchanged else 200, b"" if unchanged else b"body", ETag='"1"')(handler)

    url = web.on("/page", validated)
    secret = web.on("/secret", _reply(data=b"s", ETag='"2"', Cache_Control="no-store"))
    answers = []
    for _ in range(2):
        with _fetcher(web, tmp_path / "cache") as fetcher:
            answers.append(fetcher.fetch(url))
            fetcher.fetch(secret)
    assert [answer.data for answer in answers] == [b"body", b"body"]
    assert [answer.unchanged for answer in answers] == [False, True]
    assert not any("if-none-match" in headers for path, headers in web.asked if path == "/secret")
    for entry in (tmp_path / "cache").glob("*/*"):
        entry.write_bytes(entry.read_bytes()[:-1] + b"!")
    with _fetcher(web, tmp_path / "cache") as fetcher:
        assert fetcher.fetch(url).data == b"body"


def test_robots_txt_is_asked_once_and_obeyed(web: Server) -> None:
    rules = b"User-agent: mujaz\nDisallow: /no\nAllow: /no/but$\n\nUser-agent: *\nDisallow: /\n"
    web.on("/robots.txt", _reply(data=rules))
    for path in ("/yes", "/no/but", "/no/x"):
        web.on(path, _reply())
    with _fetcher(web) as fetcher:
        fetcher.fetch(f"http://{web.host}/yes")
        fetcher.fetch(f"http://{web.host}/no/but")
        with pytest.raises(FetchError, match=r"robots\.txt"):
            fetcher.fetch(f"http://{web.host}/no/x")
    assert web.count("/robots.txt") == 1
    assert web.count("/no/x") == 0
    with _fetcher(web, robots=False) as fetcher:
        assert fetcher.fetch(f"http://{web.host}/no/x").data == b"ok"
    for status in (500, 501):
        web.on("/robots.txt", _reply(status))
        with _fetcher(web, retries=0) as fetcher, pytest.raises(FetchError, match=r"robots\.txt"):
            fetcher.fetch(f"http://{web.host}/yes")


def test_a_password_in_an_address_is_used_and_never_shown(web: Server) -> None:
    web.on("/a", _reply())
    with _fetcher(web) as fetcher:
        answer = fetcher.fetch(f"http://desk:secret@{web.host}/a")
        assert "secret" not in answer.url
        with pytest.raises(FetchError) as caught:
            fetcher.fetch(f"http://desk:secret@{web.host}/missing")
    assert "secret" not in str(caught.value)
    assert any("authorization" in headers for path, headers in web.asked if path == "/a")


def test_a_proxy_from_the_environment_is_used(web: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://{web.host}")
    monkeypatch.setenv("no_proxy", "")
    web.on("http://news.example/a", _reply(data=b"by proxy"))
    with _fetcher(web, allow_hosts=()) as fetcher:
        assert fetcher.fetch("http://news.example/a").data == b"by proxy"
        names = ("intranet", "printer.local", "tv.home.arpa", "a.internal", "b.lan", "c.localhost")
        for inside in ("10.0.0.8", *names):
            with pytest.raises(FetchError, match="private"):
                fetcher.fetch(f"http://{inside}/a")
    assert {path for path, _ in web.asked} == {
        "http://news.example/robots.txt",
        "http://news.example/a",
    }


def test_time_for_everything_runs_out(web: Server) -> None:
    url = web.on("/down", _reply(503))
    with _fetcher(web, total_s=1, retries=10) as fetcher:
        with pytest.raises(FetchError):
            fetcher.fetch(url)
        assert web.count("/down") < 4


def test_the_agent_says_who_asks() -> None:
    config = Config(show=ShowConfig(link="https://news.example/"))
    assert agent(config).startswith("mujaz/")
    assert "+https://news.example/" in agent(config)
    assert "\n" not in agent(Config(show=ShowConfig(link="a\r\nX: y")))


@pytest.mark.parametrize("url", ["ftp://news.example/a", "http://", "http://[::1", "http://a b/"])
def test_what_is_no_address_is_refused(web: Server, url: str) -> None:
    with _fetcher(web, retries=0, timeout_s=0.5) as fetcher, pytest.raises(FetchError):
        fetcher.fetch(url)


@pytest.mark.parametrize(
    "location",
    [
        "data:text/html,x", "mailto:desk@news.example", "javascript:alert(1)", "foo:bar", "ftp://a/b",
        "http:\\\\news.example\\a", "http://", "http:///story", "http://xn--zzzzzzzzzzzz/", "//",
        "http://xn--" + "a" * 80 + ".example/", "http://a..b/", "http://exa mple/", "http://[::1",
        "http://[::1%]/", "http://news.example:99999/", "http://news.example:port/", "http://%/",
        "http://1.2.3.4.5/", "http://" + "a" * 70_000, "/" + "a" * 70_000, "/%zz\xff\xa0",
        "?" * 65_600, "http://\xe9\xad\xff/", "http://user:pa@ss@127.0.0.1:1/",
    ],
    ids=lambda location: location[:30].encode("ascii", "replace").decode(),
)  # fmt: skip
def test_a_redirect_to_what_is_no_address_is_refused_with_a_reason(
    web: Server, location: str
) -> None:
    start = web.on("/a", _reply(302, Location=location))
    with (
        _fetcher(web, retries=0, robots=False) as fetcher,
        pytest.raises(FetchError) as caught,
    ):
        fetcher.fetch(start)
    assert caught.value.hint
    assert caught.value.where
    assert len(str(caught.value)) < 600
    assert "pa@ss" not in str(caught.value)


@pytest.mark.parametrize(
    "value", ["99999999999999999999", "Mon, 99 Foo 9999 99:99:99", "-1", "\xff"]
)
def test_an_odd_retry_after_is_no_reason_to_fail_otherwise(web: Server, value: str) -> None:
    start = web.on("/a", _reply(503, Retry_After=value))
    with (
        _fetcher(web, retries=1, robots=False, total_s=3) as fetcher,
        pytest.raises(FetchError, match="status 503"),
    ):
        fetcher.fetch(start)


@pytest.mark.parametrize(
    "kind", ["text/html; charset=undefined", "text/html; charset*=utf-99''%ff", ";;;=", "\xff\xfe"]
)
def test_an_odd_content_type_is_no_reason_to_fail(web: Server, kind: str) -> None:
    start = web.on("/a", _reply(data=b"<html>", Content_Type=kind))
    with _fetcher(web, retries=0, robots=False) as fetcher:
        assert fetcher.fetch(start).data == b"<html>"


def test_as_many_redirects_are_followed_as_configured(web: Server) -> None:
    web.on("/c", _reply())
    web.on("/b", _reply(302, Location="/c"))
    start = web.on("/a", _reply(302, Location="/b"))
    with _fetcher(web, max_redirects=2, retries=0, robots=False) as fetcher:
        assert fetcher.fetch(start).data == b"ok"
    with (
        _fetcher(web, max_redirects=1, retries=0, robots=False) as fetcher,
        pytest.raises(FetchError, match="more than 1 redirect"),
    ):
        fetcher.fetch(start)


def test_old_answers_and_the_oldest_of_too_many_leave_the_cache(tmp_path: Path) -> None:
    cache = FetchCache(tmp_path, max_bytes=3000)
    days = {"https://a.example/old": 40, "https://a.example/2": 2, "https://a.example/1": 1}
    for url, age in days.items():
        before = set(tmp_path.glob("*/*"))
        cache.keep(url, {"etag": '"x"'}, b"x" * 1000)
        (path,) = set(tmp_path.glob("*/*")) - before
        moment = time.time() - age * 86400
        os.utime(path, (moment, moment))
    cache.prune()
    assert [cache.find(url) is not None for url in days] == [False, True, True]
    FetchCache(tmp_path, max_bytes=1500).prune()
    assert [cache.find(url) is not None for url in days] == [False, False, True]


def test_a_server_that_asks_for_too_long_a_pause_is_not_asked_again(web: Server) -> None:
    start = web.on("/a", _reply(503, Retry_After="3600"))
    with (
        _fetcher(web, retries=2, robots=False) as fetcher,
        pytest.raises(FetchError, match="status 503"),
    ):
        fetcher.fetch(start)
    assert web.count("/a") == 1
