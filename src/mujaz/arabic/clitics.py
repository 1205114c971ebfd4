"""Particles that are written together with the next word, and the article behind them."""

from __future__ import annotations

from mujaz.arabic.letters import ALIF, LAM

_ARTICLE = ALIF + LAM


def prefixes(word: str, least: int) -> list[tuple[str, int]]:
    """Return the particles, with or without the article, that a word may begin with.

    Args:
        word: Without marks.
        least: Fewest letters that must be left.

    Returns:
        Each prefix with the number of its letters that are the article's.
    """
    return [
        (prefix, article)
        for prefix, article in _BY_FIRST.get(word[:1], ())
        if word.startswith(prefix) and len(word) >= len(prefix) + least
    ]


def _all() -> list[tuple[str, int]]:
    return [
        (conjunction + preposition + article, len(article))
        for conjunction in ("", "و", "ف")
        for preposition in ("", *"بكلس")
        for article in ("", LAM if preposition == LAM else _ARTICLE)
        if conjunction + preposition + article
    ]


_BY_FIRST = {
    first: tuple(one for one in _all() if one[0][0] == first)
    for first in {prefix[0] for prefix, _ in _all()}
}
