"""Spelling rules for vocalized Arabic words.

Sources: W. Wright, A Grammar of the Arabic Language, 3rd ed., vol. I §§ 4-23 (signs, hamza,
article); K. Ryding, A Reference Grammar of Modern Standard Arabic, 2005, ch. 2. There is no rule
on the sounds of a word, because foreign names such as تْويتَر may begin with two consonants.
"""

from __future__ import annotations

from mujaz.arabic.letters import (
    ALIF,
    ALIF_HAMZA,
    ALIF_HAMZA_BELOW,
    ALIF_MADDA,
    ALIF_MAKSURA,
    ALIF_WASLA,
    DAGGER_ALIF,
    DAMMA,
    FATHA,
    HARAKAT,
    KASRA,
    LAM,
    LETTERS,
    SHADDA,
    SHORT_VOWELS,
    SUKUN,
    SUN_LETTERS,
    TANWIN,
    TEH_MARBUTA,
    WAW,
    YEH,
)
from mujaz.arabic.marks import has_marks, split_marks

_ALIFS = (ALIF, ALIF_MADDA, ALIF_WASLA)
_LENGTHENS = {ALIF_MAKSURA: FATHA + DAGGER_ALIF, YEH: KASRA, WAW: DAMMA}
_ARTICLES = (ALIF + LAM, LAM + LAM)

Pairs = list[tuple[str, str]]


def problems(word: str) -> list[str]:
    """Return the spelling rules that a vocalized word breaks, in words.

    The last letter may be without a mark, so that the case ending is not given.
    """
    pairs = split_marks(word)
    found = _signs(pairs)
    if not found:
        found = [
            *_seats(pairs),
            *(f"{letter} has neither vowel nor sukun" for letter in bare_letters(word)),
        ]
    return found


def bare_letters(word: str) -> list[str]:
    """Return the letters before the last that have no mark but need one."""
    pairs = split_marks(word)
    return [
        letter
        for place, (letter, marks) in enumerate(pairs[:-1])
        if not marks and not _may_be_bare(pairs, place)
    ]


def is_complete(word: str) -> bool:
    """Return whether every letter that needs a mark has one, the last letter included."""
    if not has_marks(word) or bare_letters(word):
        return False
    pairs = split_marks(word)
    if any(marks == SHADDA for _, marks in pairs):
        return False
    letter, marks = pairs[-1]
    return bool(marks) or _may_be_bare(pairs, len(pairs) - 1) or letter in (ALIF, ALIF_MADDA)


def _signs(pairs: Pairs) -> list[str]:
    """Check which marks stand together and where."""
    found = []
    for place, (letter, marks) in enumerate(pairs):
        vowels = [mark for mark in marks if mark in HARAKAT and mark != SHADDA]
        if letter not in LETTERS or not letter:
            found.append(f"{letter or marks!r} is not an Arabic letter")
        if len(vowels) > 1 or len(set(marks)) != len(marks):
            found.append(f"{letter} has more than one vowel sign")
        if SHADDA in marks and SUKUN in marks:
            found.append(f"{letter} has both shadda and sukun")
        if SHADDA in marks and not vowels and place < len(pairs) - 1:
            found.append(f"{letter} has a shadda without a vowel")
        last = (
            place >= len(pairs) - 2
            if pairs[-1][0] in (ALIF, ALIF_MAKSURA)
            else (place == len(pairs) - 1)
        )
        if any(mark in TANWIN for mark in marks) and not last:
            found.append(f"{letter} has tanwin inside the word")
    return found


def _seats(pairs: Pairs) -> list[str]:
    """Check the positions of hamza, ta marbuta, alif maqsura and the article."""
    found = []
    for place, (letter, marks) in enumerate(pairs):
        before = pairs[place - 1][1] if place else ""
        if letter == ALIF_HAMZA_BELOW and KASRA not in marks:
            found.append("إ without kasra")
        if letter == ALIF_HAMZA and place == 0 and KASRA in marks:
            found.append("أ with kasra begins a word")
        if letter in (TEH_MARBUTA, ALIF_MAKSURA) and place != len(pairs) - 1:
            found.append(f"{letter} inside the word")
        long = place and pairs[place - 1][0] in _ALIFS
        if letter == TEH_MARBUTA and not long and FATHA not in before:
            found.append("no fatha before ة")
        if letter in _ALIFS and any(mark in SHORT_VOWELS for mark in marks) and place:
            found.append(f"{letter} inside the word has a vowel")
    article = "".join(letter for letter, _ in pairs[:2])
    if article in _ARTICLES and len(pairs) > 2 and article == ALIF + LAM and not pairs[1][1]:
        letter, marks = pairs[2]
        if letter in SUN_LETTERS and SHADDA not in marks:
            found.append(f"no shadda on {letter} after the article")
    return found


def _may_be_bare(pairs: Pairs, place: int) -> bool:
    """Return whether a letter needs no mark: alif, long vowel, or the article's lam."""
    letter = pairs[place][0]
    before, before_marks = pairs[place - 1] if place else ("", "")
    if letter in _ALIFS:
        return True
    if letter in _LENGTHENS and any(mark in _LENGTHENS[letter] for mark in before_marks):
        return True
    if letter == ALIF_MAKSURA:
        return True
    if letter != LAM or before != ALIF or place + 1 >= len(pairs):
        return False
    # The article's lam is silent before a sun letter, which is doubled.
    following, marks = pairs[place + 1]
    return following in SUN_LETTERS and SHADDA in marks
