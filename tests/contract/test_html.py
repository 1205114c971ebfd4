"""HTML pages, told by content, in the charsets that Arabic sites use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Mujaz

_PARAGRAPHS = [
    "أعلنت هيئة المياه في الإقليم بدء صيانة الشبكة الرئيسية ابتداء من يوم السبت المقبل.",
    "وقال مدير الهيئة إن العمل سيستمر أسبوعين، وإن المياه ستصل إلى الأحياء بالتناوب.",
    "ودعت الهيئة السكان إلى تخزين حاجتهم من المياه قبل بدء الصيانة في الأحياء الشرقية.",
]
_TITLE = "هيئة المياه تبدأ صيانة الشبكة الرئيسية في الإقليم"


def _page(charset: str, *, meta: str = "") -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in _PARAGRAPHS)
    return (
        f"<!DOCTYPE html><html lang='ar'><head><meta charset='{charset}'>{meta}"
        f"<title>{_TITLE} | موقع المثال</title></head><body><nav><a href='/'>الرئيسية</a></nav>"
        f"<article><h1>{_TITLE}</h1><time>السبت 3 شباط 2024</time>{body}"
        "<p>اقرأ أيضا: خبر آخر من الأرشيف</p></article>"
        "<footer>جميع الحقوق محفوظة</footer></body></html>"
    ).encode(charset)


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256", "iso-8859-6"])
def test_the_article_is_found_in_any_charset(charset: str, mujaz: Mujaz, tmp_path: Path) -> None:
    path = tmp_path / "page.txt"  # told by content, not by name
    path.write_bytes(_page(charset))
    data = json.loads(mujaz("text", "clean", path).stdout)
    assert data["title"] == _TITLE
    assert data["paragraphs"] == _PARAGRAPHS
    assert data["date"] == "2024-02-03"


def test_metadata_outrank_the_text(mujaz: Mujaz) -> None:
    meta = "<meta property='article:published_time' content='2024-02-02T23:30:00+03:00'>"
    data = json.loads(mujaz("text", "clean", "-", data=_page("utf-8", meta=meta)).stdout)
    assert data["date"] == "2024-02-02"
