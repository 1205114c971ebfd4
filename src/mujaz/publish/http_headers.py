"""What a web server must say of each file: its type, and how long it may be kept.

Types: RSS Advisory Board (application/rss+xml), W3C WebVTT (text/vtt), podcast namespace
(application/json+chapters). Media are named by their content and never change, so whoever has
them may keep them; all else is asked for again after minutes.
"""

from __future__ import annotations

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
_IMMUTABLE = (".mp3", ".opus", ".jpg", ".jpeg", ".png")
FOREVER = "public, max-age=31536000, immutable"
MINUTES = "public, max-age=300"


def content_type(name: str) -> str:
    """The MIME type of a file of the show folder."""
    if name.lower().endswith(_CHAPTERS):
        return _CHAPTERS_TYPE
    return _TYPES.get(PurePosixPath(name).suffix.lower(), _UNKNOWN)


def is_immutable(name: str) -> bool:
    """Whether a file is named by its content: audio and covers."""
    return name.startswith(("media/", "cover-")) and name.endswith(_IMMUTABLE)


def cache_control(name: str) -> str:
    """How long a file may be kept without asking again."""
    return FOREVER if is_immutable(name) else MINUTES
