"""Pages become articles."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mujaz.domain import Article, Page
from mujaz.ingest.source import page_from_bytes
from mujaz.text.cleaning.article import clean
from mujaz.text.cleaning.clutter import clutter_class
from mujaz.text.cleaning.lines import Line

_DATA = Path(__file__).parents[1] / "data"
_CASES: list[dict[str, Any]] = [
    case
    for name in ("cleaning.json", "pages.json")
    for case in json.loads((_DATA / name).read_text(encoding="utf-8"))
]


def _compared(text: str) -> str:
    """Letters, digits and single spaces: quotes and bullets are not what a case is about."""
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


@pytest.mark.parametrize("case", _CASES, ids=[case["id"] for case in _CASES])
def test_the_article_is_found_and_all_else_is_listed(case: dict[str, Any]) -> None:
    article = clean(page_from_bytes(case["text"].encode(), "-"))
    assert _compared(article.title) == _compared(case["title"])
    assert article.day == (date.fromisoformat(case["date"]) if case["date"] else None)
    assert [*map(_compared, article.paragraphs)] == [*map(_compared, case["paragraphs"])]
    assert all(dropped.reason for dropped in article.dropped)


def test_a_doubled_title_is_read_once_and_its_suffix_never() -> None:
    page = "العنوان الذي يتكرر في الصفحة +صور\n8 مايو 2022\nالعنوان الذي يتكرر في الصفحة +صور\n" + (
        "هذه فقرة من الخبر تنتهي بنقطة كما يجب.\n"
    )
    article = clean(Page(page, "-"))
    assert article.title == "العنوان الذي يتكرر في الصفحة"
    assert article.paragraphs == ("هذه فقرة من الخبر تنتهي بنقطة كما يجب.",)


def test_keep_all_keeps_every_line() -> None:
    page = "العنوان\nالرئيسية\nفقرة قصيرة"
    assert clean(Page(page, "-"), keep_all=True).paragraphs == ("الرئيسية", "فقرة قصيرة")
    assert "الرئيسية" not in clean(Page(page, "-")).paragraphs


_BODY = [
    "أعلنت وزارة النقل أمس عن بدء العمل في مشروع القطار الجديد بين المدينتين.",
    "وقال الوزير إن المشروع سيكتمل بعد ثلاث سنوات من الآن إذا توافرت الأموال.",
    "وأضاف أن الشركة المنفذة وقعت العقد أمس بحضور عدد كبير من المسؤولين.",
    "ويربط القطار المدينتين في أقل من ساعة بدلا من ثلاث ساعات بالسيارة.",
]
_TITLE = "بدء العمل في مشروع القطار الجديد بين المدينتين"


def _cleaned(*lines: str, **page: Any) -> Article:
    return clean(Page("\n".join(lines), "-", **page))


def test_the_date_of_the_metadata_is_preferred_to_a_dateline() -> None:
    moment = datetime(2024, 4, 10, 7, 15, tzinfo=UTC)
    assert _cleaned(_TITLE, "8 مايو 2022", *_BODY).day == date(2022, 5, 8)
    assert _cleaned(_TITLE, "8 مايو 2022", *_BODY, published=moment).day == date(2024, 4, 10)


def test_short_lines_after_a_colon_are_a_list_and_others_a_box() -> None:
    lines = ["قطار المدينة الأول", "قطار المدينة الثاني", "قطار المدينة الثالث"]
    listed = _cleaned(_TITLE, _BODY[0], "وتشمل المرحلة الأولى من المشروع:", *lines, *_BODY[1:])
    assert [line for line in lines if line in listed.paragraphs] == lines
    boxed = _cleaned(_TITLE, *_BODY[:2], *lines, *_BODY[2:])
    assert [dropped.reason for dropped in boxed.dropped] == ["box"] * 3


def test_share_links_within_an_article_do_not_end_it() -> None:
    shares = ["شارك المقال", "فيسبوك", "تويتر", "واتساب"]
    article = _cleaned(_TITLE, _BODY[0], *shares, *_BODY[1:])
    assert list(article.paragraphs) == _BODY
    assert len(article.dropped) == len(shares)
    behind = "وفي خبر آخر وصل رئيس الوزراء إلى العاصمة مساء أمس في زيارة رسمية."
    article = _cleaned(_TITLE, *_BODY, *shares, behind)
    assert list(article.paragraphs) == _BODY


def test_the_title_below_the_article_keeps_its_reason() -> None:
    article = _cleaned(_TITLE, *_BODY, "التعليقات", f"{_TITLE}.")
    assert article.dropped[-1].reason == "behind the article"


def test_a_long_line_that_begins_with_a_prompt_is_text() -> None:
    text = (
        "شارك مع الوفد أكثر من عشرين وزيرا ومسؤولا من دول المنطقة في اجتماعات اليوم الأول من "
        "المؤتمر الذي يستمر ثلاثة أيام"
    )
    assert clutter_class("شارك مع أصدقائك على المواقع الاجتماعية") == "share"
    assert not clutter_class(text)


def test_a_short_question_is_no_sentence_of_the_body() -> None:
    short, long = (
        "هل تعود أزمة الخبز إلى البلاد؟",
        "هل تعود أزمة الخبز إلى البلاد بعد عام من نهايتها كما قال الوزير؟",
    )
    assert not Line(short, short).is_sentence()
    assert Line(long, long).is_sentence()


@pytest.mark.parametrize(
    "kicker",
    [
        *("عاجل: ", "خبر عاجل: ", "خاص: ", "خاص - ", "شاهد: ", "بالفيديو.. ", "عاجل | "),
        *("شاهد بالفيديو.. ", "فيديو: ", "بالصور والفيديو | ", "حصري – ", "تابعوا معنا: "),
    ],
)
def test_a_headline_is_found_behind_its_kicker(kicker: str) -> None:
    headline = kicker + _TITLE
    for metadata in ("", headline):
        article = _cleaned(headline, "8 مايو 2022", *_BODY, title=metadata)
        assert article.title == _TITLE
        assert list(article.paragraphs) == _BODY


@pytest.mark.parametrize(
    "opening", ["تابعوا", "تابعوا معنا", "بالفيديو", "شاهد لحظة", "خاص الوكالة:"]
)
def test_what_begins_like_a_call_to_the_reader_is_judged_by_what_follows(opening: str) -> None:
    headline = f"{opening} {_TITLE}"
    assert _cleaned(headline, "8 مايو 2022", *_BODY).title == headline
    call = f"{opening} قناتنا على واتساب"
    assert _cleaned(_TITLE, call, "8 مايو 2022", *_BODY).title == _TITLE


@pytest.mark.parametrize(
    "sentence",
    [
        "عاجل: انفجار يهز العاصمة فجر اليوم ولا أنباء عن ضحايا.",
        "خاص: قال مصدر للصحيفة إن الوفد وصل إلى العاصمة.",
        "تابعوا العمل في الموقع حتى المساء كما قال الشهود.",
        "شاهد الآلاف العرض من ضفة النهر مساء أمس.",
        "بالفيديو والصور وثقت الشرطة الحادث وقدمت الملف.",
    ],
)
def test_a_sentence_that_begins_like_a_call_to_the_reader_is_kept(sentence: str) -> None:
    assert sentence in _cleaned(_TITLE, "8 مايو 2022", *_BODY[:2], sentence, *_BODY[2:]).paragraphs


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("شاهد أيضا | النجم الأزرق يفوز على اتحاد الساحل في افتتاح الجولة.", "related"),
        ("اقرأ أيضا – النجم الأزرق يفوز على اتحاد الساحل.", "related"),
        ("لمتابعة آخر الأخبار اشترك في قناتنا على واتساب.", "boilerplate"),
        ("للمزيد من الأخبار تابعوا قناتنا.", "boilerplate"),
        ("قد يهمك النجم الأزرق يفوز على اتحاد الساحل.", "boilerplate"),
        ("ظهر المقال بدء العمل في المشروع أولا على صحيفة المثال.", "boilerplate"),
        ("الآراء الواردة في المقال لا تعبر عن رأي الصحيفة.", "boilerplate"),
        ("يستمر المقال بعد الإعلان.", "boilerplate"),
    ],
)
def test_links_and_promotion_within_an_article_are_dropped_and_listed(
    line: str, reason: str
) -> None:
    article = _cleaned(_TITLE, *_BODY[:2], line, *_BODY[2:], title=_TITLE)
    assert list(article.paragraphs) == _BODY
    assert [(dropped.line, dropped.reason) for dropped in article.dropped] == [(line, reason)]
