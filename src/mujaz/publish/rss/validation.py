"""Check a feed against the rules of podcast directories before it replaces the old one.

Whatever a validator or Apple would refuse is refused here, so that the publisher sees the mistake
and not the listeners. Sources: RSS 2.0 (rssboard.org); Apple, "Podcast RSS feed requirements";
PSP-1; the podcast namespace 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from mujaz.publish.rss.items import MEDIA_TYPE, OPUS_TYPE, VALUE_CHARS
from mujaz.publish.rss.notes import MOST_BYTES
from mujaz.publish.rss.xml import qualified
from mujaz.tables import read_table

# ISO 639 with a region or script, as RSS 2.0 and Apple take them.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_RULE = re.compile(r"FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY)(;[A-Z]+=[A-Z0-9,+-]+)*")
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
# An http address in ASCII with a host (RFC 3986, section 3).
_ADDRESS = re.compile(r'(?i:https?)://[!"$-.0->@-~][!-~]*', re.ASCII)
_TRANSCRIPTS = {"text/html", "text/vtt", "application/json"}
_TEXTS = ("title", "itunes:author", "itunes:title", "copyright")

Sizes = Callable[[str], int | None]


def problems(data: bytes, size_of: Sizes) -> list[str]:
    """List the rules that a feed document breaks.

    Args:
        data: The document.
        size_of: The size in bytes of a file in ``media/``, or None if there is none.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        return [f"the feed is not well-formed XML: {error}"]
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        return ["the document is not RSS 2.0"]
    found = list(_channel(channel))
    seen: dict[str, set[str]] = {"guid": set(), "enclosure": set()}
    previous = None
    for item in channel.iterfind("item"):
        where = (item.findtext("title") or "an episode without a title")[:60]
        found += [f"{where}: {problem}" for problem in _item(item, seen, size_of)]
        date = _date(item)
        if date is not None and previous is not None and date > previous:
            found.append(f"{where}: stands after an older episode")
        previous = date or previous
    return found


def _channel(channel: Any) -> Iterator[str]:
    first = channel.find(qualified("atom:link"))
    if first is None or first.get("rel") != "self" or not _is_address(first.get("href", "")):
        yield "the first atom:link must be the feed's own address; check show.base_url"
    for tag in ("title", "link", "description", "language", "itunes:author"):
        if not _text(channel, tag):
            key = {"itunes:author": "author"}.get(tag, tag)
            yield f"<{tag}> is missing; set show.{key}"
    yield from _short_texts(channel)
    if not _is_address(_text(channel, "link")):
        yield "show.link is not an http address"
    language = _text(channel, "language")
    if not _LANGUAGE.fullmatch(language):
        yield f"show.language is not a language code like ar or ar-SY: {language!r}"
    if len(_text(channel, "description").encode()) > MOST_BYTES:
        yield f"show.description is longer than {MOST_BYTES} bytes"
    yield from _category(channel)
    if _text(channel, "itunes:explicit") not in ("true", "false"):
        yield "itunes:explicit must be true or false"
    email = channel.findtext(f"{qualified('itunes:owner')}/{qualified('itunes:email')}")
    if email is not None and not _EMAIL.fullmatch(email):
        yield f"show.email is not an e-mail address: {email!r}"
    for tag in ("itunes:image", "podcast:image"):
        image = channel.find(qualified(tag))
        if image is not None and not _is_address(image.get("href", "")):
            yield "show.image is not an http address"
    if not _GUID.fullmatch(_text(channel, "podcast:guid")):
        yield "podcast:guid is not a UUID; see mujaz-show.json"
    if _text(channel, "podcast:locked") not in ("yes", "no"):
        yield "podcast:locked must be yes or no"
    frequency = channel.find(qualified("podcast:updateFrequency"))
    if frequency is not None and not _RULE.fullmatch(frequency.get("rrule", "")):
        yield "show.update_frequency is not a rule of RFC 5545, like FREQ=DAILY;BYHOUR=6,18"
    moved = channel.findtext(qualified("itunes:new-feed-url"))
    if moved is not None and not _is_address(moved):
        yield "show.new_feed_url is not an http address"
    for link in channel.iterfind(qualified("atom:link")):
        if not _is_address(link.get("href", "")):
            yield f"the {link.get('rel')} link is not an http address"


