"""Fetches pages and feeds: robots.txt, conditional requests, and the limits of ``[fetch]``."""

from __future__ import annotations

import email
import email.message
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mujaz.errors import FetchError
from mujaz.ingest.fetch.cache import CachedAnswer, FetchCache
from mujaz.ingest.fetch.robots import MOST_BYTES, Robots
from mujaz.ingest.page_rules import NO_RULES, PageRules
from mujaz.network.client import HttpClient, StatusError, shown, without_login
from mujaz.network.retries import with_retries
from mujaz.settings.values import Config, FetchConfig

if TYPE_CHECKING:
    import httpx

_ACCEPT = (
    "application/rss+xml, application/atom+xml, text/html, application/xhtml+xml, "
    "application/xml;q=0.9, text/plain;q=0.8, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page or feed that was fetched.

    Attributes:
        url: Where it came from after redirects, without login.
        data: Its body, decompressed.
        content_type: As the server named it, in lower case, without parameters.
        charset: As the server named it, or empty.
        unchanged: Whether the body is the cached one, which the server confirmed (status 304).
    """

    url: str
    data: bytes
    content_type: str = ""
    charset: str = ""
    unchanged: bool = False


class Fetcher:
    """Fetches pages and feeds; one for each run, used by several threads.

    Args:
        rules: The ``[fetch]`` table.
        user_agent: The ``User-Agent`` header.
        cache: Folder of cached answers, or None.
        page_rules: The newsroom's own rules for the pages that are fetched.
    """

    def __init__(
        self,
        rules: FetchConfig,
        user_agent: str,
        cache: Path | None = None,
        page_rules: PageRules = NO_RULES,
    ) -> None:
        self._rules = rules
        self.page_rules = page_rules
        self._ends = time.monotonic() + rules.total_s
        self._cache = FetchCache(cache) if cache is not None else None
        self._robots = Robots(self._read_robots) if rules.robots else None
        self._client = HttpClient(
            {
                "User-Agent": user_agent,
                "Accept": _ACCEPT,
                "Accept-Language": "ar",
                "Accept-Encoding": "gzip, deflate",
            },
            rules.allow_hosts,
            rules.max_redirects,
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.__exit__(kind, error, traceback)
        if self._cache is not None:
            self._cache.prune()

    def fetch(self, url: str) -> Fetched:
        """Fetch a URL.

        Raises:
            FetchError: With the reason: no answer in time, too large, too many redirects, a
                private address, disallowed by robots.txt, or the server's refusal.
        """
        return self._with_retries(url, is_robots=False)

    def delay(self, url: str) -> float:
        """Seconds that the site's robots.txt, once it was read, asks to wait between requests."""
        if self._robots is None:
            return 0.0
        parts = urlsplit(url)
        return self._robots.delay(f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2]}")

    def _read_robots(self, url: str) -> bytes | None:
        try:
            return self._with_retries(url, is_robots=True).data
        except StatusError as error:
            if 400 <= error.status < 500:
                return None
            raise

    def _with_retries(self, url: str, *, is_robots: bool) -> Fetched:
        return with_retries(self._rules.retries, self._ends, self._attempt, url, is_robots)

    def _attempt(self, url: str, is_robots: bool) -> Fetched:
        now = time.monotonic()
        if now >= self._ends:
            raise FetchError(
                f"the time for fetching ({self._rules.total_s:g} s) was used up",
                where=shown(url),
                hint="see [fetch] total_s",
            )
        cached: tuple[CachedAnswer, bytes] | None = None

        def prepare(at: httpx.URL) -> Mapping[str, str]:
            nonlocal cached
            where = str(without_login(at))
            if self._robots is not None and not is_robots:
                # robots.txt is fetched under a deadline of its own.
                self._robots.check(_origin(at), where)
            cached = self._cache.find(where) if self._cache is not None else None
            return cached[0].conditions() if cached else {}

        until = min(now + self._rules.timeout_s, self._ends)
        with self._client.open(url, until, latest=self._ends, prepare=prepare) as response:
            if response.status == 304 and cached is not None:
                answer, data = cached
                return _fetched(response.url, data, answer.content_type, unchanged=True)
            response.require((200, 203))
            data = response.body(MOST_BYTES if is_robots else self._rules.max_bytes, cut=is_robots)
        if self._cache is not None:
            self._cache.keep(response.url, dict(response.headers), data)
        return _fetched(response.url, data, response.headers.get("content-type", ""))


def agent(config: Config) -> str:
    """Make the user agent: the program, its version, and the contact of whoever runs it."""
    contact = config.show.link or config.show.email
    who = f"; +{contact}" if contact.isascii() and contact.isprintable() and contact else ""
    return f"mujaz/{version('mujaz')} (Arabic news podcast{who})"


def cache_folder(config: Config) -> Path:
    """Folder of cached answers: as configured, else in the user's cache folder."""
    import platformdirs

    if config.fetch.cache:
        return config.home / config.fetch.cache
    return platformdirs.user_cache_path("mujaz") / "fetch"


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _fetched(url: str, data: bytes, content_type: str, *, unchanged: bool = False) -> Fetched:
    kind, _, rest = content_type.partition(";")
    message = email.message_from_string(f"Content-Type: text/plain;{rest}\n\n")
    charset = message.get_content_charset("") if "=" in rest else ""
    return Fetched(url, data, kind.strip().lower(), str(charset), unchanged)
