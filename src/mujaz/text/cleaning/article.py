"""A page's lines become an article; what is not part of it is listed with a reason.

Structure decides first (:mod:`mujaz.text.cleaning.body`, :mod:`mujaz.text.cleaning.headline`), phrases second
(:mod:`mujaz.text.cleaning.clutter`). No rule is for one site.
"""

from __future__ import annotations

import re
from datetime import date

from mujaz.domain import Article, Dropped, Page
from mujaz.text.cleaning.body import find_body
from mujaz.text.cleaning.dates import find_date
from mujaz.text.cleaning.headline import find_headline, tidy
from mujaz.text.cleaning.lines import Line, page_lines
from mujaz.text.unicode import normalize_unicode

_BYLINE = re.compile(
    r"^(?:كتبت?|كتبها|كتبه|بقلم|إعداد|الكاتب|الكاتبة|تقرير|المراسل|كاتب المقال|كتابة)\s*[:/\-–]\s*"
    r"(?P<name>[^|\d:،]{3,40})"
)
_BARE_BYLINE = re.compile(r"^(?:بقلم|كتبت?)\s+(?P<name>\S+(?:\s+\S+){1,3})$")
_BIO = re.compile(r"(?:كاتب|صحافي|صحفي|باحث|أكاديمي|مراسل|محرر|أستاذ|روائي|شاعر)")
_UPDATED = re.compile("تحديث|تعديل|[Uu]pdated|طباعة")
_LONGEST_DATELINE = 160


def clean(page: Page, *, keep_all: bool = False) -> Article:
    """Find the article in a page.

    Args:
        page: As ingested.
        keep_all: Take every line for a paragraph; only the title is set apart.
    """
    lines = page_lines(page.text)
    if keep_all:
        return _whole(page, lines)
    body = find_body(lines, extracted=page.extracted)
    title = find_headline(lines, body, normalize_unicode(page.title))
    day, time = _find_dateline(lines, body)
    author = _find_author(lines, body)
    return Article(
        title=title,
        paragraphs=tuple(lines[index].text for index in body),
        # What a page's metadata states outranks a line of its text, which may be another's date.
        day=page.published.date() if page.published else day,
        time=time,
        author=author or page.author,
        publisher=page.publisher,
        url=page.url,
        source=page.source,
        dropped=_dropped(lines, body),
    )


def _whole(page: Page, lines: list[Line]) -> Article:
    title = page.title or (lines[0].text if lines else "")
    paragraphs = tuple(line.text for line in lines if line.text != title)
    return Article(tidy(title), paragraphs, url=page.url, source=page.source)


def _find_dateline(lines: list[Line], body: list[int]) -> tuple[date | None, str]:
    """The date of the article: datelines in the head first, update and print notes last."""
    end = body[0] if body else len(lines)
    inside = set(body)
    best: tuple[int, date, str] | None = None
    for index, line in enumerate(lines):
        if index in inside or line.title or len(line.text) >= _LONGEST_DATELINE:
            continue
        found = find_date(line.text)
        if found is None:
            continue
        elsewhere = line.reason in ("rights", "related", "social", "comments", "behind the article")
        rank = 4 if elsewhere else 2 if _UPDATED.search(line.text[:20]) else 0
        rank += (1 if index > end else 0) + (2 if found.rest > 30 else 0)
        if not elsewhere and (found.rest <= 30 or not line.reason):
            line.reason = "dateline"
        if best is None or rank < best[0]:
            best = (rank, found.day, found.time)
    return (best[1], best[2]) if best is not None and best[0] < 4 else (None, "")


def _find_author(lines: list[Line], body: list[int]) -> str:
    """Who a byline names; the paragraph about the author behind the text is taken out."""
    inside = set(body)
    for line in (line for index, line in enumerate(lines) if index not in inside):
        match = _BYLINE.match(line.text) or _BARE_BYLINE.match(line.text)
        if match is None or line.words > 9 or line.title:
            continue
        author = match["name"].strip(" -–|،")
        line.reason = "byline"
        if len(body) > 1 and _is_bio(lines[body[-1]].text, author):
            lines[body.pop()].reason = "byline"
        return author
    return ""


def _is_bio(text: str, author: str) -> bool:
    return text.startswith(author) and _BIO.search(text) is not None


def _dropped(lines: list[Line], body: list[int]) -> tuple[Dropped, ...]:
    inside = set(body)
    out = [
        Dropped(line.raw, line.reason or "outside the body")
        for index, line in enumerate(lines)
        if index not in inside and not line.title
    ]
    repeated = [line for line in lines if line.title][1:]
    return (*out, *(Dropped(line.raw, "title repeated") for line in repeated))
