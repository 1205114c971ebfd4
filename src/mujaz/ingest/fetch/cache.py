"""Answers kept on disk so that a server can say "not modified" (RFC 9111, RFC 9110 section 13).

An entry is one file: a line of JSON about the answer, then its body. Entries are replaced whole;
a damaged one is as good as none.
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
    """What is known of an answer.

    Attributes:
        etag, modified: Its validators as sent, or empty.
        content_type: As sent.
        digest: SHA-256 of the body.
    """

    url: str
    etag: str
    modified: str
    content_type: str
    digest: str

    def conditions(self) -> dict[str, str]:
        """Request headers that ask for the body only if it has changed."""
        out = {"If-None-Match": self.etag} if self.etag else {}
        return {**out, "If-Modified-Since": self.modified} if self.modified else out


class FetchCache:
    """Answers by address.

    Args:
        folder: Where entries lie; made when first needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, url: str) -> tuple[CachedAnswer, bytes] | None:
        """The entry of an address, with its body."""
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
        """Keep an answer that carries a validator; a disk that refuses only costs a download."""
        etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
        if not (etag or modified) or "no-store" in headers.get("cache-control", "").lower():
            return
        digest = hashlib.sha256(body).hexdigest()
        kept = CachedAnswer(url, etag, modified, headers.get("content-type", ""), digest)
        data = json.dumps(asdict(kept)).encode() + b"\n" + body
        with contextlib.suppress(OSError):
            replace_file(self._path(url), data, durable=False)

    def prune(self) -> None:
        """Remove what is old, and the oldest until the rest is of a modest size."""
        limit = time.time() - _MOST_DAYS * 86400
        found: list[tuple[float, int, Path]] = []
        try:
            for path in self._folder.glob("*/*"):
                about = path.stat()
                found.append((about.st_mtime, about.st_size, path))
            left = sum(size for _, size, _ in found)
            for modified, size, path in sorted(found):
                if modified >= limit and left <= _MOST_BYTES:
                    return
                path.unlink(missing_ok=True)
                left -= size
        except OSError:
            return

    def _path(self, url: str) -> Path:
        key = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / key[:2] / key[2:34]
