"""A diacritizer that adds nothing: for vocalised text, and engines that want bare text."""

from __future__ import annotations

from collections.abc import Sequence


class NoDiacritizer:
    """Returns words unchanged."""

    name = "none"
    version = "1"

    def diacritize(self, words: Sequence[str]) -> list[str]:
        """Return the words unchanged."""
        return list(words)
