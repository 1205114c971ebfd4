"""Paragraphs of an article in the formats in which editors and content systems keep text.

They are HTML, JSON in a string, and nested blocks. Blocks are known by their form, not by the
product: a kind (``type``, ``nodeType``, ``blockName`` …), and text in one of a few fields, as in
Editor.js, Draft.js, ProseMirror, Portable Text, Contentful, Slate, Lexical and Gutenberg.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from typing import Any

from mujaz.arabic.letters import has_arabic
from mujaz.domain import Dropped
from mujaz.ingest.blocks import nearest, visible_blocks
from mujaz.ingest.names import hyphenated, reason_of_kind, reason_of_names

_DEEPEST = 60
_KINDS = (
    "type", "_type", "nodeType", "blockName", "blockType", "kind", "component", "__component",
    "__typename",
)  # fmt: skip
_TEXTS = (
    "content", "text", "value", "html", "body", "paragraph", "children", "items", "data",
    "rendered", "json", "root", "document", "blocks", "innerHTML", "innerBlocks", "raw", "fields",
    "model", "props", "payload", "node",
)  # fmt: skip
# Fields whose text is listed if a block is left out.
_LISTED = ("title", "text", "caption", "description", "alt", "html", "innerHTML", "data", "items",
           "value", "attrs", "meta", "body", "content", "children", "paragraph")  # fmt: skip
_ADDRESSES = ("slug", "url", "link", "href", "uri", "path", "permalink")
_HEADLINES = ("title", "headline", "headlines")
_INLINE = frozenset(
    ("text", "span", "link", "a", "hyperlink", "entry-hyperlink", "asset-hyperlink", "autolink",
     "strong", "em", "b", "i", "bold", "italic", "underline", "mark", "mention", "inline")
)  # fmt: skip
_LINE_BREAKS = frozenset(("hard-break", "linebreak", "line-break", "br", "break"))
_LIST = re.compile(r"(?:^|-)(?:list|listitem|li)(?:$|-)")
_TAGGED = re.compile(r"</?[a-zA-Z][^<>]*>")
_OUTSIDE = frozenset(("figure", "figcaption", "aside", "nav", "footer", "form", "button"))
_ITEMS = frozenset(("li", "dd"))
_STOP = re.compile(r"[.!?؟…][\"»”’')\]]*\s*$")


@dataclass(slots=True)
class RichText:
    """Paragraphs of an article, and the texts of its data that are none."""

    lines: list[str] = field(default_factory=list)
    left_out: list[Dropped] = field(default_factory=list)


def paragraphs_of(markup: str) -> list[str]:
    """Return the paragraphs of HTML or of plain text."""
    found = RichText()
    _read_markup(markup, found)
    return found.lines


def rich_text(value: Any) -> RichText:
    """Return the paragraphs of a value: HTML, JSON in a string, or blocks."""
    found = RichText()
    _read(value, found, 0)
    return found


def decoded(text: str) -> Any:
    """Return the value of JSON in a string, or None."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def is_other_article(item: Any) -> bool:
    """Return whether a value is the entry of an article in a list: a title, and no kind of block.

    Entries have an address beside their title, or are of a kind such as ``related-article``.
    """
    if not isinstance(item, dict) or not any(name in item for name in _HEADLINES):
        return False
    return not _kind(item) or any(name in item for name in _ADDRESSES)


def _read(value: Any, found: RichText, depth: int) -> None:
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        inner = decoded(value)
        if inner is not None:
            _read(inner, found, depth + 1)
        elif has_arabic(value) or "&" in value:
            _read_markup(value, found)
    elif isinstance(value, list):
        _read_list(value, found, depth)
    elif isinstance(value, dict):
        _read_block(value, found, depth)


def _read_list(items: list[Any], found: RichText, depth: int) -> None:
    """Read runs of text, which make up one paragraph, or blocks."""
    objects = [item for item in items if isinstance(item, dict)]
    if objects and all(isinstance(item, str) or _is_inline(item) for item in items):
        pieces = [_inline_text(item, depth) for item in items]
        # Blocks without a kind are paragraphs if each of them ends a sentence.
        apart = len(pieces) > 1 and all(_STOP.search(piece) for piece in pieces)
        kinds = any(_kind(item) for item in objects)
        found.lines += plain_lines(("\n" if apart and not kinds else "").join(pieces))
        return
    others = [item for item in objects if is_other_article(item)]
    if len(others) * 2 > len(items):
        return
    for item in items:
        if isinstance(item, dict) and is_other_article(item):
            _list_as_left_out(item, "related", found, depth)
        else:
            _read(item, found, depth + 1)


