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

from mujaz.domain import Episode
from mujaz.live.broadcast import Broadcast
from mujaz.live.episodes import LiveEpisodes, starts_in_episode
from mujaz.publish.html.pages import live_list, live_page
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
            Route("/live/{name}", self._redirect_to_page, methods=methods),
            Route("/live/{name}/", self._page, methods=methods),
            Route("/live/{name}/live.js", self._script, methods=methods),
            Route("/live/{name}/state.json", self._state, methods=methods),
            Route("/live/{name}/stream.mp3", self._stream, methods=methods),
        ]

    async def _find(self, request: Request) -> tuple[str, Broadcast | None, Episode | None]:
        name = str(request.path_params["name"])
        if not is_plain(name):
            return name, None, None
        broadcasts = await anyio.to_thread.run_sync(self.episodes.broadcasts)
        episode = await anyio.to_thread.run_sync(self.episodes.published, name)
        return name, broadcasts.get(name), episode

    async def _redirect_to_list(self, request: Request) -> Response:
        return _redirect("./live/")

    async def _redirect_to_page(self, request: Request) -> Response:
        return _redirect(f"./{quote(request.path_params['name'])}/")

    async def _list(self, request: Request) -> Response:
        broadcasts = await anyio.to_thread.run_sync(self.episodes.broadcasts)
        titles = {
            name: broadcast.script.title
            for name, broadcast in broadcasts.items()
            if not broadcast.state.ended and not self.episodes.published(name)
        }
        if len(titles) == 1:
            return _redirect(f"./{quote(next(iter(titles)))}/")
        return HTMLResponse(live_list(self.show, titles), headers=_NO_STORE)

    async def _page(self, request: Request) -> Response:
        name, broadcast, episode = await self._find(request)
        if episode:
            return _redirect(f"../../episodes/{quote(name)}/index.html")
        if broadcast is None:
            return _not_live()
        day = broadcast.script.day or date.today()
        return HTMLResponse(live_page(self.show, broadcast.script, day), headers=_NO_STORE)

    async def _script(self, request: Request) -> Response:
        headers = {"cache-control": "no-cache"}
        return Response(_live_js(), media_type="text/javascript", headers=headers)

    async def _state(self, request: Request) -> Response:
        name, broadcast, episode = await self._find(request)
        if episode:
            texts = [s.text for s in broadcast.script.sentences] if broadcast else []
            finished = {
                "published": True,
                "episode": f"../../episodes/{quote(name)}/index.html",
                "media": f"../../media/{quote(episode.media)}",
                "duration": round(episode.duration_s, 3),
                "starts": starts_in_episode(episode, texts),
            }
            return JSONResponse(finished, headers=_NO_STORE)
        if broadcast is None:
            return _not_live()
        state = broadcast.state
        known = {"starts": state.starts, "slow": state.slow, "failed": state.failed}
        return JSONResponse({"published": False, **known}, headers=_NO_STORE)

    async def _stream(self, request: Request) -> Response:
        _, broadcast, episode = await self._find(request)
        if episode:
            return _redirect(f"../../media/{quote(episode.media)}")
        if broadcast is None:
            return _not_live()
        if request.method == "HEAD":
            return Response(media_type="audio/mpeg", headers=_STREAM_HEADERS)
        broadcast.start()
        return StreamingResponse(
            _stream_of(broadcast), media_type="audio/mpeg", headers=_STREAM_HEADERS
        )


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


def _not_live() -> Response:
    return error_page(404, "لا تُقرأ هذه الحلقة الآن", "This episode is not being read now.")


@cache
def _live_js() -> bytes:
    return (files("mujaz.server") / "live.js").read_bytes()
