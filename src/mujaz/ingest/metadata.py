"""Metadata of an HTML page: headline, author, publisher, date, from JSON-LD and other markup."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mujaz.arabic.letters import has_arabic
from mujaz.ingest.blocks import key_of, visible_blocks
from mujaz.ingest.rich_text import paragraphs_of

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
    "uploadDate",
)
_URL_DATE = re.compile(r"/(20\d\d)[/-]?(\d{1,2})[/-]?(\d{1,2})(?:/|-|$)")
_TITLED = re.compile(r"(?:^|[\s_-])(?:title|headline)", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?")
# Kinds of schema.org that are articles: NewsArticle, Article, BlogPosting, LiveBlogPosting, Report.
_ARTICLE = re.compile(r"Article|Posting|^Report$")
_VIDEO = re.compile(r"^VideoObject$")
# Names of elements with the author's name alone, and the form of a name: two to four words.
_AUTHORED = re.compile(
    r"(?:^|[\s_-])(?:author|writer|columnist|by-?line)[_-]{1,2}name(?:$|\s)", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d]{2,}(?: [^\W\d]{2,}){1,3}")
_LABEL = re.compile(
    r"(?:^|[\s_-])(?:kick(?:er)?|label|badge|flag|tag|cat(?:egory)?|section|sub-?title|sub|over-?line|"
    r"topper|eyebrow|slug|breaking|live)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DEEPEST_VALUE = 4
# Elements of the page around an article, whose dates are not its own.
_AROUND = frozenset(("nav", "aside", "footer"))
_COMMENTS = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*$")
_MORE_WORDS = 2
# Between a headline and the names of the section and the site.
_SEPARATOR = re.compile(r"\s*::\s*|\s*[|»:]\s+|\s+[-–—/]\s+")
# Titles of more parts are not searched for the headline.
_MOST_PARTS = 8
# A line that is part of the title and is no heading has at least so many words.
_HEADLINE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata of a page; empty where it says nothing.

    Attributes:
        title: The headline.
        plain: Whether the title is the headline alone, without the site's name.
        body: The text of the article, one paragraph a line.
        walled: Whether the page says that it is not free (schema.org, isAccessibleForFree).
    """

    title: str = ""
    plain: bool = False
    author: str = ""
    publisher: str = ""
    body: str = ""
    walled: bool = False


def read_metadata(tree: Any) -> Metadata:
    """Read the metadata of a page."""
    described = _described(tree)
    publisher = " ".join((_text(described.get("publisher")) or meta(tree, "og:site_name")).split())
    title = _text(described.get("headline")) or meta(tree, "og:title") or page_title(tree)
    title, plain = _headline(tree, " ".join(title.split()), publisher)
    body = described.get("articleBody")
    return Metadata(
        title=title,
        plain=plain,
        author=_author(tree, described, publisher),
        publisher=publisher,
        body="\n".join(paragraphs_of(body)) if isinstance(body, str) else "",
        walled=str(described.get("isAccessibleForFree")).lower() == "false",
    )


def _headline(tree: Any, title: str, publisher: str) -> tuple[str, bool]:
    """Return the headline, and whether it certainly lacks the site's name.

    A heading of the page with which the title begins is the headline: what follows in the title
    is the site's name. So is what the title element has behind the title that metadata give.
    Without a title, the longest h1 or a heading named as the title is used. Old pages have no
    headings: there any line that is a part of the title is one.
    """
    wanted = key_of(title)
    parts = _parts(title)
    shown = [_heading_text(heading) for heading in tree.iter("h1", "h2", "h3")]
    headlines = [
        text
        for text in shown
        if len(text.split()) > _MORE_WORDS
        and (key := key_of(text))
        and (wanted.startswith(key) or key in parts)
    ]
    headlines = headlines or _lines_of_title(tree, parts)
    if headlines:
        return max(headlines, key=len), True
    behind = page_title(tree).removeprefix(title)
    if title and behind != page_title(tree) and _SEPARATOR.match(behind):
        return title, True
    if publisher and wanted.endswith(key_of(publisher)):
        short = title.removesuffix(publisher).rstrip()
        if short != title and short[-1:] in "|-–—:»":
            return short.rstrip(" |-–—:»"), True
    site = not title or key_of(publisher) == wanted
    named = _heading(tree)
    if named and (site or _is_site(tree, title)):
        return named, False
    return title, False


def _parts(title: str) -> set[str]:
    """Return the parts of a title between separators, also several in a row, to compare by."""
    pieces = _SEPARATOR.split(title)[:_MOST_PARTS]
    ends = range(1, len(pieces) + 1)
    return {key_of("".join(pieces[a:b])) for b in ends for a in range(b)} - {""}


def _lines_of_title(tree: Any, parts: set[str]) -> list[str]:
    """Return the lines of a page that are a part of its title, unless it has one part only."""
    if len(parts) < _MORE_WORDS:
        return []
    blocks = visible_blocks(tree)
    return [b.text for b in blocks if b.words >= _HEADLINE_WORDS and b.key in parts]


