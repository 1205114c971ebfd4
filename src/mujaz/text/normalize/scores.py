"""Read results of matches: 2-1 in a line about sport is «اثنين واحد», points take «مقابل»."""

from __future__ import annotations

import re

from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import word_after
from mujaz.text.normalize.nouns import is_singular
from mujaz.text.normalize.numbers import cardinal
from mujaz.text.normalize.numerals import scales
from mujaz.text.normalize.words import is_a, spoken, whole_word

_SCORE = re.compile(
    r"(?<![\d.,/:\-A-Za-z])(?P<a>\d{1,3})\s?[-–—:]\s?(?P<b>\d{1,3})(?![\d.,/:\-]\d|\d|\s?[%٪$€£°]|\s?-\s?\d)"
)
# Most goals or sets that a side scores; larger figures are points and take «مقابل».
_MOST_GOALS = 20
# Behind a colon larger figures are times.
_MOST_GOALS_BY_COLON = 9


def tag_scores(line: Line) -> None:
    """Claim results if the line has a word of sport."""
    if not whole_word("sport").search(line.text):
        return

    def read(match: re.Match[str]) -> str | None:
        high, low = int(match["a"]), int(match["b"])
        if ":" in match.group() and max(high, low) > _MOST_GOALS_BY_COLON:
            return None  # 20:00 is a time
        if _counts(word_after(line.text, match.end())):
            return None
        joiner = f" {spoken('against')} " if max(high, low) > _MOST_GOALS else " "
        return f"{cardinal(high)}{joiner}{cardinal(low)}"

    line.each(_SCORE, read, "score")


def _counts(word: str) -> bool:
    """Tell whether the word after two figures is a noun that both count: 10-15 يوما, a range."""
    if is_a(word, "scorepoint"):
        return False
    if word in scales() or is_a(word, "measure") or is_a(word, "span"):
        return True
    return word.endswith("ا") and is_singular(word[:-1]) and not is_a(word, "sport")
