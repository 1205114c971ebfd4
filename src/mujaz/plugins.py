"""Engines and diacritizers by name, through entry points.

Built-in ones are registered the same way as anybody's, so there is no second path.
Nothing is imported before it is asked for by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, runtime_checkable

from mujaz.domain import Clip, Voice
from mujaz.errors import DiacritizerError, EngineError

ENGINES = "mujaz.engines"
DIACRITIZERS = "mujaz.diacritizers"


@runtime_checkable
class Engine(Protocol):
    """Speaks one line at a time.

    Two more methods are asked for where an engine has them. ``fingerprint(voice) -> str`` tells
    models apart that the voice file does not (a file's hash, a library's version): clips of one
    are never taken for the other's. ``memory_mb(voice) -> int`` is what one loaded engine takes;
    an engine that has it is slow enough to be worth several processes.

    Attributes:
        name: As registered.
        version: Changes when the same text may sound different; part of the fingerprint.
        max_chars: Longest line, in characters of the exact string handed to ``speak``.
    """

    name: str
    version: str
    max_chars: int

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak one line of diacritized text.

        An engine that draws at random takes a keyword ``seed: int = 0`` besides: equal seeds give
        equal samples, and a clip that fails its check is tried again with the next seed.

        Raises:
            EngineError: If nothing could be made of it.
        """
        ...


@runtime_checkable
class Checking(Protocol):
    """An engine that can tell what is wrong with a voice before any sentence is spoken."""

    def check(self, voice: Voice) -> None:
        """Look at the voice's files and settings; loads nothing heavy.

        Raises:
            EngineError: If the voice cannot be used as it is.
        """
        ...


@runtime_checkable
class Diacritizer(Protocol):
    """Adds marks to Arabic words.

    ``diacritize`` gets the words of one sentence, letters only, and gives as many back
    with the same letters. What surrounds it (given marks, punctuation, refusals) is the
    protocol in :mod:`mujaz.diacritizers`, the same for every model.
    """

    name: str
    version: str

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the same words with marks."""
        ...


def names(group: str) -> list[str]:
    """Names registered in a group, sorted."""
    return sorted({point.name for point in entry_points(group=group)})


def load_engine(name: str) -> Engine:
    """Make the engine registered under a name.

    Raises:
        EngineError: If there is none, or it does not fit the seam.
    """
    point = _find(ENGINES, name)
    if point is None:
        raise EngineError(f"unknown engine {name!r}", hint=_suggest(name, names(ENGINES)))
    engine = point.load()()
    if not isinstance(engine, Engine):
        raise EngineError(f"engine {name!r} lacks a part of the Engine protocol", where=point.value)
    return engine


@cache
def shared_engine(name: str) -> Engine:
    """The one engine of a name in this process: models are loaded once.

    Raises:
        EngineError: As :func:`load_engine`.
    """
    return load_engine(name)


def load_diacritizer(name: str) -> Diacritizer:
    """Make the diacritizer registered under a name.

    Raises:
        DiacritizerError: If there is none, or it does not fit the seam.
    """
    point = _diacritizer(name)
    diacritizer = point.load()()
    if not isinstance(diacritizer, Diacritizer):
        raise DiacritizerError(
            f"diacritizer {name!r} lacks a part of the Diacritizer protocol", where=point.value
        )
    return diacritizer


def diacritizer_version(name: str) -> str:
    """The version of the diacritizer registered under a name; its models are not loaded.

    Raises:
        DiacritizerError: If there is none.
    """
    return str(getattr(_diacritizer(name).load(), "version", ""))


def _diacritizer(name: str) -> EntryPoint:
    point = _find(DIACRITIZERS, name)
    if point is None:
        raise DiacritizerError(
            f"unknown diacritizer {name!r}", hint=_suggest(name, names(DIACRITIZERS))
        )
    return point


def _find(group: str, name: str) -> EntryPoint | None:
    return next(iter(entry_points(group=group, name=name)), None)


def _suggest(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return "choose one of: " + ", ".join(known)
