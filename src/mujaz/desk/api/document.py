"""The OpenAPI document of the API, and its pages without scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from jinja2 import Environment, PackageLoader, select_autoescape

from mujaz import __version__
from mujaz.desk.api.problems import MEDIA_TYPE

_ABOUT = (
    "The desk of a mujaz show: drafts, publication, words and speech. Send a token that "
    "`mujaz desk token add` made as `Authorization: Bearer TOKEN`. Errors are problem objects "
    "(RFC 9457). A change of a draft names its revision in `If-Match`."
)
_METHODS = ("get", "post", "put", "patch", "delete")


def document_of(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Make the function that gives the document of an application."""

    @cache
    def document() -> dict[str, Any]:
        made = get_openapi(
            title="mujaz desk", version=__version__, description=_ABOUT, routes=app.routes
        )
        for operations in made["paths"].values():
            for method in _METHODS:
                if method in operations:
                    _describe(operations[method])
        components = made.setdefault("components", {})
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"token": []}]
        for name in ("HTTPValidationError", "ValidationError"):
            components.get("schemas", {}).pop(name, None)
        return made

    return document


def _describe(operation: dict[str, Any]) -> None:
    """State that errors are problem objects."""
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            answer["content"] = {MEDIA_TYPE: problem}


def document_page(document: dict[str, Any]) -> str:
    """The document as a page for people."""
    operations = [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in _METHODS
    ]
    schemas = {
        name: json.dumps(schema, ensure_ascii=False, indent=1)
        for name, schema in document["components"]["schemas"].items()
    }
    template = _templates().get_template("document.html")
    return template.render(about=document["info"], operations=operations, schemas=schemas)


@cache
def _templates() -> Environment:
    loader = PackageLoader("mujaz.desk.api", "templates")
    return Environment(loader=loader, autoescape=select_autoescape(), trim_blocks=True)
