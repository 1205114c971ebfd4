"""Pages become articles."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mujaz.arabic.clutter import clutter_class
from mujaz.domain import Article, Page
from mujaz.ingest.source import page_from_bytes
from mujaz.text.cleaning.article import clean
from mujaz.text.cleaning.lines import Line

_DATA = Path(__file__).parents[1] / "data"
_CASES: list[dict[str, Any]] = [
    case
    for name in (
        *("cleaning.json", "pages.json", "pages_systems.json", "pages_markup.json"),
        *("pages_kinds.json", "pages_wild.json"),
    )
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


_WILD = json.loads((_DATA / "pages_wild.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", _WILD, ids=[case["id"] for case in _WILD])
def test_paragraphs_in_other_elements_are_found_as_well(case: dict[str, Any]) -> None:
    text = re.sub(r"<(/?)p(?=[\s>])", r"<\1div", case["text"])
    article = clean(page_from_bytes(text.encode(), "-"))
    assert [*map(_compared, article.paragraphs)] == [*map(_compared, case["paragraphs"])]


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


_BODY_TITLE = "بدء العمل في مشروع القطار الجديد"
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


def test_an_advertisement_takes_its_headline_and_no_sentence_of_the_story() -> None:
    for advertisement in ([], ["سيارات جديدة بأقساط مريحة"]):
        article = _cleaned(_TITLE, _BODY[0], "إعلان ممول", *advertisement, *_BODY[1:])
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
        "خاص: قال مصدر للصحيفة إن الوفد وصل.",
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


@pytest.mark.parametrize(
    "title",
    [
        "مقتل ثلاثة وإصابة خمسة في حادث سير – حصيلة أولية",
        "بعد عام من الحرب - ماذا تغير؟",
        "زلزال يضرب الساحل – لا إصابات",
        "ارتفاع أسعار القمح | تقرير",
    ],
)
def test_the_title_of_a_feed_keeps_what_follows_its_dash(title: str) -> None:
    assert _cleaned(*_BODY, title=title, plain_title=True).title == title.rstrip(" ")
    site = _cleaned(_TITLE, *_BODY, title=f"{_TITLE} - صحيفة المثال")
    assert site.title == _TITLE


@pytest.mark.parametrize("sign", [":", " |", " –", ".."])
def test_a_subheading_behind_a_link_in_one_line_is_kept(sign: str) -> None:
    heading = "مراحل المشروع الجديد"
    link = f"شاهد أيضا{sign} النجم الأزرق يفوز على اتحاد الساحل."
    article = _cleaned(_TITLE, *_BODY[:2], link, heading, *_BODY[2:], title=_TITLE)
    assert list(article.paragraphs) == [*_BODY[:2], heading, *_BODY[2:]]


@pytest.mark.parametrize("call", ["تابعوا قناتنا على واتساب", "تابعوا معنا كل جديد على صفحتنا"])
def test_a_call_to_the_reader_is_no_headline(call: str) -> None:
    assert _cleaned(call, "8 مايو 2022", *_BODY).title == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "إعلان حالة الطوارئ في ثلاث محافظات.",
        "الإعلان عن نتائج الانتخابات يتأخر يومين.",
        "تابع الرئيس من مكتبه سير العملية.",
        "حمل المتظاهرون صور الضحايا على تطبيق الهدنة.",
        "شارك الوزير في الاجتماع عبر تطبيق زوم.",
        "سجل الفريق هدفين في موقعنا القديم أمس.",
        "شارك اللاعب في المباراة على منصة إكس.",
        "تابع الآلاف المباراة عبر يوتيوب.",
        "يمكن للسكان التسجيل عبر موقع الوزارة.",
        "أعد هذا التقرير خبراء الأمم المتحدة بعد عامين من البحث.",
        "نشر هذا التقرير في لندن أمس ويتهم الشركة بالفساد.",
        "للتسجيل في الانتخابات زار المواطنون المراكز.",
        "كن أول من يساعد جارك، قال الإمام في خطبته.",
        "استمع إلى شهادات الضحايا قاضي التحقيق أمس.",
        "ترسل الأسئلة إلى الوزارات قبل الجلسة بأسبوع.",
        "اكتشف المزيد من المقابر الجماعية أمس.",
        "لا تتحمل الصحيفة وحدها مسؤولية الخسارة، قال رئيسها.",
        "جزء من ملف القضية اختفى من المحكمة.",
        "ضمن ملف الطاقة وقعت الدولتان اتفاقا.",
        "لا تفوت الحكومة فرصة لرفع الضرائب.",
        "نقدم لكم الحقيقة كما هي، قال المدير.",
        "هذا التقرير نشر قبل أسبوع ولم ترد عليه الوزارة.",
        "هذه القصة نشرت في الصحف قبل خمسين عاما وما زالت حية.",
        "اختر المجلس رئيسا جديدا في موقعنا.",
        "زار الرئيس موقعنا الأثري أمس برفقة الوزير.",
        "سجل موقعنا الأثري آلاف الزوار هذا العام.",
        "كل الأخبار القادمة من الجبهة سيئة على هاتفك الآن.",
        "ينتهي البث التجريبي للقناة في آخر الشهر كما قال مديرها.",
        "انتهت التغطية التأمينية للسفينة قبل غرقها بيوم.",
        "شكرا للمتابعة الطبية التي أنقذت ابني، قال الأب.",
        "تصحيح الأخطاء في السجل القديم استغرق أربع سنوات.",
        "توضيح: قالت الوزارة إن الرسوم لن ترتفع هذا العام.",
        "المساحة الإعلانية على الجسر أجرت بمليون دينار.",
        "تعذر تحميل السفينة بالقمح بسبب الرياح.",
        "المقالات التي نشرها الوزير مسؤولية مكتبه، قال المتحدث.",
    ],
)
def test_news_that_begins_like_a_call_or_a_note_is_kept(sentence: str) -> None:
    assert not clutter_class(sentence)
    assert sentence in _cleaned(_TITLE, "8 مايو 2022", *_BODY[:2], sentence, *_BODY[2:]).paragraphs


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("كتبت: مي عبد الفتاح", "مي عبد الفتاح"),
        ("حوار: طارق مهنا", "طارق مهنا"),
        ("القاهرة - أحمد السيوفي", "أحمد السيوفي"),
        ("بقلم/ رنا حداد", "رنا حداد"),
        ("كتب: فريق التحرير", ""),
        ("بغداد - وكالات", ""),
        ("متابعة - صحيفة الضفة", ""),
    ],
)
def test_the_author_is_named_and_no_office_is_one(byline: str, author: str) -> None:
    article = _cleaned(_TITLE, byline, "8 مايو 2022", *_BODY)
    assert (article.author, article.title) == (author, _TITLE)
    assert list(article.paragraphs) == _BODY


def test_the_entries_of_a_live_page_copied_as_text_are_told_oldest_first() -> None:
    entries = ["18:05", _BODY[2], "14:30", _BODY[1], "08:00", _BODY[0]]
    assert _cleaned(_TITLE, "8 مايو 2022", *entries).paragraphs == tuple(_BODY[:3])
    rising = ["08:00", _BODY[0], "14:30", _BODY[1], "18:05", _BODY[2]]
    assert _cleaned(_TITLE, "8 مايو 2022", *rising).paragraphs == tuple(_BODY[:3])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("التفاصيل بعد قليل..", "boilerplate"),
        ("التفاصيل لاحقا.", ""),
        ("ينتهي البث هنا", "end"),
        ("انتهت التغطية المباشرة. شكرا لمتابعتكم", "end"),
        ("- مساحة إعلانية -", "sponsored"),
        ("تصحيح: ورد في نسخة سابقة من الخبر أن العدد مئة.", "correction"),
        ("تعديل: أضيف رد الشركة إلى هذا التقرير.", "correction"),
        ("جاري تحميل المزيد", "navigation"),
        ("ترتيب حسب: الأقدم أولا", "navigation"),
        ("12 تحديثا", "navigation"),
        ("تحديثات مهمة على قانون السير", ""),
        ("احجز مقعدك الآن بخصم 30%", "boilerplate"),
        ("احجز تذكرتك.. مواعيد قطارات العيد", ""),
        ("صيادون في ميناء صور | عدسة: سليم حداد", "caption"),
        ("وقال مدير التصوير: كان العمل شاقا", ""),
        ("(إعداد سعاد جابر للنشرة - تحرير كمال نصر)", "credit"),
        ("(تغطية مستمرة للحدث)", ""),
    ],
)
def test_clutter_is_told_from_news_in_like_words(line: str, reason: str) -> None:
    assert clutter_class(line) == reason


@pytest.mark.parametrize(
    ("closing", "told"),
    [
        ("قطار على الجسر الجديد (صدى المدينة)", False),
        ("قطار يعبر الجسر الجديد (صدى المدينة).", True),
        ("قطار يعبر الجسر الجديد بعد افتتاحه", True),
        ("- قطار الجسر الجديد (صدى المدينة)", True),
    ],
)
def test_a_closing_line_with_its_source_in_brackets_is_a_caption(closing: str, told: bool) -> None:
    article = clean(Page("\n".join([*_BODY, closing]), "-", title=_BODY_TITLE, extracted=True))
    assert (article.paragraphs[-1].endswith(closing.lstrip("- "))) == told
    assert [d.reason for d in article.dropped] == ([] if told else ["caption"])


def test_the_headline_of_a_page_without_headings_stands_in_its_table() -> None:
    text = "<br><br>".join(_BODY)
    row = "<tr><td><font size=5>{}</font></td></tr>"
    page = (
        "<html><head><title>جريدة الساحل</title></head><body><table><tr>"
        "<td><table><tr><td><a href=/1>صور المدينة القديمة</a></td></tr></table></td><td><table>"
        + row.format("السبت ١٤ آذار ٢٠٠٩")
        + row.format(_BODY_TITLE)
        + f"<tr><td><p>{text}</p></td></tr></table></td></tr></table></body></html>"
    )
    article = clean(page_from_bytes(page.encode(), "-"))
    assert (article.title, article.day) == (_BODY_TITLE, date(2009, 3, 14))
    assert list(article.paragraphs) == _BODY


def test_the_date_below_the_headline_is_preferred_to_that_of_the_page() -> None:
    text = "".join(f"<p>{line}</p>" for line in _BODY)
    page = (
        "<html><title>قطار</title><body><div class=today-date>الأحد 12 شوال 1445هـ</div>"
        f"<div><h1>{_BODY_TITLE}</h1><div class=art-date>الاثنين 4 مارس 2024</div>{text}"
        "</div></body></html>"
    )
    assert clean(page_from_bytes(page.encode(), "-")).day == date(2024, 3, 4)


@pytest.mark.parametrize(
    "line",
    [
        "The Post رواية جديدة في المدينة APPEARED FIRST ON موقع الأخبار.",
        "تفعيل JavaScript مطلوب لعرض هذه الصفحة كما أرادها الموقع.",
        "تابعونا على APP STORE وعلى غيره كل يوم.",
    ],
)
def test_latin_phrases_are_clutter_in_capitals_too(line: str) -> None:
    assert clutter_class(line) == "boilerplate"
