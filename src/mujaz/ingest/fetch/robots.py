"""Rules of robots.txt (RFC 9309)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from mujaz.errors import FetchError

if TYPE_CHECKING:
    from protego import Protego

# RFC 9309, section 2.5: at least 500 KiB of a file must be read; what follows may be ignored.
MOST_BYTES = 512_000
_PRODUCT = "mujaz"


class Robots:
    """The robots.txt of each site, read once in a run.

    Args:
        read: Function that returns the bytes of a URL, or None if the server says that there
            is no such file (any 4xx status); it raises other failures.
    """

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._rules: dict[str, Protego | FetchError] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def check(self, origin: str, url: str) -> None:
        """Refuse a URL that the site's robots.txt disallows.

        Args:
            origin: ``scheme://host:port`` of the URL.
            url: The URL.

        Raises:
            FetchError: If it is disallowed, or the rules cannot be read, which means that
                everything is disallowed (RFC 9309, section 2.3.1.4).
        """
        with self._lock:
            lock = self._locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._rules:
                self._rules[origin] = self._load(origin)
            rules = self._rules[origin]
        if isinstance(rules, FetchError):
            raise FetchError(rules.message, where=f"{origin}/robots.txt", hint=rules.hint)
        if not rules.can_fetch(url, _PRODUCT):
            raise FetchError(
                "robots.txt asks programs to leave this page alone",
                where=url,
                hint="if the site is yours, set [fetch] robots = false",
            )

    def delay(self, origin: str) -> float:
        """Seconds that a site asks programs to wait between requests; 0 if it asks for none.

        Args:
            origin: ``scheme://host:port``; one whose rules were not read yet asks for none.
        """
        with self._lock:
            rules = self._rules.get(origin)
        if rules is None or isinstance(rules, FetchError):
            return 0.0
        return float(rules.crawl_delay(_PRODUCT) or 0.0)

    def _load(self, origin: str) -> Protego | FetchError:
        from protego import Protego

        try:
            data = self._read(f"{origin}/robots.txt")
        except FetchError as error:
            return error
        return Protego.parse((data or b"").decode("utf-8", "replace"))
