"""Words that tell a number what it is: years, telephones, sport, function words.

The table is ``number_words.tsv``: a word and its class.
"""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES
from mujaz.arabic.tables import rows


def is_a(word: str, kind: str) -> bool:
    """Whether the table lists a bare word in a class."""
    return word in words(kind)


@cache
def words(kind: str) -> frozenset[str]:
    """All words of a class."""
    return frozenset(row["word"] for row in rows("number_words.tsv") if row["class"] == kind)


def alternatives(kind: str) -> str:
    """A regular expression for any word of a class, the longest first."""
    return "|".join(sorted(map(re.escape, words(kind)), key=len, reverse=True))


@cache
def whole_word(kind: str) -> re.Pattern[str]:
    """Any word of a class standing alone, with و ف ب ل or nothing before it."""
    return re.compile(
        rf"(?<![{LETTER_RANGES}])[وفبل]?(?:{alternatives(kind)})(?![{LETTER_RANGES}])"
    )
