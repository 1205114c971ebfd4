"""Bytes to text."""

from __future__ import annotations

import pytest

from mujaz.errors import SourceError
from mujaz.ingest.decode import decode

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
