"""Operations on drafts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse

from mujaz.desk.api.parts import (
    Identifier,
    Number,
    PageNumber,
    TheActor,
    TheBase,
    TheDesk,
    rows,
    tagged,
)
from mujaz.desk.api.problems import documented
from mujaz.desk.api.schemas import (
    ArticleBody,
    Doubts,
    DraftBody,
    Drafts,
    LineBody,
    Made,
    MoveBody,
    PublishBody,
    SentenceBody,
    Started,
    WordBody,
)
from mujaz.desk.editing.edits import Wanted
from mujaz.desk.services.articles import ArticleIn
from mujaz.desk.store.answers import MOST_KEY_CHARS, Answers
from mujaz.desk.values import DraftView, InvalidError

router = APIRouter(tags=["drafts"])
_CHANGED = documented(404, 409, 428)
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=MOST_KEY_CHARS,
        description="A repeated request with the same key makes nothing again.",
    ),
]


@router.post("/articles", status_code=201, response_model=Made, responses=documented())
def create_article(
    body: ArticleBody, request: Request, desk: TheDesk, actor: TheActor, key: Key = ""
) -> Response:
    """Make a draft of an article."""
    article = ArticleIn(
        body.title, body.html, body.text, body.url, body.date, body.section, body.author
    )

    def make(also: Callable[[sqlite3.Connection, str], None]) -> str:
        return desk.drafts.create_article(article, actor, also).id

    wanted = json.dumps(body.model_dump(mode="json"), sort_keys=True)
    draft = Answers(desk.context.database).once(actor.name, key, wanted, make)
    return _made(request, draft)


@router.post(
    "/drafts",
    status_code=201,
    response_model=Made,
    responses={**documented(409), 202: {"model": Started, "description": "A job prepares it."}},
)
def create_draft(body: DraftBody, request: Request, desk: TheDesk, actor: TheActor) -> Response:
    """Make a draft: of a script file at once (201), of the day's bulletin by a job (202)."""
    if body.kind == "script":
        return _made(request, desk.drafts.create_script(body.script, actor).id)
    if body.script:
        raise InvalidError("a bulletin has no script", where="script", hint='kind: "script"')
    job = desk.jobs.start_bulletin(actor, body.edition, body.day)
    return started(request, job.id)


@router.get("/drafts", response_model=Drafts, responses=documented())
def list_drafts(desk: TheDesk, page: PageNumber = 1) -> object:
    """List the drafts, the last changed first."""
    return rows(desk.drafts.page(page))


@router.get("/drafts/{draft}", response_model=DraftView, responses=documented(404))
def read_draft(draft: Identifier, desk: TheDesk) -> Response:
    """Read a draft; its ETag is its revision."""
    return tagged(desk.drafts.draft(draft))


@router.delete("/drafts/{draft}", status_code=204, responses=documented(404, 409))
def delete_draft(draft: Identifier, desk: TheDesk, actor: TheActor) -> None:
    """Delete a draft; what was published of it stays on air."""
    desk.drafts.delete(draft, actor)


