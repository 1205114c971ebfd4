"""Plug-ins as entry points: found by name, imported, and called so that no fault escapes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import EntryPoint, EntryPoints, distributions, entry_points
from pathlib import Path
from typing import Any, TypeVar

from mujaz.errors import DiacritizerError, MujazError, VoiceError

ENGINES = "mujaz.engines"
DIACRITIZERS = "mujaz.diacritizers"

_KINDS = {ENGINES: "engine", DIACRITIZERS: "diacritizer"}
_ERRORS: dict[str, type[MujazError]] = {ENGINES: VoiceError, DIACRITIZERS: DiacritizerError}
_T = TypeVar("_T")
_CALLS = threading.local()


def names(group: str) -> list[str]:
    """Names registered in a group, sorted."""
    return sorted({point.name for point in _registered(group, _installed())})


def find(group: str, name: str) -> Plugin:
    """The entry point of a name.

    Raises:
        VoiceError, DiacritizerError: If there is none, or two that are not the same.
    """
    found = _registered(group, _installed()).select(name=name)
    points = {point.value: point for point in found}
    if len(points) > 1:
        told = " and ".join(str(Plugin(group, point)) for point in points.values())
        raise _ERRORS[group](
            f"two plug-ins have the same name: {told}", hint="remove one of the two"
        )
    if not points:
        known = names(group)
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "choose one of: " + ", ".join(known)
        raise _ERRORS[group](f"unknown {_KINDS[group]} {name!r}", hint=hint)
    return Plugin(group, *points.values())


def _installed() -> tuple[tuple[str, int], ...]:
    """The folders of the import path that hold distributions, and when each last changed."""
    return tuple(
        (folder, _last_change(folder))
        for folder in sys.path
        if next(iter(distributions(path=[folder])), None) is not None
    )


def _last_change(folder: str) -> int:
    """Time of a folder's last change in nanoseconds; 0 for a place inside an archive."""
    try:
        return Path(folder).stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=8)
def _registered(group: str, installed: tuple[tuple[str, int], ...]) -> EntryPoints:
    """The entry points of a group.

    A file of each installed distribution is read, which takes tens of milliseconds, so this is done
    again only when a folder has changed.
    """
    return entry_points(group=group)


def is_plugin_running() -> bool:
    """Whether this thread is inside a call to a plug-in."""
    return getattr(_CALLS, "depth", 0) > 0


class PluginFaultError(MujazError):
    """A plug-in raised something that is not an error of mujaz."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point, and calls into what it stands for."""

    group: str
    point: EntryPoint

    @property
    def name(self) -> str:
        return self.point.name

    @property
    def distribution_name(self) -> str:
        return self.point.dist.name if self.point.dist else ""

    @property
    def distribution(self) -> str:
        """Distribution and version, as in ``toy-engine 1.0``."""
        dist = self.point.dist
        return f"{dist.name} {dist.version}" if dist else "an unknown distribution"

    def __str__(self) -> str:
        return f"{_KINDS[self.group]} {self.name!r} ({self.distribution}, {self.point.value})"

    def fault(self, reason: str) -> MujazError:
        """An error of the set-up that names the plug-in."""
        return _ERRORS[self.group](f"{self} cannot be used: {reason}", hint=self._hint())

    def load(self) -> Any:
        """Import the class.

        Raises:
            VoiceError, DiacritizerError: If that fails.
        """
        return self._set_up(self.point.load)

    def make(self, protocol: type[_T]) -> _T:
        """Import the class, call it, and check that the result has all required parts.

        Raises:
            VoiceError, DiacritizerError: If that fails.
            MissingPackageError: If the plug-in says so.
        """
        made = self._set_up(self.load())
        if not isinstance(made, protocol):
            kind = _KINDS[self.group].capitalize()
            raise self.fault(f"it lacks a part of the {kind} protocol")
        return made

    def call(self, function: Callable[..., _T], *arguments: object, **keywords: object) -> _T:
        """Call a part of the plug-in.

        Raises:
            MujazError: As the plug-in raised it.
            KeyboardInterrupt: The same.
            PluginFaultError: For anything else, naming the plug-in.
        """
        _CALLS.depth = getattr(_CALLS, "depth", 0) + 1
        try:
            return function(*arguments, **keywords)
        except (MujazError, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise PluginFaultError(f"{self} failed: {_told(error)}", hint=self._hint()) from error
        finally:
            _CALLS.depth -= 1

    def _set_up(self, function: Callable[[], Any]) -> Any:
        try:
            return self.call(function)
        except PluginFaultError as fault:
            error = _ERRORS[self.group](fault.message, hint=fault.hint)
            raise error from fault.__cause__

    def _hint(self) -> str:
        """The advice for a plug-in that is broken; ours are not to be removed."""
        if self.point.value.startswith("mujaz."):
            return ""
        return f"update or remove it: pip uninstall {self.distribution_name}"


def _told(error: BaseException) -> str:
    """An exception in one line."""
    if isinstance(error, SystemExit):
        return f"it tried to end mujaz (exit status {error.code})"
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
