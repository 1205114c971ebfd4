"""Vocalised forms of a word, and what each may stand for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from mujaz.diacritizers.candidates import Reading


class Case(IntFlag):
    """Case or mood of a form, and its kind."""

    NOMINATIVE = 1
    ACCUSATIVE = 2
    GENITIVE = 4
    JUSSIVE = 8
    NOUN = 16
    IMPERFECT = 32
    NAME = 64
    STEM_LAM = 128


@dataclass(frozen=True, slots=True)
class Form:
    """One vocalised form of a word.

    Attributes:
        case: All that it may stand for. With ``STEM_LAM``, an initial ال is no article.
        count: Twice the logarithm of the count of its stem in modern texts.
    """

    case: Case
    count: int


Forms = dict[Reading, Form]