@router.get(
    "/drafts/{draft}/script",
    response_class=Response,
    responses={**documented(404), 200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def read_script(draft: Identifier, desk: TheDesk) -> Response:
    """Read a draft as a script file."""
    return Response(desk.drafts.script(draft), media_type="text/plain; charset=utf-8")


@router.patch("/drafts/{draft}/sentences/{n}", response_model=DraftView, responses=_CHANGED)
def change_sentence(n: Number, body: SentenceBody, base: TheBase, desk: TheDesk) -> Response:
    """Change a sentence. A changed shown text makes the spoken one anew; a spoken one is kept."""
    return tagged(desk.drafts.edit_sentence(base, n, Wanted(**body.model_dump())))


@router.delete("/drafts/{draft}/sentences/{n}", response_model=DraftView, responses=_CHANGED)
def drop_sentence(n: Number, base: TheBase, desk: TheDesk) -> Response:
    """Take a sentence out; undo, or a change of it, brings it back."""
    return tagged(desk.drafts.drop_sentence(base, n))


@router.post("/drafts/{draft}/sentences/{n}/word", response_model=DraftView, responses=_CHANGED)
def set_word(n: Number, body: WordBody, base: TheBase, desk: TheDesk) -> Response:
    """Set how a word is said: in this sentence, or (``everywhere``) from now on."""
    changed = desk.drafts.set_word(base, n, body.word, body.spoken, everywhere=body.everywhere)
    return tagged(changed)


@router.post("/drafts/{draft}/stories/{k}/lines", response_model=DraftView, responses=_CHANGED)
def add_line(k: Number, body: LineBody, base: TheBase, desk: TheDesk) -> Response:
    """Add a line to a story, the opening (0) or the closing (-1)."""
    return tagged(desk.drafts.add_sentence(base, k, body.after, body.text))


@router.post("/drafts/{draft}/stories/{k}/move", response_model=DraftView, responses=_CHANGED)
def move_story(k: Number, body: MoveBody, base: TheBase, desk: TheDesk) -> Response:
    """Move a story to a place among those that are told."""
    return tagged(desk.drafts.move_story(base, k, body.to))


@router.delete("/drafts/{draft}/stories/{k}", response_model=DraftView, responses=_CHANGED)
def drop_story(k: Number, base: TheBase, desk: TheDesk) -> Response:
    """Drop a story with its headline in the opening."""
    return tagged(desk.drafts.drop_story(base, k))


@router.post("/drafts/{draft}/stories/{k}/restore", response_model=DraftView, responses=_CHANGED)
def restore_story(k: Number, base: TheBase, desk: TheDesk) -> Response:
    """Take a dropped story back."""
    return tagged(desk.drafts.restore_story(base, k))


@router.post("/drafts/{draft}/undo", response_model=DraftView, responses=_CHANGED)
def undo(base: TheBase, desk: TheDesk) -> Response:
    """Undo the last change that was not undone."""
    return tagged(desk.drafts.undo(base))


@router.post("/drafts/{draft}/approve", response_model=DraftView, responses=_CHANGED)
def approve(base: TheBase, desk: TheDesk) -> Response:
    """Approve a draft as it is at its newest revision."""
    return tagged(desk.drafts.approve(base))


@router.get("/drafts/{draft}/doubts", response_model=Doubts, responses=documented(404))
def doubts(draft: Identifier, desk: TheDesk) -> Doubts:
    """List the sentences with doubtful words."""
    found = desk.drafts.doubts(draft)
    some = [one for story in found.stories for one in story.sentences if one.doubts]
    return Doubts(revision=found.revision, sentences=some)


@router.post(
    "/drafts/{draft}/voice", status_code=202, response_model=Started, responses=documented(404, 409)
)
def voice(draft: Identifier, request: Request, desk: TheDesk, actor: TheActor) -> Response:
    """Speak all sentences of a draft, so that they are heard at once."""
    return started(request, desk.jobs.start_voice(draft, actor).id)


@router.post("/drafts/{draft}/publish", status_code=202, response_model=Started, responses=_CHANGED)
def publish(
    base: TheBase, request: Request, desk: TheDesk, body: PublishBody | None = None
) -> Response:
    """Approve and publish a draft as it is at its newest revision, now or at a time."""
    at = body.at if body else None
    return started(request, desk.jobs.start_publish(base, at).id)


def started(request: Request, job: str) -> Response:
    """The answer that a job was started."""
    place = f"{request.scope.get('root_path', '')}/api/v1/jobs/{job}"
    return JSONResponse({"job": job, "state": "queued"}, 202, {"location": place})


def _made(request: Request, draft: str) -> Response:
    place = f"{request.scope.get('root_path', '')}/api/v1/drafts/{draft}"
    return JSONResponse({"draft": draft, "revision": 1}, 201, {"location": place, "etag": '"1"'})
