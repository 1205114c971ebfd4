"""Links of a folder of HTML pages: each must lead to a file, and to an element if it names one.

    python tools/docsite/links.py SITE

Links to other hosts are not followed. What a page loads by itself must come from the site.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

# Attributes that name something to load, by element; of the others a link is only offered.
_LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "audio": "src"}
_STYLES = ("stylesheet", "icon", "preload", "preconnect")


def check(site: Path) -> tuple[list[str], int]:
    """Find the broken links.

    Returns:
        A line for each, and the number of all links within the site.
    """
    broken, count = [], 0
    for page in sorted(site.rglob("*.html")):
        if page.name == "404.html":  # its links begin at the root of the host
            continue
        for address, is_loaded in _addresses(page):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if is_loaded and parts.scheme != "data":
                    broken.append(f"{page.relative_to(site)}: loads {address}")
                continue
            count += 1
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if target.is_dir():
                target /= "index.html"
            if not target.exists() or (parts.fragment and not _has(target, parts.fragment)):
                broken.append(f"{page.relative_to(site)}: {address}")
    return broken, count


def _addresses(page: Path) -> Iterator[tuple[str, bool]]:
    for element in _tree(page).iter("a", "link", *_LOADED):
        if element.tag == "a":
            yield from ((address, False) for address in [element.get("href")] if address)
        elif element.tag == "link":
            is_loaded = element.get("rel") in _STYLES
            yield from ((address, is_loaded) for address in [element.get("href")] if address)
        elif address := element.get(_LOADED[str(element.tag)]):
            yield address, True


def _has(page: Path, name: str) -> bool:
    return page.suffix != ".html" or unquote(name) in _names(page)


@cache
def _names(page: Path) -> frozenset[str]:
    elements = _tree(page).iter()
    return frozenset(
        name for element in elements for name in (element.get("id"), element.get("name")) if name
    )


@cache
def _tree(page: Path) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8")
    return html.document_fromstring(page.read_bytes(), parser=parser)


if __name__ == "__main__":
    found, _ = check(Path(sys.argv[1]))
    print("\n".join(found))
    sys.exit(1 if found else 0)
