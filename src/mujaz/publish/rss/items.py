"""Write an episode as an item of the feed.

Sources of the rules: RSS 2.0; Apple, "Podcast RSS feed requirements"; PSP-1; the podcast
namespace 1.0, one document a tag.
"""

from __future__ import annotations

import base64
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urljoin

from mujaz.domain import AudioFile, Episode
from mujaz.publish.html.plain import one_line
from mujaz.publish.rss.notes import description_html
from mujaz.publish.rss.wording import words
from mujaz.publish.rss.xml import add, add_markup
from mujaz.publish.show import Show

VALUE_CHARS = 255
_PERSON_CHARS = 128
_MOST_AUTHORS = 5
MEDIA_TYPE = "audio/mpeg"
# RFC 6381 and RFC 7845, section 9.
OPUS_TYPE = "audio/ogg; codecs=opus"


def media_url(show: Show, name: str) -> str:
    """Address of a file in ``media/``."""
    return urljoin(show.base_url, "media/" + quote(name))


def page_url(show: Show, folder: str) -> str:
    """Address of an episode's page."""
    return urljoin(show.base_url, f"episodes/{quote(folder)}/")


def add_item(channel: Any, show: Show, episode: Episode, folder: str) -> None:
    """Add an episode to a channel.

    Args:
        channel: The parent element.
        show: The channel.
        episode: What to add.
        folder: Name of its folder under ``episodes/``.
    """
    item = add(channel, "item")
    page = page_url(show, folder)
    media = media_url(show, episode.media)
    note = description_html(episode, page, show.language)
    title = one_line(episode.title, VALUE_CHARS) or one_line(show.title, VALUE_CHARS)
    add(item, "title", title)
    add(item, "link", page)
    add(item, "guid", episode.guid, isPermaLink="false")
    add(item, "pubDate", format_datetime(episode.published))
    add_markup(item, "description", note)
    add_markup(item, "content:encoded", note)
    add(item, "enclosure", url=media, length=str(episode.size), type=MEDIA_TYPE)
    add(item, "itunes:title", title)
    add(item, "itunes:author", one_line(show.author, VALUE_CHARS))
    add(item, "itunes:duration", str(max(1, round(episode.duration_s))))
    add(item, "itunes:explicit", "true" if show.explicit else "false")
    add(item, "itunes:episodeType", "full")
    if episode.image:
        add(item, "itunes:image", href=media_url(show, episode.image))
    _accessible(item, show, media, page)
    _alternate(item, MEDIA_TYPE, media, AudioFile(episode.size, episode.sha256), episode)
    if episode.opus is not None:
        _alternate(item, OPUS_TYPE, media_url(show, episode.opus_media), episode.opus, episode)
    _people(item, episode)
    if show.license:
        add_license(item, show.license)
    add(item, "podcast:txt", "true", purpose="ai-content")


def _accessible(item: Any, show: Show, media: str, page: str) -> None:
    """Add transcripts and chapters; JSON last, because readers that keep only one keep the last."""
    stem = media.rsplit(".", 1)[0]
    language = show.language
    transcript = "podcast:transcript"
    add(item, transcript, url=f"{stem}.html", type="text/html", language=language)
    add(item, transcript, url=f"{stem}.vtt", type="text/vtt", language=language, rel="captions")
    add(
        item,
        transcript,
        url=f"{stem}.json",
        type="application/json",
        language=language,
        rel="captions",
    )
    add(item, "podcast:chapters", url=f"{stem}.chapters.json", type="application/json+chapters")
    add(item, "podcast:contentLink", words()["full_text"], href=page)


def _alternate(item: Any, type_: str, url: str, file: AudioFile, episode: Episode) -> None:
    """Add an audio file with its checksum, which a plain enclosure cannot hold.

    The MP3 of the enclosure is listed too, as the default that the namespace asks for.
    """
    bitrate = round(file.size * 8 / episode.duration_s) if episode.duration_s else 0
    stated = {"type": type_, "length": str(file.size), "bitrate": str(bitrate)}
    if type_ == MEDIA_TYPE:
        stated["default"] = "true"
    else:
        stated["title"] = "Opus"
    element = add(item, "podcast:alternateEnclosure", **stated)
    add(element, "podcast:source", uri=url)
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode("ascii")
    # Subresource Integrity (W3C), section 3.5.
    add(element, "podcast:integrity", type="sri", value=f"sha256-{digest}")


def _people(item: Any, episode: Episode) -> None:
    """Add narrators and authors, with roles and groups of the namespace's taxonomy."""
    voices = dict.fromkeys(one_line(voice, _PERSON_CHARS) for voice in episode.readers)
    for voice in filter(None, voices):
        add(item, "podcast:person", voice, role="narrator", group="cast")
    authors = dict.fromkeys(one_line(story.author, _PERSON_CHARS) for story in episode.stories)
    for author in [name for name in authors if name][:_MOST_AUTHORS]:
        add(item, "podcast:person", author, role="author", group="writing")


def add_license(parent: Any, license_: str) -> None:
    """Add the licence: an identifier of the namespace's list, or the address of its text."""
    if license_.startswith(("http://", "https://")):
        name = license_.rstrip("/").rsplit("/", 1)[-1] or "custom"
        add(parent, "podcast:license", name[:_PERSON_CHARS], url=license_)
    else:
        add(parent, "podcast:license", license_.lower())
