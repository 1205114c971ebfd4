"""The files of the screens (style, scripts, fonts), the show's cover and the accent's style."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from mujaz.desk.screens.accent import theme
from mujaz.desk.screens.forms import page

if TYPE_CHECKING:
    from mujaz.desk.desk import Desk

_TYPES: Mapping[str, str] = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml; charset=utf-8",
    "kufi.woff2": "font/woff2",
    "naskh.woff2": "font/woff2",
}


def asset_routes(desk: Desk) -> list[BaseRoute]:
    """The routes; all but the cover are readable before signing in."""

    def style(request: Request) -> Response:
        return _answer(request, theme(desk.show.cover()).encode(), "text/css; charset=utf-8")

    def cover(request: Request) -> Response:
        title = request.query_params.get("title", "").strip()
        return _answer(request, desk.show.cover(title), "image/jpeg")

    return [
        Route("/assets/{name}", page(asset), methods=["GET"]),
        Route("/theme.css", page(style), methods=["GET"]),
        Route("/cover.jpg", page(cover), methods=["GET"]),
    ]


def asset(request: Request) -> Response:
    """A file of the screens; only the names of the table are read."""
    name = request.path_params["name"]
    if name not in _TYPES:
        return Response("not found", 404, media_type="text/plain")
    return _answer(request, _content(name), _TYPES[name])


@cache
def _content(name: str) -> bytes:
    return files("mujaz.desk.screens").joinpath("assets", name).read_bytes()


def _answer(request: Request, data: bytes, kind: str) -> Response:
    """The bytes, or 304 to a browser that has them."""
    headers = {"etag": f'"{sha256(data).hexdigest()[:24]}"', "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=kind, headers=headers)
