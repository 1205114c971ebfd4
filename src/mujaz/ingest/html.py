"""Reading of HTML pages: the article, extracted by trafilatura, and the page's metadata."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from mujaz.arabic.letters import has_arabic
from mujaz.domain import Dropped, Page
from mujaz.errors import NoArticleError, SourceError
from mujaz.ingest.blocks import key_of, visible_blocks
from mujaz.ingest.broken_lines import join_broken_lines
from mujaz.ingest.completion import complete
from mujaz.ingest.decode import decode_or_repair
from mujaz.ingest.framework import Embedded, embedded_article
from mujaz.ingest.inline_clutter import remove_inline_clutter
from mujaz.ingest.live_pages import oldest_first
from mujaz.ingest.metadata import canonical, meta, moment_in, page_title, published, read_metadata
from mujaz.ingest.page_rules import NO_RULES, PageRules, Selected, select
from mujaz.ingest.structure import is_index, keep_one_article
from mujaz.ingest.walls import WARNING, is_teaser

_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
# Names that templates give to the elements of a dateline.
_DATED = re.compile(r"(?:^|[\s_-])(?:date|time|publish(?:ed)?|posted|datetime)", re.IGNORECASE)
_AROUND = frozenset(("nav", "aside", "footer"))
_MUCH_LONGER = 2
# Rank of a date in the header of the site; those of the article have lower ones.
_OF_THE_SITE = 2
# News pages have a few thousand; a million take trafilatura twenty seconds.
_MOST_TAGS = 300_000


def page_from_html(
    data: bytes,
    source: str,
    *,
    url: str = "",
    declared: str = "",
    rules: PageRules = NO_RULES,
) -> Page:
    """Extract the article from an HTML page, with one paragraph in each line.

    Args:
        data: The page.
        source: As the user gave it.
        url: Its address, or empty.
        declared: Charset from the HTTP header, or empty.
        rules: The newsroom's rules for pages of known hosts.

    Raises:
        SourceError: If the page cannot be decoded or holds no article.
    """
    import lxml.html

    where = "standard input" if source == "-" else source
    text, warning = _decoded(data, where, declared)
    tree = lxml.html.document_fromstring(_without_nulls(text))
    taken = remove_inline_clutter(tree)
    if join_broken_lines(tree) or taken:
        text = lxml.html.tostring(tree, encoding="unicode")
    url = url or meta(tree, "og:url") or canonical(tree)
    shown = tuple(block.text for block in visible_blocks(tree))
    host = rules.for_url(url)
    chosen = select(tree, host) if host is not None else Selected()
    page = (
        _selected_page(tree, chosen, source, url)
        if chosen.blocks
        else _extracted_page(tree, "" if chosen.dropped else text, chosen, source, url)
    )
    if page is None:
        # A fragment from a content management system: read it as plain text.
        if "<html" not in text[:2000].lower() and has_arabic(text):
            return Page(text, source, url=url, warning=warning)
        raise NoArticleError(
            "no Arabic article found in this page",
            where=where,
            hint="save its text as a plain text file",
        )
    warnings = "; ".join(filter(None, (warning, chosen.warning, page.warning)))
    left_out = (*page.left_out, *chosen.dropped, *taken)
    shown = (*shown, *(one.line for one in taken))
    return replace(page, warning=warnings, left_out=left_out, shown=shown)


def _selected_page(tree: Any, chosen: Selected, source: str, url: str) -> Page:
    """Return the page as the newsroom's rules select it."""
    described = read_metadata(tree)
    inside = {id(block.element) for block in chosen.blocks}
    left_out = tuple(
        Dropped(block.text, "page rules: not in the body")
        for block in visible_blocks(tree)
        if id(block.element) not in inside
    )
    lines = [block.text for block in chosen.blocks]
    dated = _date_of(tree, url, chosen)
    return Page(
        text="\n".join([*dated[1], *lines]),
        source=source,
        url=url,
        title=chosen.title or described.title,
        plain_title=bool(chosen.title) or described.plain,
        author=chosen.author or described.author,
        published=dated[0],
        extracted=True,
        publisher=described.publisher,
        left_out=left_out,
    )


def _date_of(tree: Any, url: str, chosen: Selected) -> tuple[datetime | None, list[str]]:
    """Return the time of publication, and a dateline for the rules of cleaning instead."""
    if not chosen.date:
        return published(tree, url), []
    moment = moment_in(chosen.date)
    return moment, [] if moment else [chosen.date]


