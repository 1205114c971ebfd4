"""Operations on jobs, episodes, words, voices and speech."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from mujaz import __version__
from mujaz.desk.api.drafts import started
from mujaz.desk.api.parts import (
    Identifier,
    PageNumber,
    Query_,
    TheActor,
    TheDesk,
    rows,
)
from mujaz.desk.api.problems import documented
from mujaz.desk.api.schemas import (
    Episodes,
    Health,
    Jobs,
    Lexicon,
    LexiconBody,
    Readings,
    SayBody,
    Started,
    Voices,
    WithdrawBody,
)
from mujaz.desk.desk import Desk
from mujaz.desk.values import EpisodeRow, JobView, Page, WordRow

router = APIRouter(tags=["show"])
_POLL_S = 0.25
_SILENCE_S = 15.0
_AUDIO = {"schema": {"type": "string", "format": "binary"}}


@router.post(
    "/say",
    response_class=Response,
    responses={
        **documented(),
        200: {"description": "Audio", "content": {"audio/wav": _AUDIO, "audio/mpeg": _AUDIO}},
    },
)
def say(body: SayBody, request: Request, desk: TheDesk) -> Response:
    """Speak a text; WAV, or MP3 if ``Accept`` prefers ``audio/mpeg``."""
    mp3 = prefers_mp3(request.headers.get("accept", ""))
    data = desk.sound.say(body.text, body.spoken, body.voice, mp3=mp3)
    return Response(data, media_type="audio/mpeg" if mp3 else "audio/wav")


@router.get("/readings", response_model=Readings, responses=documented())
def readings(
    desk: TheDesk,
    word: Annotated[str, Query(max_length=200)],
    context: Annotated[str, Query(max_length=1500)] = "",
) -> object:
    """List the readings of a word with likelihoods, the likeliest first."""
    found = desk.words.readings(word, context)
    return rows(Page(tuple(found), total=len(found)))


@router.get("/jobs", response_model=Jobs, responses=documented())
def list_jobs(desk: TheDesk, page: PageNumber = 1) -> object:
    """List the jobs, the newest first."""
    return rows(desk.jobs.page(page))


@router.get("/jobs/{job}", response_model=JobView, responses=documented(404))
def read_job(job: Identifier, desk: TheDesk) -> JobView:
    """Read the state of a job."""
    return desk.jobs.job(job)


@router.delete(
    "/jobs/{job}", status_code=202, response_model=JobView, responses=documented(404, 409)
)
def cancel_job(job: Identifier, desk: TheDesk, actor: TheActor) -> JobView:
    """Cancel a job; a running one stops soon."""
    return desk.jobs.cancel(job, actor)


@router.get(
    "/jobs/{job}/events",
    response_class=StreamingResponse,
    responses={
        **documented(404),
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
    },
)
async def job_events(job: Identifier, desk: TheDesk) -> StreamingResponse:
    """Follow a job: an event ``job`` with its state whenever that changes, until it is over."""
    first = await run_in_threadpool(desk.jobs.job, job)
    headers = {"x-accel-buffering": "no"}
    return StreamingResponse(_events(desk, first), media_type="text/event-stream", headers=headers)


@router.get("/episodes", response_model=Episodes, responses=documented())
def list_episodes(desk: TheDesk, q: Query_ = "", page: PageNumber = 1) -> object:
    """List the episodes, the newest first, then the withdrawn ones."""
    return rows(desk.show.episodes(q, page))


@router.get("/episodes/{guid}", response_model=EpisodeRow, responses=documented(404))
def read_episode(guid: Identifier, desk: TheDesk) -> EpisodeRow:
    """Read an episode."""
    return desk.show.episode(guid)


@router.post(
    "/episodes/{guid}/correct",
    status_code=202,
    response_model=Started,
    responses=documented(404, 409),
)
def correct(guid: Identifier, request: Request, desk: TheDesk, actor: TheActor) -> Response:
    """Make a draft of an episode; the job names it, and publishing it corrects the episode."""
    return started(request, desk.jobs.start_correct(guid, actor).id)


@router.post(
    "/episodes/{guid}/withdraw",
    status_code=202,
    response_model=Started,
    responses=documented(404, 409),
)
def withdraw(
    guid: Identifier, body: WithdrawBody, request: Request, desk: TheDesk, actor: TheActor
) -> Response:
    """Withdraw an episode, or one story of it."""
    return started(request, desk.jobs.start_withdraw(guid, body.reason, actor, body.story).id)


@router.get("/lexicon", response_model=Lexicon, responses=documented())
def list_words(desk: TheDesk, q: Query_ = "", page: PageNumber = 1) -> object:
    """List the newsroom's words."""
    return rows(desk.words.search(q, page))


@router.put("/lexicon", response_model=WordRow, responses=documented())
def put_word(body: LexiconBody, desk: TheDesk, actor: TheActor) -> WordRow:
    """Add a word or change it; marks that are left out are filled in."""
    return desk.words.put(body.word, body.spoken, body.kind, actor)


@router.delete("/lexicon", status_code=204, responses=documented(404))
def remove_word(
    desk: TheDesk, actor: TheActor, word: Annotated[str, Query(max_length=200)]
) -> None:
    """Remove a word."""
    desk.words.remove(word, actor)


@router.get("/voices", response_model=Voices, responses=documented())
def list_voices(desk: TheDesk) -> object:
    """List the voices."""
    found = desk.show.voices()
    return rows(Page(tuple(found), total=len(found)))


@router.get("/health", response_model=Health, responses={421: documented()[421]})
def health(desk: TheDesk) -> Health:
    """Tell whether the desk answers and its database can be read; needs no sign-in."""
    desk.context.database.row("SELECT 1")
    return Health(version=__version__)


def prefers_mp3(accept: str) -> bool:
    """Whether ``Accept`` names MP3 with a higher weight than WAV."""
    weights = {"audio/mpeg": 0.0, "audio/wav": 0.0}
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        if kind in weights:
            weights[kind] = max(weights[kind], weight)
    return weights["audio/mpeg"] > weights["audio/wav"]


async def _events(desk: Desk, job: JobView) -> AsyncIterator[str]:
    silent_s = 0.0
    yield _event(job)
    while not job.is_over:
        await asyncio.sleep(_POLL_S)
        newer = await run_in_threadpool(desk.jobs.job, job.id)
        silent_s += _POLL_S
        if newer != job:
            job, silent_s = newer, 0.0
            yield _event(job)
        elif silent_s >= _SILENCE_S:
            silent_s = 0.0
            yield ": still here\n\n"


def _event(job: JobView) -> str:
    return f"event: job\ndata: {json.dumps(asdict(job), ensure_ascii=False)}\n\n"
