"""Order of the entries of a live page: the newest stands first there, but is told last."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from mujaz.arabic.letters import WORD
from mujaz.ingest.structure import link_share, long_paragraphs

_FEWEST_ENTRIES = 3
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])")
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
# The time of day with which an entry begins that is a paragraph of its own.
_BEGUN = re.compile(r"\s*[\[(]?(\d{1,2}):(\d{2})(?![\d:])")
_ENTRY_WORDS = 4
_TIMED = re.compile(r"(?:^|[\s_-])(?:time|timestamp|date|clock|hour)(?:$|[\s_-])", re.IGNORECASE)


def oldest_first(tree: Any, *, times: bool = False) -> bool:
    """Put the entries of a live page into the order of their times.

    Args:
        tree: The page; changed in place.
        times: Whether each entry begins with its time of day.

    Returns:
        Whether anything was moved.
    """
    parents = {
        entry.getparent()
        for timed in _timed(tree)
        for entry in timed.iterancestors()
        if entry.getparent() is not None
    }
    moved = [_reverse(parent, times=times) for parent in parents]
    begun = {p.getparent() for p in tree.iter("p", "li") if _begun(p)}
    moved += [_reverse_paragraphs(parent) for parent in begun - {None}]
    return any(moved)


def _reverse_paragraphs(parent: Any) -> bool:
    """Reverse entries that are paragraphs with the time before their text, if the times descend.

    Paragraphs without a time belong to the entry above them, unless they close the text.
    """
    children = list(parent)
    starts = [n for n, child in enumerate(children) if _begun(child)]
    moments = [_begun(children[n]) for n in starts]
    if len(starts) < _FEWEST_ENTRIES or any(a <= b for a, b in pairwise(moments)):
        return False
    groups = [children[a:b] for a, b in pairwise([*starts, starts[-1] + 1])]
    for place, child in enumerate(c for group in reversed(groups) for c in group):
        parent.insert(starts[0] + place, child)
    return True


def _begun(element: Any) -> str:
    """Return the time with which a paragraph or item begins, as a text that sorts, or ''."""
    if element.tag not in ("p", "li"):
        return ""
    text = element.text_content()
    found = _BEGUN.match(text)
    if found is None or len(WORD.findall(text)) < _ENTRY_WORDS:
        return ""
    return f"{int(found[1]):02d}:{found[2]}"


def _timed(tree: Any) -> list[Any]:
    named = tree.xpath("//*[@class]")
    return [*tree.iter("time"), *(e for e in named if _TIMED.search(e.get("class") or ""))]


def _reverse(parent: Any, *, times: bool) -> bool:
    """Reverse the children of an element if they are entries with descending times."""
    entries = [(child, time) for child in parent if (time := _time_of(child))]
    moments = [time for _, time in entries]
    if len(entries) < _FEWEST_ENTRIES or moments != sorted(moments, reverse=True):
        return False
    if len(set(moments)) < _FEWEST_ENTRIES or len({len(time) for time in moments}) > 1:
        return False
    if any(link_share(entry) > 0.5 or not long_paragraphs(entry, 5) for entry, _ in entries):
        return False
    if times:
        for entry, moment in entries:
            _begin_with_time(entry, moment)
    places = [parent.index(entry) for entry, _ in entries]
    reversed_entries = [entry for entry, _ in reversed(entries)]
    for entry in reversed_entries:
        parent.remove(entry)
    for place, entry in zip(places, reversed_entries, strict=True):
        parent.insert(place, entry)
    return True


def _begin_with_time(entry: Any, moment: str) -> None:
    """Write the time of day before the first paragraph of an entry: «9:20: …».

    The time that the page shows is taken before the machine-readable one, which may be in UTC.
    """
    first = next((p for p in entry.iter("p") if p.text_content().strip()), None)
    shown = _timed_within(entry)[0].text_content()
    clock = _CLOCK.search(shown) or _CLOCK.search(moment[-5:])
    if first is not None and clock is not None:
        first.text = f"{int(clock[1])}:{clock[2]}: {(first.text or '').lstrip()}"


def _time_of(entry: Any) -> str:
    """Return the time in an entry as a text that sorts, or an empty string."""
    if not isinstance(entry.tag, str):
        return ""
    timed = _timed_within(entry)
    if len(timed) != 1:
        return ""
    stamp = _STAMP.search(timed[0].get("datetime") or "")
    if stamp is not None:
        return str(stamp.group())
    clock = _CLOCK.search(timed[0].text_content())
    return f"{int(clock[1]):02d}:{clock[2]}" if clock is not None else ""


def _timed_within(entry: Any) -> list[Any]:
    times = list(entry.iter("time"))
    if times:
        return times
    return [
        e for e in entry.iter() if isinstance(e.tag, str) and _TIMED.search(e.get("class") or "")
    ]
