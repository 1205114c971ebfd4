"""Typing slips of one letter: a letter typed twice, or two neighbours in the wrong order.

Only a word that neither the list of word forms nor the dictionary has is looked at, and it is
changed only if one such change gives a frequent word and no other of its kind gives a word. So
names and foreign words stay: المفاوضاات is read as المفاوضات, and برناممج as برنامج.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from mujaz.arabic.letters import ALIF, LAM
from mujaz.arabic.loose_spelling import frequency, is_listed
from mujaz.diacritizers.morphology import morphology

# Shorter words are too often other words, or names, with a letter changed.
_LEAST_LETTERS = 6
# Least share of a word in running text: three in a million.
_LEAST_SHARE = 3e-6
# Energy of a frequent stem (see Form): 20 occurrences in modern texts.
_FREQUENT = 6
_MOST_LETTERS = 20
_MOST_CACHED = 20_000
_ARTICLE = ALIF + LAM
# Letters before a stem that may begin with the last of them: ولل, ستت.
_LONGEST_PREFIX = 3
_PRONOUN_AFTER_NUN = "ن" + "ن" + ALIF


@lru_cache(_MOST_CACHED)
def meant(word: str) -> str:
    """Return the word that a mistyped word stands for; empty if there is none, or several."""
    if not _LEAST_LETTERS <= len(word) <= _MOST_LETTERS or _is_known(word):
        return ""
    single = {one for one in _without_double(word) if _is_known(one)}
    if single:
        return _only(single, [_energy(one) >= _FREQUENT for one in single])
    swapped = {one for one in _swapped(word) if _is_known(one)}
    return _only(swapped, [frequency(one) >= _LEAST_SHARE for one in swapped])


def _only(found: set[str], frequent: list[bool]) -> str:
    return next(iter(found)) if len(found) == 1 and all(frequent) else ""


def _is_known(word: str) -> bool:
    return is_listed(word) or bool(morphology().forms(word))


def _energy(word: str) -> int:
    return max((form.energy for form in morphology().forms(word).values()), default=0)


def _without_double(word: str) -> Iterator[str]:
    """Yield the word without one of two equal neighbours.

    Two letters may also meet where a word and its prefix, article or pronoun are joined: تتأخر,
    للبرميل, باللصين, تلقيننا.
    """
    for place in range(_LONGEST_PREFIX, len(word)):
        joined = word[place] == LAM and word[place - 2 : place - 1] == ALIF
        joined = joined or word[place - 1 :] == _PRONOUN_AFTER_NUN
        if word[place] == word[place - 1] and not joined:
            yield word[:place] + word[place + 1 :]


def _swapped(word: str) -> Iterator[str]:
    """Yield the word with two neighbours in the other order; article and last letter stay."""
    first = len(_ARTICLE) if word.startswith(_ARTICLE) else 1
    for place in range(first, len(word) - 2):
        before, letter = word[place], word[place + 1]
        if before != letter:
            yield word[:place] + letter + before + word[place + 2 :]
