"""Limits of the size of requests."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 60_000_000


class BodyLimit:
    """ASGI middleware that refuses bodies over a size, stated or not.

    Args:
        app: The application.
        refuse: Called with the scope; makes the answer.
        most_bytes: Largest size of a body.
    """

    def __init__(
        self, app: ASGIApp, refuse: Callable[[Scope], ASGIApp], most_bytes: int = MOST_BYTES
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("content-length", "0")
        if not stated.isdigit() or int(stated) > self._most_bytes:
            await self._refuse(scope)(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most_bytes:
                raise HTTPException(413)
            return message

        await self._app(scope, limited, send)
