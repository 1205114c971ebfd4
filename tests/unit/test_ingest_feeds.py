"""Feeds: their items, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mujaz.errors import SourceError
from mujaz.ingest.feeds import looks_like_feed, read_feed

_URL = "https://news.example/feed.xml"


def _rss(items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    return (
        f'{head}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>أخبار  اليوم</title>{items}</channel></rss>"
    ).encode()


def test_an_item_is_read_with_its_longest_text() -> None:
    feed = read_feed(
        _rss(
            "<item><title>وصل &lt;b&gt;الوفد&lt;/b&gt;</title><guid isPermaLink='false'>a1</guid>"
            "<link>https://news.example/1</link><pubDate>Wed, 10 Apr 2024 07:15:00 +0300</pubDate>"
            "<author>سلمى حسن</author><description>موجز الخبر الطويل جدا</description>"
            "<content:encoded>الخبر</content:encoded></item>"
        ),
        _URL,
    )
    assert feed.title == "أخبار اليوم"
    (entry,) = feed.entries
    assert (entry.key, entry.url, entry.title) == ("a1", "https://news.example/1", "وصل الوفد")
    assert entry.published == datetime(2024, 4, 10, 4, 15, tzinfo=UTC)
    assert entry.html == "موجز الخبر الطويل جدا"
    assert entry.author == "سلمى حسن"


def test_an_item_without_a_guid_is_known_by_its_url() -> None:
    item = "<item><title>عنوان</title><link>{}</link></item>"
    web, mail = "https://news.example/1", "mailto:desk@news.example"
    assert read_feed(_rss(item.format(web)), _URL).entries[0].key == web
    assert read_feed(_rss(item.format(mail)), _URL).entries[0].url == ""


def test_declared_entities_are_refused() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "عنوان">]>'
    item = "<item><title>&a;</title><link>https://news.example/1</link></item>"
    with pytest.raises(SourceError, match="entities"):
        read_feed(_rss(item, head), _URL)


def test_broken_xml_with_items_is_read_and_its_fault_told() -> None:
    item = "<item><title>عنوان</title><link>https://news.example/1</link></item>"
    feed = read_feed(_rss(item).replace(b"</channel></rss>", b"<item><title>x"), _URL)
    assert feed.entries[0].title == "عنوان"
    assert feed.fault
    assert read_feed(_rss(item), _URL).fault == ""
    with pytest.raises(SourceError, match="broken"):
        read_feed(b"<rss><channel>\xd8\xb9\xd9\x86<", _URL)


def test_the_declared_charset_gives_way_to_the_bytes() -> None:
    data = _rss(
        "<item><title>قال الوزير في المدينة إن العمل على المشروع بدأ</title><guid>1</guid></item>",
        '<?xml version="1.0" encoding="iso-8859-1"?>',
    )
    assert "الوزير" in read_feed(data, _URL).entries[0].title


@pytest.mark.parametrize(
    ("data", "is_feed"),
    [
        (b"<?xml version='1.0'?><rss version='2.0'>", True),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", True),
        (b"<rdf:RDF xmlns:rdf='x'>", True),
        (b"<!doctype html><html><p>&lt;rss&gt; <rss>", False),
        (b"<p>text</p>", False),
    ],
)
def test_feeds_are_told_from_pages(data: bytes, is_feed: bool) -> None:
    assert looks_like_feed(data) is is_feed
