"""Search for an article in the data that a JavaScript framework embeds in its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mujaz.arabic.letters import WORD, has_arabic
from mujaz.domain import Dropped
from mujaz.ingest.blocks import key_of
from mujaz.ingest.page_data import documents
from mujaz.ingest.rich_text import RichText, decoded, is_other_article, paragraphs_of, rich_text

# A body has at least so many Arabic words.
_FEWEST_WORDS = 20
_MOST_VALUES = 200_000
_DEEPEST = 60
_TITLES = ("title", "headline", "headlines", "heading", "name", "basic", "seoTitle")
_DATES = (
    "datePublished", "publishedAt", "published_at", "publishDate", "publish_date", "display_date",
    "first_publish_date", "pubDate", "published", "date", "createdAt", "created_at",
)  # fmt: skip
_LEADS = ("standfirst", "lead", "lede", "deck", "dek", "sapo", "chapo", "intro", "introduction")
_LEAD_WORDS = 8
# Strings of fewer characters are not searched for JSON.
_SHORTEST_JSON = 100
# Arabic letters in JSON that is written in ASCII.
_ESCAPED = "\\u06"


@dataclass(frozen=True, slots=True)
class Embedded:
    """An article in embedded data.

    Attributes:
        title: Its headline, or empty.
        published: The value of its date, or empty.
        text: Its paragraphs, one a line.
        left_out: Captions, links to other articles and the like among its blocks.
    """

    title: str
    published: str
    text: str
    left_out: tuple[Dropped, ...] = ()


def embedded_article(tree: Any, title: str) -> Embedded | None:
    """Return the article with this title in the page's embedded data, or the longest one.

    Args:
        tree: The page.
        title: Its title, which may have the site's name behind it; or empty.
    """
    wanted = key_of(title)
    best: tuple[tuple[bool, int, bool], Embedded] | None = None
    for data in documents(tree):
        for found in _articles(data):
            key = key_of(found.title)
            titled = bool(key) and (wanted.startswith(key) or key.startswith(wanted or "\0"))
            rank = (titled, _words(found.text), bool(found.published))
            if best is None or rank > best[0]:
                best = (rank, found)
    if best is None or (wanted and not best[0][0] and best[1].title):
        return None
    return best[1]


def _articles(data: Any) -> Iterator[Embedded]:
    """Yield the articles in a JSON value: a body of text, with the title and date around it."""
    waiting: list[tuple[Any, int, str, str]] = [(data, 0, "", "")]
    seen = 0
    while waiting and seen < _MOST_VALUES:
        value, depth, title, published = waiting.pop()
        seen += 1
        if depth > _DEEPEST:
            continue
        if isinstance(value, dict):
            own = _named(value, _TITLES)
            title, published = own or title, _named(value, _DATES) or published
            yield from _article(value, title, published)
            waiting += [(one, depth + 1, title, published) for one in value.values()]
        elif isinstance(value, list):
            waiting += [(one, depth + 1, title, published) for one in value]
        elif isinstance(value, str) and len(value) > _SHORTEST_JSON:
            waiting.append((decoded(value), depth + 1, title, published))


def _article(value: dict[str, Any], title: str, published: str) -> Iterator[Embedded]:
    bodies = [body for one in value.values() if (body := _body(one)).lines]
    if not bodies:
        return
    body = max(bodies, key=lambda one: _words("\n".join(one.lines)))
    text = "\n".join(body.lines)
    if _words(text) < _FEWEST_WORDS:
        return
    lead = _lead(value, text)
    text = f"{lead}\n{text}" if lead else text
    yield Embedded(title, published, text, tuple(body.left_out))


def _lead(value: dict[str, Any], text: str) -> str:
    """Return the standfirst that stands in a field of its own, unless the text has it."""
    for name in _LEADS:
        given = value.get(name)
        lines = paragraphs_of(given) if isinstance(given, str) and has_arabic(given) else []
        if len(lines) == 1 and _words(lines[0]) >= _LEAD_WORDS:
            return "" if key_of(lines[0]) in key_of(text) else lines[0]
    return ""


def _named(value: dict[str, Any], names: tuple[str, ...]) -> str:
    """Return the first string under one of the names, also one level down."""
    for name in names:
        found = value.get(name)
        if isinstance(found, dict):
            found = next((found[n] for n in (*names, "rendered") if n in found), None)
        if isinstance(found, str) and found.strip():
            return " ".join(found.split())
    return ""


def _body(value: Any) -> RichText:
    """Return the paragraphs of a value that may be the body of an article."""
    if isinstance(value, str):
        return rich_text(value) if has_arabic(value) or _ESCAPED in value else RichText()
    if isinstance(value, dict) and is_other_article(value):
        return RichText()
    return rich_text(value) if isinstance(value, dict | list) else RichText()


def _words(text: str) -> int:
    return sum(1 for _ in WORD.finditer(text))
