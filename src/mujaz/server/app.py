"""ASGI application that serves a show folder: routes, files, and security headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import anyio.to_thread
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mujaz.publish.html.rendering import ON_AIR
from mujaz.publish.http_headers import PREFLIGHT_HEADERS, content_type, security_headers
from mujaz.server.error_pages import error_page
from mujaz.server.file_response import FileResponse, GzipCache
from mujaz.server.folder import INDEX, FolderRedirect, OpenFile, ServedFolder

_METHODS = ("GET", "HEAD", "OPTIONS")


def show_app(
    root: Path,
    routes: Sequence[BaseRoute] = (),
    fallback_files: Mapping[str, bytes] | None = None,
    on_air: Callable[[], str] | None = None,
    embed_on: Sequence[str] = ("*",),
) -> ASGIApp:
    """Return an ASGI application that serves a show folder.

    Args:
        root: The show folder.
        routes: Routes that take precedence over files.
        fallback_files: Contents by name, for names that the folder does not have.
        on_air: Gives links to the episodes that are being made, for the show page.
        embed_on: Who may frame the embedded players; see ``[show] embed_on``.
    """
    files = Files(ServedFolder(root), fallback_files or {}, on_air)
    router = Router(list(routes), redirect_slashes=False, default=files)
    return _WithSecurityHeaders(router, embed_on)


class Files:
    """ASGI application that answers with files of a folder."""

    def __init__(
        self,
        folder: ServedFolder,
        fallback_files: Mapping[str, bytes],
        on_air: Callable[[], str] | None = None,
    ) -> None:
        self._folder = folder
        self._on_air = on_air
        self._fallback_files = fallback_files
        self._gzip_cache = GzipCache()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        answer = await self._answer(scope)
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope) -> ASGIApp:
        if scope["method"] == "OPTIONS":
            allowed = {"allow": ", ".join(_METHODS), **PREFLIGHT_HEADERS}
            return Response(status_code=204, headers=allowed)
        if scope["method"] not in _METHODS:
            allowed = {"allow": ", ".join(_METHODS)}
            return error_page(405, "method", allowed)
        try:
            found = await anyio.to_thread.run_sync(self._folder.open, scope["path"])
        except PermissionError:
            return error_page(403, "unreadable")
        name = scope["path"].removeprefix("/") or INDEX
        if name == INDEX and self._on_air is not None:
            links = await anyio.to_thread.run_sync(self._on_air)
            if links:
                return _with_links(found, self._fallback_files.get(INDEX, b""), links)
        if isinstance(found, OpenFile):
            return FileResponse(found, self._gzip_cache)
        if isinstance(found, FolderRedirect):
            # A relative address stays valid behind a proxy that adds a prefix.
            return Response(status_code=308, headers={"location": "./" + quote(found.location)})
        if name in self._fallback_files:
            headers = {"cache-control": "no-cache", "content-type": content_type(name)}
            return Response(self._fallback_files[name], headers=headers)
        return error_page(404, "missing")


def _with_links(found: object, fallback: bytes, links: str) -> Response:
    """The show page with links to running episodes; never kept, as they end soon."""
    page = fallback
    if isinstance(found, OpenFile):
        with found.stream as file:
            page = file.read()
    page = page.replace(ON_AIR.encode(), links.encode(), 1)
    headers = {"cache-control": "no-store", "content-type": content_type(INDEX)}
    return Response(page, headers=headers)


class _WithSecurityHeaders:
    """Adds the security headers to every answer, errors included."""

    def __init__(self, app: ASGIApp, embed_on: Sequence[str]) -> None:
        self._app = app
        self._embed_on = embed_on

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                path = str(scope.get("path", "")).removeprefix("/")
                for name, value in security_headers(path, self._embed_on).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
