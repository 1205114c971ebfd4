"""HTML pages: the metadata beside the article."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mujaz.domain import Page
from mujaz.errors import NoArticleError, SourceError
from mujaz.ingest.boundary import library_errors
from mujaz.ingest.source import page_from_bytes, without_trackers

_PARAGRAPHS = (
    "أعلنت وزارة النقل أمس عن بدء العمل في مشروع القطار الجديد بين المدينتين الكبيرتين.",
    "وقال الوزير إن المشروع سيكتمل بعد ثلاث سنوات من الآن إذا توافرت الأموال اللازمة له.",
    "وأضاف أن الشركة المنفذة وقعت العقد أمس بحضور عدد كبير من المسؤولين في العاصمة.",
)


def _page(head: str = "", body: str = "", url: str = "https://news.example/story") -> Page:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in _PARAGRAPHS)
    html = f"<!doctype html><html><head>{head}</head><body>{body}<article>{text}</article></body>"
    return page_from_bytes(html.encode(), url, url=url)


def _ld(**fields: Any) -> str:
    data = {"@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def test_the_paragraphs_are_lines() -> None:
    assert _page().text.splitlines() == list(_PARAGRAPHS)
    assert _page().extracted


def test_json_ld_is_preferred_to_meta_elements_for_the_date() -> None:
    ld = _ld(datePublished="2024-04-10T07:15:00Z")
    meta = '<meta property="article:published_time" content="2023-01-02">'
    assert _page(meta + ld).published == datetime(2024, 4, 10, 7, 15, tzinfo=UTC)
    assert _page(meta).published == datetime(2023, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://news.example/2024/04/10/story", datetime(2024, 4, 10, tzinfo=UTC)),
        ("https://news.example/2024/13/40/story", None),
        ("https://news.example/story", None),
    ],
)
def test_without_metadata_the_url_gives_the_date(url: str, day: datetime | None) -> None:
    assert _page(url=url).published == day


@pytest.mark.parametrize(
    "author",
    ["سلمى حسن", {"name": "سلمى حسن"}, [{"name": "سلمى حسن"}, {"name": "علي"}], ["سلمى حسن"]],
)
def test_every_form_of_an_author_is_read(author: Any) -> None:
    assert _page(_ld(author=author)).author == "سلمى حسن"


def test_the_longest_heading_is_the_title_without_metadata() -> None:
    body = "<h1>أخبار</h1><h1>بدء العمل في مشروع القطار الجديد</h1>"
    assert _page(body=body).title == "بدء العمل في مشروع القطار الجديد"
    assert _page('<meta property="og:title" content="عنوان">', body).title == "عنوان"
    assert _page(_ld(headline="خبر") + '<meta property="og:title" content="ع">').title == "خبر"


def test_a_visible_dateline_comes_before_the_text() -> None:
    page = _page(body='<div class="post-date">الأحد 8 مايو 2022</div>')
    assert page.text.splitlines()[0] == "الأحد 8 مايو 2022"


def test_the_publisher_is_the_site() -> None:
    site = '<meta property="og:site_name" content="أخبار  اليوم">'
    assert _page(site).publisher == "أخبار اليوم"
    assert _page(site + _ld(publisher={"name": "الوكالة"})).publisher == "الوكالة"


def test_a_page_without_arabic_is_refused() -> None:
    with pytest.raises(NoArticleError):
        page_from_bytes(b"<!doctype html><html><body><p>Nothing here.</p></body></html>", "x.html")


def test_tracking_parameters_are_removed() -> None:
    address = "https://news.example/story?id=7"
    assert without_trackers(f"{address}&utm_source=feed&fbclid=1") == address


@pytest.mark.parametrize(
    "value", [["بدء العمل", "x"], {"@value": "بدء العمل"}, {"name": "بدء العمل"}]
)
def test_a_headline_that_is_no_string_is_read(value: Any) -> None:
    assert _page(_ld(headline=value)).title == "بدء العمل"


@pytest.mark.parametrize("value", [[], {}, 7, None, [[[[[["x"]]]]]], {"@type": ["x"]}, True])
def test_a_headline_without_text_gives_way_to_the_next_title(value: Any) -> None:
    title = '<meta property="og:title" content="عنوان">'
    assert _page(_ld(headline=value, author=value, publisher=value) + title).title == "عنوان"


def test_deeply_nested_json_ld_is_read_or_ignored() -> None:
    for depth in (10, 300, 900, 100_000):
        nested = "[" * depth + '{"@type": "NewsArticle", "headline": "x"}' + "]" * depth
        assert _page(f'<script type="application/ld+json">{nested}</script>').text


@pytest.mark.parametrize(
    "charset",
    ["undefined", "punycode", "idna", "unicode_escape", "utf-7", "rot13", "no-such", "\x00"],
)
def test_an_odd_charset_is_ignored(charset: str) -> None:
    html = f'<!doctype html><meta charset="{charset}"><p>{"</p><p>".join(_PARAGRAPHS)}</p>'
    assert _PARAGRAPHS[0] in page_from_bytes(html.encode("cp1256"), "x", declared=charset).text


def test_a_page_with_too_many_tags_is_refused() -> None:
    with pytest.raises(SourceError, match="tags"):
        _page(body="<br>" * 300_001)


def test_an_error_of_a_library_is_told_with_its_place() -> None:
    with pytest.raises(SourceError, match="ZeroDivisionError") as caught, library_errors("x.html"):
        1 / 0  # noqa: B018
    assert caught.value.where == "x.html"
    assert caught.value.hint


def test_blocks_whose_text_stands_in_a_model_are_paragraphs() -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "paragraph", "model": {"text": text, "blocks": [{"model": {"text": text}}]}}
        for text in _PARAGRAPHS
    ]
    blocks.insert(1, {"type": "mostRead", "model": {"title": "الأكثر قراءة"}})
    state = json.dumps({"props": {"content": {"model": {"blocks": blocks}}}})
    script = f'<script id="__NEXT_DATA__" type="application/json">{state}</script>'
    html = f"<!doctype html><html><head></head><body>{script}</body>"
    page = page_from_bytes(html.encode(), "https://news.example/story")
    assert page.text.splitlines() == list(_PARAGRAPHS)
