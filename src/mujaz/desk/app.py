"""The ASGI application of the desk: screens, API, sound, and the show below ``/show/``."""

from __future__ import annotations

import logging
from collections.abc import Collection

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from mujaz.desk import sound_routes
from mujaz.desk.access.entering import Entrance, OneTimeToken
from mujaz.desk.access.guard import API, Guard, path_of
from mujaz.desk.access.limits import BodyLimit
from mujaz.desk.api import drafts, show
from mujaz.desk.api.document import document_of, document_page
from mujaz.desk.api.problems import TITLES, details, problem, status_of
from mujaz.desk.desk import Desk
from mujaz.desk.screens import error_page, screen_routes, sign_in_page
from mujaz.errors import MujazError
from mujaz.server.app import show_app

_log = logging.getLogger(__name__)
_ROOT = "/api/v1"


def desk_app(desk: Desk, hosts: Collection[str], token: OneTimeToken | None = None) -> ASGIApp:
    """Make the application.

    Args:
        desk: The services.
        hosts: Names that it is reached by; see :func:`mujaz.desk.access.guard.known_hosts`.
        token: Opens a session without users; None if there are users.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = desk
    app.state.show_title = desk.context.config.show.title
    app.include_router(drafts.router, prefix=_ROOT)
    app.include_router(show.router, prefix=_ROOT)
    app.openapi = document_of(app)  # type: ignore[method-assign]

    def document() -> Response:
        return JSONResponse(app.openapi())

    def page() -> Response:
        return HTMLResponse(document_page(app.openapi()))

    app.add_api_route(f"{_ROOT}/openapi.json", document, include_in_schema=False)
    app.add_api_route(f"{_ROOT}/docs", page, include_in_schema=False)
    entrance = Entrance(desk.accounts, token, sign_in_page, desk.translate)
    app.router.routes += [
        *entrance.routes(),
        *sound_routes.routes(desk),
        *screen_routes(desk),
        Mount("/show", _Below(show_app(desk.context.root))),
    ]
    answers = _Answers(desk, app)
    app.add_exception_handler(MujazError, answers.error)
    app.add_exception_handler(RequestValidationError, answers.invalid)
    app.add_exception_handler(HTTPException, answers.http)
    app.add_exception_handler(Exception, answers.fault)
    limited = BodyLimit(app, answers.too_large)
    return Guard(limited, desk.accounts, hosts, answers.refusal)


class _Answers:
    """Makes the answers to requests that fail: problem objects for the API, else pages."""

    def __init__(self, desk: Desk, app: FastAPI) -> None:
        self._desk = desk
        self._app = app

    def refusal(self, request: Request, status: int, error: MujazError) -> Response:
        """The answer to an error."""
        # Pages ask their application for the show's title; a refused request never reached it.
        request.scope.setdefault("app", self._app)
        lang = request.state.actor.lang
        message = self._desk.translate(str(error), lang)
        hint = self._desk.translate(error.hint, lang) if error.hint else ""
        if path_of(request.scope).startswith(API):
            return problem(status, message, hint, details(error))
        return error_page(request, status, message, hint)

    def error(self, request: Request, error: Exception) -> Response:
        """The answer to an error that a service raised."""
        if not isinstance(error, MujazError):
            return self.fault(request, error)
        status = status_of(error)
        answer = self.refusal(request, status, error)
        if status == 429:
            answer.headers["retry-after"] = str(getattr(error, "wait_s", 60))
        return answer

    def invalid(self, request: Request, error: Exception) -> Response:
        """The answer to a request that does not fit the document."""
        faults = error.errors() if isinstance(error, RequestValidationError) else []
        errors = {
            ".".join(str(part) for part in fault["loc"]): str(fault["msg"]) for fault in faults
        }
        first = next(iter(errors.items()), ("body", "cannot be read"))
        hint = "see /api/v1/docs"
        return problem(422, f"{first[0]}: {first[1]}", hint, {"errors": errors})

    def http(self, request: Request, error: Exception) -> Response:
        """The answer to an address or method that is not known."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        answer = self.refusal(request, status, MujazError(TITLES.get(status, "Error").lower()))
        for name, value in (getattr(error, "headers", None) or {}).items():
            answer.headers[name] = value
        return answer

    def fault(self, request: Request, error: Exception) -> Response:
        """The answer to an unforeseen error; its traceback is in the log of faults alone."""
        _log.error("unexpected fault of the desk", exc_info=error)
        fault = MujazError("the desk met an unexpected fault", hint="please report it")
        return self.refusal(request, 500, fault)

    def too_large(self, scope: Scope) -> ASGIApp:
        """The answer to a body that is too large."""
        return self.refusal(Request(scope), 413, MujazError("too large", hint="send less at once"))


class _Below:
    """Serves an application below a path: it sees paths without it.

    Args:
        app: The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._app({**scope, "path": path_of(scope), "root_path": ""}, receive, send)
