"""Pages for requests that cannot be answered."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import HTMLResponse, Response

_ADVICE = "تحقق من العنوان، أو عد إلى صفحة الحلقات."
_PAGE = """<!DOCTYPE html>
<html lang="ar" dir="rtl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body><main><h1>{title}</h1><p>{text}</p><p lang="en" dir="ltr">{english}</p></main></body>
</html>
"""


def error_page(
    status: int, title: str, english: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a page that says in Arabic and English why a request failed.

    Args:
        status: HTTP status.
        title: The reason in Arabic.
        english: The reason in English.
        headers: Further fields of the answer.
    """
    page = _PAGE.format(title=title, text=_ADVICE, english=english)
    return HTMLResponse(page, status, {"cache-control": "no-store", **(headers or {})})
