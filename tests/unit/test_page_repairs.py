"""Repairs of pages before the article is extracted, and what they must leave alone."""

from __future__ import annotations

import json

import lxml.html
import pytest

from mujaz.arabic.hijri import hijri_to_gregorian, weekday_in
from mujaz.domain import Article
from mujaz.ingest.blocks import key_of, visible_blocks
from mujaz.ingest.broken_lines import join_broken_lines
from mujaz.ingest.inline_clutter import remove_inline_clutter
from mujaz.ingest.page_data import documents
from mujaz.ingest.rich_text import rich_text
from mujaz.ingest.source import page_from_bytes
from mujaz.text.cleaning.article import clean

_SENTENCES = (
    "أعلنت بلدية المرفأ فتح الحديقة الجديدة أمام السكان صباح الخميس بعد عامين من العمل.",
    "وقال رئيس البلدية إن الكلفة لم تتجاوز ما كان مقررا في موازنة السنة الماضية.",
    "وتضم الحديقة ملعبين ومكتبة صغيرة ومسارا للدراجات طوله ثلاثة كيلومترات.",
)


def _paragraphs(body: str) -> list[str]:
    tree = lxml.html.document_fromstring(f"<html><body>{body}</body></html>")
    join_broken_lines(tree)
    return [block.text for block in visible_blocks(tree)]


def _article(body: str) -> Article:
    text = "".join(f"<p>{sentence}</p>" for sentence in _SENTENCES[:2])
    page = (
        f"<html lang=ar><head><title>بلدية المرفأ تفتح الحديقة الجديدة</title></head><body><main>"
        f"<h1>بلدية المرفأ تفتح الحديقة الجديدة</h1>{text}{body}"
        f"<p>{_SENTENCES[2]}</p></main></body>"
    )
    return clean(page_from_bytes(page.encode(), "-"))


def _wrapped(width: int) -> list[str]:
    lines: list[str] = []
    for sentence in _SENTENCES * 2:
        line = ""
        for word in sentence.split():
            if len(line) + len(word) + 1 > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines += [line, ""]
    return lines


@pytest.mark.parametrize("width", [38, 45, 60])
@pytest.mark.parametrize(
    "shape",
    ["<p>{}</p>|<br>", "<pre>{}</pre>|\n", "<td>{}</td>|<br/>", "<blockquote>{}</blockquote>|<br>"],
)
def test_lines_broken_at_a_fixed_width_are_joined(width: int, shape: str) -> None:
    element, between = shape.split("|")
    assert _paragraphs(element.format(between.join(_wrapped(width)))) == [*_SENTENCES * 2]


@pytest.mark.parametrize("width", [38, 50])
@pytest.mark.parametrize("tag", ["p", "div"])
def test_elements_of_one_line_each_are_joined(width: int, tag: str) -> None:
    lines = "".join(f"<{tag}>{line}</{tag}>" for line in _wrapped(width) if line)
    assert _paragraphs(f"<section>{lines}</section>") == [*_SENTENCES * 2]


@pytest.mark.parametrize(
    "lines",
    [
        [f"مشروع رقم {n} في حي من أحياء المدينة القديمة قرب السوق" for n in range(1, 9)],
        ["- الحاضر", "- العيس", "- بلاس", "- تل الضمان"],
        ["كلماتي على الريح", "تمشي بلا ظل", "وترجع بي", "إلى أول الليل"],
        ["المكونات: دقيق، سكر،", "ماء", "ملح"],
        [*_SENTENCES],
    ],
    ids=["headlines", "items", "verses", "ingredients", "paragraphs"],
)
def test_other_lines_stay_apart(lines: list[str]) -> None:
    expected = lines
    assert _paragraphs("".join(f"<div>{line}</div>" for line in lines)) == expected
    if lines[0].startswith("المكونات"):
        return
    assert _paragraphs(f"<p>{'<br>'.join(lines)}</p>") == expected


