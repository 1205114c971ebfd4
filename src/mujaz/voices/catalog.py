"""The voice catalog: one TOML file for each voice.

Voices are looked up in ``voices/`` beside the configuration, then in the user's data folder, then
in the package. The first file with a name wins. Shipped voices that share a model with an installed
one are installed too: their files are found in the other folders.
"""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, replace
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mujaz.domain import Voice, VoiceFile
from mujaz.errors import VoiceError

_log = logging.getLogger(__name__)
# C0 and C1 controls, and the embeddings, overrides and isolates of the bidirectional algorithm.
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")
# A name is part of file names.
_NOT_IN_NAMES = re.compile(r"^\.|[/\\:]")
_KEYS = {item.name for item in fields(Voice)} - {"home"}
_REQUIRED = ("name", "engine")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "size": int,
    "sample_rate": int,
    "rate_wpm": int,
    "gain_db": (int, float),
    "commercial": bool,
    "settings": dict,
    "files": list,
}
_PUBLISHED = ("published_sha256", "published_page", "published_date")
_FILE_TYPES: dict[str, type] = {
    "path": str, "url": str, "size": int, "sha256": str, **dict.fromkeys(_PUBLISHED, str)
}  # fmt: skip
_SHA256 = re.compile("[0-9a-fA-F]{64}")


def voice_folders(home: Path) -> list[Path]:
    """List the folders with voices, in the order of precedence.

    Args:
        home: Folder of the configuration.
    """
    own = own_folder().resolve()
    candidates = [(home / "voices").resolve(), user_folder().resolve()]
    # In a source checkout the folder beside the configuration may be the package's own. That one
    # comes last, or its files would hide those that have been installed.
    candidates = [folder for folder in candidates if folder != own]
    return list(dict.fromkeys(folder for folder in (*candidates, own) if folder.is_dir()))


def own_folder() -> Path:
    """Folder of the voices that come with mujaz."""
    own = Path(str(files("mujaz.voices"))) / "shipped"
    if own.is_dir():
        return own
    # A source checkout: the folder lies at its top and is put into the wheel when built.
    return Path(__file__).resolve().parents[3] / "voices"


def user_folder() -> Path:
    """Folder of the voices that are installed for this user; it may not exist."""
    import platformdirs

    return Path(platformdirs.user_data_path("mujaz")) / "voices"


def installed_folders() -> list[Path]:
    """List the folders of this machine with voices that no configuration is needed for."""
    return [user_folder(), own_folder()]


def voices(home: Path) -> dict[str, Voice]:
    """Read all voices, keyed by name; a damaged voice file is logged and left out."""
    found: dict[str, Voice] = {}
    for path in _voice_files(home):
        try:
            voice = load_voice(path)
        except VoiceError as error:
            _log.warning("%s", error)
        else:
            found.setdefault(voice.name, _with_files(voice, home))
    return found


def find_voice(name: str, home: Path) -> Voice:
    """Find a voice by its name.

    Raises:
        VoiceError: If there is none, or its file is damaged.
    """
    for path in _voice_files(home):
        if path.stem == name:
            voice = load_voice(path)
            if voice.name == name:
                return _with_files(voice, home)
    known = voices(home)
    if name in known:
        return known[name]
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "run `mujaz voices list`"
    raise VoiceError(f"unknown voice {name!r}", hint=hint)


