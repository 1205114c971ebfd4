"""Clean text from outside for XML, captions, addresses and attributes."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

# Bidirectional controls: an unclosed one would change the direction of the rest of the page.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DELETE = "\x7f"
_NONCHARACTERS = frozenset("\ufffe\uffff")
# All characters that RFC 3986 allows in an address; "%" keeps escapes that are there already.
_ADDRESS_SAFE = "%:/?#[]@!$&'()*+,;=-._~"


def printable(text: str) -> str:
    """Remove characters that XML 1.0 cannot hold (section 2.2) and bidirectional controls."""
    if text.isprintable():
        # str.isprintable() is false for format characters, bidirectional controls among them.
        return text
    return "".join(char for char in text if _is_kept(char))


def _is_kept(char: str) -> bool:
    if char < " ":
        return char in "\t\n"
    if "\ud800" <= char <= "\udfff" or "\x80" <= char <= "\x9f":
        return False
    return char != _DELETE and char not in _BIDI_CONTROLS and char not in _NONCHARACTERS


def one_line(text: str, limit: int = 0) -> str:
    """Join printable text to one line of at most ``limit`` characters; 0 means no limit."""
    # Splitting a whole megabyte for 255 characters would be a waste.
    clean = " ".join(printable(text[: limit * 40] if limit else text).split())
    if limit and len(clean) > limit:
        return clean[: limit - 1].rstrip() + "…"
    return clean


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