def _item(item: Any, seen: dict[str, set[str]], size_of: Sizes) -> Iterator[str]:
    for tag in ("title", "guid", "description", "pubDate", "link"):
        if not _text(item, tag):
            yield f"<{tag}> is missing"
    yield from _short_texts(item)
    guid = item.find("guid")
    if guid is not None and guid.get("isPermaLink") != "false":
        yield "a guid that is no address needs isPermaLink=false"
    yield from _once("guid", _text(item, "guid"), seen)
    for tag in ("description", "content:encoded"):
        if len(_text(item, tag).encode()) > MOST_BYTES:
            yield f"<{tag}> is longer than {MOST_BYTES} bytes"
    if _date(item) is None:
        yield "pubDate is not a date of RFC 2822 with a zone"
    duration = _text(item, "itunes:duration")
    if not duration.isdecimal() or int(duration) < 1:
        yield "itunes:duration is not a number of seconds"
    enclosure = item.find("enclosure")
    if enclosure is None:
        yield "<enclosure> is missing"
    else:
        yield from _enclosure(enclosure, seen, size_of)
    for alternate in item.iterfind(qualified("podcast:alternateEnclosure")):
        yield from _alternate(alternate, size_of)
    for transcript in item.iterfind(qualified("podcast:transcript")):
        if transcript.get("type") not in _TRANSCRIPTS or not _is_address(transcript.get("url", "")):
            yield "a transcript lacks its address or has an unknown type"
    chapters = item.find(qualified("podcast:chapters"))
    if chapters is not None and chapters.get("type") != "application/json+chapters":
        yield "chapters have an unknown type"


def _enclosure(enclosure: Any, seen: dict[str, set[str]], size_of: Sizes) -> Iterator[str]:
    url, length = enclosure.get("url", ""), enclosure.get("length", "")
    yield from _once("enclosure", url, seen)
    if not _is_address(url):
        yield "the enclosure has no http address"
    if enclosure.get("type") != MEDIA_TYPE:
        yield f"the enclosure is not {MEDIA_TYPE}"
    yield from _size(url, length, size_of)


def _alternate(alternate: Any, size_of: Sizes) -> Iterator[str]:
    type_, length = alternate.get("type", ""), alternate.get("length", "")
    if type_ not in (MEDIA_TYPE, OPUS_TYPE):
        yield f"an alternate enclosure has an unknown type: {type_!r}"
    sources = [source.get("uri", "") for source in alternate.iterfind(qualified("podcast:source"))]
    if not sources:
        yield "an alternate enclosure has no source"
    for uri in sources:
        if not _is_address(uri):
            yield "an alternate enclosure has no http address"
        yield from _size(uri, length, size_of)


def _size(url: str, length: str, size_of: Sizes) -> Iterator[str]:
    name = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
    size = size_of(name)
    if size is None:
        yield f"its audio file {name} is not there"
    elif length != str(size):
        yield f"its audio file {name} has {size} bytes, not {length}"


def _once(what: str, value: str, seen: dict[str, set[str]]) -> Iterator[str]:
    if value in seen[what]:
        yield f"another episode has the same {what}"
    seen[what].add(value)


def _short_texts(parent: Any) -> Iterator[str]:
    for tag in _TEXTS:
        element = parent.find(qualified(tag))
        text = (element.text or "") if element is not None else ""
        if len(text) > VALUE_CHARS or text != text.strip():
            yield f"<{tag}> is longer than {VALUE_CHARS} characters or has space around it"


def _category(channel: Any) -> Iterator[str]:
    main = channel.find(qualified("itunes:category"))
    name = main.get("text", "") if main is not None else ""
    known = apple_categories()
    if name not in known:
        yield f"show.category {name!r} is not one of Apple's, like News"
        return
    sub = main.find(qualified("itunes:category")) if main is not None else None
    if sub is not None and sub.get("text") not in known[name]:
        listed = ", ".join(sorted(known[name])) or "none"
        yield f"show.category: {name} has no {sub.get('text')!r}; it has {listed}"


@cache
def apple_categories() -> dict[str, frozenset[str]]:
    """Apple's categories and their subcategories."""
    return {
        row["category"]: frozenset(filter(None, row["subcategories"].split("|")))
        for row in read_table("mujaz.publish.rss", "data/apple_categories.tsv")
    }


def _text(parent: Any, tag: str) -> str:
    return parent.findtext(qualified(tag)) or ""


def _date(item: Any) -> Any:
    try:
        date = parsedate_to_datetime(_text(item, "pubDate"))
    except ValueError:
        return None
    return date if date.tzinfo is not None else None


def _is_address(url: str) -> bool:
    return _ADDRESS.fullmatch(url) is not None
