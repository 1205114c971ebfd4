"""Vocalize foreign names in Arabic letters: long vowels by their letters, the rest without vowel.

Arabic writes most vowels of foreign names with ا و ي; a consonant with none of these behind it has
a short vowel only where the foreign spelling shows one. Names take no case ending.
"""

from __future__ import annotations

from collections.abc import Sequence

from mujaz.arabic.letters import (
    ALIF,
    ALIF_HAMZA,
    ALIF_HAMZA_BELOW,
    ALIF_MADDA,
    ALIF_MAKSURA,
    DAMMA,
    FATHA,
    KASRA,
    LAM,
    SUKUN,
    WAW,
    YEH,
)

_LONG = {ALIF: FATHA, ALIF_MAKSURA: FATHA, WAW: DAMMA, YEH: KASRA}
_SHORT = {"a": FATHA, "e": KASRA, "i": KASRA, "y": KASRA, "o": DAMMA, "u": FATHA}
# The vowel of a consonant before و or ي that begin a syllable: ماريا, لويس.
_GLIDE_VOWELS = {WAW: DAMMA, YEH: KASRA}
_GLIDES = ("W", "Y")
# A word cannot end in one of these behind another consonant: أبِل.
_SONORANTS = frozenset((LAM, "ر", "ن", "م"))


def vocalized_name(word: str, between: Sequence[str] = ()) -> str:
    """Return a foreign name with marks.

    Args:
        word: Bare Arabic letters.
        between: For each letter the foreign vowels behind it that no Arabic letter stands for,
            behind "W" or "Y" for a و or ي that is a consonant in the foreign spelling.
    """
    consonants = _consonants(word, between)
    glides = [_glides(between, place) for place in range(len(word))]
    out = []
    for place, letter in enumerate(word):
        vowel = between[place].lstrip("WY") if place < len(between) else ""
        out.append(letter + _mark(word, place, consonants, glides, vowel))
    return "".join(out)


def _consonants(word: str, between: Sequence[str]) -> list[bool]:
    """Tell for each letter whether it is a consonant: و and ي may be long vowels."""
    found = [letter not in (ALIF, ALIF_MAKSURA, ALIF_MADDA) for letter in word]
    for place, letter in enumerate(word):
        if letter not in (WAW, YEH) or place == 0:
            continue
        following = word[place + 1 : place + 2]
        before = found[place - 1]
        glide = _glides(between, place)
        vowel_next = following in (ALIF, ALIF_MAKSURA) if following else False
        vowel_next |= (
            following in (WAW, YEH) and following != "" and not _glides(between, place + 1)
        )
        diphthong = letter == YEH and word[place - 1] == ALIF_HAMZA
        found[place] = glide or not before or vowel_next or diphthong
    return found


def _glides(between: Sequence[str], place: int) -> bool:
    return place < len(between) and between[place].startswith(_GLIDES)


def _mark(word: str, place: int, consonants: list[bool], glides: Sequence[bool], vowel: str) -> str:
    letter = word[place]
    if not consonants[place]:
        return ""
    last = place == len(word) - 1
    if letter == ALIF_HAMZA_BELOW:
        return KASRA
    if not last and not consonants[place + 1] and word[place + 1] in _LONG:
        return _LONG[word[place + 1]]
    if letter == ALIF_HAMZA:
        return _SHORT.get(vowel[:1], FATHA)
    if last:
        return SUKUN
    if word[place + 1] == ALIF_MADDA:
        return SUKUN
    if vowel[:1] in _SHORT:
        return _SHORT[vowel[0]]
    following = word[place + 1]
    if following in _GLIDE_VOWELS and not glides[place + 1] and letter not in (WAW, YEH):
        return _GLIDE_VOWELS[following]
    if place == len(word) - 2 and following in _SONORANTS and letter not in (WAW, YEH, *_SONORANTS):
        return KASRA
    return SUKUN
