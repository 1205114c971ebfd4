"""Disk cache of HTTP answers for conditional requests (RFC 9111, RFC 9110 section 13).

An entry is one file: a line of JSON about the answer, then its body. Entries are replaced
atomically; a damaged entry is ignored.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from mujaz.storage.atomic import replace_file

_MOST_BYTES = 200_000_000
_MOST_DAYS = 30


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """Metadata of a cached answer.

    Attributes:
        etag, modified: ``ETag`` and ``Last-Modified`` as sent, or empty.
        content_type: ``Content-Type`` as sent.
        digest: SHA-256 of the body.
    """

    url: str
    etag: str
    modified: str
    content_type: str
    digest: str

    def conditions(self) -> dict[str, str]:
        """Return request headers that ask for the body only if it has changed."""
        out = {"If-None-Match": self.etag} if self.etag else {}
        return {**out, "If-Modified-Since": self.modified} if self.modified else out


class FetchCache:
    """Cached answers by URL.

    Args:
        folder: Folder of the entries; created at the first write.
        max_bytes: Total size to which :meth:`prune` reduces it.
    """

    def __init__(self, folder: Path, max_bytes: int = _MOST_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def find(self, url: str) -> tuple[CachedAnswer, bytes] | None:
        """Return the entry of a URL and its body, or None."""
        try:
            with self._path(url).open("rb") as stream:
                kept = CachedAnswer(**json.loads(stream.readline()))
                body = stream.read()
        except (OSError, ValueError, TypeError):
            return None
        if kept.url != url or hashlib.sha256(body).hexdigest() != kept.digest:
            return None
        return kept, body

    def keep(self, url: str, headers: dict[str, str], body: bytes) -> None:
        """Store an answer that has a validator; errors of the disk are ignored."""
        etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
        if not (etag or modified) or "no-store" in headers.get("cache-control", "").lower():
            return
        digest = hashlib.sha256(body).hexdigest()
        kept = CachedAnswer(url, etag, modified, headers.get("content-type", ""), digest)
        data = json.dumps(asdict(kept)).encode() + b"\n" + body
        with contextlib.suppress(OSError):
            replace_file(self._path(url), data, durable=False)

    def prune(self) -> None:
        """Remove entries older than 30 days, then the oldest down to the size limit."""
        limit = time.time() - _MOST_DAYS * 86400
        found: list[tuple[float, int, Path]] = []
        try:
            for path in self._folder.glob("*/*"):
                about = path.stat()
                found.append((about.st_mtime, about.st_size, path))
            left = sum(size for _, size, _ in found)
            for modified, size, path in sorted(found):
                if modified >= limit and left <= self._max_bytes:
                    return
                path.unlink(missing_ok=True)
                left -= size
        except OSError:
            return

    def _path(self, url: str) -> Path:
        key = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / key[:2] / key[2:34]
