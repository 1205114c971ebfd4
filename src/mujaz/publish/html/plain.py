"""Text from outside, made fit for files that others read: XML, captions, addresses, attributes."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

# Controls that set the direction of what follows them: an unclosed one spills over the page.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DELETE = "\x7f"
_NONCHARACTERS = frozenset("\ufffe\uffff")
# Everything RFC 3986 allows in an address, with the percent sign of what is escaped already.
_ADDRESS_SAFE = "%:/?#[]@!$&'()*+,;=-._~"


def printable(text: str) -> str:
    """Text that XML 1.0 can hold (section 2.2), without bidirectional overrides and embeddings."""
    if text.isprintable():
        # Format characters are not printable, so neither are bidirectional controls.
        return text
    return "".join(char for char in text if _is_kept(char))


def _is_kept(char: str) -> bool:
    if char < " ":
        return char in "\t\n"
    if "\ud800" <= char <= "\udfff" or "\x80" <= char <= "\x9f":
        return False
    return char != _DELETE and char not in _BIDI_CONTROLS and char not in _NONCHARACTERS


def one_line(text: str, limit: int = 0) -> str:
    """Printable text on one line, at most so many characters; 0 sets no limit."""
    # No title is cut from more than this; splitting a megabyte for 255 characters is a waste.
    clean = " ".join(printable(text[: limit * 40] if limit else text).split())
    if limit and len(clean) > limit:
        return clean[: limit - 1].rstrip() + "…"
    return clean


def web_address(url: str) -> str:
    """An http(s) address in ASCII, or empty if the text is none.

    Letters beyond ASCII are percent-encoded (RFC 3987, section 3.1), so that every reader of
    feeds and tags takes it.
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
    """The longest beginning of a text that has at most so many bytes of UTF-8."""
    data = text.encode("utf-8", "replace")
    if len(data) <= limit:
        return text
    return data[: limit - len("…".encode())].decode("utf-8", "ignore").rstrip() + "…"
