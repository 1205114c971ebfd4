"""Bind a socket and run the server until a signal stops it."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from mujaz.errors import ServerError

_BACKLOG = 2048
# Longest wait for the next request on a connection; players keep one open and seek now and then.
_KEEP_ALIVE_S = 30
# Time for downloads to finish at shutdown before their connections are closed.
_GRACE_S = 5


def bind(host: str, port: int) -> socket.socket:
    """Bind a listening socket.

    Args:
        host: Name or address of this machine.
        port: TCP port; 0 takes a free one.

    Raises:
        ServerError: If the address is in use or is not one of this machine.
    """
    where = f"{host}:{port}"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ServerError(
            f"this is not an address of this machine: {error.strerror or error}",
            where=where,
            hint="use --host 127.0.0.1, or 0.0.0.0 for every address of this machine",
        ) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ServerError(
            f"the address cannot be served: {error.strerror or error}",
            where=where,
            hint="choose another with --port (0 takes a free one)",
        ) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def run(
    app: ASGIApp,
    listener: socket.socket,
    on_ready: Callable[[], None],
    *,
    root_path: str = "",
    behind_proxy: bool = False,
) -> None:
    """Serve until SIGTERM (returns) or SIGINT (raises KeyboardInterrupt).

    Requests in progress get five seconds to end.

    Args:
        app: The application.
        listener: Socket from :func:`bind`; closed at the end.
        on_ready: Called as soon as connections are accepted.
        root_path: Prefix that a proxy takes off the paths of requests.
        behind_proxy: Whether a proxy on this machine is believed about address and scheme of the
            client (``X-Forwarded-For``, ``X-Forwarded-Proto``).
    """
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy,
        root_path=root_path,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
    )
    # uvicorn raises the signal again after it has stopped. It is ignored then: stopping on request
    # is not a failure.
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    try:
        _Server(config, on_ready).run(sockets=[listener])
    finally:
        signal.signal(signal.SIGTERM, before)
        listener.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()
