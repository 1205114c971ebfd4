"""Reading of HTML pages: the article, extracted by trafilatura, and the page's metadata."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from mujaz.arabic.letters import has_arabic
from mujaz.domain import Page
from mujaz.errors import NoArticleError, SourceError
from mujaz.ingest.decode import decode

_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_META_DATES = (
    "article:published_time",
    "og:article:published_time",
    "datePublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "pubdate",
    "publishdate",
    "publish_date",
    "parsely-pub-date",
    "sailthru.date",
)
_URL_DATE = re.compile(r"/(20\d\d)[/-]?(\d{1,2})[/-]?(\d{1,2})(?:/|-|$)")
# Names that templates give to the elements of a dateline and of a headline.
_DATED = re.compile(r"(?:^|[\s_-])(?:date|time|publish(?:ed)?|posted|datetime)", re.IGNORECASE)
_TITLED = re.compile(r"(?:^|[\s_-])(?:title|headline)", re.IGNORECASE)
_DEEPEST_VALUE = 4
# News pages have a few thousand; a million take trafilatura twenty seconds.
_MOST_TAGS = 300_000
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?")


def page_from_html(data: bytes, source: str, *, url: str = "", declared: str = "") -> Page:
    """Extract the article from an HTML page, with one paragraph in each line.

    Raises:
        SourceError: If the page cannot be decoded or holds no article.
    """
    import lxml.html
    import trafilatura

    # Its warnings about unusual pages are not useful to the users of this program.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    where = "standard input" if source == "-" else source
    found = _DECLARED.search(data[:8192])
    text = decode(
        data, where=where, declared=declared or (found[1].decode("ascii") if found else "")
    )
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if text.count("<") > _MOST_TAGS:
        raise SourceError(
            f"the page has more than {_MOST_TAGS:,} tags",
            where=where,
            hint="save its text as a plain text file",
        )
    tree = lxml.html.document_fromstring(_without_nulls(text))
    extracted = trafilatura.extract(
        text, include_comments=False, include_tables=False, deduplicate=False, url=url or None
    )
    if not extracted or not has_arabic(extracted):
        # A fragment from a content management system: read it as plain text.
        if "<html" not in text[:2000].lower() and has_arabic(text):
            return Page(text, source, url=url)
        raise NoArticleError(
            "no Arabic article found in this page",
            where=where,
            hint="save its text as a plain text file",
        )
    meta = _json_ld(tree)
    title = _text(meta.get("headline")) or _meta(tree, "og:title") or _heading(tree)
    return Page(
        text=_with_dateline(tree, extracted),
        source=source,
        url=url or _meta(tree, "og:url") or _canonical(tree),
        title=" ".join(title.split()),
        author=_author(meta) or _meta(tree, "author"),
        published=_published(tree, meta, url),
        extracted=True,
        publisher=_publisher(tree, meta),
    )


def _with_dateline(tree: Any, extracted: str) -> str:
    """Put the visible datelines, which trafilatura drops, before the text for the rules."""
    lines: list[str] = []
    dated = tree.xpath("//*[@class or @id or @itemprop]")
    for element in [*tree.iter("time"), *(e for e in dated if _names(e, _DATED))]:
        shown = " ".join(element.text_content().split())
        if 5 < len(shown) < 90 and any(char.isdigit() for char in shown) and shown not in lines:
            lines.append(shown)
    return "\n".join([*lines[:2], extracted])


def _names(element: Any, pattern: re.Pattern[str]) -> bool:
    """Return whether an element's class, id or itemprop matches a pattern."""
    said = " ".join(element.get(name, "") for name in ("class", "id", "itemprop"))
    return pattern.search(said) is not None


def _without_nulls(text: str) -> str:
    return text.replace("\x00", "") or "<html/>"


def _meta(tree: Any, name: str) -> str:
    for attribute in ("property", "name", "itemprop"):
        for element in tree.xpath(f"//meta[@{attribute}=$name]/@content", name=name):
            if element.strip():
                return str(element.strip())
    return ""


def _canonical(tree: Any) -> str:
    for href in tree.xpath("//link[@rel='canonical']/@href"):
        if str(href).startswith(("http://", "https://")):
            return str(href)
    return ""


def _heading(tree: Any) -> str:
    """Return the longest h1; else an h2 or h3 named as the title; else the page's title."""
    titled = [element for element in tree.iter("h2", "h3") if _names(element, _TITLED)]
    for elements in (tree.iter("h1"), titled[:1]):
        headings = [" ".join(h.text_content().split()) for h in elements]
        headings = [h for h in headings if has_arabic(h)]
        if headings:
            return max(headings, key=len)
    titles = tree.xpath("//title/text()")
    return str(titles[0]) if titles else ""


def _json_ld(tree: Any) -> dict[str, Any]:
    """Return the first article of the page's JSON-LD."""
    for raw in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            data = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        for item in _items(data):
            kind = item.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(isinstance(k, str) and "Article" in k for k in kinds):
                return {k: v for k, v in item.items() if isinstance(v, (str, dict, list))}
    return {}


def _items(data: Any) -> list[dict[str, Any]]:
    """Return the objects of a JSON-LD document, with those in lists and in ``@graph``."""
    found: list[dict[str, Any]] = []
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            found.append(value)
            waiting.append(value.get("@graph"))
    return found


def _text(value: Any) -> str:
    """Return the text of a JSON-LD value: a string, the first of a list, an object's name."""
    for _ in range(_DEEPEST_VALUE):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or ""
    return value if isinstance(value, str) else ""


def _author(meta: dict[str, Any]) -> str:
    author = meta.get("author")
    return _text(author)


def _publisher(tree: Any, meta: dict[str, Any]) -> str:
    named = _text(meta.get("publisher")) or _meta(tree, "og:site_name")
    return " ".join(named.split())


def _published(tree: Any, meta: dict[str, Any], url: str) -> datetime | None:
    candidates = [str(meta.get("datePublished", ""))]
    candidates += [_meta(tree, name) for name in _META_DATES]
    candidates += [str(value) for value in tree.xpath("//time/@datetime")[:1]]
    for text in candidates:
        found = _ISO.search(text)
        if found:
            moment = _moment(*(int(part) if part else 0 for part in found.groups()))
            if moment is not None:
                return moment
    found = _URL_DATE.search(url)
    return _moment(int(found[1]), int(found[2]), int(found[3])) if found else None


def _moment(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0
) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
