"""Results of matches: 2-1 in a sporting line is «اثنين واحد», points are «مقابل»."""

from __future__ import annotations

import re

from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import word_after
from mujaz.text.normalize.nouns import is_singular
from mujaz.text.normalize.numbers import cardinal
from mujaz.text.normalize.numerals import scales
from mujaz.text.normalize.words import is_a, whole_word

_SCORE = re.compile(
    r"(?<![\d.,/:\-A-Za-z])(?P<a>\d{1,3})\s?[-–—:]\s?(?P<b>\d{1,3})(?![\d.,/:\-]\d|\d|\s?[%٪$€£°]|\s?-\s?\d)"
)
# Goals and sets are few; above this the figures are points and are set against each other.
_MOST_GOALS = 20
_MOST_GOALS_BY_COLON = 9


def tag_scores(line: Line) -> None:
    """Claim results where the line speaks of sport."""
    if not whole_word("sport").search(line.text):
        return

    def read(match: re.Match[str]) -> str | None:
        high, low = int(match["a"]), int(match["b"])
        if ":" in match.group() and max(high, low) > _MOST_GOALS_BY_COLON:
            return None  # 20:00 is a time
        if _counts(word_after(line.text, match.end())):
            return None
        joiner = " مقابل " if max(high, low) > _MOST_GOALS else " "
        return f"{cardinal(high)}{joiner}{cardinal(low)}"

    line.each(_SCORE, read, "score")


def _counts(word: str) -> bool:
    """Whether a noun follows that both numbers count: 10-15 يوما is a range."""
    if word in ("نقطة", "نقاط"):
        return False
    if word in scales() or is_a(word, "measure") or is_a(word, "span"):
        return True
    return word.endswith("ا") and is_singular(word[:-1]) and not is_a(word, "sport")
