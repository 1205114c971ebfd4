"""The lines of a page, freed of markup, each with what it may be: clutter, date, sentence, item.

What a line is depends on the line alone; where it stands is :mod:`mujaz.text.cleaning.body`'s business.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from mujaz.text.cleaning.clutter import clutter_class, ends_like_sentence, words
from mujaz.text.cleaning.dates import is_dateline
from mujaz.text.unicode import normalize_unicode

# A line of this many words that ends like a sentence is one; of so many it needs no full stop.
SENTENCE_WORDS = 6
LONG_WORDS = 10

_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,2000}|!--.{0,2000}?--)>", re.DOTALL)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|ul|ol|tr|table|article|section|header|footer)\b[^<>]*>", re.I
)
_SHORTCODE_PAIR = re.compile(
    r"\[(caption|embed|gallery|video|audio)\b[^\]]*\].*?\[/\1\]", re.S | re.I
)
_MARKDOWN = re.compile(r"^(?:#{1,6}\s+|>\s+|\*\s+|\+\s+)")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_BOLD = re.compile(r"(?<!\w)([*_]{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_LIST_ITEM = re.compile(r"^\s*(?:[-•*▪●◦·–—]|\d{1,2}\s*[.)\-])\s+")
_READ_MORE_ASIDE = re.compile(r"\s*[\[(](?:\s*(?:اقرأ|إقرأ|طالع|شاهد|انظر)\s[^\])]{0,160})[\])]")
# A full stop, or a question or exclamation that a quotation closes: teasers have no quotation.
_SPOKEN_END = re.compile(r"(?:[.…][\"»”)]*|[!؟?][\"»”]\.?)$")


@dataclass(slots=True)
class Line:
    """One line of a page and what became of it.

    Attributes:
        text: Without markup.
        raw: As it stood, white space aside.
        reason: Why it is no part of the article; empty while it may be.
        title: It is the headline, or one of its repetitions.
    """

    text: str
    raw: str
    reason: str = ""
    title: bool = False

    @property
    def words(self) -> int:
        """Number of Arabic words."""
        return words(self.text)

    @property
    def asks(self) -> bool:
        """Whether it ends in a question or exclamation mark, quotes aside."""
        return self.text.rstrip("\"»”’')]")[-1:] in ("?", "؟", "!")

    @property
    def is_dateline(self) -> bool:
        """Whether it is a date and hardly anything else."""
        return is_dateline(self.text)

    @property
    def is_item(self) -> bool:
        """Whether it is an item of a list."""
        return _LIST_ITEM.match(self.text) is not None

    @property
    def ends_spoken(self) -> bool:
        """Whether it ends as something said does, however short."""
        return self.words >= 2 and _SPOKEN_END.search(self.text) is not None

    @property
    def is_link(self) -> bool:
        """Whether it looks like a headline that leads elsewhere."""
        return self.asks or ".." in self.text or "|" in self.text

    def is_sentence(self, *, unpunctuated: bool = False) -> bool:
        """Whether it reads like body text and nothing speaks against it.

        Args:
            unpunctuated: The page has no full stops: length alone decides.
        """
        if self.reason or self.is_dateline:
            return False
        if unpunctuated:
            return self.words >= LONG_WORDS
        if self.words < SENTENCE_WORDS:
            return False
        # Questions and exclamations are as often teasers: they open a body only when long.
        if self.asks:
            return self.words >= LONG_WORDS
        return ends_like_sentence(self.text)


def page_lines(text: str) -> list[Line]:
    """The lines of a page's text, empty ones left out, each judged by the clutter table."""
    text = normalize_unicode(text)
    text = _SHORTCODE_PAIR.sub(lambda m: "\n" + m.group().replace("\n", " ") + "\n", text)
    if "<" in text:
        text = _TAG.sub("", _BLOCK_TAG.sub("\n", text))
    out: list[Line] = []
    for raw in text.split("\n"):
        stripped = " ".join(raw.split())
        if not stripped:
            continue
        shown = _MARKDOWN.sub("", _MARKDOWN_LINK.sub(r"\1", stripped))
        shown = _without_pictures(_BOLD.sub(r"\2", shown)).replace("**", "").replace("__", "")
        shown = _READ_MORE_ASIDE.sub("", shown).strip() or shown
        out.append(Line(shown or stripped, stripped, clutter_class(shown or stripped)))
    return out


def _without_pictures(text: str) -> str:
    """A line without the emoji at its edges; one of nothing else stays as it is."""
    start, end = 0, len(text)
    while start < end and _is_picture(text[start]):
        start += 1
    while end > start and _is_picture(text[end - 1]):
        end -= 1
    return text[start:end] or text


def _is_picture(char: str) -> bool:
    # So: symbols such as emoji; Sk and Mn: their skin tones and variation selectors.
    return char.isspace() or (
        ord(char) > 0x2190 and unicodedata.category(char) in ("So", "Sk", "Mn")
    )
