"""Assignment of voices to kinds of sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mujaz.domain import Kind, Sentence, Voice


@dataclass(frozen=True, slots=True)
class Cast:
    """The voices of an episode.

    Attributes:
        body: The voice of all kinds of sentences that are not in ``others``.
        others: Voices by kind of sentence.
        fallback: Speaks a sentence that its own voice cannot speak; None if there is no such voice.
        named: Voices of single sentences, by name.
    """

    body: Voice
    others: Mapping[Kind, Voice]
    fallback: Voice | None = None
    named: Mapping[str, Voice] = field(default_factory=dict)

    def voice(self, sentence: Sentence) -> Voice:
        """Return the voice of a sentence: its own, else that of its kind."""
        if sentence.voice in self.named:
            return self.named[sentence.voice]
        return self.others.get(sentence.kind, self.body)

    def all(self) -> tuple[Voice, ...]:
        """Return each voice once, the fallback last."""
        voices = [self.body, *self.others.values(), *self.named.values()]
        if self.fallback is not None:
            voices.append(self.fallback)
        return tuple({voice.name: voice for voice in voices}.values())
