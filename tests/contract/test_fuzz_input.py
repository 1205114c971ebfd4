"""Random pages, feeds and redirects: each is read, or refused with a reason.

The number of cases comes from ``MUJAZ_FUZZ_CASES``: nine in twenty are pages, as many are feeds,
one in ten is a redirect. A longer run than that of CI::

    MUJAZ_FUZZ_CASES=200000 pytest -m slow tests/contract/test_fuzz_input.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
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
# A failing case is shown with its seed, from which the same document is made again.
_SEEDS = st.randoms(use_true_random=True)


def _settings(share: float) -> settings:
    return settings(
        max_examples=max(1, int(_CASES * share)),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


_SENTENCE = "أعلنت وزارة النقل أمس عن بدء العمل في مشروع القطار الجديد بين المدينتين. "
_TEXTS = (
    *(_SENTENCE, _SENTENCE, _SENTENCE * 3, "عاجل: ", "الأحد 8 مايو 2022", "٢٠٢٤/٤/١٠", "كتب: سلمى"),
    *("اقرأ أيضا", "\x00", "\ufffe", "\u202e", "\U0001f600", "ط§ظ„", "Ø§Ù„", "\u0640" * 40),
    *"&amp;lt; &#0; &#x110000; ]]> <!-- --> [caption] ** | {{x}} 2024-04-10 99999-99-99".split(),
    *("1" * 60, "**" * 20, " ", "\n", "\r", "؟", ".", ""),
)
_NAMES = (
    "p p p div div article h1 h2 title meta time ul li table td span script style a br section "
    "main body head html template svg math iframe noscript plaintext select frameset form base "
    "x:y !DOCTYPE ?xml"
).split()
_ATTRIBUTES = (
    "class id itemprop property name content charset http-equiv datetime href src style hidden "
    "xml:lang xmlns rel type = \" '"
).split()
_VALUES = (
    "undefined utf-16 punycode cp1256 unicode_escape rot13 idna utf-7 og:title og:url date "
    "article:published_time canonical headline articleBody http://[ //x javascript:x mailto:a@b "
    "2024-04-10 2024-99-99T99:99 post-title comments application/ld+json"
).split()
_KEYS = (
    "@type @type @graph headline author publisher name datePublished articleBody image @value"
).split()
_HEADS = ("<!doctype html><html>", "<html><head>", "<article>", "", "<?xml version='1.0'?><html>")
_CHARSETS = ("utf-8", "utf-8", "utf-8", "utf-16", "cp1256", "utf-8-sig", "utf-32")


def _text(random: Random) -> str:
    if random.random() < 0.7:
        return random.choice(_TEXTS)
    return "".join(
        chr(random.choice((random.randrange(1, 0xD800), random.randrange(0x600, 0x700))))
        for _ in range(random.randrange(12))
    )


def _value(random: Random) -> str:
    return random.choice(_VALUES) if random.random() < 0.6 else _text(random)


def _json(random: Random, depth: int = 0) -> Any:
    kind = random.randrange(8 if depth < 4 else 5)
    if kind == 0:
        return random.choice((None, True, 0, -1, 1e308, float("nan"), 10**30))
    if kind < 5:
        return random.choice(("NewsArticle", _text(random), _value(random)))
    if kind == 5:
        return [_json(random, depth + 1) for _ in range(random.randrange(4))]
    return {random.choice(_KEYS): _json(random, depth + 1) for _ in range(random.randrange(6))}


def _tag(random: Random) -> str:
    attributes = "".join(
        f' {random.choice(_ATTRIBUTES)}="{_value(random)}"' for _ in range(random.randrange(4))
    )
    return f"<{random.choice(('', '', '/'))}{random.choice(_NAMES)}{attributes}>"


def _markup(random: Random) -> str:
    kind = random.randrange(9)
    if kind < 3:
        return _tag(random)
    if kind < 5:
        return _text(random)
    if kind == 5:
        return f'<script type="application/ld+json">{json.dumps(_json(random))}</script>'
    if kind == 6:
        return _tag(random) * random.choice((1, 40, 400))
    return f"<p>{_text(random)}{_text(random)}</p>"


def _bytes(random: Random, text: str) -> bytes:
    """Encode a document, now and then with some bytes put in or left out."""
    data = text.encode(random.choice(_CHARSETS), "replace")
    for _ in range(random.choice((0, 0, 1, 3))):
        place = random.randrange(len(data) + 1)
        data = (
            data[:place]
            + random.randbytes(random.randrange(4))
            + data[place + random.randrange(3) :]
        )
    return data


def _document(random: Random) -> bytes:
    pieces = [_markup(random) for _ in range(random.randrange(12))]
    return _bytes(random, random.choice(_HEADS) + "".join(pieces))


_FEED_HEADS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>',
    '<?xml version="1.0" encoding="undefined"?><rss><channel>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    "<rdf:RDF>",
    "<rss>",
    "<!DOCTYPE rss [",
    '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>',
)
_ITEM_NAMES = (
    "title link guid pubDate dc:date description content:encoded author updated summary content "
    "id media:content enclosure category source"
).split()
_ITEM_VALUES = (
    "Wed, 10 Apr 2024 07:15:00 GMT|Wed, 99 Foo 99999 99:99:99|2024-04-10T07:15:00+99:99|-1|0|"
    "http://[|http://news.example/1|&undefined;|&a;|٢٠٢٤|0000-00-00|99999999999999999999"
).split("|")


def _item_value(random: Random) -> str:
    kind = random.randrange(5)
    if kind == 0:
        return random.choice(_ITEM_VALUES)
    markup = "".join(_markup(random) for _ in range(random.randrange(4)))
    if kind == 1:
        return f"<![CDATA[{markup}]]>"
    return markup.replace("&", "&amp;").replace("<", "&lt;") if kind < 4 else markup


def _feed(random: Random) -> bytes:
    name = random.choice(("item", "item", "entry"))
    items = []
    for _ in range(random.randrange(1, 4)):
        keys = [random.choice(_ITEM_NAMES) for _ in range(random.randrange(5))]
        fields = "".join(f"<{key}>{_item_value(random)}</{key}>" for key in keys)
        items.append(f"<{name}>{fields}</{name}>")
    return _bytes(random, random.choice(_FEED_HEADS) + "".join(items))


@contextmanager
def _refusal() -> Iterator[None]:
    """Expect that what fails is refused with a reason and a hint."""
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


@_settings(0.45)
@given(_SEEDS)
def test_a_random_page_is_read_or_refused(random: Random) -> None:
    data, url = _document(random), random.choice(("", "http://a.example/2024/99/99/x", "http://["))
    with _refusal():
        _told(page_from_bytes(data, url or "page.html", url=url, declared=_value(random)))


@_settings(0.45)
@given(_SEEDS)
def test_a_random_feed_is_read_or_refused(random: Random) -> None:
    data = _feed(random)
    looks_like_feed(data)
    entries: tuple[FeedEntry, ...] = ()
    with _refusal():
        entries = read_feed(data, "http://a.example/feed", charset=_value(random)).entries
    for entry in entries:
        with _refusal():
            _told(page_from_bytes(entry.html.encode("utf-8", "replace"), entry.key, url=entry.url))


@pytest.fixture(scope="module")
def redirector() -> Iterator[tuple[Server, Fetcher]]:
    with _serving(Server()) as server:
        rules = FetchConfig(
            timeout_s=3, total_s=86_400, retries=0, robots=False, allow_hosts=(server.host,)
        )
        with Fetcher(rules, "mujaz/test") as fetcher:
            yield server, fetcher


_PIECES = (
    *r"http: https: // / \ data: javascript: foo: xn-- @ : ? # [ ] ::1 % %00 .. . HTTP://".split(),
    *("127.0.0.1", "localhost", "99999", "é", "a" * 300, " ", "\t", "\xad", "\xff"),
)


@_settings(0.1)
@given(_SEEDS)
def test_a_random_redirect_is_followed_or_refused(
    redirector: tuple[Server, Fetcher], random: Random
) -> None:
    server, fetcher = redirector
    location = "".join(
        random.choice((random.choice(_PIECES), chr(random.randrange(32, 256))))
        for _ in range(random.randrange(7))
    )
    kind = "".join(char for char in _value(random) if 32 <= ord(char) < 256)
    status = random.choice((200, 301, 302, 308, 304, 500))
    reply = _reply(status, _SENTENCE.encode(), Location=location, Content_Type=kind)
    start = server.on("/start", reply)
    server.asked.clear()
    with _refusal():
        page_from_answer(fetcher.fetch(start), start)