def _read_block(item: dict[str, Any], found: RichText, depth: int) -> None:
    kind = _kind(item)
    reason = reason_of_kind(kind)
    if reason:
        _list_as_left_out(item, reason, found, depth)
        return
    if depth and is_other_article(item):
        return
    listed = _LIST.search(kind) is not None or "listItem" in item
    inner = RichText()
    title = item.get("title") if kind and "quote" not in kind else None
    if isinstance(title, str):
        _read(title, inner, depth + 1)
    for name in _TEXTS:
        before = len(inner.lines)
        if name == "items" and isinstance(item.get(name), list):
            for one in item[name]:
                _read(one, inner, depth + 2)
        elif item.get(name):
            _read(item[name], inner, depth + 1)
        if len(inner.lines) > before:
            break
    if isinstance(item.get("caption"), str):
        _list_as_left_out({"caption": item["caption"]}, "caption", inner, depth)
    prefix = "- " if listed else ""
    found.lines += [prefix + line.removeprefix("- ") if listed else line for line in inner.lines]
    found.left_out += inner.left_out


def _list_as_left_out(value: Any, reason: str, found: RichText, depth: int) -> None:
    """List the Arabic text of a block that is left out."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for name in _LISTED:
            _list_as_left_out(value.get(name), reason, found, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _list_as_left_out(one, reason, found, depth + 1)
    elif isinstance(value, str) and has_arabic(value):
        found.left_out += [Dropped(line, reason) for line in plain_lines(_TAGGED.sub("\n", value))]


def _kind(item: dict[str, Any]) -> str:
    named = next((item[name] for name in _KINDS if isinstance(item.get(name), str)), "")
    # «core/paragraph», «shared.rich-text»: the part behind the name of the collection.
    return hyphenated(re.split(r"[./]", named)[-1])


def _is_inline(item: Any) -> bool:
    """Return whether an object is a run of text within a paragraph."""
    if not isinstance(item, dict):
        return False
    kind = _kind(item)
    if not kind:
        return isinstance(item.get("text"), str) and "children" not in item
    # Arc calls its paragraphs "text", with the text in "content".
    return (kind in _INLINE and not isinstance(item.get("content"), str)) or kind in _LINE_BREAKS


def _inline_text(item: Any, depth: int) -> str:
    if isinstance(item, str):
        return item
    if not isinstance(item, dict) or depth > _DEEPEST:
        return ""
    if _kind(item) in _LINE_BREAKS:
        return "\n"
    for name in ("text", "value", "content", "children"):
        inside = item.get(name)
        if isinstance(inside, str):
            return inside
        if isinstance(inside, list):
            return "".join(_inline_text(one, depth + 1) for one in inside)
    return ""


def plain_lines(text: str) -> list[str]:
    """Return the lines of a text that are not empty, without character references."""
    unescaped = html.unescape(text)
    return [line for line in (" ".join(raw.split()) for raw in unescaped.split("\n")) if line]


def _read_markup(markup: str, found: RichText) -> None:
    """Read HTML or plain text; items of lists begin with a hyphen."""
    import lxml.html

    if not _TAGGED.search(markup) and "&lt;" in markup:
        markup = html.unescape(markup)
    if not _TAGGED.search(markup):
        found.lines += plain_lines(markup)
        return
    try:
        tree = lxml.html.fragment_fromstring(markup.replace("\x00", ""), create_parent="div")
    except (ValueError, lxml.etree.LxmlError):
        found.lines += plain_lines(_TAGGED.sub("\n", markup))
        return
    for block in visible_blocks(tree):
        reason = _reason_in_markup(block.element)
        if reason:
            found.left_out.append(Dropped(block.text, reason))
            continue
        item = nearest(block.element, _ITEMS) is not None
        found.lines.append(f"- {block.text.removeprefix('- ')}" if item else block.text)


def _reason_in_markup(element: Any) -> str:
    while element is not None:
        if element.tag in _OUTSIDE:
            return "caption" if element.tag in ("figure", "figcaption") else str(element.tag)
        reason = reason_of_names(f"{element.get('class') or ''} {element.get('id') or ''}")
        if reason:
            return reason
        element = element.getparent()
    return ""
