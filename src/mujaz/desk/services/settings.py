"""The show's settings as a form, checked as the file is."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import tomlkit

from mujaz.desk.services.context import Context
from mujaz.desk.store.log import note
from mujaz.desk.values import Actor, ConflictError, SettingField, SettingsError
from mujaz.errors import ConfigError
from mujaz.settings.loading import load_config
from mujaz.settings.values import CHOICES, SECTIONS
from mujaz.storage.atomic import replace_file
from mujaz.storage.locks import exclusive_lock

# Tables that a form of single values cannot hold; and the cluster, whose machines can run programs
# here, so that only who may write the file chooses them.
_WITHOUT = ("bulletin.sources", "bulletin.editions", "desk.webhooks", "speech.cluster")
# Read when the desk starts.
_RESTART = ("desk.hosts",)
_SECTIONS = ("show", "text", "speech", "audio", "bulletin", "pauses", "desk")


class Settings:
    """The settings of a desk."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def form(self) -> list[SettingField]:
        """All settings that a form can hold, in the order of the documentation."""
        config = self._context.config
        out = []
        for section in _SECTIONS:
            kind = SECTIONS[section]
            hints = get_type_hints(kind)
            for item in fields(kind):
                key = f"{section}.{item.name}"
                if key in _WITHOUT or _is_mapping(hints[item.name]):
                    continue
                value = getattr(getattr(config, section), item.name)
                default = "" if item.default is MISSING else shown(item.default)
                out.append(
                    SettingField(
                        key,
                        _kind(hints[item.name], item.metadata),
                        shown(value),
                        default,
                        tuple(shown(one) for one in item.metadata.get(CHOICES, ())),
                        key in _RESTART,
                    )
                )
        return out

    def save(self, values: Mapping[str, str], actor: Actor) -> list[str]:
        """Change settings in the file; its comments and order stay.

        Args:
            values: Texts by key; those that are missing stay.
            actor: Who changes them.

        Returns:
            The keys that changed.

        Raises:
            ForbiddenError: If the user is no chief.
            SettingsError: If a value cannot be used; nothing is changed then.
            ConflictError: If the desk was started without a configuration file.
        """
        actor.require("settings")
        path = self._context.config_path
        if path is None:
            raise ConflictError(
                "the desk runs without a configuration file", hint="write one: mujaz init"
            )
        known = {item.key: item for item in self.form()}
        errors = {key: "there is no such setting" for key in values if key not in known}
        with exclusive_lock(self._context.private / "settings.lock"):
            document = tomlkit.parse(path.read_text(encoding="utf-8"))
            changed = []
            for key, text in values.items():
                if key in known and text != known[key].value:
                    try:
                        _put(document, known[key], text)
                        changed.append(key)
                        _check(document, path)
                    except (ConfigError, ValueError) as error:
                        errors[key] = getattr(error, "message", str(error))
                        _put(document, known[key], known[key].value)
            if errors:
                raise SettingsError(errors)
            if changed:
                replace_file(path, tomlkit.dumps(document))
                with self._context.database.change() as connection:
                    note(connection, actor.name, "changed settings", ", ".join(changed))
        return changed


def shown(value: Any) -> str:
    """A value as it stands in a form; items of a list one a line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "\n".join(map(str, value))
    return str(value)


def _put(document: Any, item: SettingField, text: str) -> None:
    section, _, name = item.key.partition(".")
    if section not in document:
        document[section] = tomlkit.table()
    document[section][name] = _value(item, text)


def _value(item: SettingField, text: str) -> Any:
    """The value that a text of a form stands for.

    Raises:
        ValueError: If it is none of its kind.
    """
    text = text.replace("\r\n", "\n")
    boolean = {"true": True, "false": False}
    if item.kind == "boolean" or (item.kind == "choice" and text in boolean):
        if text not in boolean:
            raise ValueError("neither true nor false")
        return boolean[text]
    if item.kind == "choice" and all(one.isdigit() for one in item.choices):
        return int(text)
    if item.kind == "integer":
        return int(text)
    if item.kind == "number":
        return float(text)
    if item.kind == "list":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return int(text) if item.key == "bulletin.since" and text.isdigit() else text


def _check(document: Any, path: Path) -> None:
    """Check a document as the configuration is checked.

    Raises:
        ConfigError: If it cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="mujaz-") as folder:
        copy = Path(folder) / path.name
        copy.write_text(tomlkit.dumps(document), encoding="utf-8")
        load_config(copy, environ={})


def _is_mapping(hint: Any) -> bool:
    return getattr(get_origin(hint), "__name__", "") == "Mapping"


def _kind(hint: Any, metadata: Mapping[str, Any]) -> str:
    if CHOICES in metadata:
        return "choice"
    if get_origin(hint) is tuple:
        return "list"
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if str in kinds:
        return "text"
    names = {bool: "boolean", int: "integer", float: "number"}
    return names[kinds[0]]
