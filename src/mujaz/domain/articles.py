"""Sources as they are read: pages, articles, and the recordings that belong to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

# Largest accepted input in bytes; no article is larger.
MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that was left out of the article, and the reason."""

    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording that is played in a story, such as a reporter's or a quotation.

    Attributes:
        file: Path of the file; empty if only its hash is known, as in manifests.
        by: Name of who is heard.
        sha256: Of the file, in hex; empty before it was read.
        seconds: Its length; 0 before it was read.
    """

    file: str
    by: str = ""
    sha256: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Quote:
    """A recording that belongs to an article, with the text of what is heard."""

    sound: Sound
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Text of a source before cleaning.

    Attributes:
        text: Lines of plain text.
        source: As the user gave it: a path, a URL, or ``-``.
        url: Address of the page if it has one.
        title, author, publisher, published: From the page's HTML metadata, or empty.
        extracted: Whether an extractor already separated the article from its page.
        plain_title: Whether the title is the headline alone, as in a feed, without a site name.
        warning: What was repaired when the source was decoded, or empty.
        left_out: Visible text of the page that is not among the lines, with reasons.
        shown: All visible text of an HTML page in its order.
        quotes: Recordings that the head of a text file names.
    """

    text: str
    source: str
    url: str = ""
    title: str = ""
    author: str = ""
    published: datetime | None = None
    extracted: bool = False
    publisher: str = ""
    plain_title: bool = False
    warning: str = ""
    left_out: tuple[Dropped, ...] = ()
    shown: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as written.

    Attributes:
        title: The headline, without "+photos" and the like.
        paragraphs: Body paragraphs in order.
        day: The date in the article, or None.
        time: Time of day as written (``HH:MM``), or empty.
        dropped: All other lines of the source, in order.
        quotes: Recordings that are played after its body.
    """

    title: str
    paragraphs: tuple[str, ...]
    day: date | None = None
    time: str = ""
    author: str = ""
    publisher: str = ""
    url: str = ""
    source: str = ""
    language: str = "ar"
    dropped: tuple[Dropped, ...] = ()
    quotes: tuple[Quote, ...] = ()
