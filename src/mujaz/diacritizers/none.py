"""No marks added: for text that is vocalised already, and for engines that want it bare."""

from __future__ import annotations

from collections.abc import Sequence


class NoDiacritizer:
    """Gives words back as they came."""

    name = "none"
    version = "1"

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the words unchanged."""
        return list(words)
