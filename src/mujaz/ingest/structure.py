"""The structure of an HTML page: one article of several, lists of articles, lost lists and leads.

trafilatura finds the text of most pages. What it cannot know is corrected here before and after:
which of the articles on an endless page is meant, whether the page is only an index, and which
lists and standfirsts of the article it left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from mujaz.arabic.letters import WORD

# A paragraph of running text has at least so many Arabic words.
_LONG_WORDS = 8
_FEWEST_CARDS = 5
_FEWEST_PARAGRAPHS = 2
_BLOCKS = frozenset(("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "dd", "dt"))
_HEADINGS = ("h1", "h2", "h3", "h4")
# Elements whose text is not part of an article.
_OUTSIDE = frozenset(
    ("nav", "aside", "footer", "header", "form", "script", "style", "button", "figure", "template")
)
_CLUTTER = re.compile(
    r"(?:^|[\s_-])(?:related|share|social|tags?|menu|nav|breadcrumbs?|footer|comments?|author|meta|"
    r"widget|promo|newsletter|most|trending|pagination)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|intro|summary|standfirst|excerpt|subtitle|sub-?title|deck|dek|"
    r"sapo|chapeau)(?:$|[\s_-])",
    re.IGNORECASE,
)


def text_of(element: Any) -> str:
    """Return the text of an element with single spaces."""
    return " ".join(element.text_content().split())


def _words(text: str) -> int:
    return sum(1 for _ in WORD.finditer(text))


def key_of(text: str) -> str:
    """Return the letters and digits of a text, to compare paragraphs by."""
    return "".join(char for char in text if char.isalnum())


def _names(element: Any) -> str:
    return " ".join(element.get(name, "") for name in ("class", "id", "itemprop"))


def _link_share(element: Any) -> float:
    """Return the share of an element's text that is in links."""
    whole = len(text_of(element))
    return sum(len(text_of(link)) for link in element.iter("a")) / whole if whole else 0.0


def _long_paragraphs(element: Any) -> list[Any]:
    return [p for p in element.iter("p") if _words(text_of(p)) >= _LONG_WORDS]


def _own_container(heading: Any, counts: Counter[Any]) -> Any:
    """Return the highest ancestor of a heading that contains none of the other headings."""
    container = heading
    while container.getparent() is not None and counts[container.getparent()] == 1:
        container = container.getparent()
    return container


def _ancestors_count(elements: list[Any]) -> Counter[Any]:
    """Count for each ancestor, and for the elements themselves, how many of them it contains."""
    counts: Counter[Any] = Counter()
    for element in elements:
        counts[element] += 1
        counts.update(element.iterancestors())
    return counts


def keep_one_article(tree: Any, title: str) -> bool:
    """Remove all articles of an endless page but the one with the title, or the first.

    Args:
        tree: The page; changed in place.
        title: Title from the page's metadata.

    Returns:
        Whether anything was removed.
    """
    for headings in (list(tree.iter("h1")), list(tree.iter("h2"))):
        counts = _ancestors_count(headings)
        articles = []
        for heading in headings:
            container = _own_container(heading, counts)
            if len(_long_paragraphs(container)) >= _FEWEST_PARAGRAPHS and _is_article(container):
                articles.append((container, heading))
        if len(articles) < 2:
            continue
        wanted = key_of(title)
        titled = [container for container, heading in articles if _is_title(heading, wanted)]
        chosen = titled[0] if titled else articles[0][0]
        for container, _ in articles:
            if container is not chosen:
                container.drop_tree()
        return True
    return False


def _is_title(heading: Any, wanted: str) -> bool:
    """Return whether a title, which may have the site's name behind it, is that of a heading."""
    key = key_of(text_of(heading))
    return bool(key) and wanted.startswith(key)


def _is_article(container: Any) -> bool:
    """Return whether an element is one of several articles, not a section of one."""
    heading = next(container.iter("h1", "h2"))
    if heading.tag == "h1":
        return True
    return bool(container.tag == "article" and _link_share(heading) < 0.5)


