"""Renders the templates of the screens, in the language of whoever asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mujaz.desk.screens import wording

if TYPE_CHECKING:
    from jinja2 import Environment

LANGUAGE_COOKIE = "desk_lang"
_NUMBER = re.compile(r"\d+")
_NO_STORE = {"cache-control": "no-store", "vary": "HX-Request, Cookie"}


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("mujaz.desk.screens"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def language_of(request: Request) -> str:
    """The language chosen by cookie; Arabic if none was."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in wording.LANGUAGES else wording.LANGUAGES[0]


def address(request: Request, path: str) -> str:
    """A path of the desk, below the prefix that a proxy may add."""
    return str(request.scope.get("root_path", "")) + path


def wants_part(request: Request) -> bool:
    """Whether htmx asks for a part of the page only."""
    return request.headers.get("hx-request") == "true"


def see_other(request: Request, path: str) -> Response:
    """Send the browser to a page after a change (303)."""
    return RedirectResponse(address(request, path), status_code=303)


def render(
    request: Request,
    template: str,
    values: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Render a template with what every screen needs."""
    language = language_of(request)
    said = str(values.get("said", "") or _said(request, language))
    context = {
        "lang": language,
        "dir": "rtl" if language == "ar" else "ltr",
        "t": partial(_text, language),
        "has": wording.has,
        "count": partial(_count, language),
        "length": lambda minutes: wording.length(minutes, language),
        "clock": wording.clock,
        "tr": lambda message: _translated(request, message, language),
        "acted": lambda what: _act(what, language),
        "moment": lambda stamp: _moment(stamp, language),
        "to": lambda path: address(request, path),
        "actor": getattr(request.state, "actor", None),
        "here": request.url.path.removeprefix(str(request.scope.get("root_path", ""))),
        "back": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "show_title": _show_title(request),
        "errors": {},
        **values,
        "said": said,
    }
    # Marks are kept with shadda first; pages are written in NFC (W3C charmod-norm).
    page = normalize("NFC", _environment().get_template(template).render(context))
    return HTMLResponse(page, status, {**_NO_STORE, **(headers or {})})


def _translated(request: Request, message: str, language: str) -> str:
    """A message of a service in the language of the page."""
    app = request.scope.get("app")
    desk = getattr(app.state, "desk", None) if app is not None else None
    return str(desk.translate(message, language)) if desk is not None else message


def _show_title(request: Request) -> str:
    """The show's title; empty for a request that was refused before it reached the application."""
    app = request.scope.get("app")
    return str(getattr(app.state, "show_title", "")) if app is not None else ""


def _text(language: str, key: str, **values: object) -> str:
    return wording.text(key, language, **values)


def _count(language: str, number: int, noun: str) -> str:
    return wording.counted(number, noun, language)


def _moment(stamp: str, language: str) -> str:
    """A time stamp or date in words; the text itself if it is neither."""
    try:
        if len(stamp) == len("2026-11-29"):
            return wording.day(date.fromisoformat(stamp), language)
        return wording.moment(datetime.fromisoformat(stamp), language)
    except ValueError:
        return stamp


def _act(what: str, language: str) -> str:
    """An act of the log in a language; its numbers stand for ``{n}`` and ``{m}`` in the table."""
    numbers = _NUMBER.findall(what)[:2]
    key = f"act_{what}"
    for name, number in zip("nm", numbers, strict=False):
        key = key.replace(number, "{" + name + "}", 1)
    if not wording.has(key):
        return what
    return wording.text(key, language, **dict(zip("nm", numbers, strict=False)))


def _said(request: Request, language: str) -> str:
    """The result of the last act: only keys of the table are accepted from the address."""
    key = f"said_{request.query_params.get('done', '')}"
    if not wording.has(key) or "{" in wording.words(language)[key]:
        return ""
    return wording.text(key, language)


def sign_in_page(request: Request, error: str = "", name: str = "", next_: str = "/") -> Response:
    """The form with name and password."""
    values = {"error": error, "name": name, "next": next_, "errors": {}}
    return render(request, "sign-in.html", values, status=401 if error else 200)


def error_page(request: Request, status: int, message: str, hint: str = "") -> Response:
    """A page that says what went wrong and one thing to do."""
    values = {"status": status, "message": message, "hint": hint}
    if wants_part(request):
        # The page stays as it is, and the message is shown where all messages are.
        language = language_of(request)
        said = " ".join(part for part in (message, hint) if part)
        return render(
            request,
            "said.html",
            {"said": wording.text("said_failed", language, message=said), "bad": True},
            status=status,
            headers={"hx-reswap": "none"},
        )
    return render(request, "error.html", values, status=status)
