"""Routes below ``/live/``: the page, state and stream of an episode that is being made.

Once the episode is published, all of them redirect to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from urllib.parse import quote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from mujaz.live.broadcast import Broadcast
from mujaz.live.episodes import LiveEpisodes, LiveStatus, starts_in_episode
from mujaz.publish.html.pages import live_list, live_page, on_air_links
from mujaz.publish.show import Show
from mujaz.server.error_pages import error_page
from mujaz.server.folder import is_plain

_CHUNK_BYTES = 16 * 1024
_POLL_S = 0.03
_NO_STORE: Mapping[str, str] = {"cache-control": "no-store"}
_STREAM_HEADERS: Mapping[str, str] = {
    **_NO_STORE,
    "accept-ranges": "none",
    # Keeps nginx from waiting until its buffer is full.
    "x-accel-buffering": "no",
}


@dataclass(frozen=True, slots=True)
class LiveRoutes:
    """HTTP answers about live episodes.

    Args:
        episodes: Broadcasts and published episodes.
        show: The show, for titles of pages.
    """

    episodes: LiveEpisodes
    show: Show

    def routes(self) -> list[Route]:
        """Return the routes."""
        methods = ["GET", "HEAD"]
        return [
            Route("/live", self._redirect_to_list, methods=methods),
            Route("/live/", self._list, methods=methods),
            Route("/live/waiting.js", self._waiting_script, methods=methods),
            Route("/live/{name}", self._redirect_to_page, methods=methods),
            Route("/live/{name}/", self._page, methods=methods),
            Route("/live/{name}/live.js", self._script, methods=methods),
            Route("/live/{name}/state.json", self._state, methods=methods),
            Route("/live/{name}/stream.mp3", self._stream, methods=methods),
        ]

    def links(self) -> str:
        """Links to the running episodes, for the show page; empty if there are none."""
        return on_air_links(self.show, self.episodes.titles())

    async def _status(self, request: Request) -> tuple[str, LiveStatus]:
        name = str(request.path_params["name"])
        if not is_plain(name):
            return name, LiveStatus(None, None, has_failed=False)
        return name, await anyio.to_thread.run_sync(self.episodes.status, name)

    async def _redirect_to_list(self, request: Request) -> Response:
        return _redirect("./live/")

    async def _redirect_to_page(self, request: Request) -> Response:
        return _redirect(f"./{quote(request.path_params['name'])}/")

    async def _list(self, request: Request) -> Response:
        titles = await anyio.to_thread.run_sync(self.episodes.titles)
        if len(titles) == 1:
            return _redirect(f"./{quote(next(iter(titles)))}/")
        return HTMLResponse(live_list(self.show, titles), headers=_NO_STORE)

    async def _page(self, request: Request) -> Response:
        name, status = await self._status(request)
        if status.episode:
            return _redirect(f"../../episodes/{quote(name)}/index.html")
        if status.broadcast is None:
            return _not_live(status)
        script = status.broadcast.script
        return HTMLResponse(
            live_page(self.show, script, script.day or date.today()), headers=_NO_STORE
        )

    async def _script(self, request: Request) -> Response:
        return _javascript("live.js")

    async def _waiting_script(self, request: Request) -> Response:
        return _javascript("waiting.js")

    async def _state(self, request: Request) -> Response:
        name, status = await self._status(request)
        if status.episode:
            finished = {
                "published": True,
                "episode": f"../../episodes/{quote(name)}/index.html",
                "media": f"../../media/{quote(status.episode.media)}",
                "duration": round(status.episode.duration_s, 3),
                "starts": starts_in_episode(status.episode),
            }
            return JSONResponse(finished, headers=_NO_STORE)
        if status.broadcast is None and not status.has_failed:
            return _not_live(status)
        known: dict[str, object] = {"starts": [], "slow": False}
        if status.broadcast is not None:
            state = status.broadcast.state
            known = {"starts": state.starts, "slow": state.slow}
        state_now = {"published": False, **known, "failed": status.has_failed}
        return JSONResponse(state_now, headers=_NO_STORE)

    async def _stream(self, request: Request) -> Response:
        name, status = await self._status(request)
        if status.episode:
            return _redirect(f"../../media/{quote(status.episode.media)}")
        if status.broadcast is None:
            return _not_live(status)
        if request.method == "HEAD":
            # The same headers as for GET, without a length, and the stream is not started.
            return StreamingResponse(_no_bytes(), media_type="audio/mpeg", headers=_STREAM_HEADERS)
        return _LiveStream(self.episodes, name)


class _LiveStream(StreamingResponse):
    """Sends a stream from its beginning, and keeps its broadcast open for so long."""

    def __init__(self, episodes: LiveEpisodes, name: str) -> None:
        super().__init__(_no_bytes(), media_type="audio/mpeg", headers=_STREAM_HEADERS)
        self._episodes = episodes
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET request."""
        with self._episodes.listening(self._name) as broadcast:
            if broadcast is None:
                # It was closed since the request was routed; the client may ask again.
                await _not_live(LiveStatus(None, None, has_failed=False))(scope, receive, send)
                return
            broadcast.start()
            self.body_iterator = _stream_of(broadcast)
            await super().__call__(scope, receive, send)
        await anyio.to_thread.run_sync(self._episodes.update)


async def _no_bytes() -> AsyncIterator[bytes]:
    return
    yield b""


async def _stream_of(broadcast: Broadcast) -> AsyncIterator[bytes]:
    """Yield the stream from its beginning to its end."""
    offset = 0
    while True:
        data = broadcast.read(offset, _CHUNK_BYTES)
        if data is None:
            return
        if data:
            offset += len(data)
            yield data
        else:
            await asyncio.sleep(_POLL_S)


def _redirect(location: str) -> Response:
    return Response(status_code=307, headers={**_NO_STORE, "location": location})


def _not_live(status: LiveStatus) -> Response:
    if status.has_failed:
        return error_page(410, "unfinished")
    return error_page(404, "not_live")


def _javascript(name: str) -> Response:
    headers = {"cache-control": "no-cache"}
    return Response(_content(name), media_type="text/javascript", headers=headers)


@cache
def _content(name: str) -> bytes:
    return (files("mujaz.server") / name).read_bytes()
