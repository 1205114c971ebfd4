"""Write elements of the feed: namespaces with their usual prefixes, text that XML can hold."""

from __future__ import annotations

from typing import Any

from lxml import etree

from mujaz.publish.html.plain import printable

# Some clients match these prefixes instead of the namespace addresses.
NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "fh": "http://purl.org/syndication/history/1.0",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def qualified(tag: str) -> str:
    """Convert ``itunes:image`` to lxml's notation; a name without prefix is left as it is."""
    prefix, _, name = tag.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{name}" if prefix else name


def add(parent: Any, tag: str, content: str | None = None, /, **attributes: str) -> Any:
    """Add an element; an underscore in an attribute's name stands for a hyphen."""
    element = etree.SubElement(parent, qualified(tag))
    if content is not None:
        element.text = printable(content)
    for key, value in attributes.items():
        element.set(key.replace("_", "-"), printable(value))
    return element


def add_markup(parent: Any, tag: str, markup: str) -> None:
    """Add an element that holds HTML, in a CDATA section."""
    # CDATA cannot contain its own end; the HTML of this package has no bare ">" in its text.
    element = etree.SubElement(parent, qualified(tag))
    element.text = etree.CDATA(printable(markup).replace("]]>", "]]&gt;"))
