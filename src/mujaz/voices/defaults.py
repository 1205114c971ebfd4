"""Default voices: the best of those that are installed and that the show may use."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from mujaz.domain import Voice
from mujaz.errors import VoiceError
from mujaz.tables import read_table
from mujaz.voices.catalog import find_voice, is_installed

# It needs no file, so it can always speak.
EMBEDDED_VOICE = "espeak-ar"
_log = logging.getLogger(__name__)
_PARTS = ("headlines", "body", "station")


def default_voice(home: Path, *, commercial: bool) -> str:
    """Name of the voice that reads an episode if none is configured.

    Args:
        home: Folder of the configuration.
        commercial: Whether the show is commercial: then a voice must expressly allow it.
    """
    for row in _rows():
        if _is_ready(row["voice"], home, commercial=commercial):
            return row["voice"]
    return EMBEDDED_VOICE


def default_anchors(home: Path, *, commercial: bool) -> Mapping[str, str]:
    """Names of the voices of a bulletin's parts if none is configured.

    Args:
        home: Folder of the configuration.
        commercial: See :func:`default_voice`.

    Returns:
        The names for ``headlines``, ``body`` and ``station``; empty if none can speak.
    """
    for row in _rows():
        names = {part: row[part] for part in _PARTS}
        if all(_is_ready(name, home, commercial=commercial) for name in set(names.values())):
            return names
    return {}


def ready_anchors(home: Path, *, commercial: bool) -> list[str]:
    """All installed anchors that the show may use, best first.

    Args:
        home: Folder of the configuration.
        commercial: See :func:`default_voice`.
    """
    names = dict.fromkeys(row[part] for row in _rows() for part in reversed(_PARTS))
    return [name for name in names if _is_ready(name, home, commercial=commercial)]


def suggested_voice(home: Path, *, commercial: bool) -> Voice | None:
    """The voice that would be the default if it were installed; None if the default is the best.

    Args:
        home: Folder of the configuration.
        commercial: See :func:`default_voice`.
    """
    for row in _rows():
        voice = _usable(row["voice"], home, commercial=commercial)
        if voice is not None:
            return None if is_installed(voice) else voice
    return None


def _rows() -> tuple[Mapping[str, str], ...]:
    return read_table("mujaz.voices", "data/defaults.tsv")


def _is_ready(name: str, home: Path, *, commercial: bool) -> bool:
    voice = _usable(name, home, commercial=commercial)
    return voice is not None and is_installed(voice)


def _usable(name: str, home: Path, *, commercial: bool) -> Voice | None:
    """The voice, if its file is sound and its licence fits the show."""
    try:
        voice = find_voice(name, home)
    except VoiceError as error:
        _log.warning("%s", error)
        return None
    return None if commercial and voice.commercial is not True else voice
