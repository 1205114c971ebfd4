"""Every line of a page is in the article or listed as dropped, with a reason."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from mujaz.domain import Article
from mujaz.errors import MujazError
from mujaz.ingest.blocks import key_of, visible_blocks
from mujaz.ingest.source import looks_like_html, page_from_bytes
from mujaz.text.cleaning.article import clean
from mujaz.text.unicode import normalize_unicode

_DATA = Path(__file__).parents[1] / "data"
_FILES = (
    *("cleaning.json", "pages.json", "pages_systems.json", "pages_markup.json"),
    *("pages_kinds.json", "pages_wild.json"),
)
_CASES: list[dict[str, Any]] = [
    case for name in _FILES for case in json.loads((_DATA / name).read_text(encoding="utf-8"))
]
_SAVED = sorted((_DATA / "cases").glob("*.html"))
_HEADLINE_LABELS = 20
_PART_LETTERS = 5


def _lines(text: str) -> list[str]:
    """Return the visible lines of a text or of an HTML page."""
    if not looks_like_html(text.encode()):
        return re.sub(r"<[^<>]*>", "", normalize_unicode(text)).split("\n")
    tree = lxml.html.document_fromstring(text)
    return [normalize_unicode(block.text) for block in visible_blocks(tree)]


def _lost(text: str, article: Article) -> list[str]:
    """Return the lines that are neither told nor listed."""
    told = [article.title, *article.paragraphs, *(one.line for one in article.dropped)]
    keys = [key_of(normalize_unicode(one)) for one in told]
    return [
        line
        for line in _lines(text)
        if (key := key_of(line))
        and not any(key in one for one in keys)
        and not any(_without(key, keys) in one for one in keys)
        and not _is_title(key, keys)
    ]


def _without(key: str, keys: list[str]) -> str:
    """Return the rest of a line whose parts, sentences and prompts within them, are told apart."""
    for one in sorted(keys, key=len, reverse=True):
        key = key.replace(one, "", 1) if len(one) >= _PART_LETTERS else key
    return key


def _is_title(key: str, keys: list[str]) -> bool:
    """Return whether a line is the headline with a label, such as «بالفيديو», beside it."""
    return bool(keys[0]) and keys[0] in key and len(key) - len(keys[0]) <= _HEADLINE_LABELS


@pytest.mark.parametrize("case", _CASES, ids=[case["id"] for case in _CASES])
def test_every_line_is_told_or_listed(case: dict[str, Any]) -> None:
    article = clean(page_from_bytes(case["text"].encode(), "-"))
    assert _lost(case["text"], article) == []
    assert all(dropped.reason for dropped in article.dropped)


@pytest.mark.parametrize("path", _SAVED, ids=[path.stem for path in _SAVED])
def test_every_line_of_a_saved_page_is_told_or_listed(path: Path) -> None:
    text = path.read_bytes().decode(errors="replace")
    try:
        article = clean(page_from_bytes(path.read_bytes(), path.name))
    except MujazError:
        assert path.stem == "index-page"
        return
    assert _lost(text, article) == []


@pytest.mark.parametrize("seed", range(60))
def test_every_line_of_a_shuffled_page_is_told_or_listed(seed: int) -> None:
    chance = random.Random(seed)
    lines = [line for case in chance.sample(_CASES, 3) for line in _lines(case["text"])]
    chance.shuffle(lines)
    lines = [line for line in lines if not line.startswith(("&", "[caption"))][:40]
    marks = ("p", "div", "li", "h2", "span", "td", "blockquote", "figcaption", "aside", "b")
    html = "".join(
        f'<{tag} class="{chance.choice(("", "related", "lead", "x"))}">{line}</{tag}>'
        for line in lines
        if "<" not in line and (tag := chance.choice(marks))
    )
    for text in ("\n".join(lines), f"<!doctype html><html><body><main>{html}</main></body></html>"):
        try:
            article = clean(page_from_bytes(text.encode(), "-"))
        except MujazError:
            continue
        assert _lost(text, article) == []


def test_brackets_that_are_taken_out_of_a_line_are_listed() -> None:
    aside = "(اقرأ أيضا: أسعار الخبز ترتفع في العاصمة)"
    text = f"قال الوزير إن العمل سيبدأ مطلع الشهر المقبل {aside} بعد اكتمال الدراسات."
    article = clean(page_from_bytes(f"بدء العمل في المشروع\n5 أيار 2024\n{text}".encode(), "-"))
    assert aside in [dropped.line for dropped in article.dropped]
    assert article.paragraphs == (text.replace(f" {aside}", ""),)
