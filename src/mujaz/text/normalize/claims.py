"""A line with its claims: the stretches that taggers read, with their words.

Taggers run on the line as written and claim stretches of it, the most specific first;
unclaimed text passes through. The claims map the spoken text back to the written one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch of the line and its reading.

    Attributes:
        start, end: Positions in the line as written.
        spoken: Words that replace it; empty if it is not said.
        kind: The rule that claimed it.
    """

    start: int
    end: int
    spoken: str
    kind: str


def _start(claim: Claim) -> int:
    return claim.start


@dataclass(slots=True)
class Line:
    """A line and the claims on it."""

    text: str
    claims: list[Claim] = field(default_factory=list, init=False)
    # A byte for each character, 1 if it is claimed: look-ups do not depend on the other claims.
    _claimed: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self._claimed = bytearray(len(self.text))

    def claim(self, start: int, end: int, spoken: str, kind: str) -> None:
        """Claim a stretch unless part of it is taken."""
        if start < end and not self.taken(start, end):
            self.claims.append(Claim(start, end, spoken, kind))
            self._claimed[start:end] = b"\x01" * (end - start)

    def taken(self, start: int, end: int) -> bool:
        """Tell whether part of a stretch is claimed."""
        return self._claimed.find(1, start, end) >= 0

    def each(
        self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], str | None], kind: str
    ) -> None:
        """Claim every match for which ``read`` returns words; None leaves it unclaimed."""
        for match in pattern.finditer(self.text):
            if self.taken(match.start(), match.end()):
                continue
            spoken = read(match)
            if spoken is not None:
                self.claim(match.start(), match.end(), spoken, kind)

    def pieces(self) -> list[Claim]:
        """Return the whole line as claims in order; unclaimed stretches have kind ``text``."""
        out: list[Claim] = []
        end = 0
        for claim in sorted(self.claims, key=_start):
            if claim.start > end:
                out.append(Claim(end, claim.start, self.text[end : claim.start], "text"))
            out.append(claim)
            end = claim.end
        if end < len(self.text):
            out.append(Claim(end, len(self.text), self.text[end:], "text"))
        return out
