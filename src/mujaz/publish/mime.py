"""What a web server must say of each file: its type, and how long it may be kept.

Types: RSS Advisory Board (application/rss+xml), W3C WebVTT (text/vtt), podcast namespace
(application/json+chapters). Media are named by their content and never change, so whoever has
them may keep them; all else is asked for again after minutes.
"""

from __future__ import annotations

_TYPES = {
    ".chapters.json": "application/json+chapters",
    ".xml": "application/rss+xml; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}
_IMMUTABLE = (".mp3", ".jpg", ".jpeg", ".png")
FOREVER = "public, max-age=31536000, immutable"
MINUTES = "public, max-age=300"


def content_type(name: str) -> str:
    """The MIME type of a file of the show folder."""
    lowered = name.lower()
    for suffix, kind in _TYPES.items():
        if lowered.endswith(suffix):
            return kind
    return "application/octet-stream"


def is_immutable(name: str) -> bool:
    """Whether a file is named by its content: audio and covers."""
    return name.startswith(("media/", "cover-")) and name.endswith(_IMMUTABLE)


def cache_control(name: str) -> str:
    """How long a file may be kept without asking again."""
    return FOREVER if is_immutable(name) else MINUTES
