"""How long a published file may be kept, who may read it, what a page may do."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mujaz.publish.http_headers import content_type

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
