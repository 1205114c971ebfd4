"""Reads ``mujaz.toml`` and the environment into :mod:`mujaz.settings.values`.

Precedence: command-line option > environment (``MUJAZ_SHOW_TITLE``) > file > default.
An unknown key is an error with a suggestion, so that a misspelt setting is not ignored.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

from mujaz.errors import ConfigError
from mujaz.settings.lines import KeyPath, line_of
from mujaz.settings.values import (
    BOUNDS,
    CHOICES,
    DEFAULT_FILE,
    EVENTS,
    SECTIONS,
    VOICE_PARTS,
    BulletinConfig,
    Config,
    SourceConfig,
    WebhookConfig,
)

# A source of frame-ancestors (CSP 3, section 2.3.1): every site, or an origin.
_FRAME_ANCESTOR = re.compile(r"\*|https?://[a-z0-9.*-]+(:(\d+|\*))?", re.ASCII | re.IGNORECASE)
# A setting of earlier configurations, which had the one value "words".
_NUMBERS_IN_WORDS = ("text", "digits")
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d", re.ASCII)


def load_config(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """Read the configuration.

    Args:
        path: The file; None looks for ``mujaz.toml`` in the current folder and is content
            with the defaults if there is none.
        environ: Environment to take ``MUJAZ_SECTION_KEY`` overrides from.

    Raises:
        ConfigError: If a named file is missing, is not TOML, or holds an unknown key or a
            value of the wrong type or out of range.
    """
    environ = os.environ if environ is None else environ
    chosen = path or Path(DEFAULT_FILE)
    if not chosen.is_file():
        if path is not None:
            raise ConfigError("no such configuration file", where=str(path), hint="check --config")
        return _override(Config(), environ)
    try:
        text = chosen.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", where=str(chosen)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not valid TOML: {error}", where=str(chosen)) from error
    config = Config(home=chosen.parent, path=chosen)
    where = _Where(str(chosen), text)
    for section, values in table.items():
        if section not in SECTIONS:
            raise _unknown(section, list(SECTIONS), where((section,)), "section")
        if not isinstance(values, dict):
            raise ConfigError(f"[{section}] must be a table", where=where((section,)))
        config = _with_section(config, section, values, where)
    return _override(config, environ)


@dataclass(frozen=True, slots=True)
class _Where:
    """Formats the place of a key for a message: the file and its line, or the variable."""

    name: str
    text: str = ""

    def __call__(self, path: KeyPath) -> str:
        line = line_of(self.text, path) if self.text else 0
        return f"{self.name}:{line}" if line else self.name


def _with_section(config: Config, section: str, values: Mapping[str, Any], where: _Where) -> Config:
    clean = _clean(SECTIONS[section], values, (section,), where)
    return replace(config, **{section: replace(getattr(config, section), **clean)})


def _clean(
    kind: type[Any], values: Mapping[str, Any], path: KeyPath, where: _Where
) -> dict[str, Any]:
    """Check the values of one table against the fields of a dataclass."""
    hints = get_type_hints(kind)
    known = {item.name: item for item in fields(kind)}
    clean: dict[str, Any] = {}
    for key, value in values.items():
        here = (*path, key)
        if key not in known:
            table = ".".join(part for part in path if isinstance(part, str))
            raise _unknown(key, list(known), where(here), f"key in [{table}]", table)
        clean[key] = _checked(here, value, (hints[key], known[key]), where)
    return clean


def _checked(path: KeyPath, value: Any, declared: tuple[Any, Field[Any]], where: _Where) -> Any:
    """Check a value against the type and the limits of its field."""
    hint, item = declared
    name = ".".join(part for part in path if isinstance(part, str))
    if item.name == "sources":
        return _sources(path, value, where)
    if name == "desk.webhooks":
        return _webhooks(path, value, where)
    if name == "bulletin.editions":
        return _editions(path, value, where)
    wanted = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if float in wanted and type(value) is int:
        value = float(value)
    if isinstance(value, list):
        value = tuple(value)
    origins = tuple(getattr(kind, "__origin__", kind) for kind in wanted)
    fits = any(
        type(value) is kind or (kind is Mapping and isinstance(value, dict)) for kind in origins
    )
    if not fits and not (tuple in origins and isinstance(value, tuple)):
        names = " or ".join(getattr(kind, "__name__", str(kind)) for kind in origins)
        raise ConfigError(f"{name} must be of type {names}, not {value!r}", where=where(path))
    _check_items(name, value, path, where)
    if CHOICES in item.metadata and value not in item.metadata[CHOICES]:
        raise ConfigError(
            f"{name} cannot be {value!r}",
            where=where(path),
            hint="one of " + ", ".join(map(_in_toml, item.metadata[CHOICES])),
        )
    if BOUNDS in item.metadata:
        low, high = item.metadata[BOUNDS]
        if not low <= value <= high:
            raise ConfigError(f"{name} must lie between {low:g} and {high:g}", where=where(path))
    return value


def _check_items(name: str, value: Any, path: KeyPath, where: _Where) -> None:
    """Check what lists and tables contain, and rules that types cannot express."""
    items = value.values() if isinstance(value, dict) else value
    if isinstance(value, (tuple, dict)):
        wrong = [item for item in items if not isinstance(item, str)]
        if wrong:
            raise ConfigError(f"{name} holds strings, not {wrong[0]!r}", where=where(path))
    if name.endswith("voices") and name.startswith("bulletin."):
        for key in value:
            if key not in VOICE_PARTS:
                known = list(VOICE_PARTS)
                raise _unknown(key, known, where((*path, key)), "key in bulletin.voices")
    if name == "show.embed_on":
        _check_embed_on(name, value, where(path))
    if path[-1] == "time" and value and not _TIME.fullmatch(value):
        raise ConfigError(f"{name} cannot be {value!r}", where=where(path), hint='like "18:00"')
    if path[-1] == "since" and value != "last" and (isinstance(value, str) or value < 1):
        raise ConfigError(
            f"{name} cannot be {value!r}",
            where=where(path),
            hint='"last", or a number of hours',
        )


def _check_embed_on(name: str, value: tuple[str, ...], place: str) -> None:
    for item in value:
        if not _FRAME_ANCESTOR.fullmatch(item):
            raise ConfigError(
                f"{name} cannot be {item!r}",
                where=place,
                hint='origins such as "https://news.example", or "*" for every site',
            )


def _editions(path: KeyPath, value: Any, where: _Where) -> dict[str, Mapping[str, Any]]:
    """Check the tables of the editions; each may set any key of ``[bulletin]`` anew."""
    if not isinstance(value, dict):
        raise ConfigError(
            "bulletin.editions must be tables",
            where=where(path),
            hint="write [bulletin.editions.flash]",
        )
    editions: dict[str, Mapping[str, Any]] = {}
    for name, table in value.items():
        here = (*path, name)
        if not isinstance(table, dict):
            raise ConfigError(
                f"the edition {name!r} must be a table",
                where=where(here),
                hint=f"write [bulletin.editions.{name}]",
            )
        for key in ("edition", "editions"):
            if key in table:
                raise ConfigError(
                    f"{key!r} cannot stand in an edition",
                    where=where((*here, key)),
                    hint="name it in the header of its table; label is what listeners see",
                )
        if not name or "/" in name or name != name.strip():
            raise ConfigError(
                f"{name!r} cannot name an edition", where=where(here), hint='like "flash"'
            )
        editions[name] = _clean(BulletinConfig, table, here, where)
    return editions


def _check_tables(name: str, path: KeyPath, value: Any, where: _Where) -> None:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ConfigError(
            f"{name} must be tables", where=where(path), hint=f"write [[{name}]] above each"
        )


def _sources(path: KeyPath, value: Any, where: _Where) -> tuple[SourceConfig, ...]:
    _check_tables("bulletin.sources", path, value, where)
    sources: list[SourceConfig] = []
    for number, item in enumerate(value):
        here = (*path, number)
        source = SourceConfig(**_clean(SourceConfig, item, here, where))
        if bool(source.url) == bool(source.path):
            raise ConfigError(
                "a source has either a url or a path",
                where=where(here),
                hint='url = "https://…/rss", or path = "stories/"',
            )
        if source.url and not re.match("https?://", source.url, re.IGNORECASE):
            raise ConfigError(
                f"{source.url!r} is not a web address",
                where=where((*here, "url")),
                hint="begin it with https://, or write path = … for files",
            )
        sources.append(source)
    return tuple(sources)


def _webhooks(path: KeyPath, value: Any, where: _Where) -> tuple[WebhookConfig, ...]:
    _check_tables("desk.webhooks", path, value, where)
    hooks: list[WebhookConfig] = []
    for number, item in enumerate(value):
        here = (*path, number)
        hook = WebhookConfig(**_clean(WebhookConfig, item, here, where))
        if not re.match("https?://", hook.url, re.IGNORECASE):
            raise ConfigError(
                f"{hook.url!r} is not a web address",
                where=where((*here, "url")),
                hint="begin it with https://",
            )
        unknown = [event for event in hook.events if event not in EVENTS]
        if unknown:
            raise _unknown(unknown[0], list(EVENTS), where((*here, "events")), "event")
        hooks.append(hook)
    return tuple(hooks)


def _override(config: Config, environ: Mapping[str, str]) -> Config:
    for variable, text in sorted(environ.items()):
        section, _, key = variable.removeprefix("MUJAZ_").lower().partition("_")
        if not variable.startswith("MUJAZ_") or section not in SECTIONS or not key:
            continue
        kind = SECTIONS[section]
        known = {item.name: item for item in fields(kind)}
        if key not in known:
            raise _unknown(key, list(known), variable, "setting in the environment", section)
        hint = get_type_hints(kind)[key]
        value = _from_text(variable, text, hint)
        config = _with_section(config, section, {key: value}, _Where(variable))
    return config


def _from_text(variable: str, text: str, hint: Any) -> Any:
    if hint is bool or bool in get_args(hint):
        lowered = text.strip().lower()
        if lowered in {"1", "true", "yes", "on"}:
            return True
        if lowered in {"0", "false", "no", "off"}:
            return False
        if hint is not bool:
            return text
        raise ConfigError(f"{text!r} is neither true nor false", where=variable)
    if hint in (int, float):
        try:
            return hint(text)
        except ValueError as error:
            raise ConfigError(f"{text!r} is not a number", where=variable) from error
    if int in get_args(hint) and text.strip().isdigit():
        return int(text)
    origin = getattr(hint, "__origin__", None)
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if origin is tuple and SourceConfig in get_args(hint):
        return [{"url" if "://" in part else "path": part} for part in parts]
    if origin is tuple:
        return parts
    if origin is Mapping:
        return dict(_pair(part, variable) for part in parts)
    return text


def _pair(text: str, variable: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ConfigError(
            f"{text!r} is not a name and a value", where=variable, hint="write it as key=value"
        )
    return key.strip(), value.strip()


def _in_toml(value: str | bool | int) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _unknown(key: str, known: list[str], where: str, what: str, section: str = "") -> ConfigError:
    close = get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "known: " + ", ".join(known)
    if (section, key) == _NUMBERS_IN_WORDS:
        hint = "remove it: numbers are always read in words"
    return ConfigError(f"unknown {what}: {key!r}", where=where, hint=hint)
