"""Parser for sitemaps (sitemaps.org, protocol 0.9): addresses of pages and of further sitemaps."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from lxml import etree

from mujaz.errors import SourceError

_ROOT = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
# The protocol's limit for a sitemap, unpacked.
_MOST_BYTES = 52_428_800


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """A line of a sitemap.

    Attributes:
        url: Address of a page or of another sitemap.
        changed: When it was last changed, as the sitemap states it, or empty.
    """

    url: str
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap.

    Attributes:
        pages: Addresses of pages.
        sitemaps: Addresses of further sitemaps.
    """

    pages: tuple[SitemapEntry, ...]
    sitemaps: tuple[SitemapEntry, ...]


def looks_like_sitemap(data: bytes) -> bool:
    """Return whether bytes are a sitemap, packed or not."""
    return _ROOT.search(_unpacked(data, 4096)) is not None


def read_sitemap(data: bytes, url: str) -> Sitemap:
    """Parse a sitemap; a broken one gives what can be read.

    Args:
        data: XML, packed with gzip or not.
        url: Its address, for errors.

    Raises:
        SourceError: If no address can be read.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=True)
    try:
        root = etree.fromstring(_unpacked(data, _MOST_BYTES), parser)
    except etree.XMLSyntaxError:
        root = None
    found: dict[str, list[SitemapEntry]] = {"url": [], "sitemap": []}
    for element in root if root is not None else ():
        kind = _name(element)
        values = {_name(child): (child.text or "").strip() for child in element}
        address = values.get("loc", "")
        if kind in found and address.startswith(("http://", "https://")):
            found[kind].append(SitemapEntry(address, values.get("lastmod", "")))
    if not any(found.values()):
        raise SourceError(
            "this sitemap names no address", where=url, hint="open it in a browser to see why"
        )
    return Sitemap(tuple(found["url"]), tuple(found["sitemap"]))


def _name(element: etree._Element) -> str:
    """Name of an element without its namespace; empty for comments."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _unpacked(data: bytes, most: int) -> bytes:
    """Unpack gzip, at most so many bytes."""
    if not data.startswith(_GZIP):
        return data[:most]
    try:
        return zlib.decompressobj(wbits=31).decompress(data, most)
    except zlib.error:
        return b""
