"""Pages for requests that cannot be answered; their texts are in ``labels.tsv``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from starlette.responses import HTMLResponse, Response

from mujaz.tables import read_table

_PAGE = """<!DOCTYPE html>
<html lang="ar" dir="rtl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body><main><h1>{title}</h1><p>{text}</p><p lang="en" dir="ltr">{english}</p></main></body>
</html>
"""


def error_page(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return a page that says in Arabic and English why a request failed.

    Args:
        status: HTTP status.
        reason: Key of the reason in the table.
        headers: Further fields of the answer.
    """
    page = _PAGE.format(
        title=_label(reason, "ar"), text=_label("advice", "ar"), english=_label(reason, "en")
    )
    return HTMLResponse(page, status, {"cache-control": "no-store", **(headers or {})})


@cache
def _label(key: str, language: str) -> str:
    table = read_table("mujaz.server", "labels.tsv")
    return next(row[language] for row in table if row["key"] == key)
