"""Reads the forms of the screens, and runs the services beside the event loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from mujaz.arabic.marks import shadda_first
from mujaz.desk.screens.pages import language_of
from mujaz.errors import MujazError

if TYPE_CHECKING:
    from mujaz.desk.desk import Desk

Form = Mapping[str, str]
Handler = Callable[[Request, Form], Response]
_MOST_FIELDS = 500
# A recording of a reporter is the largest (desk.services.recordings).
_MOST_FILE_BYTES = 50_000_000
LONGEST_PAUSE_MS = 10_000


def page(handler: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Run the handler of a page in a thread: services block."""

    async def run(request: Request) -> Response:
        return await run_in_threadpool(handler, request)

    return run


def form(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Read the form of a request, and run its handler in a thread.

    Vocalised texts come back from a page in NFC; their marks are put in order again.
    """

    async def run(request: Request) -> Response:
        async with request.form(max_files=1, max_fields=_MOST_FIELDS) as sent:
            fields: dict[str, str] = {}
            for key, value in sent.multi_items():
                if isinstance(value, str):
                    fields[key] = shadda_first(value.replace("\r\n", "\n"))
                else:
                    data = await value.read(_MOST_FILE_BYTES + 1)
                    request.state.file = data
        return await run_in_threadpool(handler, request, fields)

    return run


def uploaded(request: Request) -> bytes:
    """The bytes of the file that came with the form; empty without one or if it is too large."""
    data = bytes(getattr(request.state, "file", b""))
    return data if len(data) <= _MOST_FILE_BYTES else b""


def number(fields: Form, key: str) -> int:
    """A whole number of a hidden field; 0 if it is none."""
    try:
        return int(fields.get(key, ""))
    except ValueError:
        return 0


def page_number(request: Request) -> int:
    """The ``page`` of a list, from 1."""
    wanted = request.query_params.get("page", "1")
    return max(int(wanted), 1) if wanted.isascii() and wanted.isdigit() and len(wanted) < 7 else 1


def pause_ms(text: str) -> int | None:
    """A pause in milliseconds, or None if the text is none."""
    text = text.strip()
    if not (text.isdigit() and len(text) < 6):
        return None
    value = int(text)
    return value if value <= LONGEST_PAUSE_MS else None


def future(text: str) -> datetime | None:
    """The moment of a ``datetime-local`` field in the machine's zone; None if it has passed."""
    try:
        moment = datetime.fromisoformat(text).astimezone()
    except ValueError:
        return None
    return moment if moment > datetime.now().astimezone() else None


def explained(desk: Desk, request: Request, error: MujazError) -> str:
    """An error and its hint in the language of whoever asked."""
    language = language_of(request)
    parts = [error.message, error.hint]
    return ". ".join(str(desk.translate(part, language)).rstrip(".") for part in parts if part)
