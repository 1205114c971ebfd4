"""Addresses that an audio element of a screen plays."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from mujaz.desk.desk import Desk
from mujaz.desk.values import NotFoundError


def routes(desk: Desk) -> list[BaseRoute]:
    """Return the routes: a sentence as WAV; a story and a whole draft as MP3."""

    async def sentence(request: Request) -> Response:
        parts = request.path_params
        data = await run_in_threadpool(desk.sound.sentence, parts["draft"], parts["number"])
        return Response(data, media_type="audio/wav")

    async def story(request: Request) -> Response:
        parts = request.path_params
        number = _number(parts["number"])
        pieces = await run_in_threadpool(desk.sound.story, parts["draft"], number)
        return StreamingResponse(pieces, media_type="audio/mpeg")

    async def whole(request: Request) -> Response:
        start = _number(request.query_params.get("from", "0"))
        draft = request.path_params["draft"]
        pieces = await run_in_threadpool(desk.sound.whole, draft, start)
        return StreamingResponse(pieces, media_type="audio/mpeg")

    return [
        Route("/drafts/{draft}/sentences/{number:int}/audio", sentence, methods=["GET"]),
        Route("/drafts/{draft}/stories/{number}/audio", story, methods=["GET"]),
        Route("/drafts/{draft}/audio", whole, methods=["GET"]),
    ]


def _number(text: str) -> int:
    """A number of an address.

    Raises:
        NotFoundError: If it is none.
    """
    try:
        return int(text[:9])
    except ValueError:
        raise NotFoundError("there is no such story", hint="reload the draft") from None
