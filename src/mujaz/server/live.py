"""``/live/``: episodes that can be heard while they are made, and the way to them afterwards.

An episode on the air has the name of its folder: once it is published, ``/live/NAME/`` leads there
for good, whether this server saw it being made or not.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from mujaz.domain import Episode
from mujaz.errors import PublishError
from mujaz.live.broadcast import Broadcast, Station
from mujaz.live.spool import Spool, spools
from mujaz.publish.folder import layout, manifest
from mujaz.publish.html.pages import live_list, live_page
from mujaz.publish.show import Show
from mujaz.server.folder import is_plain

_CHUNK_BYTES = 16 * 1024
_LOOK_S = 0.03
_NO_STORE: Mapping[str, str] = {"cache-control": "no-store"}
_STREAM: Mapping[str, str] = {
    **_NO_STORE,
    "accept-ranges": "none",
    # nginx would else wait until its buffer is full.
    "x-accel-buffering": "no",
}


@dataclass(slots=True)
class LiveDesk:
    """What is on the air from one show folder.

    Args:
        root: The show folder.
        show: How the show is called.
        station: How it sounds on the air.
    """

    root: Path
    show: Show
    station: Station
    _broadcasts: dict[str, Broadcast] = field(default_factory=dict)
    _past: list[Broadcast] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def routes(self) -> list[Route]:
        """The routes below ``/live/``."""
        methods = ["GET", "HEAD"]
        return [
            Route("/live", self._to_list, methods=methods),
            Route("/live/", self._list, methods=methods),
            Route("/live/{name}", self._to_page, methods=methods),
            Route("/live/{name}/", self._page, methods=methods),
            Route("/live/{name}/live.js", self._script, methods=methods),
            Route("/live/{name}/state.json", self._state, methods=methods),
            Route("/live/{name}/stream.mp3", self._stream, methods=methods),
        ]

    def close(self) -> None:
        """Take everything off the air."""
        for broadcast in (*self._broadcasts.values(), *self._past):
            broadcast.close()

    def on_air(self) -> dict[str, Broadcast]:
        """Broadcasts of the runs that go on now, and of those that were heard."""
        with self._lock:
            seen = {
                broadcast.spool.folder for broadcast in (*self._broadcasts.values(), *self._past)
            }
            for folder in spools(self.root):
                if folder in seen:
                    continue
                try:
                    spool = Spool(folder)
                except (OSError, ValueError, KeyError, TypeError):
                    continue  # it went away, or is not ours to read
                if spool.is_abandoned():
                    spool.close()
                    continue
                if spool.name in self._broadcasts:
                    # Corrected again while its last listeners hear it out.
                    self._past.append(self._broadcasts[spool.name])
                self._broadcasts[spool.name] = Broadcast(spool, self.station)
            return dict(self._broadcasts)

    def published(self, name: str) -> Episode | None:
        """The finished episode of a name, unless a newer one is still being made."""
        path = self.root / "episodes" / name / "episode.json"
        if not is_plain(name) or not path.is_file():
            return None
        try:
            episode = manifest.load(path)
        except PublishError:
            return None
        broadcast = self._broadcasts.get(name)
        coming = broadcast is not None and not broadcast.spool.is_abandoned()
        if coming and broadcast and episode.fingerprint != broadcast.spool.fingerprint:
            return None
        return episode if layout.is_whole(episode, partial(layout.media_size, self.root)) else None

    async def _find(self, request: Request) -> tuple[str, Broadcast | None, Episode | None]:
        name = str(request.path_params["name"])
        on_air = await anyio.to_thread.run_sync(self.on_air)
        return name, on_air.get(name), await anyio.to_thread.run_sync(self.published, name)

    async def _to_list(self, request: Request) -> Response:
        return _to("./live/")

    async def _to_page(self, request: Request) -> Response:
        return _to(f"./{quote(request.path_params['name'])}/")

    async def _list(self, request: Request) -> Response:
        on_air = await anyio.to_thread.run_sync(self.on_air)
        going = {
            name: broadcast.script.title
            for name, broadcast in on_air.items()
            if not broadcast.state.ended and not self.published(name)
        }
        if len(going) == 1:
            return _to(f"./{quote(next(iter(going)))}/")
        return HTMLResponse(live_list(self.show, going), headers=_NO_STORE)

    async def _page(self, request: Request) -> Response:
        name, broadcast, episode = await self._find(request)
        if episode:
            return _to(f"../../episodes/{quote(name)}/index.html")
        if broadcast is None:
            return _absent()
        day = broadcast.script.day or date.today()
        return HTMLResponse(live_page(self.show, broadcast.script, day), headers=_NO_STORE)

    async def _script(self, request: Request) -> Response:
        headers = {"cache-control": "no-cache"}
        return Response(_live_js(), media_type="text/javascript", headers=headers)

    async def _state(self, request: Request) -> Response:
        name, broadcast, episode = await self._find(request)
        if episode:
            texts = [s.text for s in broadcast.script.sentences] if broadcast else []
            return JSONResponse(_finished(name, episode, texts), headers=_NO_STORE)
        if broadcast is None:
            return _absent()
        state = broadcast.state
        known = {"starts": state.starts, "slow": state.slow, "failed": state.failed}
        return JSONResponse({"published": False, **known}, headers=_NO_STORE)

    async def _stream(self, request: Request) -> Response:
        _, broadcast, episode = await self._find(request)
        if episode:
            return _to(f"../../media/{quote(episode.media)}")
        if broadcast is None:
            return _absent()
        if request.method == "HEAD":
            return Response(media_type="audio/mpeg", headers=_STREAM)
        broadcast.start()
        return StreamingResponse(_listen(broadcast), media_type="audio/mpeg", headers=_STREAM)


async def _listen(broadcast: Broadcast) -> AsyncIterator[bytes]:
    """The stream from its beginning; a listener who leaves ends only this."""
    offset = 0
    while True:
        data = broadcast.read(offset, _CHUNK_BYTES)
        if data is None:
            return
        if data:
            offset += len(data)
            yield data
        else:
            await asyncio.sleep(_LOOK_S)


def _finished(name: str, episode: Episode, texts: list[str]) -> dict[str, Any]:
    """Where the finished episode is, and when each sentence of the script is heard in it."""
    starts: list[float | None] = [None] * len(texts)
    place = 0
    for cue in episode.cues:
        for index in range(place, len(texts)):
            if texts[index] == cue.sentence.text:
                starts[index] = round(cue.start, 3)
                place = index + 1
                break
    return {
        "published": True,
        "episode": f"../../episodes/{quote(name)}/index.html",
        "media": f"../../media/{quote(episode.media)}",
        "duration": round(episode.duration_s, 3),
        "starts": starts,
    }


def _to(location: str) -> Response:
    return Response(status_code=307, headers={**_NO_STORE, "location": location})


def _absent() -> Response:
    from mujaz.server.app import refusal

    return refusal(404, "لا تُقرأ هذه الحلقة الآن", "This episode is not being read now.")


@cache
def _live_js() -> bytes:
    return (files("mujaz.server") / "live.js").read_bytes()
