"""Extraction of the article from a page's lines; every line left out is listed with a reason.

Structure is used first (:mod:`~mujaz.text.cleaning.body`, :mod:`~mujaz.text.cleaning.headline`),
known phrases second (:mod:`~mujaz.arabic.clutter`). No rule is specific to one site.
"""

from __future__ import annotations

import re
from datetime import date

from mujaz.arabic.bylines import stated_author
from mujaz.arabic.clutter import ends_like_sentence, words
from mujaz.arabic.tables import alternatives
from mujaz.arabic.wrapped import running_heads, unwrap
from mujaz.domain import Article, Dropped, Page
from mujaz.text.cleaning.body import PLACED_BYLINE, find_body
from mujaz.text.cleaning.dates import find_date
from mujaz.text.cleaning.entries import oldest_first
from mujaz.text.cleaning.headline import find_headline, tidy
from mujaz.text.cleaning.lines import Line, page_lines
from mujaz.text.unicode import normalize_unicode


def _words(kind: str) -> str:
    return f"(?:{alternatives('byline_words.tsv', 'word', kind)})"


_DESK = re.compile(rf"^{_words('desk')}(?!\w)")
_BIO = re.compile(_words("profession"))
# «كاتب وباحث من اليمن», «* أستاذ القانون في جامعة عدن»: a note on the author below the text.
_BIO_NOTE = re.compile(
    rf"^(?P<mark>\W*)(?:ال)?{_words('profession')}\w?\w?(?!\w)(?P<rest>.*)", re.DOTALL
)
_NOTE_WORDS = (2, 25)
# In words, with a date behind the name.
_LONGEST_BYLINE = 9
# Lines at the end of the text among which such a note is looked for.
_LAST_LINES = 2
_UPDATED = re.compile(alternatives("dateline_words.tsv", "word", "update") + "|[Uu]pdated")
# Up to the dash behind the place, the date and the agency of a dispatch, in characters.
_OPENING = re.compile(r"^[^.؟!«\"]{8,70}?\s[-–—]+\s|^[^.؟!«\"]{8,70}?\d{4}\)?\s*:\s")
# In characters.
_LONGEST_DATELINE = 160


def clean(page: Page, *, keep_all: bool = False) -> Article:
    """Extract the article from a page.

    Args:
        page: Page as read by ingest.
        keep_all: Keep every line as a paragraph; only the title is separated.
    """
    lines = page_lines(page.text if page.extracted else unwrap(page.text))
    if not page.extracted and not keep_all:
        lines = oldest_first(lines)
    heads = frozenset() if page.extracted else running_heads(page.text)
    for line in lines:
        if line.raw in heads:
            line.reason = "running head"
    if keep_all:
        return _whole(page, lines)
    body = find_body(lines, extracted=page.extracted)
    title = find_headline(lines, body, normalize_unicode(page.title), plain=page.plain_title)
    day, time = _find_dateline(lines, body)
    author = _find_author(lines, body, page)
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
        dropped=(*_dropped(lines, body), *page.left_out),
        quotes=page.quotes,
    )


def _whole(page: Page, lines: list[Line]) -> Article:
    title = page.title or (lines[0].text if lines else "")
    paragraphs = tuple(line.text for line in lines if line.text != title)
    return Article(tidy(title), paragraphs, url=page.url, source=page.source, dropped=page.left_out)


def _find_dateline(lines: list[Line], body: list[int]) -> tuple[date | None, str]:
    """Find the article's date and time: datelines in the head first, update notes last."""
    end = body[0] if body else len(lines)
    inside = set(body)
    titled = next((index for index, line in enumerate(lines) if line.title), 0)
    best: tuple[int, date, str] | None = None
    for index, line in enumerate(lines):
        if index in inside or line.title or len(line.text) >= _LONGEST_DATELINE:
            continue
        found = find_date(line.text)
        if found is None:
            continue
        elsewhere = line.reason in ("rights", "related", "social", "comments", "behind the article")
        rank = 4 if elsewhere else 2 if _UPDATED.search(line.text[:20]) else 0
        # A date above the headline may be that of the day on which the page was read.
        rank += (0 if titled <= index <= end else 1) + (2 if found.rest > 30 else 0)
        if not elsewhere and (found.rest <= 30 or not line.reason):
            line.reason = "dateline"
        if best is None or rank < best[0]:
            best = (rank, found.day, found.time)
    if best is not None and best[0] < 4:
        return best[1], best[2]
    return _opening_date(lines[body[0]].text) if body else (None, "")


def _opening_date(text: str) -> tuple[date | None, str]:
    """Return the date that a dispatch begins with: «طرابلس، 3 فبراير 2026 (وكالة) - أعلنت …»."""
    opening = _OPENING.match(text)
    found = find_date(opening[0]) if opening is not None else None
    return (found.day, found.time) if found is not None else (None, "")


def _find_author(lines: list[Line], body: list[int], page: Page) -> str:
    """Return the name in a byline; remove a last paragraph about that author from the body.

    The names of the site and of its offices are none.
    """
    inside = set(body)
    outside = [line for index, line in enumerate(lines) if index not in inside]
    head = lines[: body[0]] if body else []
    names = [*map(_stated_author, outside), *map(_placed_author, head)]
    sites = f"{page.publisher}\n{page.title}"
    author = next((n for n in names if n and n not in sites and not _DESK.match(n)), "")
    for index in body[-_LAST_LINES:]:
        text = lines[index].text
        told = author and _is_bio(text, author)
        if len(body) > 1 and (told or any(_is_named_bio(text, line) for line in head)):
            lines[index].reason = "byline"
            body.remove(index)
    for index in body[-_LAST_LINES:]:
        if len(body) > _LAST_LINES and _is_bio_note(lines[index].text):
            lines[index].reason = "byline"
            body.remove(index)
    return author


def _stated_author(line: Line) -> str:
    name = "" if line.title else stated_author(line.text)
    line.reason = "byline" if name else line.reason
    return name


def _placed_author(line: Line) -> str:
    """Return the name behind a city or a paper, or an empty string."""
    match = PLACED_BYLINE.match(line.text)
    if match is None or line.title or line.words > 6 or line.reason not in ("", "byline"):
        return ""
    line.reason = "byline"
    return match["name"]


def _is_named_bio(text: str, line: Line) -> bool:
    """Return whether a text tells the profession of the person whom a line of the head names."""
    name = text.split()[:2]
    near = " ".join(text.split()[2:5])
    short = not line.title and line.words <= _LONGEST_BYLINE
    return len(name) == 2 and short and line.text.split()[:2] == name and bool(_BIO.match(near))


def _is_bio_note(text: str) -> bool:
    """Return whether a line tells the author's profession: without a stop, or behind a mark."""
    found = _BIO_NOTE.match(text)
    if found is None or not _NOTE_WORDS[0] <= words(text) <= _NOTE_WORDS[1]:
        return False
    return "*" in found["mark"] or not ends_like_sentence(text)


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
    asides = (Dropped(aside, "related") for index in body for aside in lines[index].asides)
    return (*out, *asides, *(Dropped(line.raw, "title repeated") for line in repeated))
