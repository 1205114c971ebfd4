"""Text that was broken at a fixed width is joined to paragraphs."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from mujaz.arabic.wrapped import unwrap
from mujaz.domain import Page
from mujaz.text.cleaning.article import clean

_TITLE = "بدء العمل في توسعة ميناء الشمال"
_PARAGRAPHS = (
    "قال مدير الميناء سالم الحداد إن العمل في الرصيف الجديد سيبدأ مطلع الشهر المقبل بعد استكمال "
    "الدراسات الفنية اللازمة. وأضاف أن الشركة تعهدت بإنجاز المرحلة الأولى خلال عام واحد فقط.",
    "ويخدم الميناء ثلاث محافظات في شمال البلاد، ويعمل فيه أكثر من ألف عامل وموظف في الأقسام "
    "المختلفة وفق ما أعلنته الوزارة في بيانها الأخير قبل نهاية الأسبوع.",
    "وتبلغ الكلفة نحو أربعين مليون دينار يدفع المصرف نصفها على عشر سنوات بفائدة مخفضة.",
)
_DATA = Path(__file__).parents[1] / "data"


def _wrapped(width: int, between: str = "\n") -> list[str]:
    return between.join(textwrap.fill(paragraph, width) for paragraph in _PARAGRAPHS).split("\n")


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("width", [45, 52, 60, 70, 80])
def test_wrapped_lines_are_joined(width: int, between: str) -> None:
    article = clean(Page("\n".join([_TITLE, "", *_wrapped(width, between)]), "-"))
    assert (article.title, article.paragraphs) == (_TITLE, _PARAGRAPHS)


@pytest.mark.parametrize("byline", ["كتبت: سلمى عبد الرحمن", "تقرير - سالم الحداد"])
def test_a_byline_below_the_headline_names_the_author(byline: str) -> None:
    title = f"{_TITLE} أمام السفن الكبيرة"
    article = clean(Page("\n".join([title, byline, *_wrapped(60)]), "-"))
    assert (article.title, article.paragraphs) == (title, _PARAGRAPHS)
    assert article.author
    assert byline.endswith(article.author)


def test_a_running_head_is_not_joined_with_the_headline() -> None:
    head = "صحيفة المرفأ | العدد 212 | الأحد 3 مارس 2024 | اقتصاد"
    lines = _wrapped(60)
    article = clean(Page("\n".join([head, _TITLE, *lines[:2], "- 1 -", head, *lines[2:]]), "-"))
    assert (article.title, article.paragraphs) == (_TITLE, _PARAGRAPHS)


@pytest.mark.parametrize("number", ["3", "- 3 -", "3/12", "– 14 –"])
@pytest.mark.parametrize("blank", [[], [""]])
def test_page_numbers_within_a_paragraph_are_dropped_and_listed(
    number: str, blank: list[str]
) -> None:
    lines = _wrapped(60)
    pages = [*lines[:2], *blank, number, *blank, *lines[2:]]
    article = clean(Page("\n".join([_TITLE, "", *pages]), "-"))
    assert article.paragraphs == _PARAGRAPHS
    assert [dropped.line for dropped in article.dropped] == [number]


@pytest.mark.parametrize("head", ["نشرة الميناء العدد 12", "ميناء الشمال | أخبار"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0)])
def test_a_head_beside_the_page_number_is_not_read_within_a_sentence(
    head: str, order: tuple[int, ...]
) -> None:
    lines = _wrapped(60)
    between = [("www.port.example صفحة 3", head)[place] for place in order]
    article = clean(Page("\n".join([_TITLE, "", *lines[:2], *between, *lines[2:]]), "-"))
    assert (article.title, article.paragraphs) == (_TITLE, _PARAGRAPHS)
    assert [dropped.line for dropped in article.dropped] == between


def test_a_long_headline_is_not_joined_with_its_date() -> None:
    title = f"{_TITLE} أمام السفن الكبيرة"
    article = clean(Page("\n".join([title, "12 أيلول 2025", *_wrapped(60)]), "-"))
    assert (article.title, article.paragraphs) == (title, _PARAGRAPHS)
    assert str(article.day) == "2025-09-12"


def test_items_of_a_list_stay_apart() -> None:
    items = ["- بناء رصيف جديد طوله ثلاثمئة متر يستقبل السفن", "- توسعة المخازن المبردة لألف طن"]
    text = "\n".join([*_wrapped(60), *items])
    assert unwrap(text).split("\n")[-2:] == items


def test_other_texts_are_unchanged() -> None:
    for name in ("cleaning.json", "pages.json"):
        for case in json.loads((_DATA / name).read_text(encoding="utf-8")):
            assert unwrap(case["text"]) == case["text"], case["id"]
    short = "\n".join(_wrapped(60)[:4])
    assert unwrap(short) == short
