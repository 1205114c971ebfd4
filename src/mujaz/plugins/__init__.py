"""Engines and diacritizers: what they must and may offer, and how they are found and called.

Both are classes registered as entry points; the built-in ones are registered in the same way as
anybody's. A plug-in is imported when it is first asked for by name. docs/extending.md shows how
to write one.

A plug-in is somebody else's code. So the rest of mujaz calls it through :class:`LoadedEngine` and
:class:`LoadedDiacritizer`, which supply defaults for optional parts, check what comes back, and
turn every fault, ``SystemExit`` included, into an error that names the plug-in.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from mujaz.domain import Voice
from mujaz.errors import VoiceError
from mujaz.plugins.entry import (
    DIACRITIZERS,
    ENGINES,
    PluginFaultError,
    find,
    is_plugin_running,
    names,
)
from mujaz.plugins.loaded import LoadedDiacritizer, LoadedEngine
from mujaz.plugins.protocols import CompleteEngine, Diacritizer, Engine

__all__ = [
    "DIACRITIZERS",
    "ENGINES",
    "CompleteEngine",
    "Diacritizer",
    "Engine",
    "LoadedDiacritizer",
    "LoadedEngine",
    "diacritizer_packages",
    "diacritizer_version",
    "is_plugin_running",
    "load_diacritizer",
    "load_engine",
    "names",
    "shared_engine",
    "voice_files",
    "voice_notice",
]


def load_engine(name: str) -> LoadedEngine:
    """Make the engine registered under a name.

    Raises:
        VoiceError: If there is none, it cannot be made, or it lacks a part of the protocol.
        MissingPackageError: If an optional package is not installed.
    """
    return LoadedEngine(find(ENGINES, name))


@cache
def shared_engine(name: str) -> LoadedEngine:
    """The one engine of a name in this process: models are loaded once.

    Raises:
        VoiceError: As :func:`load_engine`.
        MissingPackageError: As :func:`load_engine`.
    """
    return load_engine(name)


def voice_files(voice: Voice) -> tuple[str, ...]:
    """Files that a voice needs and its file does not name; see :class:`CompleteEngine`.

    Empty if no engine of that name is registered: the voice's own files can be listed all the same.

    Raises:
        VoiceError: If the engine cannot be imported or fails.
    """
    return tuple(map(str, _of_class("voice_files", voice, ())))


def voice_notice(voice: Voice) -> str:
    """Return what users of a voice must know, in one line; see :class:`CompleteEngine`.

    Raises:
        VoiceError: If the engine cannot be imported or fails.
    """
    return str(_of_class("notice", voice, ""))


def _of_class(method: str, voice: Voice, default: Any) -> Any:
    """Call a static method of an engine's class, which may lack it; the engine is not made."""
    if voice.engine not in names(ENGINES):
        return default
    plugin = find(ENGINES, voice.engine)
    function = getattr(plugin.load(), method, None)
    if function is None:
        return default
    try:
        return plugin.call(function, voice)
    except PluginFaultError as fault:
        raise VoiceError(fault.message, hint=fault.hint) from fault.__cause__


def load_diacritizer(name: str) -> LoadedDiacritizer:
    """Make the diacritizer registered under a name.

    Raises:
        DiacritizerError: If there is none, it cannot be made, or it lacks a part of the protocol.
        MissingPackageError: If an optional package is not installed.
    """
    return LoadedDiacritizer(find(DIACRITIZERS, name))


def diacritizer_version(name: str) -> str:
    """The version of the diacritizer registered under a name; its models are not loaded.

    Raises:
        DiacritizerError: If there is none, or it cannot be imported.
    """
    return str(getattr(find(DIACRITIZERS, name).load(), "version", ""))


def diacritizer_packages(name: str) -> tuple[str, ...]:
    """The distributions whose versions change a diacritizer's result, its own among them.

    Raises:
        DiacritizerError: If there is none, or it cannot be imported.
    """
    plugin = find(DIACRITIZERS, name)
    packages = tuple(map(str, getattr(plugin.load(), "packages", ())))
    return tuple(dict.fromkeys((*packages, plugin.distribution_name)))
