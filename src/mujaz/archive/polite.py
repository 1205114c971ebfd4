"""Fetching from a site no faster than it is asked: an interval between two requests."""

from __future__ import annotations

import threading
import time
from urllib.parse import urlsplit

from mujaz.ingest.fetch import Fetched, Fetcher
from mujaz.ingest.page_rules import PageRules

# A site that asks for more is obeyed up to this, in seconds.
_LONGEST_INTERVAL_S = 120.0


class PoliteFetcher:
    """Fetches pages; between two requests to one host lies an interval.

    Args:
        fetcher: Fetches them.
        interval_s: Seconds between two requests; a longer ``Crawl-delay`` of the site counts.
    """

    def __init__(self, fetcher: Fetcher, interval_s: float) -> None:
        self._fetcher = fetcher
        self._interval_s = interval_s
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    @property
    def page_rules(self) -> PageRules:
        """The newsroom's own rules for pages."""
        return self._fetcher.page_rules

    def fetch(self, url: str) -> Fetched:
        """Fetch a page when it is its turn.

        Raises:
            FetchError: As :meth:`mujaz.ingest.fetch.Fetcher.fetch`.
        """
        time.sleep(self._wait_s(url))
        return self._fetcher.fetch(url)

    def _wait_s(self, url: str) -> float:
        """Take the next turn at a host; gives the seconds until then."""
        interval = max(self._interval_s, min(self._fetcher.delay(url), _LONGEST_INTERVAL_S))
        host, now = urlsplit(url).netloc.lower(), time.monotonic()
        with self._lock:
            turn = max(now, self._next.get(host, 0.0))
            self._next[host] = turn + interval
        return turn - now
