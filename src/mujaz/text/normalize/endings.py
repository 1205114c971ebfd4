"""Case endings of the words that the normalizer writes, as marks on their last letter.

W. Wright vol. I §§ 308-310 (nunation, diptotes), 304 (dual). Words stay bare inside: their stems
are vocalized by :mod:`mujaz.text.normalize.vocalize`.
"""

from __future__ import annotations

from enum import Enum

from mujaz.arabic.letters import (
    ALIF,
    ALIF_MAKSURA,
    DAMMA,
    DAMMATAN,
    FATHA,
    FATHATAN,
    KASRA,
    KASRATAN,
    MARKS,
    SUKUN,
    TEH_MARBUTA,
    WAW,
    YEH,
)
from mujaz.text.normalize.words import is_a, words

_DUAL = {True: FATHA + "ان" + KASRA, False: FATHA + "ي" + SUKUN + "ن" + KASRA}
_CONSTRUCT_DUAL = {True: FATHA + ALIF, False: FATHA + YEH + SUKUN}
_TENS = {True: DAMMA + "ون" + FATHA, False: KASRA + "ين" + FATHA}
# Endings that show no case: long a and the o of loan words.
_INVARIABLE = (ALIF, ALIF_MAKSURA, WAW)
# Their accusative with tanwin takes no alif.
_NO_ALIF = (TEH_MARBUTA, "اء")


class Case(Enum):
    """Case of a number or noun in its sentence."""

    NOMINATIVE = "nom"
    ACCUSATIVE = "acc"
    GENITIVE = "gen"


_SHORT = {Case.NOMINATIVE: DAMMA, Case.ACCUSATIVE: FATHA, Case.GENITIVE: KASRA}
_NUNATED = {Case.NOMINATIVE: DAMMATAN, Case.ACCUSATIVE: FATHATAN, Case.GENITIVE: KASRATAN}


def inflected(word: str, case: Case, *, nunated: bool = True) -> str:
    """Return a word with its case ending.

    Args:
        word: A word without ending; one that has an ending, or shows none, is returned as it is.
        case: Its case.
        nunated: Whether it takes tanwin: indefinite and not followed by its noun.
    """
    if not word or word.endswith((*_INVARIABLE, *MARKS)) or uninflected(word):
        return word
    if not nunated:
        return word + _SHORT[case]
    alif = ALIF if case is Case.ACCUSATIVE and not word.endswith(_NO_ALIF) else ""
    return word + _NUNATED[case] + alif


def inflected_without_alif(word: str, case: Case) -> str:
    """Return a word with its ending; the accusative, whose alif news leaves out, has none."""
    return word if case is Case.ACCUSATIVE else inflected(word, case)


def uninflected(word: str) -> bool:
    """Tell whether a bare word is a loan word that takes no ending: كيلوواط، غيغابايت."""
    return word.endswith(tuple(words("uninflected"))) if words("uninflected") else False


def plural_genitive(plural: str, *, nunated: bool = True) -> str:
    """Return a plural as it stands behind 3 to 10; diptotes take no tanwin: دنانير."""
    if is_a(plural, "diptote") and nunated:
        return plural + FATHA
    return inflected(plural, Case.GENITIVE, nunated=nunated)


def accusative_of(singular: str) -> str:
    """Return an indefinite singular as tamyiz, with its ending: شخصًا، سيارةً، يورو."""
    return inflected(singular.rstrip(MARKS), Case.ACCUSATIVE)


def dual_of(singular: str, case: Case, *, construct: bool = False) -> str:
    """Return the dual of a singular: مدينة -> مدينتان، مدينتين; مستشفى -> مستشفيان.

    Args:
        singular: The noun, bare.
        case: Only the nominative has a form of its own.
        construct: Whether a noun follows directly, so that the n falls: مئتا.
    """
    if singular.endswith(TEH_MARBUTA):
        stem = singular[:-1] + "ت"
    elif singular.endswith(ALIF_MAKSURA):
        stem = singular[:-1] + YEH
    else:
        stem = singular
    endings = _CONSTRUCT_DUAL if construct else _DUAL
    return stem + endings[case is Case.NOMINATIVE]


def sound_plural(stem: str, case: Case) -> str:
    """Return a stem with the ending of a sound masculine plural: عشر -> عشرون، عشرين."""
    return stem + _TENS[case is Case.NOMINATIVE]
