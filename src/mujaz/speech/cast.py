"""Assignment of voices to kinds of sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mujaz.domain import Kind, Voice


@dataclass(frozen=True, slots=True)
class Cast:
    """The voices of an episode.

    Attributes:
        body: The voice of all kinds of sentences that are not in ``others``.
        others: Voices by kind of sentence.
        fallback: Speaks a sentence that its own voice cannot speak; None if there is no such voice.
    """

    body: Voice
    others: Mapping[Kind, Voice]
    fallback: Voice | None = None

    def voice(self, kind: Kind) -> Voice:
        """Return the voice of a kind of sentence."""
        return self.others.get(kind, self.body)

    def all(self) -> tuple[Voice, ...]:
        """Return each voice once, the fallback last."""
        voices = [self.body, *self.others.values()]
        if self.fallback is not None:
            voices.append(self.fallback)
        return tuple({voice.name: voice for voice in voices}.values())
