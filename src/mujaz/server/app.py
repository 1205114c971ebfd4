"""The application: which path is answered by what, and what every answer carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import anyio.to_thread
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mujaz.publish.http_headers import PREFLIGHT_HEADERS, SECURITY_HEADERS, content_type
from mujaz.server.answers import Compressed, FileAnswer
from mujaz.server.folder import INDEX, Elsewhere, Found, Served

_METHODS = ("GET", "HEAD", "OPTIONS")
_PAGE = """<!DOCTYPE html>
<html lang="ar" dir="rtl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body><main><h1>{title}</h1><p>{text}</p><p lang="en" dir="ltr">{english}</p></main></body>
</html>
"""


def show_app(
    root: Path, more: Sequence[BaseRoute] = (), spare: Mapping[str, bytes] | None = None
) -> ASGIApp:
    """The show folder as an ASGI application.

    Args:
        root: The show folder.
        more: Routes that come before the files.
        spare: Files by name that are offered where the folder has none of that name.
    """
    files = Files(Served(root), spare or {})
    return _Dressed(Router(list(more), redirect_slashes=False, default=files))


class Files:
    """Answers with files of a folder."""

    def __init__(self, served: Served, spare: Mapping[str, bytes]) -> None:
        self._served = served
        self._spare = spare
        self._compressed = Compressed()

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
            return refusal(405, "طريقة غير مسموحة", "This address can only be read.")
        try:
            found = await anyio.to_thread.run_sync(self._served.open, scope["path"])
        except PermissionError:
            return refusal(403, "الملف غير متاح", "This file may not be read.")
        if isinstance(found, Found):
            return FileAnswer(found, self._compressed)
        if isinstance(found, Elsewhere):
            # Relative, so that it holds behind a proxy that adds a prefix.
            return Response(status_code=308, headers={"location": "./" + quote(found.location)})
        name = scope["path"].removeprefix("/") or INDEX
        if name in self._spare:
            headers = {"cache-control": "no-cache", "content-type": content_type(name)}
            return Response(self._spare[name], headers=headers)
        return refusal(404, "الصفحة غير موجودة", "There is no such page.")


class _Dressed:
    """Puts the security fields on every answer, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, dress)


def refusal(status: int, title: str, english: str) -> Response:
    """A page that says why there is nothing here."""
    text = "تحقق من العنوان، أو عد إلى صفحة الحلقات."
    headers = {"cache-control": "no-store"}
    if status == 405:
        headers["allow"] = ", ".join(_METHODS)
    page = _PAGE.format(title=title, text=text, english=english)
    return HTMLResponse(page, status, headers)
