"""Engines and diacritizers as the rest of mujaz calls them.

They supply defaults for optional parts, check what comes back, and name the plug-in in errors.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from mujaz.domain import Clip, Voice
from mujaz.errors import DiacritizationError, EngineError, VoiceError
from mujaz.plugins.entry import Plugin, PluginFaultError
from mujaz.plugins.protocols import Diacritizer, Engine


class LoadedEngine:
    """An engine as the rest of mujaz calls it.

    Attributes:
        name: See :class:`Engine`.
        version: See :class:`Engine`.
        max_chars: See :class:`Engine`.
        silent_settings: See :class:`CompleteEngine`.
        neural: See :class:`CompleteEngine`.
        any_rate: See :class:`CompleteEngine`.
        can_check: Whether the engine has ``check``.
        can_phonemize: Whether the engine has ``phonemes``.
    """

    def __init__(self, plugin: Plugin) -> None:
        engine = plugin.make(Engine)  # type: ignore[type-abstract]
        self.name: str = plugin.name
        self.version = str(engine.version)
        self.max_chars: int = engine.max_chars
        if not isinstance(self.max_chars, int) or self.max_chars < 1:
            raise plugin.fault(f"max_chars must be a positive number, not {self.max_chars!r}")
        self.neural = bool(getattr(engine, "neural", False))
        self.any_rate = bool(getattr(engine, "any_rate", False))
        self.silent_settings = frozenset(getattr(engine, "silent_settings", ()))
        self._plugin = plugin
        self._engine: Any = engine
        self._takes_seed = "seed" in plugin.call(inspect.signature, engine.speak).parameters
        self.can_check = callable(getattr(engine, "check", None))
        self.can_phonemize = callable(getattr(engine, "phonemes", None))

    def speak(self, text: str, voice: Voice, *, seed: int = 0) -> Clip:
        """Speak one line.

        Raises:
            EngineError: If the line cannot be spoken, whatever the engine raised.
            VoiceError: If the voice cannot be used at all.
            MissingPackageError: If an optional package is not installed.
        """
        keywords = {"seed": seed} if self._takes_seed else {}
        try:
            clip = self._plugin.call(self._engine.speak, text, voice, **keywords)
        except PluginFaultError as fault:
            raise EngineError(fault.message, where=text[:60], hint=fault.hint) from fault.__cause__
        if not isinstance(clip, Clip):
            message = f"{self._plugin} returned {type(clip).__name__} instead of a Clip"
            raise EngineError(message, where=text[:60])
        return clip

    def check(self, voice: Voice) -> None:
        """Find what is wrong with a voice before anything is spoken, if the engine can.

        Raises:
            VoiceError: If the voice cannot be used as it is, or the check itself fails.
            MissingPackageError: If an optional package is not installed.
        """
        if self.can_check:
            self._optional("check", None, voice)

    def fingerprint(self, voice: Voice) -> str:
        """Return a text that changes when the voice's sound does; empty if the engine gives none.

        Raises:
            VoiceError: If it cannot be told.
        """
        return str(self._optional("fingerprint", "", voice))

    def memory_mb(self, voice: Voice) -> int | None:
        """Memory in MB of a process with this voice; None if the engine does not say.

        Raises:
            VoiceError: If it cannot be told.
        """
        size = self._optional("memory_mb", None, voice)
        if size is not None and not isinstance(size, int):
            raise self._plugin.fault(f"memory_mb must return a number, not {size!r}")
        return size

    def describe(self) -> str:
        """One line about the engine's parts and their versions.

        Raises:
            VoiceError: If the engine fails to describe itself.
            MissingPackageError: If an optional package is not installed.
        """
        return str(self._optional("describe", self._plugin.distribution))

    def phonemes(self, text: str) -> str:
        """The phonemes of one line.

        Raises:
            VoiceError: If the engine has none, or fails.
        """
        if not self.can_phonemize:
            raise VoiceError(f"engine {self.name!r} cannot tell phonemes")
        return str(self._optional("phonemes", "", text))

    def _optional(self, method: str, default: Any, *arguments: object) -> Any:
        """Call a method that the engine may lack."""
        function = getattr(self._engine, method, None)
        if not callable(function):
            return default
        try:
            return self._plugin.call(function, *arguments)
        except PluginFaultError as fault:
            raise VoiceError(fault.message, hint=fault.hint) from fault.__cause__


class LoadedDiacritizer:
    """A diacritizer as the rest of mujaz calls it.

    Attributes:
        name: See :class:`Diacritizer`.
        version: See :class:`Diacritizer`.
    """

    def __init__(self, plugin: Plugin) -> None:
        model = plugin.make(Diacritizer)  # type: ignore[type-abstract]
        self.name: str = plugin.name
        self.version = str(model.version)
        self._plugin = plugin
        self._model: Any = model
        self._takes_given = callable(getattr(model, "diacritize_given", None))

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the same words with marks.

        Raises:
            DiacritizationError: If it fails, whatever it raised.
        """
        return self._words(self._model.diacritize, words)

    def diacritize_given(self, words: Sequence[str], given: Sequence[str]) -> list[str]:
        """Return the bare words with marks that agree with those in ``given``, if it can.

        Raises:
            DiacritizationError: If it fails, whatever it raised.
        """
        if not self._takes_given:
            return self.diacritize(words)
        return self._words(self._model.diacritize_given, words, given)

    def _words(self, function: Callable[..., Any], *arguments: Sequence[str]) -> list[str]:
        where = " ".join(arguments[0])[:60]
        try:
            words = self._plugin.call(function, *arguments)
        except PluginFaultError as fault:
            raise DiacritizationError(
                fault.message, where=where, hint=fault.hint
            ) from fault.__cause__
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            raise DiacritizationError(f"{self._plugin} returned no list of words", where=where)
        return list(words)
