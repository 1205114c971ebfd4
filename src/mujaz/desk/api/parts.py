"""Parts that the operations share: the desk, the user, revisions, lists."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Path, Query, Request, Response
from pydantic import TypeAdapter

from mujaz.desk.api.problems import PreconditionError
from mujaz.desk.desk import Desk
from mujaz.desk.values import Actor, Base, DraftView, InvalidError, Page

_T = TypeVar("_T")
_REVISION = re.compile(r'(?:W/)?"?(\d{1,9})"?', re.ASCII)
MOST_PAGE = 1_000_000
_DRAFT = TypeAdapter(DraftView)


def desk_of(request: Request) -> Desk:
    """The desk that serves a request."""
    found: Desk = request.app.state.desk
    return found


def actor_of(request: Request) -> Actor:
    """The user of a request."""
    found: Actor = request.state.actor
    return found


def revision_of(
    if_match: Annotated[
        str | None, Header(description='The revision that the change is made on: `"3"`.')
    ] = None,
) -> int:
    """The revision that a change names.

    Raises:
        PreconditionError: If there is none.
        InvalidError: If it is not a revision.
    """
    if if_match is None:
        raise PreconditionError(
            "the change names no revision",
            where="If-Match",
            hint="send the ETag of the draft that you read",
        )
    match = _REVISION.fullmatch(if_match.strip())
    if match is None:
        raise InvalidError("this is not a revision", where="If-Match", hint='like "3"')
    return int(match[1])


def base_of(
    draft: Annotated[str, Path(max_length=200)],
    revision: Annotated[int, Depends(revision_of)],
    actor: Annotated[Actor, Depends(actor_of)],
) -> Base:
    """The base of a change: draft, revision and user."""
    return Base(draft, revision, actor)


TheDesk = Annotated[Desk, Depends(desk_of)]
TheActor = Annotated[Actor, Depends(actor_of)]
TheBase = Annotated[Base, Depends(base_of)]
Identifier = Annotated[str, Path(max_length=200)]
Number = Annotated[int, Path(ge=-1, le=10_000_000)]
PageNumber = Annotated[int, Query(ge=1, le=MOST_PAGE)]
Query_ = Annotated[str, Query(max_length=500)]


def tagged(draft: DraftView) -> Response:
    """Answer with a draft; its ETag is its revision."""
    # Not checked against the document again: that takes longer than all the rest.
    headers = {"etag": f'"{draft.revision}"'}
    return Response(_DRAFT.dump_json(draft), media_type="application/json", headers=headers)


def rows(page: Page[_T]) -> dict[str, Any]:
    """A page of a list as the API answers it."""
    return {
        "items": list(page.items),
        "page": page.number,
        "pages": page.pages,
        "total": page.total,
    }
