"""The podcast feed: RSS 2.0 with the itunes, podcast, atom and content namespaces.

Elements and limits follow RSS 2.0, Apple's "Podcast RSS feed requirements", PSP-1 and the
podcast namespace 1.0. The atom self link comes first: some clients take the first atom:link
for the feed's own address. Archive pages follow RFC 5005, section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from mujaz.domain import Episode
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.html.plain import clipped_bytes, one_line, printable
from mujaz.publish.rss.items import VALUE_CHARS, add_item, add_license
from mujaz.publish.rss.names import podcast_guid
from mujaz.publish.rss.notes import MOST_BYTES
from mujaz.publish.rss.wording import words
from mujaz.publish.rss.xml import NAMESPACES, add
from mujaz.publish.show import Show

GENERATOR = "mujaz"
# Apple asks for square covers of 1400 to 3000 pixels.
_SQUARE = "1/1"


@dataclass(frozen=True, slots=True)
class Document:
    """One feed document: its episodes and its links to other documents.

    Attributes:
        name: File name in the show folder.
        episodes: Newest first.
        current: In an archive page, the name of the main feed.
        older, newer: Names of the neighbouring archive pages.
        section: In a topic feed, its section.
    """

    name: str
    episodes: tuple[StoredEpisode, ...]
    current: str = ""
    older: str = ""
    newer: str = ""
    section: str = ""


def feed_xml(show: Show, document: Document) -> bytes:
    """Write a feed document; the same episodes always give the same bytes."""
    root = etree.Element("rss", nsmap=NAMESPACES, version="2.0")
    channel = etree.SubElement(root, "channel")
    _channel(channel, show, document)
    for stored in document.episodes:
        add_item(channel, show, stored.episode, stored.folder)
    etree.indent(root)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return data + b"\n"


def _channel(channel: Any, show: Show, document: Document) -> None:
    _links(channel, show, document)
    title = f"{show.title}: {document.section}" if document.section else show.title
    add(channel, "title", one_line(title, VALUE_CHARS))
    add(channel, "link", show.link or show.base_url)
    add(channel, "description", clipped_bytes(printable(show.description), MOST_BYTES))
    add(channel, "language", show.language)
    if show.copyright:
        add(channel, "copyright", one_line(show.copyright, VALUE_CHARS))
    add(channel, "generator", GENERATOR)
    episodes = [stored.episode for stored in document.episodes]
    _dates(channel, episodes)
    _itunes(channel, show)
    _podcasting(channel, show, document)
    if document.current:
        add(channel, "fh:archive")


def _links(channel: Any, show: Show, document: Document) -> None:
    def link(rel: str, name: str) -> None:
        if name:
            url = urljoin(show.base_url, name)
            add(channel, "atom:link", href=url, rel=rel, type="application/rss+xml")

    link("self", document.name)
    if show.hub and not document.current:
        add(channel, "atom:link", href=show.hub, rel="hub")
    link("current", document.current)
    link("prev-archive", document.older)
    link("next-archive", document.newer)
    # Most podcast apps follow paged feeds (section 3), where the next page holds older items.
    link("next", document.older)
    link("previous", document.newer or document.current)


def _dates(channel: Any, episodes: Sequence[Episode]) -> None:
    newest: datetime | None = max((e.updated or e.published for e in episodes), default=None)
    if newest is not None:
        add(channel, "pubDate", format_datetime(max(e.published for e in episodes)))
        add(channel, "lastBuildDate", format_datetime(newest))


def _itunes(channel: Any, show: Show) -> None:
    author = one_line(show.author, VALUE_CHARS)
    add(channel, "itunes:author", author)
    if show.email:
        owner = add(channel, "itunes:owner")
        add(owner, "itunes:name", author)
        add(owner, "itunes:email", show.email)
    main, _, sub = (part.strip() for part in show.category.partition(">"))
    category = add(channel, "itunes:category", text=main)
    if sub:
        add(category, "itunes:category", text=sub)
    add(channel, "itunes:explicit", "true" if show.explicit else "false")
    add(channel, "itunes:type", "episodic")
    if show.image:
        add(channel, "itunes:image", href=show.image)
    if show.new_feed_url:
        add(channel, "itunes:new-feed-url", show.new_feed_url)


def _podcasting(channel: Any, show: Show, document: Document) -> None:
    guid = show.guid
    if document.section:
        guid = podcast_guid(urljoin(show.base_url, document.name))
    add(channel, "podcast:guid", guid)
    add(channel, "podcast:medium", "podcast")
    owner = {"owner": show.email} if show.email else {}
    add(channel, "podcast:locked", "yes" if show.locked else "no", **owner)
    if show.update_frequency:
        rule = show.update_frequency
        text = words().get(f"every_{rule.removeprefix('FREQ=').lower()}", rule)
        add(channel, "podcast:updateFrequency", text[:128], rrule=rule)
    if show.image:
        size = {"width": str(show.image_width)} if show.image_width else {}
        alt = show.image_alt or words()["cover_of"].replace("{title}", show.title)
        add(
            channel,
            "podcast:image",
            href=show.image,
            alt=one_line(alt, VALUE_CHARS),
            aspect_ratio=_SQUARE,
            purpose="artwork",
            **size,
        )
    if show.author:
        add(
            channel,
            "podcast:person",
            one_line(show.author, 128),
            role="producer",
            group="creative direction",
        )
    if show.license:
        add_license(channel, show.license)
    add(channel, "podcast:txt", "true", purpose="ai-content")