def is_index(tree: Any) -> bool:
    """Return whether a page lists articles and is none itself.

    It has at least five cards, that is headings which are links, and no running text but one
    paragraph in each card and one beside them.
    """
    headings = [
        heading
        for heading in tree.iter(*_HEADINGS)
        if _words(text_of(heading)) >= 3
        and (_link_share(heading) > 0.5 or heading.getparent().tag == "a")
    ]
    if len(headings) < _FEWEST_CARDS:
        return False
    counts = _ancestors_count(headings)
    in_cards: set[Any] = set()
    for heading in headings:
        paragraphs = _long_paragraphs(_own_container(heading, counts))
        if len(paragraphs) > 1:
            return False
        in_cards.update(paragraphs)
    return len([p for p in _long_paragraphs(tree) if p not in in_cards]) <= 1


def with_lost_text(tree: Any, extracted: str) -> str:
    """Put lists within the article, and its standfirst, back where they were left out.

    Args:
        tree: The page.
        extracted: Paragraphs of the article, one a line, as extracted from it.
    """
    lines = extracted.split("\n")
    blocks = list(_text_blocks(tree))
    lines = _lead_first(lines, blocks)
    places = {key_of(line): index for index, line in enumerate(lines) if key_of(line)}
    found = [n for n, (_, text) in enumerate(blocks) if key_of(text) in places]
    if not found:
        return extracted
    first, last = found[0], found[-1]
    out: dict[int, list[str]] = {}
    at = -1
    heading_seen = False
    lists: dict[Any, bool] = {}
    for number, (element, text) in enumerate(blocks):
        if key_of(text) in places:
            at = max(at, places[key_of(text)])
            continue
        heading_seen = heading_seen or element.tag == "h1"
        lead = number < first and heading_seen and _is_lead(element, text)
        items = element.getparent()
        if element.tag == "li" and items not in lists:
            lists[items] = _is_list_of_article(items)
        item = element.tag == "li" and lists[items]
        beside = number > last and _same_list_parent(element, blocks[last][0])
        if lead or (item and (first < number < last or beside)):
            out.setdefault(at, []).append(f"- {text}" if element.tag == "li" else text)
    result = list(out.get(-1, []))
    for index, line in enumerate(lines):
        result += [line, *out.get(index, [])]
    return "\n".join(result)


def _lead_first(lines: list[str], blocks: list[tuple[Any, str]]) -> list[str]:
    """Move standfirsts, which trafilatura may put last, before the text that they stand above."""
    numbers: dict[str, int] = {}
    for number, (_, text) in enumerate(blocks):
        numbers.setdefault(key_of(text), number)
    start = numbers.get(key_of(lines[0]), 0)
    leads = dict.fromkeys(
        line
        for line in lines[1:]
        if (number := numbers.get(key_of(line), start)) < start and _is_lead(*blocks[number])
    )
    return [*leads, *(line for line in lines if line not in leads)]


def _text_blocks(tree: Any) -> Iterator[tuple[Any, str]]:
    """Yield the innermost blocks of the page that may be part of the article, with their text."""
    for element in tree.iter(*_BLOCKS):
        if any(child.tag in _BLOCKS for child in element.iterdescendants()):
            continue
        if any(parent.tag in _OUTSIDE for parent in element.iterancestors()):
            continue
        text = text_of(element)
        if text:
            yield element, text


def _is_lead(element: Any, text: str) -> bool:
    named = [element, *([element.getparent()] if element.getparent() is not None else [])]
    return _words(text) >= _LONG_WORDS and any(_LEAD.search(_names(one)) for one in named)


def _is_list_of_article(items: Any) -> bool:
    """Return whether a list consists of text, not of links or share buttons."""
    named = [items, *([items.getparent()] if items.getparent() is not None else [])]
    return (
        items.tag in ("ul", "ol")
        and _link_share(items) < 0.5
        and not any(_CLUTTER.search(_names(one)) for one in named)
    )


def _same_list_parent(item: Any, last: Any) -> bool:
    """Return whether the item's list stands beside the last paragraph that was found."""
    parent = item.getparent()
    return parent is not None and parent.getparent() is last.getparent()
