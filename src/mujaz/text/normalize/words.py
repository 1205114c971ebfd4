"""Word classes that decide how a number is read, and the words that are added to numbers.

``number_words.tsv`` lists words by class (years, telephones, sport, function words);
``connectives.tsv`` lists what the normalizer adds (ناقص، فاصلة، في المئة).
"""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows


def is_a(word: str, kind: str) -> bool:
    """Tell whether the table lists a bare word in a class."""
    return word in words(kind)


@cache
def words(kind: str) -> frozenset[str]:
    """Return all words of a class."""
    return frozenset(row["word"] for row in rows("number_words.tsv") if row["class"] == kind)


def alternatives(kind: str) -> str:
    """Return a regular expression for any word of a class, the longest first."""
    return "|".join(sorted(map(re.escape, words(kind)), key=len, reverse=True))


@cache
def whole_word(kind: str) -> re.Pattern[str]:
    """Return a pattern for any word of a class as a whole word, و ف ب ل before it allowed."""
    return re.compile(
        rf"(?<![{LETTER_RANGES}])[وفبل]?(?:{alternatives(kind)})(?![{LETTER_RANGES}])"
    )


@cache
def vocalized_connective(name: str) -> str:
    """Return a connective by its name in the table, with its marks."""
    return next(row["spoken"] for row in rows("connectives.tsv") if row["name"] == name)


@cache
def spoken(name: str) -> str:
    """Return a connective by its name in the table, without marks: ``minus`` -> ناقص."""
    return strip_marks(vocalized_connective(name))
