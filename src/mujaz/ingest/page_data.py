"""Data that a JavaScript framework embeds in its page.

Pages that are built in the browser hold their text as JSON: Next.js in ``__NEXT_DATA__`` or in
``self.__next_f.push``, Nuxt in ``__NUXT_DATA__`` (a flat list of values that refer to one another
by index) or in a function call, Angular in ``ng-state``, Arc in ``Fusion.globalContent``, Inertia
and Astro in attributes, others in a global variable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from mujaz.arabic.letters import has_arabic
from mujaz.ingest.rich_text import decoded

_MOST_VALUES = 200_000
_DEEPEST = 60
# Attributes of fewer characters are not searched for JSON.
_SHORTEST_JSON = 100
# In characters; the parser of JavaScript takes two seconds for so many.
_LONGEST_LITERAL = 4_000_000
# Arabic letters in JSON that is written in ASCII.
_ESCAPED = "\\u06"
_ASSIGNED = re.compile(r"(?:^|[;\s(,])[\w$.\[\]\"']{2,60}\s*=\s*(?=[{\[]|JSON\.parse\()")
_PARSED = re.compile(r"JSON\.parse\(\s*(decodeURIComponent\(\s*)?")
_PUSHED = re.compile(r"self\.__next_f\.push\(\s*")
# «window.__NUXT__=(function(a,b){a.x=1;return {»
_CALLED = re.compile(
    r"=\s*\(?\s*function\s*\(([\w$,\s]*)\)\s*\{((?:(?!\breturn\b).)*)\breturn\s*(?=\{)", re.DOTALL
)
_CHANGED = re.compile(r"([\w$]+)\.([\w$]+)\s*=(?!=)\s*(\"(?:[^\"\\]|\\.)*\"|[^;,]+)")


def documents(tree: Any) -> Iterator[Any]:
    """Yield the values in the page's scripts and attributes.

    Args:
        tree: The page.
    """
    pushed: list[str] = []
    for script in tree.iter("script"):
        text = script.text or ""
        kind = (script.get("type") or "").lower()
        if kind == "application/ld+json" or not text.strip():
            continue
        if "json" in kind:
            data = decoded(text)
            flat = script.get("id") == "__NUXT_DATA__" and isinstance(data, list)
            yield _unflattened(data) if flat else data
            continue
        pushed += _pushed(text)
        if has_arabic(text) or _ESCAPED in text:
            yield from _assigned(text)
    if pushed:
        yield from _streamed("".join(pushed))
    yield from _in_attributes(tree)


def _in_attributes(tree: Any) -> Iterator[Any]:
    """Yield the JSON in attributes, as Inertia's ``data-page`` and the props of components."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for value in element.attrib.values():
            if len(value) > _SHORTEST_JSON and (has_arabic(value) or _ESCAPED in value):
                data = decoded(value)
                yield _untagged(data) if element.tag == "astro-island" else data


def _untagged(value: Any) -> Any:
    """Return a value of Astro without the numbers of its kinds: ``[0, "text"]`` as ``"text"``."""
    if isinstance(value, list) and len(value) == 2 and value[0] in (0, 1):
        return _untagged(value[1])
    if isinstance(value, list):
        return [_untagged(one) for one in value]
    if isinstance(value, dict):
        return {key: _untagged(one) for key, one in value.items()}
    return value


def _assigned(text: str) -> Iterator[Any]:
    """Yield the values that a script assigns to variables."""
    called = _CALLED.search(text)
    if called is not None:
        yield _called(called, text)
    for match in _ASSIGNED.finditer(text):
        rest = text[match.end() :]
        parse = _PARSED.match(rest)
        data = _first(rest[parse.end() :] if parse else rest)
        if parse and isinstance(data, str):
            yield decoded(unquote(data) if parse[1] else data)
        else:
            yield _literal(rest) if data is None and not parse else data


def _called(match: re.Match[str], text: str) -> Any:
    """Return the value of ``(function(a,b){…return {…}}(1,2))``, as Nuxt 2 writes its state."""
    rest = text[match.end() :]
    value = _literal(rest)
    arguments = _literal("[" + re.sub(r"\)+;?\s*$", "", rest[rest.rfind("}(") + 2 :]) + "]")
    if not isinstance(arguments, list):
        return value
    names = [name.strip() for name in match[1].split(",")]
    known = dict(zip(names, arguments, strict=False))
    for change in _CHANGED.finditer(match[2]):
        if isinstance(known.get(change[1]), dict):
            known[change[1]][change[2]] = (_literal(f"[{change[3]}]") or [None])[0]
    return _substituted(value, known, 0)


def _substituted(value: Any, known: dict[str, Any], depth: int) -> Any:
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {key: _substituted(one, known, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_substituted(one, known, depth + 1) for one in value]
    return known.get(value, value) if isinstance(value, str) else value


def _literal(text: str) -> Any:
    """Return the JavaScript object or array that a text begins with, or None."""
    import chompjs

    if len(text) > _LONGEST_LITERAL:
        return None
    try:
        return chompjs.parse_js_object(text, loader_kwargs={"strict": False})
    except (ValueError, RecursionError):
        return None


def _first(text: str) -> Any:
    """Return the JSON value that a text begins with, or None."""
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _pushed(text: str) -> list[str]:
    """Return the strings that Next.js streams to the page."""
    out: list[str] = []
    for match in _PUSHED.finditer(text):
        data = _first(text[match.end() :])
        if isinstance(data, list) and len(data) > 1 and isinstance(data[1], str):
            out.append(data[1])
    return out


def _streamed(text: str) -> Iterator[Any]:
    """Yield the values of React server components, ``id:value`` or ``id:Tlength,text`` a line."""
    for row in re.finditer(r"(?:^|\n)[0-9a-f]+:(?:T[0-9a-f]+,)?([^\n]+)", text):
        data = _first(row[1]) if row[1][:1] in '[{"' else row[1]
        yield [data] if isinstance(data, str) else data


def _unflattened(values: list[Any]) -> Any:
    """Resolve the references of a flat list of values (github.com/sveltejs/devalue, README)."""
    budget = [_MOST_VALUES]

    def value(index: Any, depth: int) -> Any:
        budget[0] -= 1
        if budget[0] < 0 or depth > _DEEPEST or not isinstance(index, int):
            return None
        if not 0 <= index < len(values):
            return None
        item = values[index]
        if isinstance(item, dict):
            return {key: value(one, depth + 1) for key, one in item.items()}
        if isinstance(item, list):
            if item and isinstance(item[0], str):
                return value(item[1], depth + 1) if len(item) > 1 else None
            return [value(one, depth + 1) for one in item]
        return item

    return value(0, 0)
