"""HTTP client for pages and feeds: redirects, retries, limits, conditional requests."""

from __future__ import annotations

import email
import email.message
import email.utils
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

import httpcore
import httpx
import tenacity

from mujaz.errors import FetchError
from mujaz.ingest.fetch.cache import FetchCache
from mujaz.ingest.fetch.robots import Robots
from mujaz.network.body import BrokenOffError, read_body
from mujaz.network.client import Deadline, Transport
from mujaz.settings.values import Config, FetchConfig

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
# 408 and 425 ask for another attempt, 429 and 503 for a later one; the others are server errors.
_TEMPORARY = frozenset((408, 425, 429, 500, 502, 503, 504))
_FIRST_WAIT_S = 0.5
# If a server asks for a longer pause, the attempt fails.
_LONGEST_WAIT_S = 60.0
_ACCEPT = (
    "application/rss+xml, application/atom+xml, text/html, application/xhtml+xml, "
    "application/xml;q=0.9, text/plain;q=0.8, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to a request.

    Attributes:
        url: Final URL after redirects, without user name and password.
        data: Decompressed body.
        content_type: Content type as sent, in lower case, without parameters.
        charset: Charset as sent, or empty.
        unchanged: Whether the server answered 304, so that the body is the cached one.
    """

    url: str
    data: bytes
    content_type: str = ""
    charset: str = ""
    unchanged: bool = False


class _TemporaryError(FetchError):
    """A failure that may be temporary; ``wait_s`` is the pause that the server asked for."""

    def __init__(self, message: str, *, where: str = "", hint: str = "", wait_s: float = 0) -> None:
        super().__init__(message, where=where, hint=hint)
        self.wait_s = wait_s


class _StatusError(FetchError):
    """The server answered with an error status that is not temporary."""

    def __init__(self, status: int, where: str) -> None:
        super().__init__(
            _status_message(status), where=where, hint="check the address in a browser"
        )
        self.status = status


class Fetcher:
    """Client for one run; it may be used by several threads.

    Args:
        rules: The ``[fetch]`` table of the settings.
        user_agent: Value of the ``User-Agent`` header.
        cache: Folder of the cache, or None.
    """

    def __init__(self, rules: FetchConfig, user_agent: str, cache: Path | None = None) -> None:
        self._rules = rules
        self._deadline = Deadline()
        self._ends = time.monotonic() + rules.total_s
        self._cache = FetchCache(cache) if cache is not None else None
        self._robots = Robots(self._read_robots) if rules.robots else None
        self._client = httpx.Client(
            transport=Transport(rules.allow_hosts, self._deadline),
            headers={
                "User-Agent": user_agent,
                "Accept": _ACCEPT,
                "Accept-Language": "ar",
                "Accept-Encoding": "gzip, deflate",
            },
            trust_env=False,
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()
        if self._cache is not None:
            self._cache.prune()

    def fetch(self, url: str) -> Fetched:
        """Fetch a URL.

        Raises:
            FetchError: With the reason: no answer in time, too large, too many redirects, a
                private address, disallowed by robots.txt, or the server's refusal.
        """
        return self._with_retries(url, ask_robots=self._robots is not None)

    def _read_robots(self, url: str) -> bytes | None:
        try:
            return self._with_retries(url, ask_robots=False).data
        except _StatusError as error:
            if 400 <= error.status < 500:
                return None
            raise

    def _with_retries(self, url: str, *, ask_robots: bool) -> Fetched:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_TemporaryError),
            wait=_wait,
            stop=lambda state: (
                state.attempt_number > self._rules.retries or self._out_of_time(state)
            ),
            reraise=True,
        )
        return retrying(self._attempt, url, ask_robots)

    def _out_of_time(self, state: tenacity.RetryCallState) -> bool:
        wait = state.upcoming_sleep
        return wait > _LONGEST_WAIT_S or time.monotonic() + wait >= self._ends

    def _attempt(self, url: str, ask_robots: bool) -> Fetched:
        now = time.monotonic()
        if now >= self._ends:
            raise FetchError(
                f"the time for fetching ({self._rules.total_s:g} s) was used up",
                where=shown(url),
                hint="see [fetch] total_s",
            )
        # Requests for robots.txt do not count: _follow adds their time to the limit.
        return self._follow(url, ask_robots, min(now + self._rules.timeout_s, self._ends))

    def _follow(self, url: str, ask_robots: bool, until: float) -> Fetched:
        """Follow redirects; each URL is checked like the first one."""
        seen: set[str] = set()
        at = _address(url, url)
        while str(at) not in seen:
            seen.add(str(at))
            if len(seen) > self._rules.max_redirects + 1:
                raise FetchError(
                    f"more than {self._rules.max_redirects} redirects",
                    where=shown(url),
                    hint="check the address in a browser",
                )
            if ask_robots and self._robots is not None:
                began = time.monotonic()
                self._robots.check(_origin(at), str(_without_login(at)))
                until = min(until + time.monotonic() - began, self._ends)
            with self._deadline.set(until), _converted_errors(url):
                answer = self._request(at)
            if isinstance(answer, Fetched):
                return answer
            at = _redirect(at, answer, url)
        raise FetchError(
            "its redirects go round in a circle",
            where=shown(url),
            hint="check the address in a browser",
        )

    def _request(self, at: httpx.URL) -> Fetched | str:
        """Request one URL; return the answer, or the target of its redirect."""
        where = str(_without_login(at))
        found = self._cache.find(where) if self._cache is not None else None
        request = self._client.build_request(
            "GET", at, headers=found[0].conditions() if found else {}
        )
        # No timeouts per step: the network backend limits each step by the attempt's deadline.
        request.extensions = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), None)}
        response = self._client.send(request, stream=True, follow_redirects=False)
        try:
            status, headers = response.status_code, response.headers
            if status in _REDIRECTS and "location" in headers:
                return str(headers["location"])
            if status == 304 and found is not None:
                kept, data = found
                return _fetched(where, data, kept.content_type, unchanged=True)
            if status in _TEMPORARY:
                raise _TemporaryError(
                    _status_message(status), hint="try again later", wait_s=_asked_wait(headers)
                )
            if status not in (200, 203):
                raise _StatusError(status, where)
            chunks = self._in_time(response.iter_raw())
            data = read_body(chunks, headers.get("content-encoding", ""), self._rules.max_bytes)
        finally:
            response.close()
        if self._cache is not None:
            self._cache.keep(where, dict(headers), data)
        return _fetched(where, data, headers.get("content-type", ""))

    def _in_time(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            if time.monotonic() > self._deadline.until:
                raise httpcore.ReadTimeout("the body took too long")
            yield chunk


def agent(config: Config) -> str:
    """Return the user agent: program, version, and contact of the show."""
    contact = config.show.link or config.show.email
    who = f"; +{contact}" if contact.isascii() and contact.isprintable() and contact else ""
    return f"mujaz/{version('mujaz')} (Arabic news podcast{who})"


def cache_folder(config: Config) -> Path:
    """Return the folder of the cache: the configured one, else in the user's cache folder."""
    import platformdirs

    if config.fetch.cache:
        return config.home / config.fetch.cache
    return platformdirs.user_cache_path("mujaz") / "fetch"


def shown(url: str) -> str:
    """Return a URL without user name and password, for messages."""
    try:
        return str(_without_login(httpx.URL(url)))
    except (httpx.InvalidURL, ValueError):
        return url[:200]


def _without_login(url: httpx.URL) -> httpx.URL:
    return url.copy_with(username=None, password=None) if url.userinfo else url


def _redirect(at: httpx.URL, location: str, asked: str) -> httpx.URL:
    """Return the target of a redirect; ``asked`` is the URL named in errors."""
    try:
        target = str(at.join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise _invalid_address(error, asked) from error
    return _address(target, asked)


def _address(url: str, asked: str) -> httpx.URL:
    """Parse a URL and refuse schemes other than HTTP."""
    try:
        address = httpx.URL(url).copy_with(fragment=None)
        host = address.host
    except (httpx.InvalidURL, ValueError) as error:
        raise _invalid_address(error, asked) from error
    if address.scheme not in ("http", "https") or not host:
        raise FetchError(
            f"only http and https are fetched, not {str(address)[:80]!r}",
            where=shown(asked),
            hint="check the address",
        )
    return address


def _invalid_address(error: Exception, asked: str) -> FetchError:
    return FetchError(
        f"this is not an address: {str(error)[:120]}", where=shown(asked), hint="check the address"
    )


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


@contextmanager
def _converted_errors(url: str) -> Iterator[None]:
    """Convert errors of the network libraries to ``FetchError`` with the URL."""
    where = shown(url)
    try:
        yield
    except httpcore.TimeoutException as error:
        raise _TemporaryError(
            "no answer in time", where=where, hint="see [fetch] timeout_s"
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, OSError) as error:
        raise _TemporaryError(
            f"the connection failed: {error or type(error).__name__}",
            where=where,
            hint="check the address and the network",
        ) from error
    except (httpcore.UnsupportedProtocol, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        # httpx builds the request of a redirect itself; idna raises ValueError for host names.
        raise FetchError(
            f"the server sent an invalid answer: {str(error)[:120]}",
            where=where,
            hint="check the address in a browser",
        ) from error
    except (BrokenOffError, _TemporaryError) as error:
        wait = error.wait_s if isinstance(error, _TemporaryError) else 0.0
        raise _TemporaryError(error.message, where=where, hint=error.hint, wait_s=wait) from error
    except _StatusError:
        raise
    except FetchError as error:
        raise FetchError(error.message, where=error.where or where, hint=error.hint) from error


def _fetched(url: str, data: bytes, content_type: str, *, unchanged: bool = False) -> Fetched:
    kind, _, rest = content_type.partition(";")
    message = email.message_from_string(f"Content-Type: text/plain;{rest}\n\n")
    charset = message.get_content_charset("") if "=" in rest else ""
    return Fetched(url, data, kind.strip().lower(), str(charset), unchanged)


def _wait(state: tenacity.RetryCallState) -> float:
    """Return the pause in seconds: doubled each time, with jitter to spread the requests."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait_s if isinstance(error, _TemporaryError) else 0.0
    own = _FIRST_WAIT_S * 2.0 ** (state.attempt_number - 1) * random.uniform(0.75, 1.25)
    return max(asked, own)


def _asked_wait(headers: httpx.Headers) -> float:
    """``Retry-After`` in seconds: a number, or a date (RFC 9110, section 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def _status_message(status: int) -> str:
    named = {
        401: "a password is needed",
        403: "access is refused",
        404: "there is no such page",
        410: "the page is gone",
        429: "the server wants fewer requests",
    }
    text = named.get(status, "the server failed" if status >= 500 else "the server refused")
    return f"{text} (status {status})"
