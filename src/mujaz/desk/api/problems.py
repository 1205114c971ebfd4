"""Errors as problem objects (RFC 9457), with the texts of the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from mujaz.desk.access.guard import UnauthorizedError
from mujaz.desk.store.accounts import TooManyAttemptsError
from mujaz.desk.values import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    SettingsError,
    StaleRevisionError,
)
from mujaz.errors import MujazError

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Sign in first",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported media type",
    421: "Misdirected request",
    422: "The request cannot be used",
    428: "Precondition required",
    429: "Too many requests",
    500: "Unexpected fault",
    503: "Not ready",
}


class Problem(BaseModel):
    """An error."""

    type: str = "about:blank"
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="The reason, as the command line prints it after Error:.")
    hint: str = Field("", description="One thing to do about it.")
    revision: int | None = Field(None, description="The newest revision, in a conflict.")
    yours: str | None = Field(None, description="The text that was sent, in a conflict.")
    theirs: str | None = Field(None, description="The text that stands, in a conflict.")
    who: str | None = Field(None, description="Who made the newest revision, in a conflict.")
    when: str | None = Field(None, description="When it was made, in a conflict.")
    current: dict[str, Any] | None = Field(None, description="The newer draft, in a conflict.")
    errors: dict[str, str] | None = Field(None, description="Messages by field.")


class PreconditionError(MujazError):
    """A change names no revision."""


_STATUS: tuple[tuple[type[MujazError], int], ...] = (
    (UnauthorizedError, 401),
    (ForbiddenError, 403),
    (NotFoundError, 404),
    (TooManyAttemptsError, 429),
    (ConflictError, 409),
    (PreconditionError, 428),
)


def status_of(error: MujazError) -> int:
    """The HTTP status of an error; 422 for those that the request's content causes."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 422)


def problem(
    status: int, detail: str, hint: str = "", extra: Mapping[str, Any] | None = None
) -> Response:
    """Make an answer with a problem object."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "hint": hint,
        **(extra or {}),
    }
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(text, status, media_type=MEDIA_TYPE)


def details(error: MujazError) -> dict[str, Any]:
    """The further members of a problem object."""
    if isinstance(error, StaleRevisionError):
        return {
            "revision": error.current.revision,
            "yours": error.yours,
            "theirs": error.theirs,
            "who": error.who,
            "when": error.when,
            "current": asdict(error.current),
        }
    return {"errors": error.errors} if isinstance(error, SettingsError) else {}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers of an operation that are problems, for its document."""
    always = (400, 401, 403, 421, 422)
    return {
        status: {"model": Problem, "description": TITLES[status]}
        for status in sorted({*always, *statuses})
    }
