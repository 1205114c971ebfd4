"""The HTTP client of the program, for pages, feeds and voices.

Private addresses are refused when connecting (:mod:`mujaz.network.transport`), redirects are
checked like first requests, and every exchange ends at a deadline that a slow answer cannot extend.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

import httpcore
import httpx

from mujaz.errors import FetchError
from mujaz.network.addresses import PrivateAddressError
from mujaz.network.body import BrokenOffError, read_body
from mujaz.network.retries import TransientError, requested_wait_s
from mujaz.network.transport import Deadline, Transport

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
# 408 and 425 ask for another attempt, 429 and 503 for a later one; the rest are servers in trouble.
_TRANSIENT = frozenset((408, 425, 429, 500, 502, 503, 504))
# An answer that is allowed to extend its deadline must have sent so much since the last extension.
_EXTENDING_BYTES = 1 << 16
_STATUS_TEXT = {
    401: "a password is needed",
    403: "access is refused",
    404: "there is no such page",
    410: "the page is gone",
    416: "the server has no such part of the file",
    429: "the server wants fewer requests",
}


class StatusError(FetchError):
    """The server refused; trying again is of no use."""

    def __init__(self, status: int, where: str) -> None:
        super().__init__(_refusal(status), where=where, hint="check the address in a browser")
        self.status = status


@dataclass(frozen=True, slots=True)
class Response:
    """Answer of a server; its body is read on demand.

    Attributes:
        url: Where it came from after redirects, without login.
        asked: The address that was asked for, without login.
        status: HTTP status code, not a redirect.
        headers: As sent.
        chunks: The body as sent, with its ``Content-Encoding``; raises :class:`FetchError`.
    """

    url: str
    asked: str
    status: int
    headers: httpx.Headers
    chunks: Iterator[bytes]

    def body(self, max_bytes: int, *, cut: bool = False) -> bytes:
        """Read and decompress the body; ``cut`` drops what is beyond the limit.

        Raises:
            TransientError: If it ends too soon.
            FetchError: If it is larger than ``max_bytes``, packed in an unknown way, or damaged.
        """
        try:
            encoding = self.headers.get("content-encoding", "")
            return read_body(self.chunks, encoding, max_bytes, cut=cut)
        except BrokenOffError as error:
            raise TransientError(error.message, where=self.asked, hint=error.hint) from error
        except TransientError:
            raise
        except FetchError as error:
            raise FetchError(error.message, where=self.asked, hint=error.hint) from error

    def require(self, statuses: Iterable[int]) -> None:
        """Refuse an answer with another status.

        Raises:
            TransientError: If the status says that the refusal may pass.
            StatusError: If not.
        """
        if self.status in statuses:
            return
        if self.status in _TRANSIENT:
            raise TransientError(
                _refusal(self.status),
                where=self.asked,
                hint="try again later",
                wait_s=requested_wait_s(self.headers),
            )
        raise StatusError(self.status, self.url)


class HttpClient:
    """Sends requests; one for each run, used by several threads.

    Args:
        headers: Of every request, the user agent among them.
        allow_hosts: Hosts that may have a private address, as ``host`` or ``host:port``.
        max_redirects: Largest number of redirects that are followed.
        stay_encrypted: Whether a redirect from https to http is refused.
    """

    def __init__(
        self,
        headers: Mapping[str, str],
        allow_hosts: Iterable[str] = (),
        max_redirects: int = 5,
        *,
        stay_encrypted: bool = False,
    ) -> None:
        self._deadline = Deadline()
        self._max_redirects = max_redirects
        self._stay_encrypted = stay_encrypted
        self._client = httpx.Client(
            transport=Transport(tuple(allow_hosts), self._deadline),
            headers=dict(headers),
            trust_env=False,
        )

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    @contextmanager
    def open(
        self,
        url: str,
        until: float,
        *,
        method: str = "GET",
        content: bytes = b"",
        latest: float = float("inf"),
        extend_s: float = 0.0,
        prepare: Callable[[httpx.URL], Mapping[str, str]] = lambda url: {},
    ) -> Iterator[Response]:
        """Send a request, follow redirects, and give the answer while the block lasts.

        Args:
            url: The address; a login in it is sent and never shown.
            method: Of the request; a redirect is followed with the same.
            content: Body of the request.
            until: Deadline for all of it, the body included, in seconds of the monotonic clock.
            latest: The deadline is never moved beyond this.
            extend_s: If not 0, each 64 kB of the body move the deadline to so many seconds from
                then: for large files, whose total time nobody can tell.
            prepare: Called before each request of a chain of redirects; returns headers for it, or
                raises to refuse it. The deadline is moved by the time that it takes.

        Raises:
            TransientError: If a further attempt may succeed.
            FetchError: If not.
        """
        asked = shown(url)
        response, until = self._follow(url, asked, (until, latest), (method, content), prepare)
        try:
            with self._deadline.set(until):
                yield Response(
                    str(without_login(response.request.url)),
                    asked,
                    response.status_code,
                    response.headers,
                    self._chunks(response, asked, extend_s),
                )
        finally:
            response.close()

    def _follow(
        self,
        url: str,
        asked: str,
        deadline: tuple[float, float],
        method_and_content: tuple[str, bytes],
        prepare: Callable[[httpx.URL], Mapping[str, str]],
    ) -> tuple[httpx.Response, float]:
        """Send requests until the answer is not a redirect; return it and the moved deadline."""
        until, latest = deadline
        seen: set[str] = set()
        at = parse_address(url, asked)
        while str(at) not in seen:
            seen.add(str(at))
            if len(seen) > self._max_redirects + 1:
                raise FetchError(
                    f"more than {self._max_redirects} redirects"
                    if self._max_redirects
                    else f"it redirects to {without_login(at)}, which is not followed",
                    where=asked,
                    hint="check the address in a browser",
                )
            began = time.monotonic()
            headers = prepare(at)
            until = min(until + time.monotonic() - began, latest)
            with self._deadline.set(until), _translated(asked):
                response = self._send(*method_and_content, at, headers)
            location = response.headers.get("location", "")
            if response.status_code not in _REDIRECTS or not location:
                return response, until
            response.close()
            at = self._redirected(at, location, asked)
        raise FetchError(
            "its redirects go round in a circle",
            where=asked,
            hint="check the address in a browser",
        )

    def _send(
        self, method: str, content: bytes, at: httpx.URL, headers: Mapping[str, str]
    ) -> httpx.Response:
        request = self._client.build_request(
            method, at, headers=dict(headers), content=content or None
        )
        # No limits for single steps: the transport ends each at the deadline.
        request.extensions = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), None)}
        return self._client.send(request, stream=True, follow_redirects=False)

    def _redirected(self, at: httpx.URL, location: str, asked: str) -> httpx.URL:
        try:
            joined = str(at.join(location))
        except (httpx.InvalidURL, ValueError) as error:
            raise _not_an_address(error, asked) from error
        target = parse_address(joined, asked)
        if self._stay_encrypted and at.scheme == "https" and target.scheme != "https":
            raise FetchError(
                "redirected to an address without encryption",
                where=str(without_login(target)),
                hint="ask the owner of the address, or use another mirror",
            )
        return target

    def _chunks(self, response: httpx.Response, asked: str, extend_s: float) -> Iterator[bytes]:
        received = 0
        with _translated(asked):
            for chunk in response.iter_raw():
                if time.monotonic() > self._deadline.until:
                    raise httpcore.ReadTimeout("the body took too long")
                received += len(chunk)
                if extend_s and received >= _EXTENDING_BYTES:
                    received = 0
                    self._deadline.until = time.monotonic() + extend_s
                yield chunk


def shown(url: str) -> str:
    """Format an address for a message: without login, and not longer than 200 characters."""
    try:
        return str(without_login(httpx.URL(url)))[:200]
    except (httpx.InvalidURL, ValueError):
        return url[:200]


def without_login(url: httpx.URL) -> httpx.URL:
    """Remove user name and password from an address."""
    return url.copy_with(username=None, password=None) if url.userinfo else url


def parse_address(url: str, asked: str) -> httpx.URL:
    """Parse an address and drop its fragment.

    Args:
        url: The address.
        asked: The address that led to it, for the message.

    Raises:
        FetchError: If it is not an http or https address.
    """
    try:
        address = httpx.URL(url).copy_with(fragment=None)
        host = address.host
    except (httpx.InvalidURL, ValueError) as error:
        raise _not_an_address(error, asked) from error
    if address.scheme not in ("http", "https") or not host:
        raise FetchError(
            f"only http and https are fetched, not {str(address)[:80]!r}",
            where=asked,
            hint="check the address",
        )
    return address


def _not_an_address(error: Exception, asked: str) -> FetchError:
    return FetchError(
        f"this is not an address: {str(error)[:120]}", where=asked, hint="check the address"
    )


@contextmanager
def _translated(asked: str) -> Iterator[None]:
    """Turn errors of the network libraries into :class:`FetchError` with the address."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise TransientError(
            "no answer in time", where=asked, hint="see [fetch] timeout_s"
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, OSError) as error:
        raise TransientError(
            f"the connection failed: {error or type(error).__name__}",
            where=asked,
            hint="check the address and the network",
        ) from error
    except (httpcore.UnsupportedProtocol, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        # httpx reads the target of a redirect itself; idna raises ValueError for host names.
        raise FetchError(
            f"the server sent an invalid answer: {str(error)[:120]}",
            where=asked,
            hint="check the address in a browser",
        ) from error
    except TransientError:
        raise
    except FetchError as error:
        kind = PrivateAddressError if isinstance(error, PrivateAddressError) else FetchError
        raise kind(error.message, where=error.where or asked, hint=error.hint) from error


def _refusal(status: int) -> str:
    text = _STATUS_TEXT.get(status, "the server failed" if status >= 500 else "the server refused")
    return f"{text} (status {status})"
