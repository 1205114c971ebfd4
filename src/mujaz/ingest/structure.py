"""The kind of an HTML page: one article, several of them, or an index of articles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mujaz.arabic.letters import WORD
from mujaz.ingest.blocks import key_of, visible_blocks

# A paragraph of running text has at least so many Arabic words.
_LONG_WORDS = 8
_FEWEST_CARDS = 5
_MOST_IN_CARD = 3
# A title is a block of at least so many words, most of it a link.
_TITLE_WORDS = 4
_TITLE_LINK = 0.6
_FEWEST_PARAGRAPHS = 2
_CONTAINERS = frozenset(("p", "div", "ul", "ol", "table", "section", "article", "h1", "h2", "h3"))
_HEADINGS = ("h1", "h2", "h3", "h4")


def text_of(element: Any) -> str:
    """Return the text of an element with single spaces."""
    return " ".join(element.text_content().split())


def _words(text: str) -> int:
    return sum(1 for _ in WORD.finditer(text))


def link_share(element: Any) -> float:
    """Return the share of an element's text that is in links."""
    whole = len(text_of(element))
    return sum(len(text_of(link)) for link in element.iter("a")) / whole if whole else 0.0


def long_paragraphs(element: Any, least: int = _LONG_WORDS) -> list[Any]:
    """Return the paragraphs within an element that have at least so many Arabic words."""
    return [p for p in element.iter("p", "div") if is_text(p) and _words(text_of(p)) >= least]


def is_text(element: Any) -> bool:
    """Return whether an element is a paragraph: it holds text of its own, and no other block."""
    if element.tag == "p":
        return True
    return not any(child.tag in _CONTAINERS for child in element.iterdescendants())


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


def keep_one_article(tree: Any, title: str, url: str = "") -> list[Any]:
    """Remove all articles of an endless page but the one with the title or address, or the first.

    Args:
        tree: The page; changed in place.
        title: Title from the page's metadata.
        url: Address of the page, or empty.

    Returns:
        The removed elements.
    """
    wanted = _Wanted(key_of(title), urlsplit(url).path.rstrip("/"))
    for headings in (list(tree.iter("h1")), list(tree.iter("h2")), list(tree.iter("h1", "h2"))):
        counts = _ancestors_count(headings)
        articles = []
        for heading in headings:
            container = _own_container(heading, counts)
            if len(long_paragraphs(container)) >= _FEWEST_PARAGRAPHS:
                articles.append((container, heading))
        stated = [one for one in articles if _is_article(one[0])]
        articles = stated if len(stated) > 1 else _alike(articles, wanted)
        if len(articles) < 2:
            continue
        chosen = (wanted.among(articles) or articles[0])[0]
        others = [container for container, _ in articles if container is not chosen]
        for container in others:
            container.drop_tree()
        return others
    return []


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Title and address of a page's article, as far as they are known.

    Attributes:
        title: Letters and digits of its title, which may have the site's name behind it.
        path: Path of its address.
    """

    title: str
    path: str

    def among(self, articles: list[tuple[Any, Any]]) -> tuple[Any, Any] | None:
        """Return the container and heading with the address, else those with the title."""
        titled = (one for one in articles if _is_title(one[1], self.title))
        addressed = (one for one in articles if self.path and self._is_addressed(*one))
        return next(addressed, None) or next(titled, None)

    def _is_addressed(self, container: Any, heading: Any) -> bool:
        """Return whether an attribute or the link of the heading states the address."""
        links = [*heading.iter("a"), heading.getparent()]
        stated = [*container.attrib.values(), *(link.get("href") or "" for link in links)]
        return any(value.rstrip("/").endswith(self.path) for value in stated)


def _alike(articles: list[tuple[Any, Any]], wanted: _Wanted) -> list[tuple[Any, Any]]:
    """Return the containers of the same kind and class as the one of the page's article."""
    found = wanted.among(articles)
    if found is None or not found[0].get("class"):
        return []
    kind = (found[0].tag, found[0].get("class"))
    return [one for one in articles if (one[0].tag, one[0].get("class")) == kind]


def _is_title(heading: Any, wanted: str) -> bool:
    """Return whether a title, which may have the site's name behind it, is that of a heading."""
    key = key_of(text_of(heading))
    return bool(key) and wanted.startswith(key)


def _is_article(container: Any) -> bool:
    """Return whether an element is one of several articles, not a section of one."""
    heading = next(container.iter("h1", "h2"))
    if heading.tag == "h1":
        return True
    return bool(container.tag == "article" and link_share(heading) < 0.5)


def is_index(tree: Any) -> bool:
    """Return whether a page lists articles and is none itself.

    It has at least five cards, and no running text but a few paragraphs in each card and one beside
    them. A card has a heading which is a link; or it is one of several elements of the same kind
    in one parent, each with a link as its title.
    """
    return _has_heading_cards(tree) or _has_alike_cards(tree)


def _has_alike_cards(tree: Any) -> bool:
    blocks = visible_blocks(tree)
    groups: dict[Any, set[Any]] = {}
    for block in blocks:
        if block.linked < _TITLE_LINK or block.words < _TITLE_WORDS:
            continue
        for element in (block.element, *block.element.iterancestors()):
            parent = element.getparent()
            if parent is not None and element.tag != "p":
                groups.setdefault((parent, element.tag, element.get("class")), set()).add(element)
    cards = set().union(*(group for group in groups.values() if len(group) >= _FEWEST_CARDS))
    if not cards:
        return False
    texts: Counter[Any] = Counter()
    outside = 0
    for block in blocks:
        if block.words < _LONG_WORDS or block.linked > 0.5:
            continue
        lineage = (block.element, *block.element.iterancestors())
        card = next((element for element in lineage if element in cards), None)
        texts[card] += 1
        outside += card is None
    del texts[None]
    return outside <= 1 and max(texts.values(), default=0) <= _MOST_IN_CARD


def _has_heading_cards(tree: Any) -> bool:
    headings = [
        heading
        for heading in tree.iter(*_HEADINGS)
        if _words(text_of(heading)) >= 3
        and (link_share(heading) > 0.5 or heading.getparent().tag == "a")
    ]
    if len(headings) < _FEWEST_CARDS:
        return False
    counts = _ancestors_count(headings)
    in_cards: set[Any] = set()
    for heading in headings:
        paragraphs = long_paragraphs(_own_container(heading, counts))
        if len(paragraphs) > 1:
            return False
        in_cards.update(paragraphs)
    return len([p for p in long_paragraphs(tree) if p not in in_cards]) <= 1
