"""The classes of marks that one letter can carry; all networks' outputs are mapped to them.

Fifteen classes, as libtashkeel has them: none, three short vowels, three tanwins, sukun, and
shadda alone or with a vowel or tanwin. The rawi networks know more (hamzas, foreign accents);
:mod:`mujaz.diacritizers.networks` folds those down to these.
"""

from __future__ import annotations

from functools import lru_cache

from mujaz.arabic.letters import (
    DAMMA,
    DAMMATAN,
    FATHA,
    FATHATAN,
    KASRA,
    KASRATAN,
    SHADDA,
    SUKUN,
)
from mujaz.arabic.marks import split_marks

_VOWELS = (FATHA, DAMMA, KASRA, FATHATAN, DAMMATAN, KASRATAN)
CLASSES: tuple[str, ...] = ("", *_VOWELS, SUKUN, SHADDA, *(SHADDA + vowel for vowel in _VOWELS))

NONE, WITH_FATHA, WITH_DAMMA, WITH_KASRA, WITH_FATHATAN = range(5)
WITH_SUKUN = CLASSES.index(SUKUN)
# Added to a class below the sukun, gives the same class with shadda.
DOUBLING = CLASSES.index(SHADDA)

# Combinations of marks on one letter; the few that occur are few dozens.
_MOST_CACHED = 1_000

_INDEX = {frozenset(marks): index for index, marks in enumerate(CLASSES)}


def class_of(marks: str) -> int | None:
    """Return the class of a letter's marks in any order, or None if no class has them."""
    return _INDEX.get(frozenset(marks))


def single(index: int) -> int:
    """The class without its shadda."""
    return index - DOUBLING if index >= DOUBLING else index


def is_double(index: int) -> bool:
    """Whether the class has a shadda."""
    return index >= DOUBLING


def word_classes(vocalized: str, letters: str) -> tuple[int, ...] | None:
    """Class of each letter of a vocalised word, or None if its letters are not these."""
    pairs = split_marks(vocalized)
    if len(pairs) != len(letters) or "".join(letter for letter, _ in pairs) != letters:
        return None
    found = [class_of(marks) for _, marks in pairs]
    if any(index is None for index in found):
        return None
    return tuple(index for index in found if index is not None)


def spell(letters: str, classes: tuple[int, ...]) -> str:
    """The word with its marks, shadda first."""
    return "".join(letter + CLASSES[index] for letter, index in zip(letters, classes, strict=True))


@lru_cache(_MOST_CACHED)
def allowed(given: str) -> tuple[bool, ...]:
    """Tell for each class whether it agrees with the marks that the writer gave to one letter.

    A shadda alone agrees with any vowel; a vowel agrees with and without shadda; sukun excludes
    shadda.
    """
    marks = frozenset(given) & frozenset("".join(CLASSES))
    if not marks:
        return (True,) * len(CLASSES)
    vowels = marks - {SHADDA}
    fits = []
    for one in CLASSES:
        has = frozenset(one)
        doubled = SHADDA in has or SHADDA not in marks
        fits.append(doubled and (has - {SHADDA} == vowels or not vowels))
    # A shadda without a vowel cannot be spoken: require a vowel.
    if marks == {SHADDA}:
        fits[DOUBLING] = False
    return tuple(fits) if any(fits) else (True,) * len(CLASSES)
