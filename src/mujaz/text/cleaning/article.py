"""Extraction of the article from a page's lines; every line left out is listed with a reason.

Structure is used first (:mod:`~mujaz.text.cleaning.body`, :mod:`~mujaz.text.cleaning.headline`),
known phrases second (:mod:`~mujaz.text.cleaning.clutter`). No rule is specific to one site.
"""

from __future__ import annotations

import re
from datetime import date

from mujaz.arabic.tables import alternatives
from mujaz.domain import Article, Dropped, Page
from mujaz.text.cleaning.body import find_body
from mujaz.text.cleaning.dates import find_date
from mujaz.text.cleaning.headline import find_headline, tidy
from mujaz.text.cleaning.lines import Line, page_lines
from mujaz.text.cleaning.wrapped import unwrap
from mujaz.text.unicode import normalize_unicode


def _words(kind: str) -> str:
    return f"(?:{alternatives('byline_words.tsv', 'word', kind)})"


_BYLINE = re.compile(rf"^{_words('opener')}\s*[:/\-–]\s*(?P<name>[^|\d:،]{{3,40}})")
_BARE_BYLINE = re.compile(rf"^{_words('bare')}\s+(?P<name>\S+(?:\s+\S+){{1,3}})$")
_BIO = re.compile(_words("profession"))
_UPDATED = re.compile(alternatives("dateline_words.tsv", "word", "update") + "|[Uu]pdated")
# In characters.
_LONGEST_DATELINE = 160


def clean(page: Page, *, keep_all: bool = False) -> Article:
    """Extract the article from a page.

    Args:
        page: Page as read by ingest.
        keep_all: Keep every line as a paragraph; only the title is separated.
    """
    lines = page_lines(page.text if page.extracted else unwrap(page.text))
    if keep_all:
        return _whole(page, lines)
    body = find_body(lines, extracted=page.extracted)
    title = find_headline(lines, body, normalize_unicode(page.title), plain=page.plain_title)
    day, time = _find_dateline(lines, body)
    author = _find_author(lines, body)
    return Article(
        title=title,
        paragraphs=tuple(lines[index].text for index in body),
        # Metadata is preferred to a line of the text, which may be the date of another article.
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
    """Find the article's date and time: datelines in the head first, update notes last."""
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
    """Return the name in a byline; remove a last paragraph about that author from the body."""
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
