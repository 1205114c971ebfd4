"""HTTP response headers of a show folder's files: content type, caching, access, security.

The only policy: ``mujaz serve`` and the uploads use it, and ``docs/web_servers.py`` generates the
documented nginx and Caddy configurations from it.

Sources of the types: RSS Advisory Board (application/rss+xml), W3C WebVTT (text/vtt), podcast
namespace (application/json+chapters).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

# In a show folder every .xml is a feed; servers and apps disagree on the type of RSS, and
# application/rss+xml is what the podcast directories ask for.
TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".xml": "application/rss+xml; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".srt": "application/x-subrip; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/vnd.microsoft.icon",
    ".mp3": "audio/mpeg",
    ".opus": "audio/ogg",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
    ".wav": "audio/wav",
    ".epub": "application/epub+zip",
    ".zip": "application/zip",
}
CHAPTERS_SUFFIX = ".chapters.json"
CHAPTERS_TYPE = "application/json+chapters; charset=utf-8"
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class CachingRule:
    """The cache time of a kind of files, and who may read them.

    Attributes:
        kind: Name for the documented configurations.
        pattern: Regular expression for the whole path relative to the show folder.
        cache_control: The header (RFC 9111, section 5.2.2).
        shared: Whether scripts of other sites may read them (CORS).
        immutable: Whether the name contains a hash of the content, so that it never changes.
    """

    kind: str
    pattern: str
    cache_control: str
    shared: bool
    immutable: bool = False


# The first rule that matches applies.
CACHING_RULES = (
    CachingRule(
        "audio",
        r"media/.*-[0-9a-f]{8,64}\.(mp3|opus|ogg|m4a|wav)",
        "public, max-age=31536000, immutable",
        shared=True,
        immutable=True,
    ),
    CachingRule(
        "cover",
        r"cover-[0-9a-f]{8,64}\.(jpg|jpeg|png|webp)",
        "public, max-age=31536000, immutable",
        shared=True,
        immutable=True,
    ),
    # Apps poll feeds: a minute keeps a breaking story from being late, and a crowd from the disk.
    CachingRule("feed", r".*\.xml", "public, max-age=60, must-revalidate", shared=True),
    # Transcripts and chapters share the name of their audio, but a rebuild may change them.
    CachingRule("transcript", r"media/.*", "public, max-age=300, must-revalidate", shared=True),
    CachingRule("oembed", r"embed/.*\.json", "public, max-age=300, must-revalidate", shared=True),
    # Pages, scripts and styles belong together: they are requested each time, answered with 304.
    CachingRule("page", r".*", "no-cache", shared=False),
)

# Players that other sites may show in a frame.
EMBEDDED_PATTERN = r"embed/.*"
_ANYBODY = ("*",)
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors "
)
# Names of headers in lower case, as ASGI wants them.
SECURITY_HEADERS: Mapping[str, str] = {
    "content-security-policy": _CONTENT_SECURITY_POLICY + "'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
SHARED_HEADERS: Mapping[str, str] = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
    "cross-origin-resource-policy": "cross-origin",
}
PREFLIGHT_HEADERS: Mapping[str, str] = {
    **SHARED_HEADERS,
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "Range, If-Range, If-None-Match, If-Modified-Since",
    "access-control-max-age": "86400",
}


def embedding_policy(embed_on: Sequence[str] = _ANYBODY) -> str:
    """``Content-Security-Policy`` of an embedded player.

    Args:
        embed_on: The setting ``show.embed_on``: who may frame it; nobody else if empty.
    """
    return _CONTENT_SECURITY_POLICY + " ".join(["'self'", *embed_on])


def security_headers(name: str, embed_on: Sequence[str] = _ANYBODY) -> Mapping[str, str]:
    """The security headers of a path relative to the show folder."""
    if not re.fullmatch(EMBEDDED_PATTERN, name, re.DOTALL):
        return SECURITY_HEADERS
    return {**SECURITY_HEADERS, "content-security-policy": embedding_policy(embed_on)}


def content_type(name: str) -> str:
    """MIME type of a file of the show folder."""
    if name.lower().endswith(CHAPTERS_SUFFIX):
        return CHAPTERS_TYPE
    return TYPES.get(PurePosixPath(name).suffix.lower(), _UNKNOWN)


def is_text(name: str) -> bool:
    """Whether a file is worth compressing."""
    return "charset" in content_type(name)


def caching_rule(name: str) -> CachingRule:
    """The rule for a path relative to the show folder."""
    return next(rule for rule in CACHING_RULES if re.fullmatch(rule.pattern, name, re.DOTALL))


def cache_control(name: str) -> str:
    """``Cache-Control`` header of a file."""
    return caching_rule(name).cache_control


def is_immutable(name: str) -> bool:
    """Whether a file is named by its content and never changes."""
    return caching_rule(name).immutable


def is_shared(name: str) -> bool:
    """Whether scripts of other sites may read a file."""
    return caching_rule(name).shared
