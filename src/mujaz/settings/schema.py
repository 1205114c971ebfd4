"""A JSON Schema of ``mujaz.toml``, for editors that complete and check as one types.

It is made from the dataclasses that the file is read into, so it cannot differ from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from mujaz.settings.values import (
    BOUNDS,
    CHOICES,
    SECTIONS,
    VOICE_PARTS,
    BulletinConfig,
    SourceConfig,
    WebhookConfig,
)

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def json_schema() -> dict[str, Any]:
    """Make the schema in draft 4, which all editors support."""
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "mujaz.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _table(kind, name, _summary(kind)) for name, kind in SECTIONS.items()},
    }


def _table(kind: type[Any], path: str, description: str, *, without: str = "") -> dict[str, Any]:
    """The schema of a table; fields that begin with ``without`` are left out."""
    hints = get_type_hints(kind)
    properties: dict[str, Any] = {}
    for item in fields(kind):
        if without and item.name.startswith(without):
            continue
        name = f"{path}.{item.name}"
        properties[item.name] = _value(name, hints[item.name], item)
        # Tuples and mappings are empty by default.
        if item.default is not MISSING and not isinstance(item.default, tuple):
            properties[item.name]["default"] = item.default
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "properties": properties,
    }


def _value(name: str, hint: Any, item: Field[Any]) -> dict[str, Any]:
    if name == "bulletin.sources":
        return {"type": "array", "items": _table(SourceConfig, name, _summary(SourceConfig))}
    if name == "desk.webhooks":
        return {"type": "array", "items": _table(WebhookConfig, name, _summary(WebhookConfig))}
    if name == "bulletin.editions":
        table = _table(BulletinConfig, "bulletin", _summary(BulletinConfig), without="edition")
        return {"type": "object", "additionalProperties": table}
    if name == "bulletin.voices":
        parts: dict[str, Any] = {part: {"type": "string"} for part in VOICE_PARTS}
        return {"type": "object", "additionalProperties": False, "properties": parts}
    if CHOICES in item.metadata:
        return {"enum": list(item.metadata[CHOICES])}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": {"type": "string"}}
    if get_origin(hint) is Mapping:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    names = [_TYPES[kind] for kind in kinds]
    out: dict[str, Any] = {"type": names[0] if len(names) == 1 else names}
    if BOUNDS in item.metadata:
        out["minimum"], out["maximum"] = item.metadata[BOUNDS]
    return out


def _summary(kind: type[Any]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0].replace("``", "")
