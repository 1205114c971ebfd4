"""``mujaz.toml`` as frozen values.

Precedence: command-line option > environment (``MUJAZ_SHOW_TITLE``) > file > default.
An unknown key is an error with a suggestion: a misspelt setting that is ignored in silence
is found weeks later by a listener.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo

from mujaz.errors import ConfigError

DEFAULT_FILE = "mujaz.toml"
DEFAULT_BASE_URL = "http://127.0.0.1:8000/"


@dataclass(frozen=True, slots=True)
class ShowConfig:
    """``[show]``: what listeners see."""

    title: str = "موجز الأخبار"
    description: str = "نشرات إخبارية عربية مقروءة بصوت اصطناعي."
    link: str = ""
    base_url: str = ""
    language: str = "ar"
    author: str = "موجز"
    email: str = ""
    category: str = "News > Daily News"
    image: str = ""
    image_alt: str = ""
    copyright: str = ""
    license: str = ""
    update_frequency: str = "FREQ=DAILY"
    locked: bool = True
    hub: str = ""
    new_feed_url: str = ""
    explicit: bool = False
    commercial: bool = False
    timezone: str = "UTC"
    keep: int = 60
    keep_days: int = 0
    keep_media_days: int = 7
    page: int = 60
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextConfig:
    """``[text]``: how the article is read."""

    months: str = "both"
    digits: str = "words"
    diacritizer: str = "rawi"
    lexicon: str = ""
    pausal: bool | str = True


@dataclass(frozen=True, slots=True)
class SpeechConfig:
    """``[speech]``: who reads it."""

    voice: str = "espeak-ar"
    fallback: str = ""
    workers: int = 0
    cache: str = ""
    cache_mb: int = 2000


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """``[audio]``: how it sounds."""

    loudness_lufs: float = -16.0
    true_peak_dbtp: float = -1.0
    bitrate_kbps: int = 96
    intro: str = ""
    outro: str = ""
    stinger: str = ""
    bed: str = ""


@dataclass(frozen=True, slots=True)
class FetchConfig:
    """``[fetch]``: how far the network is trusted."""

    timeout_s: float = 20.0
    max_bytes: int = 10_000_000
    allow_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BulletinConfig:
    """``[bulletin]``: the daily bulletin."""

    title: str = "نشرة {date}"
    max_stories: int = 12
    max_minutes: float = 15.0
    since: str | int = "last"
    greeting: str = ""
    headlines: bool = True
    paragraphs: int = 0
    voices: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set.

    Attributes:
        home: Folder that relative paths start from.
        path: The file it was read from, or None.
    """

    show: ShowConfig = ShowConfig()
    text: TextConfig = TextConfig()
    speech: SpeechConfig = SpeechConfig()
    audio: AudioConfig = AudioConfig()
    fetch: FetchConfig = FetchConfig()
    bulletin: BulletinConfig = BulletinConfig()
    home: Path = Path()
    path: Path | None = None


_SECTIONS: Mapping[str, type[Any]] = {
    "show": ShowConfig,
    "text": TextConfig,
    "speech": SpeechConfig,
    "audio": AudioConfig,
    "fetch": FetchConfig,
    "bulletin": BulletinConfig,
}

# Values that only make sense within bounds or from a list: key -> (allowed, what to say).
_CHOICES: Mapping[str, tuple[str | bool, ...]] = {
    "text.months": ("levant", "egypt", "maghreb", "both"),
    "text.digits": ("words",),
    # true: at stops and paragraph ends; "commas": at commas too; false: full endings throughout.
    "text.pausal": (True, False, "commas"),
}
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "audio.loudness_lufs": (-40, -8),
    "audio.true_peak_dbtp": (-20, 0),
    "audio.bitrate_kbps": (32, 320),
    "show.keep": (1, 100_000),
    "show.keep_days": (0, 100_000),
    "show.keep_media_days": (0, 100_000),
    # With descriptions at their limit this many episodes still make less than a megabyte.
    "show.page": (1, 90),
    "speech.workers": (0, 256),
    "speech.cache_mb": (0, 10_000_000),
    "fetch.timeout_s": (0.1, 3600),
    "fetch.max_bytes": (1000, 2_000_000_000),
}


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
        table = tomllib.loads(chosen.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", where=str(chosen)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not valid TOML: {error}", where=str(chosen)) from error
    config = Config(home=chosen.parent, path=chosen)
    for section, values in table.items():
        if section not in _SECTIONS:
            raise _unknown(section, list(_SECTIONS), str(chosen), "section")
        if not isinstance(values, dict):
            raise ConfigError(f"[{section}] must be a table", where=str(chosen))
        config = _with_section(config, section, values, str(chosen))
    return _override(config, environ)


def timezone(config: Config) -> ZoneInfo:
    """The show's time zone.

    Raises:
        ConfigError: If the name is not in the IANA database.
    """
    name = config.show.timezone
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            f"unknown time zone {name!r}", where="show.timezone", hint="use a name like Asia/Beirut"
        ) from error


def _with_section(config: Config, section: str, values: Mapping[str, Any], where: str) -> Config:
    kind = _SECTIONS[section]
    hints = get_type_hints(kind)
    known = [item.name for item in fields(kind)]
    clean: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            raise _unknown(key, known, where, f"key in [{section}]")
        clean[key] = _checked(f"{section}.{key}", value, hints[key], where)
    return replace(config, **{section: replace(getattr(config, section), **clean)})


def _checked(name: str, value: Any, hint: Any, where: str) -> Any:
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
        raise ConfigError(f"{name} must be of type {names}, not {value!r}", where=where)
    if name in _CHOICES and value not in _CHOICES[name]:
        raise ConfigError(
            f"{name} cannot be {value!r}",
            where=where,
            hint="one of " + ", ".join(map(_in_toml, _CHOICES[name])),
        )
    if name in _BOUNDS:
        low, high = _BOUNDS[name]
        if not low <= value <= high:
            raise ConfigError(f"{name} must lie between {low:g} and {high:g}", where=where)
    return value


def _override(config: Config, environ: Mapping[str, str]) -> Config:
    for variable, text in sorted(environ.items()):
        section, _, key = variable.removeprefix("MUJAZ_").lower().partition("_")
        if not variable.startswith("MUJAZ_") or section not in _SECTIONS or not key:
            continue
        kind = _SECTIONS[section]
        known = {item.name: item for item in fields(kind)}
        if key not in known:
            raise _unknown(key, list(known), variable, "setting in the environment")
        hint = get_type_hints(kind)[key]
        value = _from_text(variable, text, hint)
        config = _with_section(config, section, {key: value}, variable)
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
    if getattr(hint, "__origin__", None) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _in_toml(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _unknown(key: str, known: list[str], where: str, what: str) -> ConfigError:
    close = get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "known: " + ", ".join(known)
    return ConfigError(f"unknown {what}: {key!r}", where=where, hint=hint)
