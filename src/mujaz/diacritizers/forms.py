"""Vocalised forms of a word, and what each may stand for."""

from __future__ import annotations

from typing import NamedTuple

from mujaz.diacritizers.candidates import Reading


class Case:
    """Bits for case or mood of a form, and its kind."""

    NOMINATIVE = 1
    ACCUSATIVE = 2
    GENITIVE = 4
    JUSSIVE = 8
    NOUN = 16
    IMPERFECT = 32
    NAME = 64
    STEM_LAM = 128


class Form(NamedTuple):
    """One vocalised form of a word.

    Attributes:
        case: The bits of :class:`Case` for all that it may stand for. With ``STEM_LAM``, an
            initial ال is no article.
        energy: Twice the logarithm of the count of its stem in modern texts.
    """

    case: int
    energy: int


Forms = dict[Reading, Form]