@pytest.mark.parametrize(
    ("html", "sentence", "taken"),
    [
        ("عادت المياه، <span class='ad-note'>إعلان</span>وعاد السكان إلى بيوتهم أمس.",
         "عادت المياه، وعاد السكان إلى بيوتهم أمس.", "إعلان"),
        ("عادت المياه، <span class='ad-note'>ثلاجات الصيف عندنا</span> وعاد السكان إلى البيوت.",
         "عادت المياه، وعاد السكان إلى البيوت.", "ثلاجات الصيف عندنا"),
        ("قال الوزير إن <a href='/x'>اقرأ أيضا: حريق في الجرود</a> السد سيمتلئ في آذار.",
         "قال الوزير إن السد سيمتلئ في آذار.", "اقرأ أيضا: حريق في الجرود"),
        ("قال الوزير إن السد<br><b>طالع أيضا | حريق في الجرود</b><br>سيمتلئ في آذار المقبل.",
         "قال الوزير إن السد سيمتلئ في آذار المقبل.", "طالع أيضا | حريق في الجرود"),
    ],
)  # fmt: skip
def test_a_prompt_is_taken_out_of_its_sentence(html: str, sentence: str, taken: str) -> None:
    tree = lxml.html.document_fromstring(f"<p>{html}</p>")
    assert [one.line for one in remove_inline_clutter(tree)] == [taken]
    assert [block.text for block in visible_blocks(tree)] == [sentence]


@pytest.mark.parametrize(
    "html",
    [
        "وجاء <b>إعلان</b> النتائج بعد منتصف الليل في العاصمة.",
        "وقال إنه <a href='/x'>شاهد الحادث بنفسه</a> من نافذة بيته في الصباح.",
        "<span class='dropcap'>ي</span>فتح السوق أبوابه كل جمعة منذ مئة عام.",
        "وذكرت <a href='/t' class='tag-link'>وزارة الصحة</a> أن اللقاح متاح في كل المراكز.",
        "ودعت اللجنة إلى <em>مشاركة</em> أوسع في الانتخابات المقبلة في الخريف.",
        "ونقلت الوكالة عن <strong>المزيد من الشهود</strong> روايات متطابقة عن الحريق.",
    ],
)
def test_words_of_a_sentence_stay(html: str) -> None:
    tree = lxml.html.document_fromstring(f"<p>{html}</p>")
    assert remove_inline_clutter(tree) == []


@pytest.mark.parametrize(
    "box",
    [
        "<div><img src=a><em>الحديقة كما تبدو من الجسر القديم</em></div>",
        "<section><p>مدخل الحديقة من جهة البحر صباح اليوم</p><iframe src=a></iframe></section>",
        "<div class=x1><b>رسالة المرفأ</b><p>خمس قصص كل يوم قبل الفطور</p><input></div>",
        "<div><span>الزمالك</span><b>الجمعة 21:00</b><span>سموحة</span></div>",
        "<div class='tr-toggle'>كل الفصول هنا</div>",
        "<p class='src-note'>بيانات السكان من جهاز الإحصاء</p>",
        "<blockquote class=twitter-tweet><p>الحديقة حلوة كتير يا جماعة.</p></blockquote>",
    ],
)
def test_short_lines_in_boxes_are_left_out(box: str) -> None:
    article = _article(box)
    assert article.paragraphs == _SENTENCES
    text = key_of(lxml.html.fromstring(box).text_content())
    assert any(key_of(one.line) in text for one in article.dropped)


@pytest.mark.parametrize(
    ("box", "line"),
    [
        ("<div class=media-body><p>وغرس السكان ألف شجرة.</p></div>", "وغرس السكان ألف شجرة."),
        ("<div class=note><ul><li>مدخل للدراجات من جهة البحر</li></ul></div>",
         "- مدخل للدراجات من جهة البحر"),
        ("<div class=note><h2>كلفة المشروع</h2></div>", "كلفة المشروع"),
        ("<div><img src=a><p>وقال الحارس: «لم أنم منذ يومين».</p></div>",
         "وقال الحارس: «لم أنم منذ يومين»."),
        ("<div class=video><p>وهل يكفي الماء لري الأشجار؟</p></div>",
         "وهل يكفي الماء لري الأشجار؟"),
    ],
)  # fmt: skip
def test_sentences_and_headings_in_boxes_stay(box: str, line: str) -> None:
    assert _article(box).paragraphs == (*_SENTENCES[:2], line, _SENTENCES[2])


