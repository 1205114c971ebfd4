"""Signing in and out: the link with a one-time token, and the form with name and password."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from mujaz.desk.access.guard import COOKIE
from mujaz.desk.store.accounts import LOCAL, SESSION_LONGEST_S, Accounts, TooManyAttemptsError
from mujaz.desk.values import Role

SignInPage = Callable[..., Response]
_MOST_FORM_FIELDS = 10


class OneTimeToken:
    """A token that opens one session, for a desk without users."""

    def __init__(self) -> None:
        self.text = secrets.token_urlsafe(32)
        self._hash: bytes | None = hashlib.sha256(self.text.encode()).digest()
        self._lock = threading.Lock()

    def use(self, token: str) -> bool:
        """Whether this is the token and it was not used before."""
        given = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        with self._lock:
            if self._hash is None or not hmac.compare_digest(self._hash, given):
                return False
            self._hash = None
            return True


class Entrance:
    """The routes for signing in and out.

    Args:
        accounts: Users and sessions.
        token: Opens a session without users; None if there are users.
        page: Makes the sign-in page of request, error, name, and the path to go to after it.
        translate: Returns a message in a language.
    """

    def __init__(
        self,
        accounts: Accounts,
        token: OneTimeToken | None,
        page: SignInPage,
        translate: Callable[[str, str], str],
    ) -> None:
        self._accounts = accounts
        self._translate = translate
        self._token = token
        self._page = page

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/enter", self._enter, methods=["GET"]),
            Route("/sign-in", self._form, methods=["GET"]),
            Route("/sign-in", self._sign_in, methods=["POST"]),
            Route("/sign-out", self._sign_out, methods=["POST"]),
        ]

    async def _enter(self, request: Request) -> Response:
        given = request.query_params.get("token", "")
        if self._token is None or not self._token.use(given):
            return self._refused(request, 403, "this link was used already")
        token = await run_in_threadpool(self._accounts.open_session, LOCAL, Role.CHIEF)
        return _signed_in(request, token, "/")

    async def _form(self, request: Request) -> Response:
        return self._page(request, "", "", local_path(request.query_params.get("next", "/")))

    async def _sign_in(self, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=_MOST_FORM_FIELDS) as form:
            name, password = str(form.get("name", "")), str(form.get("password", ""))
            following = local_path(str(form.get("next", "/")))
        address = request.client.host if request.client else ""
        try:
            token = await run_in_threadpool(self._accounts.sign_in, name, password, address)
        except TooManyAttemptsError as error:
            said = f"{error.message}; {error.hint}"
            page = self._refused(request, 429, said, name, following)
            page.headers["retry-after"] = str(error.wait_s)
            return page
        if token is None:
            return self._refused(request, 403, "name or password is wrong", name, following)
        return _signed_in(request, token, following)

    async def _sign_out(self, request: Request) -> Response:
        session = request.state.actor.session
        if session:
            await run_in_threadpool(self._accounts.close_session, session)
        answer = RedirectResponse(request.scope.get("root_path", "") + "/sign-in", 303)
        answer.delete_cookie(COOKIE, path=_cookie_path(request))
        return answer

    def _refused(
        self, request: Request, status: int, error: str, name: str = "", following: str = "/"
    ) -> Response:
        page = self._page(
            request, self._translate(error, request.state.actor.lang), name, following
        )
        page.status_code = status
        return page


def local_path(text: str) -> str:
    """A path of the desk; anything else becomes its first page."""
    is_path = text.startswith("/") and not text.startswith(("//", "/\\"))
    plain = text.isprintable() and "\\" not in text
    return text if is_path and plain else "/"


def _signed_in(request: Request, token: str, following: str) -> Response:
    answer = RedirectResponse(request.scope.get("root_path", "") + following, 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LONGEST_S),
        path=_cookie_path(request),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


def _cookie_path(request: Request) -> str:
    return str(request.scope.get("root_path", "")) or "/"
