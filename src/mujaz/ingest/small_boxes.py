"""Short lines in boxes beside the text: captions, sign-up forms, buttons, notes.

A box has few words and no sentence, and a picture or player, a field to fill in, or the name of
such a part. Sentences and items of lists are never taken for one; headings only in forms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from mujaz.ingest.blocks import MOST_LABEL_WORDS, Block, nearest
from mujaz.ingest.names import is_prompt, reason_for_short

# A box and a line in it have at most so many words.
_MOST_IN_BOX = 30
_MOST_IN_LINE = 20
_FEWEST_LABELS = 2
# Lines of fewer words are not counted when the stops of a page are.
_LEAST_WORDS = 6
_STOPPED = 0.5
_LEAST_IN_CAPTION = 3
_STOP = re.compile(r"[.!?؟…:][\"»”’'\])]*$")
# A line is a link if more of its text than this is in links.
_LINK = 0.5
_ITEMS = frozenset(("li", "dd", "td", "th"))
_PICTURES = ("img", "picture", "amp-img", "svg", "canvas")
_PLAYERS = ("iframe", "video", "audio", "object", "amp-video", "amp-iframe", "amp-youtube")


class SmallBoxes:
    """The boxes of a page."""

    def __init__(self, blocks: Sequence[Block], text: Collection[int]) -> None:
        """Count the words and sentences of the elements of a page.

        Args:
            blocks: All blocks of the page.
            text: Indexes of those that hold the article, as extracted.
        """
        self._words: Counter[Any] = Counter()
        self._stops: Counter[Any] = Counter()
        # Questions and exclamations are not counted here: boxes with a prompt may ask.
        self._told: Counter[Any] = Counter()
        self._linked: Counter[Any] = Counter()
        self._rows: dict[Any, bool] = {}
        self._captions: dict[Any, bool] = {}
        for block in blocks:
            stops = _STOP.search(block.text) is not None
            for element in (block.element, *block.element.iterancestors()):
                self._words[element] += block.words
                self._stops[element] += stops
                self._told[element] += stops and block.text.rstrip("\"»”’'])")[-1:] not in "!?؟"
                self._linked[element] += block.words if block.linked > _LINK else 0
        long = [blocks[n] for n in text if blocks[n].words >= _LEAST_WORDS]
        stopped = sum(_STOP.search(block.text) is not None for block in long)
        self._punctuated = bool(long) and stopped >= _STOPPED * len(long)

    def reason_against(self, block: Block, around: Collection[Any]) -> str:
        """Return the reason why a line belongs to a box, or an empty string.

        Args:
            block: The line.
            around: The elements that contain the article, which are no boxes.
        """
        if not self._punctuated or block.words > _MOST_IN_LINE:
            return ""
        if nearest(block.element, _ITEMS) is not None:
            return ""
        if self._is_caption(block):
            return "caption"
        for element in (block.element, *block.element.iterancestors()):
            if element in around or self._told[element] or self._words[element] > _MOST_IN_BOX:
                break
            said = " ".join(element.get(name) or "" for name in ("class", "id"))
            if is_prompt(said):
                return "promotion"
            if self._stops[element]:
                continue
            if next(element.iter("input", "form"), None) is not None:
                return "form"
            if block.is_heading:
                continue
            if next(element.iter(*_PICTURES), None) is not None:
                return "caption"
            if next(element.iter(*_PLAYERS), None) is not None:
                return "embed"
            reason = reason_for_short(said)
            if reason:
                return reason
        return ""

    def _is_caption(self, block: Block) -> bool:
        """Return whether a line is a caption in an element of its own, below its picture."""
        if block.is_heading or _STOP.search(block.text) or block.words < _LEAST_IN_CAPTION:
            return False
        if block.element not in self._captions:
            self._captions[block.element] = _is_below_picture(block.element)
        return self._captions[block.element]

    def tells(self, element: Any) -> bool:
        """Return whether a sentence in an element ends in a full stop or colon."""
        return self._told[element] > 0

    def heads_links(self, block: Block, around: Collection[Any]) -> bool:
        """Return whether a line stands above links in a box of nothing else."""
        if block.words > _MOST_IN_LINE or _STOP.search(block.text):
            return False
        for element in (block.element, *block.element.iterancestors()):
            if element in around or self._told[element] or element.tag in ("p", "li"):
                return False
            linked = self._linked[element]
            if linked:
                return linked + block.words >= self._words[element]
        return False

    def is_row(self, block: Block) -> bool:
        """Return whether a line is a row of labels: inline elements that touch without spaces."""
        if block.words > MOST_LABEL_WORDS or block.is_heading or _STOP.search(block.text):
            return False
        # An element may hold thousands of lines, so its children are read once.
        if block.element not in self._rows:
            self._rows[block.element] = _holds_labels(block.element)
        return self._rows[block.element]


def _is_below_picture(element: Any) -> bool:
    """Return whether an element follows one of the same kind that holds a picture alone.

    Bold text there is a subheading.
    """
    above = element.getprevious()
    if above is None or above.tag != element.tag or above.text_content().strip():
        return False
    if next(above.iter(*_PICTURES), None) is None:
        return False
    bold = "".join(part.text_content() for part in element.iter("b", "strong"))
    return bool(bold.split() != element.text_content().split())


def _holds_labels(element: Any) -> bool:
    """Return whether an element holds nothing but elements with text, without spaces between."""
    children = [child for child in element if isinstance(child.tag, str)]
    bare = [element.text or "", *(child.tail or "" for child in element)]
    if len(children) < _FEWEST_LABELS or any(bare):
        return False
    texts = [child.text_content() for child in children]
    return all(text and text == text.strip() for text in texts)
