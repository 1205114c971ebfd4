"""A speech server with the OpenAI protocol: real HTTP, and the embedded voice behind it."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import soundfile
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from mujaz.plugins import load_engine
from mujaz.voices.catalog import load_voice, own_folder
from tests.web import free_port

KEY = "sk-test-0123456789abcdef"
SAMPLE_RATE = 22050
_TYPES = {"wav": "audio/wav", "pcm": "audio/pcm", "mp3": "audio/mpeg", "flac": "audio/flac"}
_SUBTYPES = {"wav": "PCM_16", "mp3": "MPEG_LAYER_III", "flac": "PCM_16"}

Answer = Callable[["SpeechServer", dict[str, Any]], Response]


@dataclass
class SpeechServer:
    """What the server does, and what it has been asked.

    Attributes:
        answers: How the next requests are answered, in order; afterwards, as they should be.
        always: How every request is answered, if set.
        rate: Of the sound that it sends, in Hz.
        asked: The bodies of all requests.
        keys: Their Authorization headers.
    """

    address: str = ""
    answers: list[Answer] = field(default_factory=list)
    always: Answer | None = None
    rate: int = SAMPLE_RATE
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def said(self, request: dict[str, Any]) -> Response:
        """The answer of a sound server: the text, spoken in the format that was asked for."""
        kind = str(request["response_format"])
        return Response(encoded(str(request["input"]), kind, self.rate), media_type=_TYPES[kind])


@cache
def encoded(text: str, kind: str, rate: int = SAMPLE_RATE) -> bytes:
    """A text spoken by the embedded voice, in a format."""
    clip = load_engine("espeak").speak(text, load_voice(own_folder() / "espeak-ar.toml"))
    samples = np.frombuffer(clip.pcm, np.int16)
    if kind == "pcm":
        return samples.tobytes()
    stream = io.BytesIO()
    soundfile.write(stream, samples, rate, format=kind.upper(), subtype=_SUBTYPES[kind])
    return stream.getvalue()


def slow(server: SpeechServer, request: dict[str, Any]) -> Response:
    """Headers at once, then a byte now and then: only a deadline of the whole ends this."""

    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"R"
            await asyncio.sleep(0.05)

    return StreamingResponse(drip(), media_type="audio/wav")


def too_many(wait: str) -> Answer:
    """Status 429 with a Retry-After header."""
    return lambda server, request: JSONResponse(
        {"error": {"message": "slow down"}}, 429, {"Retry-After": wait}
    )


def failed(server: SpeechServer, request: dict[str, Any]) -> Response:
    """Status 500."""
    return JSONResponse({"detail": "out of memory"}, 500)


def refused(status: int) -> Answer:
    """A refusal that repeats the key, as OpenAI's does."""
    return lambda server, request: JSONResponse(
        {"error": {"message": f"Incorrect API key provided: {KEY}"}}, status
    )


def redirected(server: SpeechServer, request: dict[str, Any]) -> Response:
    """A redirect, which would send text and key elsewhere."""
    return RedirectResponse(server.address.replace("127.0.0.1", "127.0.0.2"), 307)


def sends(data: bytes, media_type: str = "audio/wav") -> Answer:
    """These bytes, whatever was asked for."""
    return lambda server, request: Response(data, media_type=media_type)


def cut(kind: str) -> Answer:
    """Half of a sound, with a length that agrees, as behind a proxy that broke off."""

    def answer(server: SpeechServer, request: dict[str, Any]) -> Response:
        data = encoded(str(request["input"]), kind)
        return Response(data[: len(data) // 2 | 1], media_type=_TYPES[kind])

    return answer


def broken_off(server: SpeechServer, request: dict[str, Any]) -> Response:
    """A connection that ends before the length that was announced."""
    data = encoded(str(request["input"]), "wav")

    async def half() -> AsyncIterator[bytes]:
        yield data[: len(data) // 2]

    return StreamingResponse(half(), headers={"Content-Length": str(len(data))})


@contextmanager
def speech_server() -> Iterator[SpeechServer]:
    """Run a speech server on 127.0.0.1 in a thread."""
    state = SpeechServer()

    async def speech(request: Request) -> Response:
        body = json.loads(await request.body())
        state.asked.append(body)
        state.keys.append(request.headers.get("authorization", ""))
        answer = state.always or (state.answers.pop(0) if state.answers else SpeechServer.said)
        return await asyncio.to_thread(answer, state, body)

    app = Starlette(routes=[Route("/v1/audio/speech", speech, methods=["POST"])])
    port = free_port()
    state.address = f"http://127.0.0.1:{port}/v1"
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="critical", timeout_graceful_shutdown=0)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    limit = time.monotonic() + 20
    while not server.started and time.monotonic() < limit:
        time.sleep(0.01)
    try:
        yield state
    finally:
        server.should_exit = True
        thread.join(20)
