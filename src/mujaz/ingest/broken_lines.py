"""Joining of a page's lines that were broken at a fixed width, as in text copied from a PDF.

The lines stand between ``br`` elements, in ``pre`` elements, or each in an element of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mujaz.arabic.clutter import ends_like_sentence, words
from mujaz.arabic.letters import has_arabic
from mujaz.arabic.wrapped import LIST_ITEM, unwrap, wrapped_width
from mujaz.ingest.blocks import INLINE

_PRE = re.compile(r"white-?space[:\s-]*pre", re.IGNORECASE)
_LINES = ("p", "div", "td")
# Lists of headlines have no stops: of wrapped lines at least two, and this share, end a sentence.
_FEWEST_STOPS = 2
_STOPPED = 0.15
# A line of fewer words before a comma is an item, not the first part of a sentence.
_CLAUSE_WORDS = 3


def join_broken_lines(tree: Any) -> bool:
    """Join the broken lines of a page; return whether there were any.

    Args:
        tree: The page; changed in place.
    """
    changed = _split_preformatted(tree)
    runs = [run for element in list(tree.iter()) for run in _runs(element)]
    by_kind: dict[Any, list[_Run]] = {}
    for run in runs:
        by_kind.setdefault((run.parent.tag, run.parent.get("class")), []).append(run)
    for alike in by_kind.values():
        width = _width([line for run in alike for line in (*run.lines, "")])
        for run in alike:
            changed = run.join(width) or changed
    for parent in list(tree.iter()):
        changed = _join_siblings(parent) or changed
    return changed


def _width(lines: list[str]) -> int:
    """Return the width at which lines of prose were wrapped, or 0.

    Lists of headlines have neither stops nor paragraphs of several lines.
    """
    texts = [line for line in lines if line]
    stops = sum(ends_like_sentence(line) for line in texts)
    groups = "\n".join(lines).strip("\n").split("\n\n")
    grouped = len(groups) > 1 and all("\n" in group.strip("\n") for group in groups)
    stopped = stops >= _FEWEST_STOPS and stops >= _STOPPED * len(texts)
    return wrapped_width(texts) if stopped or grouped else 0


def _split_preformatted(tree: Any) -> bool:
    """Make paragraphs of the lines of preformatted text."""
    changed = False
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or not _is_preformatted(element):
            continue
        if len(element) or not has_arabic(element.text or ""):
            continue
        lines = [" ".join(line.split()) for line in element.text.split("\n")]
        lines = unwrap("\n".join(lines), _width(lines)).split("\n")
        element.text = None
        element.tag = "div"
        _append_paragraphs(element, 0, [line for line in lines if line])
        changed = True
    return changed


def _is_preformatted(element: Any) -> bool:
    said = f"{element.get('style') or ''} {element.get('class') or ''}"
    return element.tag == "pre" or _PRE.search(said) is not None


def _append_paragraphs(element: Any, place: int, lines: list[str]) -> None:
    from lxml import etree

    for number, line in enumerate(lines):
        paragraph = etree.SubElement(element, "p")
        paragraph.text = line
        element.insert(place + number, paragraph)


class _Run:
    """Text and inline elements between two blocks, with line breaks.

    Attributes:
        parent: The element around them.
        lines: Their text, an empty line for a break behind another.
    """

    def __init__(self, parent: Any, first: int, nodes: list[Any], text: str) -> None:
        self.parent = parent
        self.lines = [" ".join(line.split()) for line in text.split("\n")]
        self._first = first
        self._nodes = nodes

    def join(self, width: int) -> bool:
        """Replace the run by paragraphs if lines in it are broken."""
        joined = unwrap("\n".join(self.lines), width) if width else "\n".join(self.lines)
        joined = _with_clauses_joined(joined)
        lines = [line for line in joined.split("\n") if line]
        if len(lines) == sum(1 for line in self.lines if line):
            return False
        if self._first == 0:
            self.parent.text = None
        else:
            self.parent[self._first - 1].tail = None
        for node in self._nodes:
            self.parent.remove(node)
        if self.parent.tag == "p":
            self.parent.tag = "div"
        _append_paragraphs(self.parent, self._first, lines)
        return True


def _with_clauses_joined(text: str) -> str:
    """Join a line that ends in a comma with the line behind it."""
    out: list[list[str]] = []
    for line in text.split("\n"):
        parts = out[-1] if out else [""]
        clause = len(parts) > 1 or words(parts[0]) >= _CLAUSE_WORDS
        item = LIST_ITEM.match(line) or LIST_ITEM.match(parts[0])
        if line and clause and parts[-1].endswith(("،", ",")) and not item:
            parts.append(line)
        else:
            out.append([line])
    return "\n".join(" ".join(parts) for parts in out)


def _runs(element: Any) -> Iterator[_Run]:
    """Yield the runs of an element that have a line break and no link but at their end."""
    if not isinstance(element.tag, str) or element.find("br") is None:
        return
    found: list[_Run] = []
    pieces, first, nodes = [element.text or ""], 0, []
    for place, child in enumerate(element):
        tail = child.tail or ""
        if child.tag == "br" or child.tag in INLINE or not isinstance(child.tag, str):
            inner = "\n" if child.tag == "br" else _text_of(child)
            pieces += (inner, " ".join(("x" + tail + "x").split())[1:-1])
            nodes.append(child)
            continue
        found.append(_Run(element, first, nodes, "".join(pieces)))
        pieces, first, nodes = [tail], place + 1, []
    found.append(_Run(element, first, nodes, "".join(pieces)))
    # From the last to the first, so that the places of the others stay.
    yield from (run for run in reversed(found) if any(node.tag == "br" for node in run._nodes))


def _text_of(element: Any) -> str:
    if not isinstance(element.tag, str):
        return ""
    if element.find(".//br") is None:
        return str(element.text_content())
    pieces = [element.text or ""]
    for child in element:
        pieces += ["\n" if child.tag == "br" else _text_of(child), child.tail or ""]
    return "".join(pieces)


def _join_siblings(parent: Any) -> bool:
    """Join elements that each hold one line of a wrapped text."""
    changed = False
    group: list[Any] = []
    for child in [*parent, None]:
        alike = child is not None and child.tag in _LINES and not _holds_more(child)
        if alike and (not group or child.tag == group[0].tag):
            group.append(child)
            continue
        changed = _join_group(group) or changed
        group = [child] if alike else []
    return changed


def _holds_more(element: Any) -> bool:
    """Return whether an element holds more than text and inline elements without links."""
    return any(
        child.tag == "a" or (isinstance(child.tag, str) and child.tag not in INLINE)
        for child in element.iterdescendants()
    )


def _join_group(group: list[Any]) -> bool:
    lines = [" ".join(element.text_content().split()) for element in group]
    texts = [line for line in lines if line]
    width = _width(lines)
    joined = [line for line in unwrap("\n".join(lines), width).split("\n") if line] if width else []
    if not width or len(joined) == len(texts):
        return False
    for element, line in zip(group, [*joined, *[""] * len(group)], strict=False):
        for child in list(element):
            element.remove(child)
        element.text = line
    return True
