"""Random pages, feeds and redirects: each is read, or refused with a reason.

The number of cases comes from ``MUJAZ_FUZZ_CASES`` (pages and feeds half of it each, redirects a
tenth). A longer run: ``MUJAZ_FUZZ_CASES=200000 pytest -m slow tests/contract/test_fuzz_input.py``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as generated
from hypothesis import strategies as st

from mujaz.domain import Page
from mujaz.errors import SourceError
from mujaz.ingest.feeds import FeedEntry, looks_like_feed, read_feed
from mujaz.ingest.fetch import Fetcher
from mujaz.ingest.source import page_from_answer, page_from_bytes
from mujaz.settings.values import FetchConfig
from mujaz.text.cleaning.article import clean
from mujaz.text.sentences import split_sentences
from tests.contract.test_fetch import Server, _reply, _serving

pytestmark = pytest.mark.slow

_CASES = int(os.environ.get("MUJAZ_FUZZ_CASES", "10000"))
_QUIET = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}

_SENTENCE = "أعلنت وزارة النقل أمس عن بدء العمل في مشروع القطار الجديد بين المدينتين. "
_WORDS = st.sampled_from(
    [
        *(_SENTENCE, _SENTENCE * 3, "عاجل: ", "الأحد 8 مايو 2022", "٢٠٢٤/٤/١٠", "كتب: سلمى حسن"),
        *("اقرأ أيضا", "\x00", "\ufffe", "\u202e", "\U0001f600", "ط§ظ„", "Ø§Ù„", "\u0640" * 40),
        *("&amp;lt; &#0; &#x110000; ]]> <!-- --> [caption] ** | {{x}}".split()),
        *("1" * 60, "**" * 20, " ", "\n", "\r"),
    ]
)
_TEXT = st.one_of(_WORDS, st.text(max_size=30), st.text("ابتثجحدرسعقلمنهوي .،\n", max_size=80))
_JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), _TEXT,
        st.sampled_from(["NewsArticle", "2024-04-10T07:15:00Z", "99999-99-99", "0000-00-00"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "@type", "@graph", "headline", "author", "publisher", "name", "datePublished",
                    "articleBody", "mainEntityOfPage", "url", "image", "@value",
                ]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=8,
)  # fmt: skip
_NAMES = st.sampled_from(
    (
        "p div article h1 h2 title meta time ul li table td span script style a br section main "
        "body head html template svg math iframe noscript plaintext select frameset form base x:y "
        "!DOCTYPE ?xml"
    ).split()
)
_ATTRIBUTES = st.sampled_from(
    (
        "class id itemprop property name content charset http-equiv datetime href src style hidden "
        "xml:lang xmlns rel type = \" '"
    ).split()
)
_VALUES = st.one_of(
    _TEXT,
    st.just("\x00"),
    st.sampled_from(
        (
            "undefined utf-16 punycode cp1256 unicode_escape rot13 idna utf-7 og:title og:url date "
            "article:published_time canonical headline articleBody http://[ //x javascript:x "
            "2024-04-10 2024-99-99T99:99 post-title comments"
        ).split()
    ),
)


@st.composite
def _tag(draw: st.DrawFn) -> str:
    attributes = draw(st.lists(st.tuples(_ATTRIBUTES, _VALUES), max_size=3))
    written = "".join(f' {name}="{value}"' for name, value in attributes)
    return f"<{draw(st.sampled_from(['', '/']))}{draw(_NAMES)}{written}>"


_SCRIPT = _JSON.map(
    lambda value: f'<script type="application/ld+json">{json.dumps(value)}</script>'
)
_MARKUP = st.one_of(
    *(_tag(), _tag(), _TEXT, _TEXT, _SCRIPT),
    _TEXT.map(lambda text: f"<p>{text}</p>"),
    _tag().map(lambda tag: tag * 40),
)
_HEADS = st.sampled_from(
    ["<!doctype html><html>", "<html><head>", "<article>", "", "<?xml version='1.0'?><html>"]
)
_BYTES = st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=3)), max_size=3)
_CHARSETS = st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16", "cp1256", "utf-8-sig", "utf-32"])


def _damaged(data: bytes, damage: list[tuple[int, bytes]]) -> bytes:
    for place, piece in damage:
        place %= len(data) + 1
        data = data[:place] + piece + data[place:]
    return data


@st.composite
def _document(draw: st.DrawFn) -> bytes:
    text = draw(_HEADS) + "".join(draw(st.lists(_MARKUP, max_size=12)))
    return _damaged(text.encode(draw(_CHARSETS), "replace"), draw(_BYTES))


_ITEM_NAMES = st.sampled_from(
    (
        "title link guid pubDate dc:date description content:encoded author updated summary "
        "content id media:content enclosure category source"
    ).split()
)
_ITEM_VALUES = st.one_of(
    _TEXT,
    _MARKUP.map(lambda markup: f"<![CDATA[{markup}]]>"),
    _MARKUP.map(lambda markup: markup.replace("&", "&amp;").replace("<", "&lt;")),
    _MARKUP,
    st.sampled_from(
        [
            "Wed, 10 Apr 2024 07:15:00 GMT", "Wed, 99 Foo 99999 99:99:99",
            "2024-04-10T07:15:00+99:99", "-1", "0", "http://[",
            "http://news.example/1", "&undefined;", "&a;", "٢٠٢٤",
        ]
    ),
)  # fmt: skip


@st.composite
def _feed(draw: st.DrawFn) -> bytes:
    head = draw(
        st.sampled_from(
            [
                '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>',
                '<?xml version="1.0" encoding="undefined"?><rss><channel>',
                '<feed xmlns="http://www.w3.org/2005/Atom">', "<rdf:RDF>", "<rss>",
                "<!DOCTYPE rss [",
                '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>',
            ]
        )
    )  # fmt: skip
    items = draw(
        st.lists(st.lists(st.tuples(_ITEM_NAMES, _ITEM_VALUES), max_size=4), min_size=1, max_size=3)
    )
    name = draw(st.sampled_from(["item", "item", "entry"]))
    body = "".join(
        f"<{name}>" + "".join(f"<{key}>{value}</{key}>" for key, value in item) + f"</{name}>"
        for item in items
    )
    return _damaged((head + body).encode(draw(_CHARSETS), "replace"), draw(_BYTES))


@contextmanager
def _refusal() -> Iterator[None]:
    """Expect that what fails is refused with a place and a hint."""
    try:
        yield
    except SourceError as error:
        if not (error.hint and error.message):
            raise AssertionError(f"no hint: {error}") from error


def _told(page: Page) -> None:
    article = clean(page)
    for paragraph in article.paragraphs:
        assert split_sentences(paragraph)
    assert all(dropped.reason for dropped in article.dropped)


@settings(max_examples=_CASES * 45 // 100, **_QUIET)
@generated(
    _document(), _VALUES, st.sampled_from(["", "http://news.example/2024/99/99/x", "http://["])
)
def test_a_random_page_is_read_or_refused(data: bytes, declared: str, url: str) -> None:
    with _refusal():
        _told(page_from_bytes(data, url or "page.html", url=url, declared=declared))


@settings(max_examples=_CASES * 45 // 100, **_QUIET)
@generated(_feed(), _VALUES)
def test_a_random_feed_is_read_or_refused(data: bytes, charset: str) -> None:
    looks_like_feed(data)
    entries: tuple[FeedEntry, ...] = ()
    with _refusal():
        entries = read_feed(data, "http://news.example/feed", charset=charset).entries
    for entry in entries:
        with _refusal():
            _told(page_from_bytes(entry.html.encode("utf-8", "replace"), entry.key, url=entry.url))


@pytest.fixture(scope="module")
def redirector() -> Iterator[Server]:
    with _serving(Server()) as server:
        yield server


_LOCATIONS = st.lists(
    st.one_of(
        st.sampled_from(
            (
                r"http: https: // / \ data: javascript: foo: xn-- @ : ? # [ ] ::1 % %00 .. . "
                "127.0.0.1 localhost 99999 HTTP:// é"
            ).split()
        ),
        st.sampled_from(["a" * 300, " ", "\t", "\xad", "\xff"]),
        st.text(
            st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n"),
            max_size=5,
        ),
    ),
    max_size=6,
).map("".join)


@settings(max_examples=_CASES // 10, **_QUIET)
@generated(_LOCATIONS, st.sampled_from([200, 301, 302, 308, 304, 500]), _VALUES)
def test_a_random_redirect_is_followed_or_refused(
    redirector: Server, location: str, status: int, kind: str
) -> None:
    headers = {"Location": location}
    kind = kind.encode("latin-1", "ignore").decode("latin-1").replace("\r", "").replace("\n", "")
    if kind.isprintable():
        headers["Content_Type"] = kind
    start = redirector.on("/start", _reply(status, _SENTENCE.encode(), **headers))
    rules = FetchConfig(
        timeout_s=3, total_s=10, retries=0, robots=False, allow_hosts=(redirector.host,)
    )
    with Fetcher(rules, "mujaz/test") as fetcher, _refusal():
        page_from_answer(fetcher.fetch(start), start)
