"""``mujaz.toml`` as frozen values.

Precedence: command-line option > environment (``MUJAZ_SHOW_TITLE``) > file > default.
An unknown key is an error with a suggestion: a misspelt setting that is ignored in silence
is found weeks later by a listener.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo

from mujaz.errors import ConfigError
from mujaz.settings.lines import KeyPath, line_of

DEFAULT_FILE = "mujaz.toml"
DEFAULT_BASE_URL = "http://127.0.0.1:8000/"
DEFAULT_VOICE = "espeak-ar"


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

    voice: str = DEFAULT_VOICE
    fallback: str = ""
    workers: int = 0
    cache: str = ""
    cache_mb: int = 2000


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """``[audio]``: how it sounds.

    Attributes:
        opus_kbps: Of a second edition in Opus beside the MP3; 0 for none.
    """

    loudness_lufs: float = -16.0
    true_peak_dbtp: float = -1.0
    bitrate_kbps: int = 96
    opus_kbps: int = 0
    intro: str = ""
    outro: str = ""
    stinger: str = ""
    bed: str = ""


@dataclass(frozen=True, slots=True)
class FetchConfig:
    """``[fetch]``: how far the network is trusted.

    Attributes:
        timeout_s: For one attempt, from the first connection to the last byte.
        total_s: For all that a bulletin fetches, retries and waits included.
        max_bytes: Of one answer, unpacked.
        allow_hosts: ``host`` or ``host:port`` that may be private or loopback.
        retries: Further attempts after a failure that may pass.
        robots: Whether robots.txt is asked before a page is fetched.
        cache: Folder of answers that servers let us keep; the user's cache folder if empty.
    """

    timeout_s: float = 20.0
    total_s: float = 300.0
    max_bytes: int = 10_000_000
    allow_hosts: tuple[str, ...] = ()
    retries: int = 2
    max_redirects: int = 5
    robots: bool = True
    cache: str = ""


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """``[[bulletin.sources]]``: where stories come from.

    Attributes:
        url: A feed, or the page of one article.
        path: A file, a folder of files, or ``-``; instead of ``url``.
        section: Stories of a section stand together, in the order sections are first named.
        priority: 1 comes first and is kept when the bulletin is full; 9 is last.
        limit: Most stories from this source; 0 for no limit of its own.
        publisher: Who is credited; what the feed or page says of itself if empty.
        content: ``page`` fetches every article's page, ``feed`` takes the text in the feed,
            ``auto`` fetches the page unless the feed holds a whole article.
    """

    url: str = ""
    path: str = ""
    section: str = ""
    priority: int = 5
    limit: int = 0
    publisher: str = ""
    content: str = "auto"


@dataclass(frozen=True, slots=True)
class BulletinConfig:
    """``[bulletin]``: the daily bulletin.

    ``title`` to ``sign_off`` are templates (:mod:`mujaz.bulletin.lines` lists what they may
    name); an empty one is left out, except that the disclosure is always read.

    Attributes:
        edition: Tells several bulletins of one day apart; one configuration file each.
        since: ``last`` for what is new since the last bulletin, or a number of hours.
        min_words: What is shorter is no story.
        paragraphs: Most paragraphs read of a story; 0 for all.
        hijri: Whether the Hijri date (Umm al-Qura) is read too; ``hijri_adjust`` moves it by days
            where the month began on another evening.
        voices: Names for ``headlines``, ``body`` and ``station``.
    """

    title: str = "نشرة {date}"
    edition: str = ""
    max_stories: int = 12
    max_minutes: float = 15.0
    since: str | int = "last"
    min_words: int = 30
    paragraphs: int = 0
    headlines: bool = True
    hijri: bool = False
    hijri_adjust: int = 0
    greeting: str = (
        "{{ hello }}. أهلًا بكم في {{ show }}، اليومَ {{ date }}"
        "{% if hijri %}، الموافقَ {{ hijri }}{% endif %}."
    )
    headlines_line: str = "وهذه أبرز العناوين:"
    details_line: str = "وإلى تفاصيل النشرة."
    section_line: str = ""
    credit: str = "{% if publisher %}نقلًا عن {{ publisher }}.{% endif %}"
    disclosure: str = "تُقرأ هذه النشرةُ بصوتٍ اصطناعيّ."
    sign_off: str = "بهذا نَصِلُ إلى ختام النشرة. شكرًا لحسن استماعكم، وإلى اللقاء."
    voices: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[SourceConfig, ...] = ()


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


SECTIONS: Mapping[str, type[Any]] = {
    "show": ShowConfig,
    "text": TextConfig,
    "speech": SpeechConfig,
    "audio": AudioConfig,
    "fetch": FetchConfig,
    "bulletin": BulletinConfig,
}

# Values that only make sense within bounds or from a list: key -> (allowed, what to say).
CHOICES: Mapping[str, tuple[str | bool | int, ...]] = {
    "text.months": ("levant", "egypt", "maghreb", "both"),
    "text.digits": ("words",),
    # true: at stops and paragraph ends; "commas": at commas too; false: full endings throughout.
    "text.pausal": (True, False, "commas"),
    # RFC 7587, section 3.1.1: 16 to 20 for wideband speech, 28 to 40 for fullband speech, 48 to 64
    # for mono music; jingles and a bed are music.
    "audio.opus_kbps": (0, 24, 32, 40, 48, 56, 64),
    "bulletin.sources.content": ("auto", "page", "feed"),
}
VOICE_PARTS = ("headlines", "body", "station")
BOUNDS: Mapping[str, tuple[float, float]] = {
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
    "fetch.total_s": (1, 86_400),
    "fetch.retries": (0, 10),
    "fetch.max_redirects": (0, 20),
    "bulletin.max_stories": (1, 1000),
    "bulletin.max_minutes": (0.5, 1440),
    "bulletin.min_words": (0, 10_000),
    "bulletin.paragraphs": (0, 1000),
    "bulletin.hijri_adjust": (-2, 2),
    "bulletin.sources.priority": (1, 9),
    "bulletin.sources.limit": (0, 1000),
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
    """Says where a key stands: the file and its line, or the variable."""

    name: str
    text: str = ""

    def __call__(self, path: KeyPath) -> str:
        line = line_of(self.text, path) if self.text else 0
        return f"{self.name}:{line}" if line else self.name


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


def _with_section(config: Config, section: str, values: Mapping[str, Any], where: _Where) -> Config:
    clean = _clean(SECTIONS[section], values, (section,), where)
    return replace(config, **{section: replace(getattr(config, section), **clean)})


def _clean(
    kind: type[Any], values: Mapping[str, Any], path: KeyPath, where: _Where
) -> dict[str, Any]:
    """The values of one table, each checked against its field."""
    hints = get_type_hints(kind)
    known = [item.name for item in fields(kind)]
    clean: dict[str, Any] = {}
    for key, value in values.items():
        here = (*path, key)
        if key not in known:
            table = ".".join(part for part in path if isinstance(part, str))
            raise _unknown(key, known, where(here), f"key in [{table}]")
        clean[key] = _checked(here, value, hints[key], where)
    return clean


def _checked(path: KeyPath, value: Any, hint: Any, where: _Where) -> Any:
    name = ".".join(part for part in path if isinstance(part, str))
    if name == "bulletin.sources":
        return _sources(path, value, where)
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
    if name in CHOICES and value not in CHOICES[name]:
        raise ConfigError(
            f"{name} cannot be {value!r}",
            where=where(path),
            hint="one of " + ", ".join(map(_in_toml, CHOICES[name])),
        )
    if name in BOUNDS:
        low, high = BOUNDS[name]
        if not low <= value <= high:
            raise ConfigError(f"{name} must lie between {low:g} and {high:g}", where=where(path))
    return value


def _check_items(name: str, value: Any, path: KeyPath, where: _Where) -> None:
    """What lists and tables hold are strings; the rest has rules that types do not tell."""
    items = value.values() if isinstance(value, dict) else value
    if isinstance(value, (tuple, dict)):
        wrong = [item for item in items if not isinstance(item, str)]
        if wrong:
            raise ConfigError(f"{name} holds strings, not {wrong[0]!r}", where=where(path))
    if name == "bulletin.voices":
        for key in value:
            if key not in VOICE_PARTS:
                known = list(VOICE_PARTS)
                raise _unknown(key, known, where((*path, key)), "key in bulletin.voices")
    if name == "bulletin.since" and value != "last" and (isinstance(value, str) or value < 1):
        raise ConfigError(
            f"{name} cannot be {value!r}",
            where=where(path),
            hint='"last", or a number of hours',
        )


def _sources(path: KeyPath, value: Any, where: _Where) -> tuple[SourceConfig, ...]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ConfigError(
            "bulletin.sources must be tables",
            where=where(path),
            hint="write [[bulletin.sources]] above each",
        )
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


def _override(config: Config, environ: Mapping[str, str]) -> Config:
    for variable, text in sorted(environ.items()):
        section, _, key = variable.removeprefix("MUJAZ_").lower().partition("_")
        if not variable.startswith("MUJAZ_") or section not in SECTIONS or not key:
            continue
        kind = SECTIONS[section]
        known = {item.name: item for item in fields(kind)}
        if key not in known:
            raise _unknown(key, list(known), variable, "setting in the environment")
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


def _unknown(key: str, known: list[str], where: str, what: str) -> ConfigError:
    close = get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "known: " + ", ".join(known)
    return ConfigError(f"unknown {what}: {key!r}", where=where, hint=hint)
