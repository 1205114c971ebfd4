"""The lines of a page, each with what becomes of it, for those who write rules for a site."""

from __future__ import annotations

from dataclasses import dataclass

from mujaz.domain import Article, Page
from mujaz.text.cleaning.article import clean
from mujaz.text.cleaning.lines import page_lines
from mujaz.text.unicode import normalize_unicode


@dataclass(frozen=True, slots=True)
class Fate:
    """A line of a page and what becomes of it.

    Attributes:
        fate: ``title``, ``text``, or the reason why it is dropped.
    """

    line: str
    fate: str


def explain(page: Page) -> list[Fate]:
    """Return the lines of a page, in the order of the page, with their fate."""
    article = clean(page)
    waiting: dict[str, list[str]] = {}
    for line, fate in (
        (article.title, "title"),
        *((paragraph, "text") for paragraph in article.paragraphs),
        *((dropped.line, dropped.reason) for dropped in article.dropped),
    ):
        waiting.setdefault(_key(line), []).append(fate)
    fates: list[Fate] = []
    for line in page.shown or tuple(line.raw for line in page_lines(page.text)):
        known = waiting.get(_key(normalize_unicode(line)), [])
        fates.append(Fate(line, known.pop(0) if known else _within(line, article)))
    return fates


def _within(line: str, article: Article) -> str:
    """Return the fate of a line that was joined with others or stands in the title."""
    key = _key(normalize_unicode(line))
    if key and any(key in _key(paragraph) for paragraph in article.paragraphs):
        return "text"
    return "title" if key and (key in _key(article.title) or _key(article.title) in key) else ""


def _key(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
