"""Who reads what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mujaz.domain import Kind, Voice


@dataclass(frozen=True, slots=True)
class Cast:
    """Who reads what.

    Attributes:
        body: The voice for everything that has none of its own.
        others: Voices by kind of sentence.
        fallback: Reads a sentence that its own voice cannot speak; None if nobody does.
    """

    body: Voice
    others: Mapping[Kind, Voice]
    fallback: Voice | None = None

    def voice(self, kind: Kind) -> Voice:
        """The voice for a kind of sentence."""
        return self.others.get(kind, self.body)

    def all(self) -> tuple[Voice, ...]:
        """Every voice, without repetition; the fallback last."""
        voices = [self.body, *self.others.values()]
        if self.fallback is not None:
            voices.append(self.fallback)
        return tuple({voice.name: voice for voice in voices}.values())
