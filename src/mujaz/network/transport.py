"""The transport of the HTTP client: checks addresses when connecting, and enforces deadlines.

It gives ``httpcore`` a network backend that resolves names itself, refuses private addresses,
connects to the very addresses that it checked (so that a second, different answer of the name
service is of no use to an attacker), and ends every read and write at the deadline.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from mujaz.errors import FetchError
from mujaz.network import addresses

_CONNECTIONS = 16


class Deadline(threading.local):
    """The deadline of this thread's request, in seconds of the monotonic clock."""

    until: float = float("inf")

    @contextmanager
    def set(self, until: float) -> Iterator[None]:
        """Set the deadline for the duration of the block."""
        before, self.until = self.until, until
        try:
            yield
        finally:
            self.until = before

    def left(
        self, most: float | None, error: type[httpcore.TimeoutException] = httpcore.ReadTimeout
    ) -> float:
        """Seconds left, at most ``most``.

        Raises:
            TimeoutException: Of the given kind, when time is up. A server that always has another
                byte to send would never run into the time limit of a single read.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise error("the deadline has passed")
        return left if most is None else min(left, most)


class _Stream(httpcore.NetworkStream):
    """A connection whose reads and writes end at the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout, httpcore.ConnectTimeout)
        with _closed_after(left, self._inner.get_extra_info("socket")):
            stream = self._inner.start_tls(ssl_context, server_hostname, left)
        return _Stream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


@contextmanager
def _closed_after(seconds: float, connection: socket.socket | None) -> Iterator[None]:
    """Close a connection if the block takes too long.

    A handshake inside the TLS of a proxy has no time limit but that of each read (httpcore).
    """
    if not isinstance(connection, ssl.SSLSocket):
        yield
        return
    timer = threading.Timer(seconds, _shut_down, (connection,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut_down(connection: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Backend(httpcore.NetworkBackend):
    """Connects to public addresses, and to those that ``allow_hosts`` names."""

    def __init__(self, allowed: Sequence[str], deadline: Deadline) -> None:
        self._plain = httpcore.SyncBackend()
        self._allowed = allowed
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        found = addresses.resolve(host, port, self._deadline.left(timeout, httpcore.ConnectTimeout))
        if not addresses.is_allowed(host, port, self._allowed):
            addresses.refuse_private(host, port, found)
        for place, address in enumerate(found, 1):
            try:
                left = self._deadline.left(timeout, httpcore.ConnectTimeout)
                stream = self._plain.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if place == len(found):
                    raise
            else:
                return _Stream(stream, self._deadline)
        raise httpcore.ConnectError(f"{host} has no address")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise httpcore.UnsupportedProtocol("socket files are not supported")


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class Transport(httpx.BaseTransport):
    """Transport for ``httpx`` over connection pools with the checking backend.

    Args:
        allowed: See ``[fetch] allow_hosts``.
        deadline: Deadline of each thread's request.
    """

    def __init__(self, allowed: Sequence[str], deadline: Deadline) -> None:
        self._allowed = allowed
        self._deadline = deadline
        self._pools: dict[str, httpcore.ConnectionPool] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; errors are those of ``httpcore``, and :class:`FetchError`."""
        url = request.url
        response = self._pool(url).handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.read(),
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.close()

    def _pool(self, url: httpx.URL) -> httpcore.ConnectionPool:
        proxy = _proxy_of(url)
        if proxy:
            self._refuse_private_behind_proxy(url)
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = self._new_pool(proxy)
            return self._pools[proxy]

    def _new_pool(self, proxy: str) -> httpcore.ConnectionPool:
        if not proxy:
            backend = _Backend(self._allowed, self._deadline)
            return httpcore.ConnectionPool(
                ssl_context=_tls_context(_certificates()),
                max_connections=_CONNECTIONS,
                network_backend=backend,
            )
        at = httpx.URL(proxy)
        if at.scheme not in ("http", "https"):
            raise FetchError(
                f"proxies of the kind {at.scheme!r} are not supported",
                hint="set HTTPS_PROXY to an http:// address",
            )
        # The operator's own proxy may have a private address.
        port = at.port or (443 if at.scheme == "https" else 80)
        backend = _Backend((f"{at.host}:{port}",), self._deadline)
        login = (at.username, at.password) if at.username else None
        return httpcore.HTTPProxy(
            proxy_url=httpcore.URL(
                scheme=at.raw_scheme, host=at.raw_host, port=at.port, target=b"/"
            ),
            proxy_auth=login,
            ssl_context=_tls_context(_certificates()),
            max_connections=_CONNECTIONS,
            network_backend=backend,
        )

    def _refuse_private_behind_proxy(self, url: httpx.URL) -> None:
        """Refuse private hosts as far as can be told: a proxy resolves the names itself."""
        port = url.port or (443 if url.scheme == "https" else 80)
        if addresses.is_allowed(url.host, port, self._allowed):
            return
        if addresses.has_private_name(url.host):
            raise addresses.PrivateAddressError(
                f"{url.host} is a private name",
                hint=f'if it is yours, set [fetch] allow_hosts = ["{url.host}:{port}"]',
            )
        try:
            found = addresses.resolve(
                url.host, port, self._deadline.left(2.0, httpcore.ConnectTimeout)
            )
        except FetchError:
            # Machines behind a proxy often have no name service.
            return
        addresses.refuse_private(url.host, port, found)


def _certificates() -> tuple[str, ...]:
    """The variables of the environment that name the certificates to trust."""
    return tuple(os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))


@cache
def _tls_context(certificates: tuple[str, ...]) -> ssl.SSLContext:
    """One for all clients of this process: reading the certificates takes 40 ms.

    Args:
        certificates: Part of the key only: httpx reads the same variables.
    """
    return httpx.create_ssl_context()


def _proxy_of(url: httpx.URL) -> str:
    """Address of the proxy that the environment sets for a URL; empty if none."""
    if proxy_bypass(url.host):
        return ""
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all") or ""
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"
