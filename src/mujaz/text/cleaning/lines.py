"""The lines of a page without markup, each classified as clutter, date, sentence or list item.

A line is classified by its own text only; its position is used in :mod:`~mujaz.text.cleaning.body`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from mujaz.arabic.clutter import clutter_class, ends_like_sentence, words
from mujaz.arabic.tables import rows
from mujaz.arabic.wrapped import LIST_ITEM
from mujaz.text.cleaning.dates import is_dateline, is_timed_name, time_line
from mujaz.text.unicode import normalize_unicode

# Fewest words of a sentence with a stop at its end, and of one without.
SENTENCE_WORDS = 6
LONG_WORDS = 10

_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,2000}|!--(?:(?!<!--).){0,2000}?--)>", re.DOTALL)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|ul|ol|tr|table|article|section|header|footer)\b[^<>]*>", re.I
)
# Stops at the next opening of the same shortcode, so that the text is read once.
_SHORTCODE_PAIR = re.compile(
    r"\[(caption|embed|gallery|video|audio)\b[^\[\]]*\](?:(?!\[\1\b).)*?\[/\1\]", re.S | re.I
)
_MARKDOWN = re.compile(r"^(?:#{1,6}\s+|>\s+|\*\s+|\+\s+)")
# Neither text nor address may hold another opening bracket: each is read once, not to the end
# of the line. An address may hold one pair of brackets.
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)")
# Stops at the next mark that may open, so that the line is read once.
_BOLD = re.compile(r"(?<!\w)([*_]{1,3})(?=\S)((?:(?!(?<!\w)\1(?=\S)).)+?)(?<=\S)\1(?!\w)")
_ASIDES = "|".join(row["phrase"] for row in rows("clutter.tsv") if row["match"] == "aside")
_READ_MORE_ASIDE = re.compile(rf"\s*[\[(](?:\s*(?:{_ASIDES})\s[^\])]{{0,160}})[\])]")
# A full stop, or a question or exclamation mark before a closing quote, which teasers lack.
_SPOKEN_END = re.compile(r"(?:[.…][\"»”)]*|[!؟?][\"»”]\.?)$")


@dataclass(eq=False, slots=False)
class Line:
    """One line of a page and the decision about it; its text never changes.

    Attributes:
        text: The line without markup.
        raw: The line as it was, with single spaces.
        reason: Why it is not part of the article; empty if it may be.
        title: Whether it is the headline or a repetition of it.
        asides: Links in brackets that were taken out of the text.
    """

    text: str
    raw: str
    reason: str = ""
    title: bool = False
    asides: tuple[str, ...] = ()

    @cached_property
    def words(self) -> int:
        """The number of Arabic words."""
        return words(self.text)

    @property
    def asks(self) -> bool:
        """Whether it ends in a question or exclamation mark, before any closing quotes."""
        return self.text.rstrip("\"»”’')]")[-1:] in ("?", "؟", "!")

    @cached_property
    def is_dateline(self) -> bool:
        """Whether it is a date with little or no other text."""
        return is_dateline(self.text)

    @property
    def is_item(self) -> bool:
        """Whether it is an item of a list."""
        return LIST_ITEM.match(self.text) is not None

    @property
    def ends_spoken(self) -> bool:
        """Whether it ends with the stop of a spoken sentence; two words are enough."""
        return self.words >= 2 and _SPOKEN_END.search(self.text) is not None

    @property
    def is_link(self) -> bool:
        """Whether it looks like a headline that links to another article."""
        return self.asks or ".." in self.text or "|" in self.text

    def is_sentence(self, *, unpunctuated: bool = False) -> bool:
        """Return whether the line looks like body text.

        Args:
            unpunctuated: The page has no full stops, so only the length is considered.
        """
        if self.reason or self.is_dateline:
            return False
        if unpunctuated:
            return self.words >= LONG_WORDS
        if self.words < SENTENCE_WORDS:
            return False
        # Short questions and exclamations are often teasers.
        if self.asks:
            return self.words >= LONG_WORDS
        return ends_like_sentence(self.text)


def page_lines(text: str) -> list[Line]:
    """Split a page's text into its non-empty lines, each classified by the clutter table."""
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
        shown = " ".join(shown.split())
        left = _READ_MORE_ASIDE.sub("", shown).strip()
        asides = tuple(a.group().strip() for a in _READ_MORE_ASIDE.finditer(shown) if left)
        shown = left or shown or stripped
        timed = time_line(shown) is not None or is_timed_name(shown)
        reason = clutter_class(shown) or ("dateline" if timed else "")
        out.append(Line(shown, stripped, reason, asides=asides))
    return out


def _without_pictures(text: str) -> str:
    """Remove emoji from both ends of a line, unless the line consists of nothing else."""
    start, end = 0, len(text)
    while start < end and _is_picture(text[start]):
        start += 1
    while end > start and _is_picture(text[end - 1]):
        end -= 1
    return text[start:end] or text


def _is_picture(char: str) -> bool:
    # Category So: symbols such as emoji; Sk and Mn: skin tones and variation selectors.
    return char.isspace() or (
        ord(char) > 0x2190 and unicodedata.category(char) in ("So", "Sk", "Mn")
    )
