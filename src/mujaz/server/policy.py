"""What each kind of file is called, how long it may be kept, and who may read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

# In a show folder every .xml is a feed; servers and apps disagree on the type of RSS, and
# application/rss+xml is what the podcast directories ask for.
_TYPES: Mapping[str, str] = {
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
}
_CHAPTERS = ".chapters.json"
_CHAPTERS_TYPE = "application/json+chapters; charset=utf-8"
_UNKNOWN = "application/octet-stream"
# Media bear the hash of their content; what lies beside them may be rebuilt.
_HASHED_MEDIA = re.compile(r"media/.*-[0-9a-f]{8,64}\.(mp3|opus|ogg|m4a|wav)")

SECURITY: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "media-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
SHARED: Mapping[str, str] = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
    "cross-origin-resource-policy": "cross-origin",
}
PREFLIGHT: Mapping[str, str] = {
    **SHARED,
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "Range, If-Range, If-None-Match, If-Modified-Since",
    "access-control-max-age": "86400",
}


def content_type(name: str) -> str:
    """The Content-Type of a published file."""
    if name.endswith(_CHAPTERS):
        return _CHAPTERS_TYPE
    return _TYPES.get(PurePosixPath(name).suffix.lower(), _UNKNOWN)


def is_text(name: str) -> bool:
    """Whether a file is worth compressing."""
    return "charset" in content_type(name)


def cache_control(name: str) -> str:
    """How long a file may be reused without asking again."""
    if _HASHED_MEDIA.fullmatch(name):
        return "public, max-age=31536000, immutable"
    if name.endswith(".xml"):
        return "public, max-age=60"
    if name.startswith("media/"):
        return "public, max-age=300"
    # Pages, script and style belong together: asked for each time, answered with 304.
    return "no-cache"


def is_shared(name: str) -> bool:
    """Whether other sites' scripts may read a file: feeds, media, transcripts and chapters."""
    return name.endswith(".xml") or name.startswith("media/")
