"""Bytes to text."""

from __future__ import annotations

import pytest

from mujaz.errors import SourceError
from mujaz.ingest.decode import decode, decode_or_repair
from mujaz.ingest.feeds import read_feed
from mujaz.ingest.source import page_from_bytes

_TEXT = "قال الوزير في المدينة إن العمل على المشروع بدأ بعد أن وافق المجلس على الخطة"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1256", "iso8859-6"])
def test_arabic_charsets_are_told_apart(charset: str) -> None:
    assert decode(_TEXT.encode(charset), where="x") == _TEXT


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\x00\x01\x02\x03" * 50, "binary"),
        (b"%PDF-1.7\n\x00\x01\x02\x03\x04\x05", "PDF"),
        (_TEXT.encode() + b"\n\xff\xfe" + _TEXT.encode(), "line 2"),
        (bytes(range(128, 256)) * 3, "not text"),
    ],
)
def test_what_is_not_text_is_refused_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        decode(data, where="page.txt")
    assert "page.txt" in str(caught.value)
    assert caught.value.hint


def test_a_damaged_byte_is_replaced_with_a_warning() -> None:
    text, warning = decode_or_repair(_TEXT.encode() + b"\n\xd8 " + _TEXT.encode(), where="x")
    assert text == f"{_TEXT}\n\ufffd {_TEXT}"
    assert "line 2" in warning
    assert "1 character" in warning
    assert decode_or_repair(_TEXT.encode(), where="x") == (_TEXT, "")


@pytest.mark.parametrize(
    "data",
    [
        _TEXT.encode() + b"\xff" * 60,
        b"\xff\xfe" + _TEXT.encode("utf-16-le") + b"\xd8",
        _TEXT.encode() + b"\xd8\x00\x00" + bytes(20),
        bytes(range(128, 256)) * 3,
    ],
    ids=["much damage", "utf-16", "binary", "not Arabic"],
)
def test_much_damage_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError):
        decode_or_repair(data, where="x")


def test_pages_and_feeds_with_a_cut_character_are_read_with_a_warning() -> None:
    cut = "وصف الخبر".encode()[:-1]
    html = b'<!doctype html><meta name="description" content="%b"><p>%b</p>'
    page = page_from_bytes(html % (cut, "</p><p>".join([f"{_TEXT}."] * 4).encode()), "x.html")
    assert "not text at line 1" in page.warning
    assert "\ufffd" not in page.text
    item = b"<rss><channel><item><title>%b</title><guid>1</guid></item>%b</channel></rss>"
    good = b"<item><title>%b</title><guid>2</guid></item>" % _TEXT.encode()
    feed = read_feed(item % (cut, good), "http://a.example/feed")
    assert [entry.key for entry in feed.entries][-1] == "http://a.example/2"
    assert "not text at line 1" in feed.fault
    assert not read_feed(item % (b"x", good), "http://a.example/feed").fault