def load_voice(path: Path) -> Voice:
    """Read one voice file.

    Raises:
        VoiceError: If it is not TOML, lacks a name or an engine, or holds an unknown key, a value
            of the wrong type, or text that could deceive a terminal or name another folder.
    """
    where = str(path)
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise VoiceError(f"this voice file cannot be read: {error}", where=where) from error
    for key, value in table.items():
        if key not in _KEYS:
            close = get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "known: " + ", ".join(sorted(_KEYS))
            raise VoiceError(f"unknown key {key!r} in a voice file", where=where, hint=hint)
        if not isinstance(value, _TYPES.get(key, str)):
            raise VoiceError(f"{key} has the wrong type: {value!r}", where=where)
        _refuse_control_characters(key, value, where)
    for key in _REQUIRED:
        if not table.get(key):
            raise VoiceError(f"a voice file needs {key!r}", where=where)
    if _NOT_IN_NAMES.search(table["name"]):
        raise VoiceError(
            f"{table['name']!r} cannot name a voice",
            where=where,
            hint="use letters, digits, hyphens, underscores and dots, and no dot first",
        )
    _check_published(table, where)
    table["files"] = tuple(_voice_file(entry, where) for entry in table.get("files", ()))
    table["settings"] = MappingProxyType(dict(table.get("settings", {})))
    table.setdefault("title", table["name"])
    return Voice(**table, home=path.parent)


def _refuse_control_characters(key: str, value: Any, where: str) -> None:
    """Refuse text that moves the cursor of a terminal or reverses what follows."""
    if isinstance(value, dict):
        value = list(value.items())
    if isinstance(value, list | tuple):
        for item in value:
            _refuse_control_characters(key, item, where)
    if isinstance(value, str) and _CONTROLS.search(value):
        raise VoiceError(
            f"{key} contains a control character: {value!a}",
            where=where,
            hint="remove it, if you trust whoever wrote this file",
        )


def _check_published(table: dict[str, Any], where: str) -> None:
    """Check that a hash by a publisher is one, and comes with its page and day."""
    given = [key for key in _PUBLISHED if table.get(key)]
    if not given:
        return
    if len(given) < len(_PUBLISHED) or not _SHA256.fullmatch(table["published_sha256"]):
        raise VoiceError(
            "published_sha256 needs 64 hexadecimal digits, published_page and published_date",
            where=where,
            hint="state the page that gives the hash and the day on which it was read",
        )


def is_installed(voice: Voice) -> bool:
    """Whether all files of a voice exist."""
    return not missing_files(voice)


def missing_files(voice: Voice) -> list[Path]:
    """List the files of a voice that do not exist."""
    named = [part for part in (voice.model_path, voice.config_path, voice.speaker_wav) if part]
    named += [file.path for file in voice.files]
    return [voice.home / part for part in named if not (voice.home / part).exists()]


def path_of(voice: Voice) -> Path:
    """The voice's TOML file, which may lie in another folder than the voice's other files."""
    name = f"{voice.name}.toml"
    shipped = own_folder() / name
    return shipped if shipped.is_file() and not (voice.home / name).is_file() else voice.home / name


def _with_files(voice: Voice, home: Path) -> Voice:
    """A shipped voice whose files were installed with another voice, in the folder of those.

    Only files with a recorded hash count: the engine compares it before it reads them.
    """
    hashed = voice.sha256 and all(file.sha256 for file in voice.files) and not voice.config_path
    if not hashed or voice.home.resolve() != own_folder().resolve() or is_installed(voice):
        return voice
    moved = (replace(voice, home=folder) for folder in voice_folders(home))
    return next((other for other in moved if is_installed(other)), voice)


def _voice_file(entry: Any, where: str) -> VoiceFile:
    """Check one table of ``[[files]]``."""
    if not isinstance(entry, dict) or not entry.get("path"):
        raise VoiceError("each of [[files]] needs a path", where=where)
    for key, value in entry.items():
        if key not in _FILE_TYPES:
            raise VoiceError(
                f"unknown key {key!r} in [[files]]",
                where=where,
                hint="known: " + ", ".join(_FILE_TYPES),
            )
        if type(value) is not _FILE_TYPES[key]:
            raise VoiceError(f"{key} in [[files]] has the wrong type: {value!r}", where=where)
    _check_published(entry, where)
    return VoiceFile(**entry)


def _voice_files(home: Path) -> Iterator[Path]:
    for folder in voice_folders(home):
        yield from sorted(folder.glob("*.toml"))
