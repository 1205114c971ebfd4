"""Checks of every request before any handler sees it, and the headers of every answer.

The order: host (against DNS rebinding), origin of changing requests (against forged requests),
session or token. A refused request gets a problem object below ``/api/`` and a page elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mujaz.desk.store.accounts import Accounts
from mujaz.desk.values import Actor, ForbiddenError
from mujaz.errors import MujazError

COOKIE = "mujaz_desk"
LANGUAGE_COOKIE = "desk_lang"
API = "/api/"
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_SAME = frozenset(("same-origin", "none"))
# Need no session: they hold no data of the newsroom.
_PUBLIC = (
    "/sign-in",
    "/enter",
    "/language",
    "/theme.css",
    "/api/v1/health",
    "/api/v1/openapi.json",
    "/api/v1/docs",
)
_PUBLIC_FOLDERS = ("/assets/",)
_LANGUAGES = ("ar", "en")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}

ErrorAnswer = Callable[[Request, int, MujazError], Response]


class UnauthorizedError(MujazError):
    """The request names no user."""


class Guard:
    """ASGI middleware that lets through what may be answered.

    Args:
        app: The application.
        accounts: Sessions and tokens.
        hosts: Names that the desk is reached by, as ``host`` or ``host:port``.
        answer: Makes the answer to a refused request.
        show: Path of the show, whose answers keep their own headers.
    """

    def __init__(
        self,
        app: ASGIApp,
        accounts: Accounts,
        hosts: Collection[str],
        answer: ErrorAnswer,
        show: str = "/show/",
    ) -> None:
        self._app = app
        self._accounts = accounts
        self._hosts = {host.lower() for host in hosts}
        self._answer = answer
        self._show = show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        sender = send if self._is_show(scope) else _with_headers(send)
        request = Request(scope, receive)
        refused = await self._refusal(request)
        if refused is not None:
            await refused(scope, receive, sender)
            return
        await self._app(scope, receive, sender)

    def _is_show(self, scope: Scope) -> bool:
        return bool(path_of(scope).startswith(self._show))

    async def _refusal(self, request: Request) -> Response | None:
        """The answer to a request that may not be handled; None if it may."""
        request.state.csrf = ""
        request.state.actor = Actor("", lang=language_of(request))
        if not self._host_is_known(request.headers.get("host", "")):
            error = ForbiddenError(
                "the desk is not reached by this name", hint="add it to [desk] hosts in mujaz.toml"
            )
            return self._answer(request, 421, error)
        if request.method not in _SAFE and not is_same_origin(request.headers):
            error = ForbiddenError(
                "this request comes from another site", hint="open the desk and do it there"
            )
            return self._answer(request, 403, error)
        actor = await anyio.to_thread.run_sync(self._actor, request)
        path = path_of(request.scope)
        if actor is not None:
            request.state.actor = replace(actor, lang=language_of(request))
            return None
        if path in _PUBLIC or path.startswith((*_PUBLIC_FOLDERS, self._show)):
            return None
        if path.startswith(API) or request.method not in _SAFE:
            unknown = UnauthorizedError("sign in first", hint="send a token: mujaz desk token add")
            answer = self._answer(request, 401, unknown)
            answer.headers["www-authenticate"] = 'Bearer realm="mujaz"'
            return answer
        root = request.scope.get("root_path", "")
        return RedirectResponse(f"{root}/sign-in?next={quote(path)}", 303)

    def _actor(self, request: Request) -> Actor | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            # A token is for programs and the API; it opens no screens.
            is_api = path_of(request.scope).startswith(API)
            return self._accounts.bearer(token.strip()) if is_api else None
        cookie = request.cookies.get(COOKIE, "")
        return self._accounts.session(cookie) if cookie else None

    def _host_is_known(self, host: str) -> bool:
        name = host.lower()
        bare = bare_host(name)
        return name in self._hosts or bare in self._hosts or ("*" in self._hosts and _is_ip(bare))


def path_of(scope: Scope) -> str:
    """The path of a request without the prefix that a proxy adds."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(root + "/") else path


def is_same_origin(headers: Headers) -> bool:
    """Whether a changing request comes from a page of the desk, or from a program with a token.

    Browsers state ``Sec-Fetch-Site`` and ``Origin``; a request that carries neither is no browser's
    and is let through with a token only, which no other site can add.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in _SAME:
        return False
    origin = headers.get("origin")
    if origin == "null":
        # Under "Referrer-Policy: no-referrer" browsers name no origin for the desk's own forms.
        return site == "same-origin"
    if origin is not None:
        parts = urlsplit(origin)
        same = parts.netloc.lower() == headers.get("host", "").lower()
        return same and parts.scheme in ("http", "https")
    if site is not None:
        return True
    return headers.get("authorization", "").lower().startswith("bearer ")


def bare_host(host: str) -> str:
    """A host without its port; an IPv6 address without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def known_hosts(address: str, port: int, configured: Sequence[str]) -> set[str]:
    """The names that a desk is reached by.

    Args:
        address: The address that it listens on.
        port: Its port.
        configured: ``[desk] hosts``.
    """
    found = set(configured)
    local = {"127.0.0.1", "localhost", "::1"}
    found |= {f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name in local}
    if address in ("0.0.0.0", "::"):
        # Other sites cannot make a browser send an address in place of their own name.
        found.add("*")
    else:
        found.add(address)
    return found


def is_loopback(address: str) -> bool:
    """Whether an address is only reached from this machine."""
    return address == "localhost" or (_is_ip(address) and ip_address(address).is_loopback)


def language_of(request: Request) -> str:
    """The language that the user chose, else the one that the browser prefers of ours."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in _LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        name = part.partition(";")[0].strip().lower()[:2]
        if name in _LANGUAGES:
            return name
    return "ar"


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sender