@pytest.mark.parametrize(
    "line",
    [
        "استمتع الزوار بدخول الحديقة مجانا في أيامها الأولى.",
        "يتبع القرار سلسلة إجراءات أعلنتها البلدية الشهر الماضي.",
        "شاهد أهداف الخطة خبراء من ثلاث جامعات.",
        "كاتب هذه الخطة مهندس متقاعد من المدينة.",
        "المعلومات الأولية لا تشكل دليلا على تلاعب في عقود الشراء.",
        "هذا المقال الذي نشر في السر لا يعد جريمة، قال القاضي.",
        "ننشر الفرح أينما ذهبنا، تقول إحدى المتطوعات.",
        "لا تغني الأشجار عن الظل المبني، كما يقول المعماري.",
        "جدول ترتيب الأولويات وضعه السكان أنفسهم.",
    ],
)
def test_news_that_begins_like_a_prompt_is_told(line: str) -> None:
    assert line in _article(f"<p>{line}</p>").paragraphs


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "paragraph", "content": [{"type": "text", "text": "قال "},
                                           {"type": "text", "text": "الوزير نعم."}]}],
        [{"_type": "block", "children": [{"_type": "span", "text": "قال "},
                                         {"_type": "span", "text": "الوزير نعم."}]}],
        {"blocks": [{"key": "a", "type": "unstyled", "text": "قال الوزير نعم."}], "entityMap": {}},
        {"root": {"type": "root", "children": [
            {"type": "paragraph", "children": [{"type": "text", "text": "قال الوزير نعم."}]}]}},
        [{"blockName": "core/paragraph", "innerHTML": "<p>قال <b>الوزير</b> نعم.</p>"}],
        [{"type": "text", "content": "قال الوزير نعم."}],
        [{"__component": "shared.rich-text", "body": "قال الوزير نعم."}],
        "<p>قال الوزير نعم.</p><figure><figcaption>الوزير في مكتبه</figcaption></figure>",
    ],
)  # fmt: skip
def test_blocks_of_editors_are_read(blocks: object) -> None:
    assert rich_text(blocks).lines == ["قال الوزير نعم."]
    if not isinstance(blocks, str):
        assert rich_text(json.dumps(blocks)).lines == ["قال الوزير نعم."]


def test_blocks_that_are_no_text_are_listed() -> None:
    found = rich_text(
        [
            {"type": "paragraph", "text": "قال الوزير نعم."},
            {"type": "relatedArticle", "title": "سد جديد", "slug": "x"},
            {"type": "image", "data": {"caption": "الوزير في مكتبه"}},
        ]
    )
    assert found.lines == ["قال الوزير نعم."]
    assert [(one.line, one.reason) for one in found.left_out] == [
        ("سد جديد", "related"),
        ("الوزير في مكتبه", "caption"),
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<script>window.a = {title: \"سد\", body: 'ماء',};</script>",
        '<script>x=(function(a,b){return {title:a,body:b}}("سد","ماء"));</script>',
        '<script>x=(function(a){a.title="سد";a.body="ماء";return {d:a}}({}));</script>',
        '<script>window.x=JSON.parse(decodeURIComponent("%7B%22title%22%3A%22سد%22%2C%22body%22%3A%22ماء%22%7D"));</script>',
    ],
)
def test_state_written_as_javascript_is_read(markup: str) -> None:
    tree = lxml.html.document_fromstring(f"<html><body>{markup}</body></html>")
    found = [one.get("d", one) for one in documents(tree) if isinstance(one, dict)]
    assert {"title": "سد", "body": "ماء"} in found


def test_a_hijri_date_is_that_of_umm_al_qura_and_of_the_stated_weekday() -> None:
    assert str(hijri_to_gregorian(1447, 1, 10)) == "2025-07-05"
    sunday = weekday_in("الأحد 10 المحرم 1447هـ")
    assert str(hijri_to_gregorian(1447, 1, 10, sunday)) == "2025-07-06"
    assert hijri_to_gregorian(1447, 13, 1) is None
    assert str(hijri_to_gregorian(1320, 1, 1)) == "1902-04-10"
