"""Text of an article that the extractor left out, and the rest of the page with reasons.

trafilatura finds the text of most pages, but loses standfirsts, closing lists and paragraphs in
containers that it does not know. They are put back in the order of the page. All other visible
text is listed, so that none vanishes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from mujaz.arabic.clutter import clutter_class
from mujaz.domain import Dropped
from mujaz.ingest.blocks import Block, key_of, nearest, visible_blocks
from mujaz.ingest.names import reason_of_names
from mujaz.ingest.small_boxes import SmallBoxes

# Shorter keys are compared whole, longer ones are searched in the extracted text too.
_SEARCHED = 12
# Share of the extracted text that must be visible in the page, else it is from elsewhere.
_VISIBLE = 0.8
# The container of the article holds at least this share of its text.
_MAIN_SHARE = 0.7
# Clutter is never an element with more of the article's text than this share.
_MOST_CLUTTER = 0.3
_LEAD_WORDS = 8
# A standfirst without a full stop has at least so many.
_LONG_WORDS = 12
# A text with more lines in elements of other kinds is not searched for pull quotes.
_MOST_UNLIKE = 50
_FEWEST_CARDS = 3
_FEWEST_SENTENCES = 2
# In a text with few links more than this share of its lines are none.
_FEW_LINKS = 0.7
# A block is a link if more of its text than this is in links.
_LINK = 0.5
# A point of a list above the text has at least so many.
_POINT_WORDS = 4
# A caption above the text has at least so many.
_CAPTION_WORDS = 5
# Lines between headline and text that may be a date or a byline have at most so many characters.
_LONGEST_HEAD_LINE = 90
# So many lines at most are the head of a text without a known heading.
_MOST_HEAD_LINES = 5
_BOXES = frozenset(("table", "div", "section", "article", "main"))
_SENTENCE = re.compile(r"[.!?؟…][\"»”’'\])]*$")
_LISTS = frozenset(("ul", "ol", "dl"))
_OUTSIDE = {
    "nav": "navigation", "aside": "beside the article", "footer": "below the article",
    "form": "form", "button": "button", "menu": "navigation", "figure": "caption",
    "figcaption": "caption", "amp-consent": "consent", "amp-ad": "advertisement",
    "amp-twitter": "embed", "amp-facebook": "embed", "amp-instagram": "embed",
    "amp-tiktok": "embed", "amp-youtube": "embed", "amp-iframe": "embed", "dialog": "dialog",
    "amp-list": "navigation", "amp-sidebar": "navigation", "amp-carousel": "caption",
}  # fmt: skip
_CELLS = frozenset(("td", "th"))
# Elements of these names may hold a headline, a lead, a date or a byline.
_HEAD = ("", "author", "box")
_LEAD = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|intro|summary|standfirst|excerpt|subtitle|sub-?title|deck|dek|"
    r"sapo|chapeau|teaser)(?:$|[\s_-])",
    re.IGNORECASE,
)


def complete(tree: Any, extracted: str, title: str) -> tuple[str, tuple[Dropped, ...]]:
    """Put lost text of the article back, and list all other visible text of the page.

    Args:
        tree: The page.
        extracted: Paragraphs of the article, one a line, as extracted from it.
        title: The headline.

    Returns:
        The paragraphs, one a line, and what was left out.
    """
    blocks = visible_blocks(tree)
    page = _Page(blocks, extracted, key_of(title))
    if not page.visible:
        dates = page.dates_below_heading()
        rest = (b for b in blocks if not page.holds(b) and b not in dates)
        lines = [*(block.text for block in dates), extracted]
        return "\n".join(lines), tuple(
            Dropped(b.text, "not in the text of the article") for b in rest
        )
    kept: list[str] = []
    left_out: list[Dropped] = []
    for number, block in enumerate(blocks):
        reason = page.reason_against(number)
        if reason:
            left_out.append(Dropped(block.text, reason))
        else:
            kept.append(f"{page.mark_of(number)}{block.text}")
    return "\n".join(kept), tuple(left_out)


@dataclass(frozen=True, slots=True)
class _Extent:
    """Indexes of the headline (-1 if not found), and of the first and last block of the text."""

    heading: int
    first: int
    last: int


class _Page:
    """The blocks of a page, compared with the text that was extracted from it."""

    def __init__(self, blocks: list[Block], extracted: str, title: str) -> None:
        self._blocks = blocks
        self._keys = Counter(key for line in extracted.split("\n") if (key := key_of(line)))
        self._whole = "\n".join(self._keys)
        self._title = title
        held = [n for n, block in enumerate(blocks) if self.holds(block)]
        self._size = sum(len(key) * count for key, count in self._keys.items())
        shown = sum(len(key) for key in {blocks[n].key for n in held})
        self.visible = bool(held) and shown >= _VISIBLE * self._size
        if not self.visible:
            return
        found = _without_cards(blocks, held)
        if len(found) < len(held):
            self._size = sum(len(blocks[n].key) for n in found)
        self._weights = self._weigh(found)
        self._main = self._container(found)
        self._found = self._chosen(found)
        self._extent = self._limits()
        self._head = self._unheaded()
        rest = enumerate(blocks[self._extent.first :], self._extent.first)
        self._begun = next((n for n, b in rest if _SENTENCE.search(b.text)), len(blocks))
        # Whether a line of the text introduces a list.
        self._introduced: dict[Any, bool] = {}
        self._kinds = {_kind(blocks[n]) for n in self._found}
        self._closing = self._last_with_lists()
        kinds = Counter(_kind(blocks[n]) for n in self._found)
        parents = Counter(blocks[n].element.getparent() for n in self._found)
        # Extracted blocks that are not in elements of the commonest kind, or alone in a box.
        commonest = kinds.most_common(1)[0][0]
        self._unlike = {
            n
            for n in self._found
            if _kind(blocks[n]) != commonest or parents[blocks[n].element.getparent()] == 1
        }
        self._unlinked = {n for n in self._found if blocks[n].linked <= _LINK}
        self._boxes = SmallBoxes(blocks, self._found)
        most = _MOST_CLUTTER * self._size
        self._around = {element for element, weight in self._weights.items() if weight > most}
        self._around.add(self._main)

    def holds(self, block: Block) -> bool:
        """Return whether the extracted text has a block."""
        key = block.key
        if not key:
            return False
        return key in self._keys or (len(key) >= _SEARCHED and key in self._whole)

    def dates_below_heading(self) -> list[Block]:
        """Return the short lines with figures right below the headline."""
        below = next((n for n, b in enumerate(self._blocks) if b.key == self._title != ""), -1) + 1
        return [
            block
            for block in self._blocks[below : below + _MOST_HEAD_LINES]
            if below
            and len(block.text) <= _LONGEST_HEAD_LINE
            and any(char.isdigit() for char in block.text)
            and not _SENTENCE.search(block.text)
        ]

    def mark_of(self, number: int) -> str:
        """Return the mark of an item, or of a heading above the first paragraph, as in Markdown."""
        block = self._blocks[number]
        if _is_item(block):
            return "- "
        above = self._extent.heading < number <= self._begun
        marked = above and self._extent.heading >= 0 and block.is_heading
        return "## " if marked and self._inside(block) else ""

    def reason_against(self, number: int) -> str:
        """Return the reason why a block is not part of the article, or an empty string."""
        block = self._blocks[number]
        where = self._extent
        clutter = self._clutter(block)
        if number in self._found:
            boxed = clutter or self._reason_in_box(number)
            return boxed or ("below the article" if self._is_another_box(number) else "")
        if not block.words and not any(char.isdigit() for char in block.text):
            return clutter or "symbols"
        if number < where.first:
            return self._reason_above(number, clutter)
        clutter = clutter or self._boxes.reason_against(block, self._around)
        if clutter:
            return clutter
        if self._is_introduced(number):
            return ""
        if block.linked > _LINK or self._boxes.heads_links(block, self._around):
            return "links"
        if self._boxes.is_row(block):
            return "box"
        if nearest(block.element, _CELLS) is not None and not self._in_layout_table(block):
            return "table"
        if number <= self._closing and self._inside(block):
            return ""
        return "below the article"

    def _reason_in_box(self, number: int) -> str:
        """Return the reason against a short line of the extracted text, or an empty string."""
        block = self._blocks[number]
        if number <= self._extent.heading:
            return ""
        if number > self._extent.first and self._boxes.is_row(block):
            return "box"
        if self._is_link(number) or self._boxes.heads_links(block, self._around):
            return "links"
        if self._is_pull_quote(number):
            return "pull quote"
        return self._boxes.reason_against(block, self._around)

    def _is_another_box(self, number: int) -> bool:
        """Return whether extracted text stands below the article, under a heading of its own.

        Parts of one article have the same kind of container.
        """
        block = self._blocks[number]
        if number <= self._extent.last or self._inside(block):
            return False
        around = set(_lineage(self._main))
        box = block.element
        while box.getparent() is not None and box.getparent() not in around:
            box = box.getparent()
        beside = box.getparent() is not None and box is not block.element
        alike = (box.tag, box.get("class")) == (self._main.tag, self._main.get("class"))
        headed = next(box.iter("h2", "h3", "h4", "h5"), None) is not None
        return beside and not alike and (headed or not self._boxes.tells(box))

    def _reason_above(self, number: int, clutter: str) -> str:
        block = self._blocks[number]
        where = self._extent
        if number == where.heading or number in self._head:
            return ""
        if number > where.heading >= 0 and block.words >= _CAPTION_WORDS and not clutter:
            # Fewer words beside a picture may be a byline, figures a date.
            figures = any(char.isdigit() for char in block.text)
            clutter = "" if figures else self._boxes.reason_against(block, self._around)
        point = _is_item(block) and block.words >= _POINT_WORDS
        lead = (point or block.words >= _LEAD_WORDS) and (
            _LEAD.search(_names(block.element, 2)) is not None
            or (number > where.heading >= 0 and _SENTENCE.search(block.text) is not None)
            or (number > where.heading >= 0 and block.words >= _LONG_WORDS and not clutter)
        )
        if lead and clutter in _HEAD and block.linked <= _LINK:
            return "" if number > where.heading else "above the article"
        if number > where.heading and block.is_heading and not clutter and self._inside(block):
            # A subheading above the first paragraph.
            return ""
        # Dates and bylines are found by the rules of cleaning.
        if number > where.heading >= 0 and clutter in (*_HEAD, "tags"):
            short = len(block.text) <= _LONGEST_HEAD_LINE
            return "" if short and not _SENTENCE.search(block.text) else "above the article"
        return clutter or "above the article"

    def _inside(self, block: Block) -> bool:
        return any(element is self._main for element in _lineage(block.element))

    def _weigh(self, found: list[int]) -> Counter[Any]:
        """Count for each element how many characters of the extracted text it contains."""
        weights: Counter[Any] = Counter()
        for number in found:
            for element in _lineage(self._blocks[number].element):
                weights[element] += len(self._blocks[number].key)
        return weights

    def _container(self, found: list[int]) -> Any:
        """Return the innermost element that holds most of the extracted text."""
        root = _lineage(self._blocks[found[0]].element)[-1]
        least = _MAIN_SHARE * self._weights[root]
        chain = [element for element, weight in self._weights.items() if weight >= least]
        main = max(chain, key=lambda element: len(_lineage(element)))
        # The only paragraph of an article is not its container.
        parent = main.getparent()
        return parent if main.tag == "p" and parent is not None else main

    def _chosen(self, found: list[int]) -> set[int]:
        """Choose among blocks of the same text those in the container, as often as extracted."""
        left = Counter(self._keys)
        inside = {n for n in found if self._inside(self._blocks[n])}
        chosen = set()
        for number in sorted(found, key=lambda n: n not in inside):
            key = self._blocks[number].key
            if left[key] > 0 or (key not in self._keys and number in inside):
                chosen.add(number)
                left[key] -= 1
        return chosen

    def _limits(self) -> _Extent:
        titled = [
            number
            for number, block in enumerate(self._blocks)
            if block.key and (block.key == self._title or (block.is_heading and (
                self._title.startswith(block.key) or (self._title and self._title in block.key))))
        ]  # fmt: skip
        bodies = sorted(n for n in self._found if n not in titled)
        if not bodies:
            return _Extent(-1, min(self._found), max(self._found))
        inside = [n for n in bodies if self._inside(self._blocks[n])]
        first, last = (inside or bodies)[0], (inside or bodies)[-1]
        above = [n for n in titled if n < first]
        return _Extent(above[-1] if above else -1, first, last)

    def _unheaded(self) -> frozenset[int]:
        """Return the short lines right above a text whose headline no heading or metadata names.

        Old pages show headline and date in table cells. The rules of cleaning choose among them.
        """
        if self._extent.heading >= 0:
            return frozenset()
        box = nearest(self._main.getparent(), _BOXES)
        head: set[int] = set()
        for number in range(self._extent.first - 1, -1, -1):
            block = self._blocks[number]
            linked = block.linked > _LINK or len(head) == _MOST_HEAD_LINES
            long = len(block.text) > _LONGEST_HEAD_LINE or _SENTENCE.search(block.text)
            boxed = any(element is box for element in _lineage(block.element))
            if linked or long or not boxed or self._clutter(block):
                break
            head.add(number)
        return frozenset(head)

    def _last_with_lists(self) -> int:
        """Return the index of the last block, with the lists and paragraphs that close the text."""
        last = self._extent.last
        parents = set(_lineage(self._blocks[last].element))
        own = self._blocks[last].element.getparent()
        main = self._main
        interrupted = False
        for number in range(last + 1, len(self._blocks)):
            block = self._blocks[number]
            items = nearest(block.element, _LISTS)
            in_list = items is not None and items.getparent() in parents
            beside = block.element.getparent() is own and block.element.tag in ("p", "div")
            goes_on = (in_list or beside) and not (block.is_heading and not in_list)
            if self._clutter(block) or block.linked > _LINK or not goes_on:
                if not self._inside(block):
                    break
                interrupted = True
                continue
            if interrupted and not (beside and self._is_like_text(block)):
                # Behind a box inside the text only paragraphs like those above it go on.
                continue
            if in_list and not any(element is main for element in _lineage(items)):
                # A list beside the container belongs to it.
                self._main = items.getparent()
            last = number
        return last

    def _is_link(self, number: int) -> bool:
        """Return whether a line of a text with few links is nothing but a link."""
        block = self._blocks[number]
        few = len(self._unlinked) > _FEW_LINKS * len(self._found)
        return few and block.linked == 1 and not block.is_heading and not _is_item(block)

    def _is_introduced(self, number: int) -> bool:
        """Return whether a line is in a list within the text, below a line that ends in a colon."""
        block = self._blocks[number]
        items = nearest(block.element, _LISTS)
        if items is None or not self._extent.first < number < self._extent.last:
            return False
        if items not in self._introduced:
            place = number
            while place > 0 and items in _lineage(self._blocks[place].element):
                place -= 1
            opener = self._blocks[place].text
            opens = opener.endswith(":") and not clutter_class(opener)
            self._introduced[items] = opens and place in self._found
        return self._introduced[items]

    def _is_pull_quote(self, number: int) -> bool:
        """Return whether a line in an element of its own kind repeats words of a paragraph."""
        block = self._blocks[number]
        if number not in self._unlike or len(self._unlike) > _MOST_UNLIKE:
            return False
        stopped = _SENTENCE.search(block.text) is not None
        if stopped or block.is_heading or _is_item(block) or len(block.key) < _SEARCHED:
            return False
        others = (self._blocks[n] for n in self._found - self._unlike)
        return any(block.key in other.key for other in others)

    def _is_like_text(self, block: Block) -> bool:
        """Return whether a block is a sentence in an element like those of the text."""
        return _kind(block) in self._kinds and _SENTENCE.search(block.text) is not None

    def _in_layout_table(self, block: Block) -> bool:
        """Return whether the cell that holds a block holds the article, as in old layouts."""
        return nearest(block.element, _CELLS) in _lineage(self._main)

    def _heads_text(self, button: Any, block: Block) -> bool:
        """Return whether a button is the heading of text that it unfolds, as a question."""
        return block.text.endswith(("؟", "?")) and self._weights[button.getparent()] > 0

    def _clutter(self, block: Block) -> str:
        """Return the reason that the elements around a block give against it."""
        most = _MOST_CLUTTER * self._size
        for element in _lineage(block.element):
            if element is self._main or self._weights[element] > most:
                break
            if element.tag == "button" and self._heads_text(element, block):
                return ""
            if element.tag in _OUTSIDE:
                return _OUTSIDE[element.tag]
            said = _names(element, 1)
            reason = reason_of_names(said)
            if reason:
                return reason
        return ""


def _without_cards(blocks: list[Block], found: list[int]) -> list[int]:
    """Remove text in cards for other articles, if there are two other sentences at least.

    Cards are elements of one kind in one parent, each with a heading that is a link.
    """
    groups: dict[Any, set[Any]] = {}
    for block in blocks:
        if not block.is_heading or block.linked <= _LINK:
            continue
        for element in block.element.iterancestors():
            parent = element.getparent()
            if parent is not None:
                groups.setdefault((parent, element.tag, element.get("class")), set()).add(element)
    cards = set().union(*(group for group in groups.values() if len(group) >= _FEWEST_CARDS))
    if not cards:
        return found
    own = [n for n in found if not cards.intersection(_lineage(blocks[n].element))]
    told = sum(_SENTENCE.search(blocks[n].text) is not None for n in own)
    return own if told >= _FEWEST_SENTENCES else found


def _kind(block: Block) -> tuple[str, str | None]:
    """Return the tag and class of a block's element, which paragraphs of one text share."""
    return block.element.tag, block.element.get("class")


def _lineage(element: Any) -> list[Any]:
    """Return the element and its ancestors, innermost first."""
    return [element, *element.iterancestors()]


def _names(element: Any, levels: int) -> str:
    """Return the class, id and itemprop of an element and of its parents, up to so many levels."""
    said: list[str] = []
    for one in _lineage(element)[:levels]:
        said += [one.get(name) or "" for name in ("class", "id", "itemprop")]
    return " ".join(said)


def _is_item(block: Block) -> bool:
    return nearest(block.element, frozenset(("li", "dd"))) is not None
