"""Pages become articles."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mujaz.domain import Page
from mujaz.ingest.source import page_from_bytes
from mujaz.text.cleaning.article import clean

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
