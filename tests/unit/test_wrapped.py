"""Text that was broken at a fixed width is joined to paragraphs."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from mujaz.domain import Page
from mujaz.text.cleaning.article import clean
from mujaz.text.cleaning.wrapped import unwrap

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
