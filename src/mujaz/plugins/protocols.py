"""The required and the optional parts of an engine and of a diacritizer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable

from mujaz.domain import Clip, Voice


@runtime_checkable
class Engine(Protocol):
    """Speaks one line at a time. The class is called without arguments.

    Attributes:
        name: The name under which it is registered.
        version: Change it when the same text may sound different: old clips are then not reused.
        max_chars: Longest line, in characters of the exact string handed to ``speak``.
    """

    name: str
    version: str
    max_chars: int

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak one line of diacritized text.

        An engine that uses random numbers takes one more keyword, ``seed: int = 0``: the same
        seed gives the same samples, and a clip that fails its check is tried with the next seed.

        Raises:
            EngineError: If this line cannot be spoken; other lines may be.
            VoiceError: If the voice cannot be used at all; this ends the run.
            MissingPackageError: If an optional package is not installed; its hint says how to
                install it. May also be raised when the engine is made.
        """
        ...


class CompleteEngine(Engine, Protocol):
    """Everything that an engine may have; all but what :class:`Engine` has can be left out.

    Attributes:
        silent_settings: Settings of voice files that do not change the sound (time limits, say):
            clips are reused although they changed. Default: none.
        neural: Whether it may lose or add words, so that its clips are listened to if the user has
            set ``[speech] ear``. Default: false.
        any_rate: Whether it speaks at ``rate_wpm`` also with voices whose files state no rate, so
            that ``[speech] rate_wpm`` may be set for them. Default: false.
    """

    silent_settings: Collection[str]
    neural: bool
    any_rate: bool

    @staticmethod
    def voice_files(voice: Voice) -> Sequence[str]:
        """Files that the engine needs although the voice file does not name them.

        Paths relative to the voice file. Called on the class, before the engine's packages need
        to be installed. Default: none.
        """
        ...

    @staticmethod
    def notice(voice: Voice) -> str:
        """Return one line that users of the voice must know: where its text goes, what it lacks.

        It is told at the beginning of a run, and by ``mujaz voices show`` and ``mujaz doctor``.
        Called on the class, whether the voice is installed or not. Default: empty.
        """
        ...

    def check(self, voice: Voice) -> None:
        """Look at the voice's files and settings before anything is spoken; load nothing large.

        Raises:
            VoiceError: If the voice cannot be used as it is.
        """
        ...

    def fingerprint(self, voice: Voice) -> str:
        """Return a string that changes with whatever else changes the sound.

        For example the hash of a model or the version of a library. Clips are reused only while
        it stays the same. Default: empty.
        """
        ...

    def memory_mb(self, voice: Voice) -> int:
        """Return the memory in MB of one process with this voice.

        Defining it says that the engine is slow enough for several worker processes to pay off.
        Without it, everything is spoken in one process.
        """
        ...

    def describe(self) -> str:
        """Return one line for ``mujaz doctor``: versions, devices. May import what it needs.

        Default: the distribution that registers the engine, and its version.
        """
        ...

    def phonemes(self, text: str) -> str:
        """Return the phonemes of one line of diacritized text, words separated by spaces."""
        ...


@runtime_checkable
class Diacritizer(Protocol):
    """Adds diacritics to Arabic words. The class is called without arguments.

    ``diacritize`` gets the words of one sentence, letters only, and returns as many with the same
    letters. Given marks, punctuation and long sentences are handled by
    :class:`mujaz.diacritizers.Guard`, for every model in the same way.

    A diacritizer may have two more parts: a method ``diacritize_given(words, given)`` that chooses
    among the readings which agree with the marks in ``given``, and an attribute ``packages``, the
    names of distributions whose versions change its result.

    Attributes:
        name: The name under which it is registered.
        version: Change it when the result may differ: diacritized lines of earlier runs are then
            not reused.
    """

    name: str
    version: str

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the same words with marks.

        Raises:
            DiacritizationError: If this sentence cannot be diacritized.
        """
        ...
