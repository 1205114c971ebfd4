"""Removal of prompts and links that stand within a sentence: «… الرياح، (إعلان) وأن الصيادين …»."""

from __future__ import annotations

import re
from typing import Any

from mujaz.arabic.clutter import clutter_class, words
from mujaz.domain import Dropped
from mujaz.ingest.blocks import INLINE
from mujaz.ingest.names import reason_of_names

# Prompts of more words are text.
_MOST_WORDS = 25
# What stays of the paragraph has at least so many words.
_FEWEST_LEFT = 4
# A prompt of fewer words is one only if nothing separates it from the next word, as a box does.
_FEWEST_WORDS = 3
_REASONS = frozenset(
    ("related", "boilerplate", "follow", "share", "navigation", "sponsored", "breadcrumbs")
)
# Reasons that a few words in a sentence may have by chance.
_SHORT = frozenset(("navigation", "breadcrumbs"))
_REFERENCE = re.compile(r"\[?\d{1,3}\]?|\*")
_NOTE = re.compile(r"\s*\[?(\d{1,3})\]?\s*[.)\-–:]?\s*(?=[^\W\d])")
_STOPS = tuple('.،؛:!؟»"')
_LINK_SIGNS = (":", "|", "–", "—", "..")


def remove_inline_clutter(tree: Any) -> list[Dropped]:
    """Take prompts and links to other articles out of sentences; return what was taken.

    Args:
        tree: The page; changed in place.
    """
    out = _remove_references(tree)
    # Words of each paragraph, counted once.
    left: dict[Any, int] = {}
    for element in list(tree.iter(*INLINE)):
        text = " ".join(element.text_content().split())
        count = words(text)
        if not 0 < count <= _MOST_WORDS or element.getparent() is None:
            continue
        if _has_own_line(element):
            # The rules for lines judge it.
            continue
        reason = _reason(element, text, count)
        if not reason:
            continue
        paragraph = _paragraph(element)
        if paragraph not in left:
            left[paragraph] = words(paragraph.text_content())
        if left[paragraph] - count >= _FEWEST_LEFT:
            left[paragraph] -= count
            _drop(element)
            out.append(Dropped(text, reason))
    return out


def _remove_references(tree: Any) -> list[Dropped]:
    """Take the figures of notes out of sentences: raised, in brackets, linked or behind a stop."""
    out: list[Dropped] = []
    last = None
    for element in list(tree.iter("sup")):
        text = element.text_content().strip()
        before = element.getprevious()
        parent = element.getparent()
        if parent is None or not _REFERENCE.fullmatch(text):
            continue
        ahead = (before.tail if before is not None else parent.text) or ""
        stopped = ahead.rstrip()[-1:] in _STOPS
        if stopped or element.find(".//a") is not None or parent.tag == "a" or text[0] == "[":
            element.drop_tree()
            out.append(Dropped(text, "note"))
            last = parent
    return [*out, *_remove_notes(last, {one.line.strip("[]") for one in out})]


def _remove_notes(last: Any, numbers: set[str]) -> list[Dropped]:
    """Remove the notes below the text to which the references of these numbers refer.

    Args:
        last: The element that held the last reference, or None.
        numbers: Numbers of all references.
    """
    notes: dict[str, Any] = {}
    lines = "following::*[(self::p or self::li or self::div) and not(p or li or div)]"
    for element in last.xpath(lines) if last is not None else ():
        found = _NOTE.match(element.text_content())
        if found is not None and found[1] in numbers:
            notes.setdefault(found[1], element)
    if set(notes) != numbers:
        return []
    out = [Dropped(" ".join(note.text_content().split()), "note") for note in notes.values()]
    for note in notes.values():
        note.drop_tree()
    return out


def _reason(element: Any, text: str, count: int) -> str:
    """Return the reason why an inline element is not part of its sentence, or ''."""
    said = f"{element.get('class') or ''} {element.get('id') or ''}"
    named = reason_of_names(said)
    if named == "advertisement" or (named and _is_glued_behind(element)):
        return named
    reason = clutter_class(text)
    if reason not in _REASONS:
        return ""
    if named or _is_glued(element):
        return named or reason
    if count < _FEWEST_WORDS or (reason in _SHORT and not _stands_apart(element)):
        return ""
    # A link may begin like a call to read: «(شاهد الحادث بنفسه) من النافذة».
    linked = any(sign in text for sign in _LINK_SIGNS)
    return reason if linked or reason == "boilerplate" or _stands_apart(element) else ""


def _is_glued(element: Any) -> bool:
    """Return whether a word follows without a space, as only behind a box."""
    tail = element.tail or ""
    return tail[:1].isalpha()


def _is_glued_behind(element: Any) -> bool:
    """Return whether an element touches the full stop before it and closes the paragraph."""
    before = element.getprevious()
    ahead = (before.tail if before is not None else element.getparent().text) or ""
    closing = element.getnext() is None and not (element.tail or "").strip()
    text = element.text_content()
    return closing and ahead[-1:] in (".", "؟", "!", "…") and text[:1].isalpha()


def _is_alone(element: Any) -> bool:
    """Return whether an element has a line of its own."""
    before, after = element.getprevious(), element.getnext()
    behind = (element.tail or "").strip()
    ahead = (before.tail if before is not None else element.getparent().text) or ""
    broken_before = before is not None and before.tag == "br"
    broken_after = after is None or after.tag == "br"
    return not behind and not ahead.strip() and broken_before and broken_after


def _stands_apart(element: Any) -> bool:
    """Return whether an element has a line of its own between two parts of a sentence."""
    return _is_alone(element) and element.getnext() is not None and not _ends(element.getprevious())


def _has_own_line(element: Any) -> bool:
    """Return whether an element has a line of its own that is not within a sentence."""
    return _is_alone(element) and not _stands_apart(element)


def _paragraph(element: Any) -> Any:
    while element.tag in INLINE and element.getparent() is not None:
        element = element.getparent()
    return element


def _drop(element: Any) -> None:
    """Remove an element and the line breaks around it; leave a space."""
    before, after = element.getprevious(), element.getnext()
    if _stands_apart(element):
        after.tail = f" {after.tail or ''}"
        after.drop_tree()
        before.drop_tree()
    element.tail = f" {element.tail or ''}"
    element.drop_tree()


def _ends(line_break: Any) -> bool:
    """Return whether the text before a line break ends a sentence or a paragraph."""
    previous = line_break.getprevious()
    text = (previous.tail if previous is not None else line_break.getparent().text) or ""
    if not text.strip() and previous is not None:
        # Two line breaks end a paragraph.
        text = "." if previous.tag == "br" else previous.text_content()
    return text.rstrip().endswith((".", "!", "؟", "?", "…", ".»", ":"))
