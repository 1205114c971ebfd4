"""Clean text from outside for XML, captions, addresses and attributes."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from urllib.parse import quote, urlsplit

# Control characters, surrogates, noncharacters, and bidirectional controls: an unclosed one would
# change the direction of the rest of the page.
_REMOVED = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff\\ufffe\\uffff]"
)
# U+200F.
RIGHT_TO_LEFT_MARK = "\u200f"
# U+202B opens text that runs from right to left whatever surrounds it; U+202C closes it.
RIGHT_TO_LEFT_EMBEDDING, POP_EMBEDDING = "\u202b", "\u202c"
_NOT_IN_FILE_NAMES = frozenset('\\/:*?"<>|%\t\n')
_NAME_BYTES = 180
# All characters that RFC 3986 allows in an address; "%" keeps escapes that are there already.
_ADDRESS_SAFE = "%:/?#[]@!$&'()*+,;=-._~"


def printable(text: str) -> str:
    """Remove characters that XML 1.0 cannot hold (section 2.2) and bidirectional controls."""
    if text.isprintable():
        # str.isprintable() is false for format characters, bidirectional controls among them.
        return text
    return _REMOVED.sub("", text)


def one_line(text: str, limit: int = 0) -> str:
    """Join printable text to one line of at most ``limit`` characters; 0 means no limit."""
    if text.isprintable() and "  " not in text and not (limit and len(text) > limit):
        # The space is the only white space that is printable: most texts are one line already.
        return text.strip(" ")
    # Splitting a whole megabyte for 255 characters would be a waste.
    clean = " ".join(printable(text[: limit * 40] if limit else text).split())
    if limit and len(clean) > limit:
        return clean[: limit - 1].rstrip() + "…"
    return clean


@lru_cache(maxsize=1024)
def web_address(url: str) -> str:
    """Convert an http(s) address to ASCII; empty if the text is not such an address.

    Letters beyond ASCII are percent-encoded (RFC 3987, section 3.1), so that every reader of
    feeds and tags accepts it.
    """
    if any(char.isspace() or not char.isprintable() for char in url):
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    netloc = parts.netloc
    if not netloc.isascii():
        netloc = f"{host}:{port}" if port else host
    rest = url.split("://", 1)[1][len(parts.netloc) :]
    return f"{parts.scheme.lower()}://{quote(netloc, safe=_ADDRESS_SAFE)}" + quote(
        rest, safe=_ADDRESS_SAFE
    )


def clipped_bytes(text: str, limit: int) -> str:
    """Cut a text to at most ``limit`` bytes of UTF-8."""
    data = text.encode("utf-8", "replace")
    if len(data) <= limit:
        return text
    return data[: limit - len("…".encode())].decode("utf-8", "ignore").rstrip() + "…"


def file_name(title: str, day: date) -> str:
    """A readable name for a downloaded file, without ending: the title and the day.

    Characters that Windows, Android or a shell would not accept are replaced.
    """
    kept = one_line("".join(" " if char in _NOT_IN_FILE_NAMES else char for char in title))
    # File systems hold 255 bytes in a name.
    return f"{clipped_bytes(kept.strip(' .'), _NAME_BYTES)} {day.isoformat()}".strip()