def _extracted_page(tree: Any, text: str, chosen: Selected, source: str, url: str) -> Page | None:
    """Return the page as extracted; None if it has no Arabic text.

    Args:
        tree: The page.
        text: The page as it came, or empty if the tree was changed.
        chosen: What the newsroom's rules select.
        source: As the user gave it.
        url: Address of the page, or empty.

    Raises:
        NoArticleError: If it only lists articles.
    """
    import lxml.html

    if is_index(tree):
        raise NoArticleError(
            "this page lists articles and is none itself",
            where="standard input" if source == "-" else source,
            hint="give the address of one article, or the site's feed as a source of a bulletin",
        )
    described = read_metadata(tree)
    others = keep_one_article(tree, chosen.title or described.title or page_title(tree), url)
    if others and not described.plain:
        # The headline may have been that of another article.
        described = read_metadata(tree)
    title, plain = described.title, described.plain
    if chosen.title:
        title, plain = chosen.title, True
    if oldest_first(tree, times=chosen.live_times) or others or not text:
        text = lxml.html.tostring(tree, encoding="unicode")
    extracted = _better(_extracted(text, url), described.body)
    if not has_arabic(extracted):
        # The title of a page without text may be that of the site.
        title, plain = "", False
    embedded = embedded_article(tree, title)
    if embedded is not None and not _is_better(embedded.text, extracted):
        embedded = None
    if embedded is not None:
        extracted = embedded.text
    if not has_arabic(extracted):
        return None
    title = title or (embedded.title if embedded else "") or described.title
    found, left_out = complete(tree, extracted, title)
    whole = embedded is not None or extracted == described.body
    dated = _date_of(tree, url, chosen)
    return Page(
        text="\n".join([*dated[1], _with_dateline(tree, found)]),
        source=source,
        url=url,
        title=title,
        plain_title=plain,
        author=chosen.author or described.author,
        published=dated[0] or (_embedded_moment(embedded) if not dated[1] else None),
        extracted=True,
        publisher=described.publisher,
        warning=WARNING if not whole and is_teaser(tree, described, found) else "",
        left_out=(*left_out, *_of_others(others), *(embedded.left_out if embedded else ())),
    )


def _decoded(data: bytes, where: str, declared: str) -> tuple[str, str]:
    """Return the text of a page, and a warning about damaged bytes.

    Raises:
        SourceError: If it cannot be decoded or has too many tags.
    """
    found = _DECLARED.search(data[:8192])
    text, warning = decode_or_repair(
        data, where=where, declared=declared or (found[1].decode("ascii") if found else "")
    )
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if text.count("<") > _MOST_TAGS:
        raise SourceError(
            f"the page has more than {_MOST_TAGS:,} tags",
            where=where,
            hint="save its text as a plain text file",
        )
    return text, warning


def _extracted(text: str, url: str) -> str:
    """Return the paragraphs that trafilatura finds, one a line."""
    import trafilatura

    # Its warnings about unusual pages are not useful to the users of this program.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    extracted = trafilatura.extract(
        text, include_comments=False, include_tables=False, deduplicate=False, url=url or None
    )
    return extracted or ""


def _of_others(others: list[Any]) -> tuple[Dropped, ...]:
    """List the text of the other articles of an endless page."""
    return tuple(
        Dropped(block.text, "another article") for one in others for block in visible_blocks(one)
    )


def _embedded_moment(embedded: Embedded | None) -> Any:
    return moment_in(embedded.published) if embedded is not None else None


def _with_dateline(tree: Any, extracted: str) -> str:
    """Put the visible datelines, which trafilatura drops, before the text for the rules.

    Those behind the heading come first; those in the header of the site come last.
    """
    ranked: list[tuple[int, str]] = []
    headed = False
    for element in tree.iter():
        headed = headed or element.tag == "h1"
        if not isinstance(element.tag, str) or not (element.tag == "time" or _is_dated(element)):
            continue
        shown = " ".join(element.text_content().split())
        if 5 < len(shown) < 90 and any(char.isdigit() for char in shown):
            around = [parent.tag for parent in element.iterancestors()]
            outside = bool(_AROUND.intersection(around)) or (
                "header" in around and "article" not in around
            )
            ranked.append((_OF_THE_SITE * outside + (not headed), shown))
    present = extracted.split("\n")
    if any(not rank and shown in present for rank, shown in ranked):
        # The text has the article's own dateline already; the others may be of the page.
        ranked = [one for one in ranked if not one[0]]
    ranked = sorted(dict.fromkeys(ranked), key=lambda one: one[0])
    ranked = [(rank, line) for rank, line in ranked if line not in present][:2]
    own = [line for rank, line in ranked if rank < _OF_THE_SITE]
    # Lines of the text may state the article's date; that of the site comes behind them.
    return "\n".join([*own, extracted, *(line for rank, line in ranked if rank >= _OF_THE_SITE)])


def _is_dated(element: Any) -> bool:
    """Return whether an element's class, id or itemprop names a date."""
    said = " ".join(element.get(name, "") for name in ("class", "id", "itemprop"))
    return _DATED.search(said) is not None


def _without_nulls(text: str) -> str:
    return text.replace("\x00", "") or "<html/>"


def _better(extracted: str, body: str) -> str:
    """Return the extracted text, or the JSON-LD text if that is longer or has more paragraphs.

    Longer means twice as many words. trafilatura takes the JSON-LD text too where it finds
    nothing else, but joins its paragraphs.
    """
    longer = len(body.split()) > _MUCH_LONGER * len(extracted.split())
    joined = key_of(extracted) == key_of(body) and body.count("\n") > extracted.count("\n")
    return body if longer or joined else extracted


def _is_better(embedded: str, extracted: str) -> bool:
    """Return whether embedded text is the whole of an article that the page shows in part.

    It is if it goes on where the shown text ends, or is twice as long.
    """
    longer = len(embedded.split()) > _MUCH_LONGER * len(extracted.split())
    first = next((key for line in extracted.split("\n") if (key := key_of(line))), "")
    whole = bool(first) and first in key_of(embedded)
    return longer or (whole and len(key_of(embedded)) > len(key_of(extracted)))
