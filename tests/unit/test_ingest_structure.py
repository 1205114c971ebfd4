"""The structure of pages: lost lists and leads, indexes, several articles on one page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mujaz.domain import Article, Page
from mujaz.errors import NoArticleError
from mujaz.ingest.feeds import read_feed
from mujaz.ingest.source import page_from_bytes
from mujaz.text.cleaning.article import clean

_CASES = Path(__file__).parents[1] / "data" / "cases"
_TITLE = "بدء العمل في توسعة ميناء الشمال الشهر المقبل"
_PARAGRAPHS = (
    "قال مدير الميناء سالم الحداد إن العمل في الرصيف الجديد سيبدأ مطلع الشهر المقبل بعد الدراسات.",
    "وأضاف الحداد أن الكلفة تبلغ نحو أربعين مليون دينار، وأن الشركة تعهدت بإنجاز المرحلة الأولى.",
    "ويخدم الميناء ثلاث محافظات في شمال البلاد، ويعمل فيه أكثر من ألف عامل وموظف في الأقسام.",
)
_OTHER = (
    "هطلت أمطار غزيرة على الساحل فجر اليوم وأغلقت السلطات طريقين في المنطقة الجبلية حتى المساء.",
    "وقالت مديرة الأرصاد ليلى منصور إن المنخفض سيستمر يومين وإن الحرارة ستعود إلى معدلاتها.",
)
_ITEMS = (
    "بناء رصيف جديد طوله ثلاثمئة متر يستقبل السفن الكبيرة.",
    "توسعة المخازن المبردة لتتسع لألف طن من المواد الغذائية.",
)


def _p(*paragraphs: str) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _list(*items: str, tag: str = "ul") -> str:
    return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"


def _page(body: str, head: str = "") -> Page:
    html = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    return page_from_bytes(html.encode(), "page.html")


def _lines(page: Page) -> list[str]:
    return [line.removeprefix("- ") for line in page.text.splitlines()]


def _case(name: str) -> Article:
    return clean(page_from_bytes((_CASES / name).read_bytes(), name))


@pytest.mark.parametrize("tag", ["ul", "ol"])
@pytest.mark.parametrize("name", ["details", "story-body", "xyz", "content"])
def test_lists_are_kept_in_any_container(tag: str, name: str) -> None:
    body = _p(*_PARAGRAPHS[:2]) + _list(*_ITEMS, tag=tag) + _p(_PARAGRAPHS[2])
    page = _page(f'<div class="{name}"><h1>{_TITLE}</h1>{body}</div>')
    wanted = [*_PARAGRAPHS[:2], *_ITEMS, _PARAGRAPHS[2]]
    assert [line for line in _lines(page) if line != _TITLE] == wanted


def test_a_list_that_ends_the_article_is_kept() -> None:
    page = _page(f'<div class="details"><h1>{_TITLE}</h1>{_p(*_PARAGRAPHS)}{_list(*_ITEMS)}</div>')
    assert _lines(page)[-2:] == list(_ITEMS)


@pytest.mark.parametrize(
    "clutter",
    [
        '<ul class="share-buttons"><li>أرسل الخبر إلى صديق لك الآن</li></ul>',
        '<ul><li><a href="/1">النجم الأزرق يفوز على اتحاد الساحل في الجولة</a></li></ul>',
        "<nav><ul><li>أخبار العالم العربي كلها في مكان واحد</li></ul></nav>",
        "<aside><ul><li>أخبار العالم العربي كلها في مكان واحد</li></ul></aside>",
        '<div class="related"><ul><li>أخبار العالم العربي كلها في مكان واحد</li></ul></div>',
    ],
)
def test_lists_of_links_and_menus_stay_out(clutter: str) -> None:
    body = _p(*_PARAGRAPHS[:2]) + clutter + _p(_PARAGRAPHS[2])
    page = _page(f'<div class="details"><h1>{_TITLE}</h1>{body}</div>')
    assert [line for line in _lines(page) if line != _TITLE] == list(_PARAGRAPHS)


@pytest.mark.parametrize("name", ["lead", "article-intro", "standfirst", "post_summary"])
def test_a_lead_outside_the_body_is_kept_in_its_place(name: str) -> None:
    body = f'<div itemprop="articleBody">{_p(*_PARAGRAPHS[1:])}</div>'
    page = _page(f'<main><h1>{_TITLE}</h1><p class="{name}">{_PARAGRAPHS[0]}</p>{body}</main>')
    assert [line for line in _lines(page) if line != _TITLE] == list(_PARAGRAPHS)


def _cards(count: int, tag: str = "h3", summary: str = _OTHER[0]) -> str:
    return "".join(
        f'<div class="card"><{tag}><a href="/{n}">خبر محلي مهم رقم {n} من اليوم</a></{tag}>'
        f"<p>{summary}</p></div>"
        for n in range(count)
    )


@pytest.mark.parametrize("tag", ["h2", "h3", "h4"])
def test_an_index_is_refused(tag: str) -> None:
    with pytest.raises(NoArticleError, match="lists articles"):
        _page(f"<main><h1>أخبار محلية</h1>{_cards(8, tag)}</main>")


def test_an_article_with_cards_below_or_before_is_no_index() -> None:
    article = f"<article><h1>{_TITLE}</h1>{_p(*_PARAGRAPHS)}</article>"
    for body in (article + _cards(8), _cards(8) + article, article + _cards(4)):
        assert _PARAGRAPHS[1] in _lines(_page(body))


@pytest.mark.parametrize("head", ["", f'<meta property="og:title" content="{_TITLE}">'])
@pytest.mark.parametrize("tag", ["div", "article", "section"])
def test_the_first_article_of_an_endless_page_is_told(head: str, tag: str) -> None:
    first = f"<{tag}><h1>{_TITLE}</h1>{_p(*_PARAGRAPHS)}</{tag}>"
    second = f"<{tag}><h1>أمطار غزيرة على الساحل</h1>{_p(*_OTHER)}</{tag}>"
    article = clean(_page(f"<div>{first}{second}</div>", head))
    assert (article.title, article.paragraphs) == (_TITLE, _PARAGRAPHS)
    if head:
        article = clean(_page(f"<div>{second}{first}</div>", head))
        assert (article.title, article.paragraphs) == (_TITLE, _PARAGRAPHS)


@pytest.mark.parametrize(("start", "end"), [("", ""), ("<section>", "</section>")])
def test_sections_of_one_article_are_all_told(start: str, end: str) -> None:
    sections = (
        f"{start}<h2>المرحلة الأولى</h2>{_p(*_PARAGRAPHS)}{end}"
        f"{start}<h2>المرحلة الثانية</h2>{_p(*_OTHER)}{end}"
    )
    page = _page(f"<article><h1>{_TITLE}</h1>{sections}</article>")
    assert set(_lines(page)) >= {*_PARAGRAPHS, *_OTHER}


@pytest.mark.parametrize("end", ["\n", "\n\n", "<br>", "</p><p>"])
def test_the_text_of_json_ld_is_used_where_the_page_has_none(end: str) -> None:
    data = {"@type": "NewsArticle", "headline": _TITLE, "articleBody": end.join(_PARAGRAPHS)}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    article = clean(_page("<div id=app>جار التحميل</div>", script))
    assert (article.title, article.paragraphs) == (_TITLE, _PARAGRAPHS)


def test_cases_of_pages() -> None:
    assert len(_case("list-lost.html").paragraphs) == 6
    assert len(_case("several-articles.html").paragraphs) == 2
    promoted = _case("promo.html")
    assert len(promoted.paragraphs) == 3
    assert [dropped.reason for dropped in promoted.dropped][:3] == [
        "related",
        "boilerplate",
        "credit",
    ]
    assert len(_case("bad-byte.html").paragraphs) == 3
    with pytest.raises(NoArticleError):
        _case("index-page.html")


def test_cases_of_feeds() -> None:
    damaged = read_feed((_CASES / "bad-byte-feed.xml").read_bytes(), "http://news.example/feed")
    assert damaged.entries
    assert "not text" in damaged.fault
    titles = [
        entry.title
        for entry in read_feed(
            (_CASES / "feed-title-tail.xml").read_bytes(), "http://news.example/feed"
        ).entries
    ]
    assert "زلزال يضرب الساحل – لا إصابات" in titles
    for title in titles:
        page = Page("\n".join(_PARAGRAPHS), "feed", title=title, plain_title=True)
        assert clean(page).title == title.rstrip(" .")


_BLURB = "هطلت أمطار غزيرة على الساحل فجر اليوم وأغلقت السلطات طريقين."
_LINK = '<a href="/{n}">خبر محلي مهم رقم {n} من اليوم</a>'


@pytest.mark.parametrize(
    ("start", "card", "end"),
    [
        ("", f'<div class="item"><div>{_LINK}</div><div>{_BLURB}</div></div>', ""),
        ("<ul>", f"<li>{_LINK}<span>قبل ساعة</span></li>", "</ul>"),
        ("", f"<article><h2>{_LINK}</h2><p>{_BLURB}</p><p>{_BLURB}</p></article>", ""),
        ("<table>", f"<tr><td><b>{_LINK}</b><br>{_BLURB}</td></tr>", "</table>"),
    ],
)
def test_an_index_of_any_shape_is_refused(start: str, card: str, end: str) -> None:
    cards = start + "".join(card.format(n=n) for n in range(8)) + end
    with pytest.raises(NoArticleError, match="lists articles"):
        _page(f"<h1>أخبار محلية</h1>{cards}")
    article = f"<div class='x'><h1>{_TITLE}</h1>{_p(*_PARAGRAPHS)}</div>"
    for body in (article + cards, cards + article):
        assert _PARAGRAPHS[1] in _lines(_page(body))


def test_a_list_of_sentences_with_links_is_no_index() -> None:
    items = [
        f'{_BLURB} التفاصيل في <a href="/{n}">بيان الهيئة العامة رقم {n}</a>.' for n in range(8)
    ]
    page = _page(f"<h1>{_TITLE}</h1><p>{_PARAGRAPHS[0]}</p>{_list(*items)}")
    assert _PARAGRAPHS[0] in _lines(page)
