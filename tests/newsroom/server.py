"""A news site on 127.0.0.1 with three good sources, and every fault that the web has.

Each path's fault is what its name says. Requests are counted by path.
"""

from __future__ import annotations

import gzip
import html
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.newsroom.articles import BRIDGE, BRIDGE_AGAIN, PERSIAN, Invented, invent

STALL_S = 30.0

Answer = tuple[int, dict[str, str], bytes]


class NewsSite:
    """What is served; change it while the server runs.

    Args:
        articles: The good ones, shared out among three feeds.
        faults: Whether the feeds list the faulty pages too.
    """

    def __init__(self, articles: list[Invented], *, faults: bool = True) -> None:
        self.articles = articles
        self.faults = faults
        self.hits: Counter[str] = Counter()
        self.robots = "User-agent: *\nDisallow: /private/\n"
        self.origin = ""
        self.agents: set[str] = set()
        self.stopping = threading.Event()
        # The second half of the site writes windows-1256, as older ones do.
        self.old = range(len(articles) // 2, len(articles))

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        """What a path gives."""
        if path == "/robots.txt":
            return _plain(self.robots.encode(), "text/plain")
        if path in ("/politics.rss", "/culture.rss"):
            return self._rss(path)
        if path == "/economy.atom":
            return _plain(self._atom().encode(), "application/atom+xml; charset=utf-8")
        if path.startswith("/article/"):
            return self._article(int(path.removeprefix("/article/")), headers)
        return self._fault(path)

    def page(self, article: Invented, published: str = "") -> str:
        """A news page with the clutter that belongs to one."""
        body = "".join(f"<p>{html.escape(text)}</p>" for text in article.paragraphs)
        return (
            '<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8">'
            f"<title>{html.escape(article.title)} | صحيفة الضفة</title></head><body>"
            "<nav><a href='/'>الرئيسية</a> <a href='/sport'>رياضة</a></nav>"
            f"<article><h1>{html.escape(article.title)}</h1>{published}{body}</article>"
            "<footer>جميع الحقوق محفوظة</footer></body></html>"
        )

    def _article(self, number: int, headers: dict[str, str]) -> Answer:
        page = self.page(self.articles[number])
        kind = "text/html; charset=utf-8"
        if number in self.old:
            page, kind = page.replace("utf-8", "windows-1256"), "text/html; charset=windows-1256"
        data = page.encode("cp1256" if number in self.old else "utf-8")
        etag = f'"{sha256(data).hexdigest()[:16]}"'
        if headers.get("if-none-match") == etag:
            return 304, {"ETag": etag}, b""
        return 200, {"Content-Type": kind, "ETag": etag}, data

    def _numbers(self, path: str) -> list[int]:
        place = ("/politics.rss", "/economy.atom", "/culture.rss").index(path)
        return [number for number in range(len(self.articles)) if number % 3 == place]

    def _rss(self, path: str) -> Answer:
        faults = {
            "/politics.rss": ("missing", "shaky", "stall", "endless", "loop", "bridge"),
            "/culture.rss": ("inside", "empty", "persian", "bridge-again", "private/page", "bomb"),
        }
        names = faults[path] if self.faults else ()
        items = "".join(
            _item(self.articles[n].title, f"{self.origin}/article/{n}?utm_source=rss", n)
            for n in self._numbers(path)
        ) + "".join(_item(f"عنوان {name}", f"{self.origin}/{name}", 30) for name in names)
        text = f'<rss version="2.0"><channel><title>وكالة الضفة</title>{items}</channel></rss>'
        if path == "/politics.rss":
            xml = '<?xml version="1.0" encoding="utf-8"?>' + text
            return _plain(xml.encode(), "application/rss+xml")
        xml = '<?xml version="1.0" encoding="windows-1256"?>' + text
        kind = {"Content-Type": "application/rss+xml", "Content-Encoding": "gzip"}
        return 200, kind, gzip.compress(xml.encode("cp1256"))

    def _atom(self) -> str:
        entries = "".join(
            f"<entry><id>{self.origin}/article/{n}</id><title>{html.escape(a.title)}</title>"
            f'<link href="{self.origin}/article/{n}"/><updated>{_moment(n).isoformat()}</updated>'
            "</entry>"
            for n, a in ((n, self.articles[n]) for n in self._numbers("/economy.atom"))
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>الاقتصاد</title>{entries}</feed>'

    def _fault(self, path: str) -> Answer:
        to = {"/loop": "/loop-back", "/loop-back": "/loop", "/inside": "http://10.1.2.3/secret"}
        if path in to:
            return 302, {"Location": to[path]}, b""
        if path == "/shaky":
            if self.hits[path] == 1:
                return 500, {}, b"sorry"
            return self._html(self.page(SHAKY))
        pages = {"/bridge": BRIDGE, "/bridge-again": BRIDGE_AGAIN, "/persian": PERSIAN}
        if path in pages:
            return self._html(self.page(pages[path]))
        if path == "/empty":
            return self._html("<!doctype html><html><body><nav>Menu</nav></body></html>")
        if path == "/private/page":
            return self._html(self.page(invent(1, 80, seed=99)[0]))
        if path == "/bomb":
            kind = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
            return 200, kind, gzip.compress(b"<html>" + b"0" * 60_000_000)
        if path == "/broken.rss":
            return _plain(b"<rss><channel><item><title>x &nbsp; <<< ", "application/rss+xml")
        if path == "/entities.rss":
            return _plain(_BILLION_LAUGHS, "application/rss+xml")
        return 404, {"Content-Type": "text/html"}, b"<html>not here</html>"

    def _html(self, page: str) -> Answer:
        return _plain(page.encode(), "text/html; charset=utf-8")


SHAKY = Invented(
    "عودة القطار الليلي بين المدينتين الساحليتين بعد انقطاع طويل",
    (
        "عاد القطار الليلي إلى العمل بين المدينتين الساحليتين بعد انقطاع دام أربعة أعوام، وامتلأت "
        "مقاعد الرحلة الأولى كلها قبل أسبوع من موعدها.",
        "وقالت شركة القطارات إن الرحلة تستغرق سبع ساعات، وإن في كل عربة مقصورات هادئة وأخرى "
        "مجهزة لمن يستخدمون الكراسي المتحركة، وإن الأسعار ثابتة طوال السنة.",
    ),
)

_BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><rss version='2.0'><channel><title>&j;</title><item><title>&j;</title>"
    b"<link>http://127.0.0.1/x</link></item></channel></rss>"
)


def _plain(data: bytes, kind: str) -> Answer:
    return 200, {"Content-Type": kind}, data


def _moment(number: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10 + number)


def _item(title: str, link: str, minutes: int) -> str:
    return (
        f"<item><title>{html.escape(title)}</title><link>{html.escape(link)}</link>"
        f"<guid>{html.escape(link)}</guid>"
        f"<pubDate>{format_datetime(_moment(minutes))}</pubDate></item>"
    )


@contextmanager
def serving(site: NewsSite) -> Iterator[str]:
    """Serve a site; gives its origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            site.hits[path] += 1
            site.agents.add(self.headers.get("User-Agent", ""))
            slow: dict[str, Callable[[BaseHTTPRequestHandler, NewsSite], None]] = {
                "/stall": _stall,
                "/endless": _endless,
            }
            try:
                if path in slow:
                    slow[path](self, site)
                    return
                lowered = {name.lower(): value for name, value in self.headers.items()}
                status, headers, data = site.answer(path, lowered)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except (BrokenPipeError, ConnectionResetError):
                return

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    site.origin = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield site.origin
    finally:
        site.stopping.set()
        server.shutdown()
        server.server_close()


def _stall(handler: BaseHTTPRequestHandler, site: NewsSite) -> None:
    """Headers come drop by drop, each in time for a limit on single reads."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    until = time.monotonic() + STALL_S
    while time.monotonic() < until and not site.stopping.wait(0.2):
        handler.wfile.write(b"X-Slow: 1\r\n")
        handler.wfile.flush()


def _endless(handler: BaseHTTPRequestHandler, site: NewsSite) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while not site.stopping.is_set():
        handler.wfile.write(b"<p>" + b"x" * 65536)
