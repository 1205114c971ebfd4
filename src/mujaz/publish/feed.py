"""The podcast feed: RSS 2.0 with the itunes, podcast, atom and content namespaces.

Elements and limits follow RSS 2.0, Apple's "Podcast RSS feed requirements", PSP-1 and the
podcast namespace 1.0. The atom self link comes first: some clients take the first atom:link
for the feed's own address.
"""

from __future__ import annotations

import html
import uuid
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urljoin

from lxml import etree

from mujaz.domain import Episode, Show

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
_PODCAST_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_DESCRIPTION_BYTES = 4000
_VALUE_CHARS = 255
GENERATOR = "mujaz"


def podcast_guid(feed_url: str) -> str:
    """The podcast:guid of a feed address: UUIDv5 without scheme and trailing slashes."""
    bare = feed_url.split("://", 1)[-1].rstrip("/")
    return str(uuid.uuid5(_PODCAST_NAMESPACE, bare))


def feed_xml(show: Show, episodes: Sequence[Episode], folders: Sequence[str]) -> bytes:
    """The feed's bytes; the same episodes always give the same bytes.

    Args:
        show: The channel.
        episodes: Newest first.
        folders: Name of each episode's folder under ``episodes/``.
    """
    root = etree.Element("rss", nsmap=NAMESPACES, version="2.0")
    channel = etree.SubElement(root, "channel")
    _channel(channel, show, episodes)
    for episode, folder in zip(episodes, folders, strict=True):
        _item(etree.SubElement(channel, "item"), show, episode, folder)
    etree.indent(root)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return data + b"\n"


def _channel(channel: Any, show: Show, episodes: Sequence[Episode]) -> None:
    feed_url = urljoin(show.base_url, "feed.xml")
    _add(channel, "atom:link", href=feed_url, rel="self", type="application/rss+xml")
    _add(channel, "title", _value(show.title))
    _add(channel, "link", show.link or show.base_url)
    _add(channel, "description", _clipped(show.description))
    _add(channel, "language", show.language)
    _add(channel, "generator", GENERATOR)
    newest = max((_last_change(e) for e in episodes), default=None)
    if newest is not None:
        _add(channel, "lastBuildDate", format_datetime(newest))
    _add(channel, "itunes:author", _value(show.author))
    if show.email:
        owner = _add(channel, "itunes:owner")
        _add(owner, "itunes:name", _value(show.author))
        _add(owner, "itunes:email", show.email)
    _categories(channel, show.category)
    _add(channel, "itunes:explicit", "true" if show.explicit else "false")
    _add(channel, "itunes:type", "episodic")
    if show.image:
        _add(channel, "itunes:image", href=show.image)
    _add(channel, "podcast:guid", show.guid)
    _add(channel, "podcast:medium", "podcast")
    _add(channel, "podcast:locked", "yes", **({"owner": show.email} if show.email else {}))
    _add(channel, "podcast:txt", "true", purpose="ai-content")


def _item(item: Any, show: Show, episode: Episode, folder: str) -> None:
    page = urljoin(show.base_url, f"episodes/{folder}/")
    media = media_url(show, episode.media)
    stem = media.rsplit(".", 1)[0]
    _add(item, "title", _value(episode.title))
    _add(item, "link", page)
    _add(item, "guid", episode.guid, isPermaLink="false")
    _add(item, "pubDate", format_datetime(episode.published))
    _add(item, "description").text = etree.CDATA(description_html(episode, page))
    _add(item, "enclosure", url=media, length=str(episode.size), type="audio/mpeg")
    _add(item, "itunes:title", _value(episode.title))
    _add(item, "itunes:author", _value(show.author))
    _add(item, "itunes:duration", str(round(episode.duration_s)))
    _add(item, "itunes:explicit", "true" if show.explicit else "false")
    _add(item, "itunes:episodeType", "full")
    language = show.language
    _add(
        item,
        "podcast:transcript",
        url=f"{stem}.vtt",
        type="text/vtt",
        language=language,
        rel="captions",
    )
    _add(item, "podcast:transcript", url=f"{stem}.json", type="application/json", language=language)
    _add(item, "podcast:transcript", url=page, type="text/html", language=language)
    _add(item, "podcast:chapters", url=f"{stem}.chapters.json", type="application/json+chapters")
    _add(item, "podcast:txt", "true", purpose="ai-content")


def media_url(show: Show, name: str) -> str:
    """Address of a file in ``media/``."""
    return urljoin(show.base_url, "media/" + quote(name))


def description_html(episode: Episode, page: str) -> str:
    """The show note: summary, stories with sources, chapter times, disclosure.

    At most 4000 bytes of UTF-8 (Apple's limit); what does not fit is shortened from the end,
    the disclosure last of all.
    """
    tail = f"<p>{html.escape(episode.disclosure)}</p>"
    parts = [f"<p>{html.escape(episode.summary)}</p>"]
    if episode.updated is not None:
        parts.append(f"<p>صُحِّحت في {episode.updated.date().isoformat()}.</p>")
    stamps = "".join(
        f"<li>{_stamp(chapter.start)} {html.escape(chapter.title)}</li>"
        for chapter in episode.chapters
    )
    parts.append(f"<ul>{stamps}</ul>" if stamps else "")
    parts += [
        f'<p><a href="{html.escape(story.url)}">{html.escape(story.title)}</a></p>'
        for story in episode.stories
        if story.url.startswith(("http://", "https://"))
    ]
    parts.append(f'<p><a href="{html.escape(page)}">النص الكامل</a></p>')
    out = ""
    for part in parts:
        if len((out + part + tail).encode("utf-8")) <= _DESCRIPTION_BYTES:
            out += part
    return out + tail


def _categories(channel: Any, category: str) -> None:
    main, _, sub = (part.strip() for part in category.partition(">"))
    element = _add(channel, "itunes:category", text=main)
    if sub:
        _add(element, "itunes:category", text=sub)


def _last_change(episode: Episode) -> datetime:
    return episode.updated or episode.published


def _stamp(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _add(parent: Any, tag: str, content: str | None = None, /, **attributes: str) -> Any:
    prefix, _, name = tag.rpartition(":")
    element = etree.SubElement(parent, f"{{{NAMESPACES[prefix]}}}{name}" if prefix else name)
    if content is not None:
        element.text = printable(content)
    for key, value in attributes.items():
        element.set(key, printable(value))
    return element


def printable(text: str) -> str:
    """Text that XML 1.0 can hold, without bidirectional overrides that would spill over."""
    return "".join(
        char
        for char in text
        if char in "\t\n"
        or (char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff\x7f"
            and not "\u202a" <= char <= "\u202e" and not "\u2066" <= char <= "\u2069")
    )  # fmt: skip


def _value(text: str) -> str:
    return " ".join(printable(text).split())[:_VALUE_CHARS]


def _clipped(text: str) -> str:
    data = text.encode("utf-8")[:_DESCRIPTION_BYTES]
    return data.decode("utf-8", errors="ignore")
