"""The newsroom's own rules for pages of a host: where title, text and date stand, what to drop.

A rule file is TOML with a table for each host, which holds for its subdomains too::

    ["news.example"]
    title = "h1.headline"
    body = "div.story p, div.story li"
    date = "span.date"
    author = ".byline a"
    drop = [".related", "p.note"]
    live_times = true

The other values are CSS selectors. All keys are optional. The table ``["*"]`` holds for all hosts
that have none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mujaz.domain import Dropped
from mujaz.errors import ConfigError
from mujaz.ingest.blocks import Block, visible_blocks

_SELECTORS = ("title", "body", "date", "author", "drop")
_KEYS = (*_SELECTORS, "live_times")
_OTHER_HOSTS = "*"
_HINT = "see docs/reading.md"


@dataclass(frozen=True, slots=True)
class HostRules:
    """The selectors for the pages of one host; empty ones are not used.

    Attributes:
        title, date, author: Of the element with the headline, the date, the author.
        body: Of the elements with the text.
        drop: Of elements that are no part of the article.
        live_times: Whether the entries of a live page begin with their time.
    """

    host: str
    title: str = ""
    body: str = ""
    date: str = ""
    author: str = ""
    drop: tuple[str, ...] = ()
    live_times: bool = False


@dataclass(frozen=True, slots=True)
class PageRules:
    """The rules of all hosts."""

    hosts: Mapping[str, HostRules] = field(default_factory=dict)

    def for_url(self, url: str) -> HostRules | None:
        """Return the rules for a page's address: its host, a domain above it, or "*"."""
        try:
            name = (urlsplit(url).hostname or "").lower()
        except ValueError:
            name = ""
        while name:
            if name in self.hosts:
                return self.hosts[name]
            name = name.partition(".")[2]
        return self.hosts.get(_OTHER_HOSTS)


NO_RULES = PageRules()


@dataclass(frozen=True, slots=True)
class Selected:
    """The parts of a page that rules select.

    Attributes:
        blocks: The text, or empty if there is no rule for it or nothing matches.
        dropped: The text of elements that a rule removed.
        live_times: See :class:`HostRules`.
    """

    title: str = ""
    date: str = ""
    author: str = ""
    blocks: tuple[Block, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    warning: str = ""
    live_times: bool = False


def read_page_rules(path: Path | None) -> PageRules:
    """Read a rule file.

    Args:
        path: The file; None for no rules.

    Raises:
        ConfigError: If it cannot be read, or a key or selector is wrong.
    """
    if path is None:
        return NO_RULES
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            "no such file of page rules", where=str(path), hint="check fetch.page_rules"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            f"the page rules cannot be read: {error}", where=str(path), hint=_HINT
        ) from error
    return PageRules({host.lower(): _host_rules(host, table, path) for host, table in data.items()})


def _host_rules(host: str, table: Any, path: Path) -> HostRules:
    """Check the table of a host.

    Raises:
        ConfigError: If a key or a selector is wrong.
    """
    if not isinstance(table, dict):
        raise ConfigError(
            f"page rules belong into a table of their host, such as [\"news.example\"]: '{host}'",
            where=str(path),
            hint=_HINT,
        )
    for key, value in table.items():
        if key not in _KEYS:
            raise ConfigError(
                f"unknown key in the page rules of {host}: '{key}'",
                where=str(path),
                hint=f"known are {', '.join(_KEYS)}",
            )
        if key not in _SELECTORS:
            if not isinstance(value, bool):
                raise ConfigError(f"{host}: {key} is true or false", where=str(path), hint=_HINT)
            continue
        selectors = value if key == "drop" and isinstance(value, list) else [value]
        for selector in selectors:
            _check(selector, f"{host}: {key}", path)
    drop = table.get("drop", [])
    return HostRules(
        host,
        drop=tuple(drop) if isinstance(drop, list) else (drop,),
        **{key: value for key, value in table.items() if key != "drop"},
    )


def _check(selector: Any, where: str, path: Path) -> None:
    from cssselect import HTMLTranslator, SelectorError

    try:
        HTMLTranslator().css_to_xpath(selector)
    except (SelectorError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"this is no CSS selector: {selector!r} ({where})", where=str(path), hint=_HINT
        ) from error


def select(tree: Any, rules: HostRules) -> Selected:
    """Apply the rules of a host to a page; elements to drop are removed from it."""
    dropped: list[Dropped] = []
    for selector in rules.drop:
        for element in tree.cssselect(selector):
            if element.getparent() is not None:
                dropped += [Dropped(b.text, "page rules: drop") for b in visible_blocks(element)]
                element.drop_tree()
    blocks: tuple[Block, ...] = ()
    warning = ""
    if rules.body:
        wanted = set(tree.cssselect(rules.body))
        blocks = tuple(
            block
            for block in visible_blocks(tree)
            if any(one in wanted for one in (block.element, *block.element.iterancestors()))
        )
        if not blocks:
            warning = f"the page rules of {rules.host} select no text; the page is read without"
    return Selected(
        title=_text(tree, rules.title),
        date=_date(tree, rules.date),
        author=_text(tree, rules.author),
        blocks=blocks,
        dropped=tuple(dropped),
        warning=warning,
        live_times=rules.live_times,
    )


def _text(tree: Any, selector: str) -> str:
    found = tree.cssselect(selector) if selector else []
    return " ".join(found[0].text_content().split()) if found else ""


def _date(tree: Any, selector: str) -> str:
    """Return the machine-readable date of an element, or its text."""
    found = tree.cssselect(selector) if selector else []
    if not found:
        return ""
    stated = found[0].get("datetime") or found[0].get("content")
    return str(stated) if stated else _text(tree, selector)
