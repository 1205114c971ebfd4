"""The page of an item, read in a worker process from what was fetched or found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, cast

from mujaz.archive.items import Item
from mujaz.bulletin.listing import WHOLE_ARTICLE, Candidate, load
from mujaz.domain import Article, Page
from mujaz.errors import FetchError, SourceError
from mujaz.ingest import read_source
from mujaz.ingest.fetch import Fetched, Fetcher
from mujaz.ingest.page_rules import PageRules
from mujaz.ingest.source import page_from_answer, page_from_bytes
from mujaz.settings.values import SourceConfig
from mujaz.text.unicode import normalize_unicode


@dataclass(frozen=True, slots=True)
class Order:
    """An item with what was fetched for it.

    Attributes:
        answer: The server's answer, if it has a page of its own.
        error: Why the page could not be fetched.
    """

    item: Item
    answer: Fetched | None = None
    error: FetchError | None = None


@dataclass(frozen=True, slots=True)
class _Answered:
    """Gives the answer that was fetched before."""

    order: Order
    page_rules: PageRules

    def fetch(self, url: str) -> Fetched:
        """Return the answer, or raise why there is none."""
        if self.order.answer is not None:
            return self.order.answer
        raise self.order.error or FetchError("it was not fetched", where=url)


def needs_page(item: Item) -> bool:
    """Whether the item's page has to be fetched."""
    if not item.url or item.line:
        return bool(item.url and item.line and not _has_text(_fields(item)))
    return item.entry is None or len(item.entry.html.split()) < WHOLE_ARTICLE


def page_of(order: Order, rules: PageRules) -> Page:
    """Read the page of an item.

    Raises:
        MujazError: If it cannot be read or holds no Arabic article.
    """
    item = order.item
    if item.fault:
        raise SourceError(item.fault, where=item.origin, hint=item.hint)
    if item.line:
        return _page_of_line(order, rules)
    if item.entry is not None:
        # The candidates of a bulletin are read by the same rules.
        fetcher = cast(Fetcher, _Answered(order, rules))
        published, source = item.entry.published, SourceConfig(url=item.url or item.origin)
        candidate = Candidate(
            source, 0, 0, item.origin, item.url, item.entry.title, published, item.feed, None,
            item.entry,
        )  # fmt: skip
        page = load(candidate, fetcher)
        publisher = page.publisher or item.feed
        return replace(page, publisher=publisher, published=page.published or published)
    if item.url:
        answer = _Answered(order, rules).fetch(item.url)
        # Known by the address that was listed, even if it redirects.
        return replace(page_from_answer(answer, item.url, rules), url=item.url)
    return read_source(item.path, None, rules)


def _page_of_line(order: Order, rules: PageRules) -> Page:
    """The page of a line: its own text, else that at its address."""
    item, fields = order.item, _fields(order.item)
    if not _has_text(fields):
        if not item.url:
            raise SourceError(
                "this line has no text",
                hint="give it text, paragraphs or html, or the address of a page",
            )
        page = page_from_answer(_Answered(order, rules).fetch(item.url), item.url, rules)
    elif _text(fields, "html"):
        html = f"<html><body><article>{_text(fields, 'html')}</article></body></html>"
        page = page_from_bytes(html.encode("utf-8", "replace"), item.origin, url=item.url)
    else:
        page = Page(_plain_text(fields), item.origin)
    title = _text(fields, "title")
    return replace(
        page,
        url=item.url,
        source=item.origin,
        title=title or page.title,
        plain_title=bool(title) or page.plain_title,
        author=_text(fields, "author") or page.author,
        publisher=_text(fields, "publisher") or page.publisher,
        published=moment_of(fields) or page.published,
    )


def stated_article(page: Page, item: Item) -> Article | None:
    """The article of a line that states its text: as it is, without a search for clutter.

    None for any other item, whose article has to be found in its page.
    """
    fields = _fields(item)
    if not _plain_text(fields) or _text(fields, "html"):
        return None
    lines = (" ".join(normalize_unicode(line).split()) for line in page.text.splitlines())
    moment = page.published
    return Article(
        title=" ".join(normalize_unicode(page.title).split()),
        paragraphs=tuple(filter(None, lines)),
        day=moment.date() if moment else None,
        author=page.author,
        publisher=page.publisher,
        url=page.url,
        source=page.source,
    )


def _fields(item: Item) -> Mapping[str, Any]:
    return dict(json.loads(item.line)) if item.line else {}


def _has_text(fields: Mapping[str, Any]) -> bool:
    return bool(_text(fields, "html") or _plain_text(fields))


def _plain_text(fields: Mapping[str, Any]) -> str:
    paragraphs = fields.get("paragraphs")
    if isinstance(paragraphs, list):
        return "\n\n".join(str(paragraph) for paragraph in paragraphs)
    return _text(fields, "text")


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""


def section_of(item: Item) -> str:
    """The section that a line states, or an empty string."""
    return _text(_fields(item), "section")


def moment_of(fields: Mapping[str, Any]) -> datetime | None:
    """The time that a line states: ``date`` in ISO 8601, with ``time`` (HH:MM) or without.

    A time without a zone is taken for UTC.
    """
    stated, time = _text(fields, "date"), _text(fields, "time")
    for text in ([f"{stated}T{time}"] if time else []) + [stated]:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def published_at(page: Page, day: date | None, time: str, now: datetime) -> datetime:
    """When an article was published: as its page states it, else its date; never after now.

    Args:
        page: The page.
        day: The article's date.
        time: Its time of day (HH:MM), or empty.
        now: In the show's time zone, whose days and times are meant.
    """
    found = page.published
    if found is None and day is not None:
        found = datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
        hour, _, minute = time.partition(":")
        if hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60:
            found = found.replace(hour=int(hour), minute=int(minute))
    if found is None or found > now:
        return now
    return found.astimezone(now.tzinfo).replace(microsecond=0)
