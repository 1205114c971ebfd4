"""The visible text of an HTML page, one block (paragraph, heading, list item …) after another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mujaz.arabic.letters import WORD

# HTML 4.01 and HTML "Rendering", 15.3: elements whose text flows within a line.
INLINE = frozenset(
    (
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em", "font", "i", "ins", "kbd", "label", "mark", "q", "ruby", "s", "samp", "small",
        "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    )
)  # fmt: skip
_INVISIBLE = frozenset(
    ("head", "noscript", "object", "script", "select", "style", "svg", "template", "textarea",
     "title", "audio", "video", "canvas", "iframe", "math")
)  # fmt: skip
# A row of labels has at most so many words.
MOST_LABEL_WORDS = 12
# All but what str.isalnum() accepts.
_NEITHER = re.compile(r"[\W_]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(eq=False, slots=False)
class Block:
    """A stretch of text without a line break.

    Attributes:
        element: The innermost block element that contains it.
        text: The text with single spaces.
        linked: Share of the text that is in links, 0 to 1.
    """

    element: Any
    text: str
    linked: float

    @cached_property
    def key(self) -> str:
        """Its letters and digits, to compare it by."""
        return key_of(self.text)

    @cached_property
    def words(self) -> int:
        """The number of Arabic words."""
        return len(WORD.findall(self.text))

    @property
    def is_heading(self) -> bool:
        """Whether it is the text of a heading, h1 to h6."""
        return nearest(self.element, _HEADINGS) is not None


_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def key_of(text: str) -> str:
    """Return the letters and digits of a text, to compare paragraphs by."""
    return _NEITHER.sub("", text)


def nearest(element: Any, tags: frozenset[str]) -> Any:
    """Return the element itself or its nearest ancestor with one of these tags, or None."""
    while element is not None:
        if element.tag in tags:
            return element
        element = element.getparent()
    return None


class _Collector:
    """Collects the text of a page in document order."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._pieces: list[tuple[str, bool]] = []
        self._element: Any = None
        # Whether all text so far is in inline elements.
        self._labels = True

    def add(self, text: str | None, element: Any, *, linked: bool, inline: bool = False) -> None:
        if text and text.strip():
            if not self._pieces:
                self._element = element
            self._pieces.append((text, linked))
            self._labels = self._labels and inline and text == text.strip()
        elif text and self._pieces:
            self._pieces.append((" ", linked))
            self._labels = False

    def end(self) -> None:
        """Close the block that is being collected."""
        # Labels that touch are set apart by the style of the page.
        between = " " if self._labels and self._count() <= MOST_LABEL_WORDS else ""
        text = " ".join(between.join(piece for piece, _ in self._pieces).split())
        if text:
            linked = sum(len("".join(piece.split())) for piece, inside in self._pieces if inside)
            whole = len(text.replace(" ", ""))
            self.blocks.append(Block(self._element, text, linked / whole))
        self._pieces = []
        self._labels = True

    def _count(self) -> int:
        return sum(len(WORD.findall(piece)) for piece, _ in self._pieces)


def visible_blocks(tree: Any) -> list[Block]:
    """Return the visible text of a page as blocks in document order."""
    from lxml import etree

    collector = _Collector()
    holders: list[Any] = [tree]
    links = skipped = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if not skipped:
                collector.add(element.tail, holders[-1], linked=bool(links))
            continue
        tag = element.tag
        inline = tag in INLINE
        if event == "start":
            if skipped or _is_hidden(element):
                skipped += 1
                continue
            links += tag == "a"
            if not inline:
                collector.end()
                holders.append(element)
            collector.add(element.text, holders[-1], linked=bool(links), inline=inline)
            continue
        if skipped:
            skipped -= 1
            if not skipped and not inline:
                collector.end()
        else:
            links -= tag == "a"
            if not inline:
                collector.end()
                holders.pop()
        if not skipped and element is not tree:
            collector.add(element.tail, holders[-1], linked=bool(links))
    collector.end()
    return collector.blocks


def _is_hidden(element: Any) -> bool:
    if element.tag in _INVISIBLE or element.get("hidden") is not None:
        return True
    return _HIDDEN.search(element.get("style") or "") is not None