def _is_site(tree: Any, title: str) -> bool:
    """Return whether a title that only the title element gives stands for the site."""
    given = bool(meta(tree, "og:title")) or bool(_described(tree).get("headline"))
    return not given and key_of(_heading(tree)) not in key_of(title)


def _heading(tree: Any) -> str:
    """Return the longest h1; else an h2 or h3 named as the title; else an empty string."""
    titled = [element for element in tree.iter("h2", "h3") if _is_titled(element)]
    for elements in (tree.iter("h1"), titled[:1]):
        headings = [_heading_text(h) for h in elements]
        headings = [h for h in headings if has_arabic(h)]
        if headings:
            return max(headings, key=len)
    return ""


def _heading_text(heading: Any) -> str:
    """Return the text of a heading without the labels and the subtitle in elements of their own."""
    parts = [heading.text or ""]
    for child in heading:
        said = " ".join(child.get(name) or "" for name in ("class", "id"))
        label = child.tag == "small" or _LABEL.search(said) is not None
        inner = "" if label or not isinstance(child.tag, str) else child.text_content()
        parts += [" " if label or child.tag == "br" else inner, child.tail or ""]
    text = " ".join("".join(parts).split())
    return text or " ".join(heading.text_content().split())


def _is_titled(element: Any) -> bool:
    said = " ".join(element.get(name, "") for name in ("class", "id", "itemprop"))
    return _TITLED.search(said) is not None


def meta(tree: Any, name: str) -> str:
    """Return the content of a meta element by property, name or itemprop; or empty."""
    for attribute in ("property", "name", "itemprop"):
        for content in tree.xpath(f"//meta[@{attribute}=$name]/@content", name=name):
            if content.strip():
                return str(content.strip())
    return ""


def canonical(tree: Any) -> str:
    """Return the page's canonical address, or an empty string."""
    for href in tree.xpath("//link[@rel='canonical']/@href"):
        if str(href).startswith(("http://", "https://")):
            return str(href)
    return ""


def page_title(tree: Any) -> str:
    """Return the text of the page's title element."""
    titles = tree.xpath("//title/text()")
    return " ".join(str(titles[0]).split()) if titles else ""


def _described(tree: Any) -> dict[str, Any]:
    """Return the first article of the page's JSON-LD; else its first video."""
    items: list[dict[str, Any]] = []
    for raw in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            items += _items(json.loads(_COMMENTS.sub("", str(raw)), strict=False))
        except (ValueError, RecursionError):
            continue
    for pattern in (_ARTICLE, _VIDEO):
        for item in items:
            kind = item.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(isinstance(k, str) and pattern.search(k) for k in kinds):
                return {k: v for k, v in item.items() if isinstance(v, (str, bool, dict, list))}
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


def _author(tree: Any, described: dict[str, Any], publisher: str) -> str:
    """Return the author; organizations, the site's name and addresses are none."""
    given = described.get("author")
    first = given[0] if isinstance(given, list) and given else given
    kind = first.get("@type") if isinstance(first, dict) else ""
    name = "" if kind and kind != "Person" else _text(given)
    name = " ".join((name or meta(tree, "author") or _shown_author(tree)).split())
    site = key_of(name) in (key_of(publisher), key_of(meta(tree, "og:site_name")))
    return "" if site or "@" in name or "://" in name else name


def _shown_author(tree: Any) -> str:
    """Return the name in an element that is named as that of the author, or an empty string."""
    for element in tree.xpath("//*[@class or @rel='author' or @itemprop='author']"):
        said = f"{element.get('rel') or ''} {element.get('itemprop') or ''}"
        named = "author" in said.split() or _AUTHORED.search(element.get("class") or "")
        name = " ".join(element.text_content().split()) if named else ""
        if name and has_arabic(name) and _NAME.fullmatch(name):
            return name
    return ""


def published(tree: Any, url: str) -> datetime | None:
    """Return the time of publication: from metadata, a time element, or the address."""
    described = _described(tree)
    candidates = [str(described.get(name, "")) for name in ("datePublished", "uploadDate")]
    candidates += [meta(tree, name) for name in _META_DATES]
    candidates += _own_times(tree)[:1]
    for text in candidates:
        if (moment := moment_in(text)) is not None:
            return moment
    found = _URL_DATE.search(url)
    return _moment(int(found[1]), int(found[2]), int(found[3])) if found else None


def _own_times(tree: Any) -> list[str]:
    """Return the times that may be the article's own, those behind its heading first."""
    before: list[str] = []
    behind: list[str] = []
    headed = False
    for element in tree.iter("h1", "time"):
        if element.tag == "h1":
            headed = True
            continue
        around = [parent.tag for parent in element.iterancestors()]
        site_header = "header" in around and "article" not in around and "main" not in around
        if element.get("datetime") and not site_header and not _AROUND.intersection(around):
            (behind if headed else before).append(element.get("datetime"))
    return [*behind, *before]


def moment_in(text: str) -> datetime | None:
    """Return the first ISO date in a text, with its time of day, or None."""
    found = _ISO.search(text)
    if found is None:
        return None
    return _moment(*(int(part) if part else 0 for part in found.groups()))


def _moment(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0
) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
