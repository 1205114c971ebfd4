"""Read results of matches: 2-1 in a line about sport is «اثنين واحد», points take «مقابل»."""

from __future__ import annotations

import re

from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import governs, word_after, words_before
from mujaz.text.normalize.nouns import is_singular
from mujaz.text.normalize.numbers import Case, Form, Gender, cardinal, ordinal
from mujaz.text.normalize.numerals import scales
from mujaz.text.normalize.words import is_a, spoken, whole_word

_SCORE = re.compile(
    r"(?<![\d.,/:\-A-Za-z])(?P<a>\d{1,3})\s?[-–—:]\s?(?P<b>\d{1,3})(?![\d.,/:\-]\d|\d|\s?[%٪$€£°]|\s?-\s?\d)"
)
_NIL = re.compile(
    r"(?P<z>صفر)\s?[-–—/:]\s?(?P<b>\d{1,2})(?!\d)|(?<!\d)(?P<a>\d{1,2})\s?[-–—/:]\s?(?P<y>صفر)"
)
_HALVES = re.compile(r"½\s?[-–—:]\s?½")
_SLASHED = re.compile(r"(?<![\d./])(?P<a>\d{1,3})\s?/\s?(?P<b>\d{1,3})(?![\d/]|[.,]\d)")
_MINUTE = re.compile(r"\((?P<n>\d{1,3})(?:\+(?P<x>\d{1,2}))?\)")
_RATINGS = frozenset((5, 10, 20, 100))
# A result stands at most this many words behind its verb or noun.
_LEAD_WORDS = 4
# Most goals or sets that a side scores; larger figures are points and take «مقابل».
_MOST_GOALS = 20
# Behind a colon larger figures are times.
_MOST_GOALS_BY_COLON = 9


def tag_scores(line: Line) -> None:
    """Claim results, ratings and minutes in brackets if the line has a word of sport."""
    line.each(
        _HALVES, lambda match: f"{spoken('half')} {spoken('against')} {spoken('half')}", "score"
    )
    _tag_slashed(line)
    if not whole_word("sport").search(line.text) and not whole_word("scorelead").search(line.text):
        return
    line.each(_NIL, _nil, "score")
    if whole_word("goalword").search(line.text):
        line.each(_MINUTE, _minute, "minute")
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


def _tag_slashed(line: Line) -> None:
    """Claim «2/1» behind a word for a result, and «8/10» behind one for a rating."""
    for match in _SLASHED.finditer(line.text):
        before = words_before(line.text, match.start())[-_LEAD_WORDS:]
        first, second = int(match["a"]), int(match["b"])
        if second in _RATINGS and first <= second and _any(before, "rating"):
            said = f"{cardinal(first)} {spoken('out of')} {cardinal(second)}"
        elif _any(before, "scorelead") and not _divides(line.text, match.end(), first, second):
            said = f"{cardinal(first)} {spoken('against')} {cardinal(second)}"
        else:
            continue
        line.claim(match.start(), match.end(), said, "score")


def _divides(text: str, position: int, first: int, second: int) -> bool:
    """Tell a fraction by the thing that is divided behind it: «خسر 2/3 ثروته»."""
    after = word_after(text, position)
    if _counts(after):
        return True
    free = not after or is_a(after, "function") or governs(after, "preposition")
    return first < second and not (free or governs(after, "place") or governs(after, "oblique"))


def _any(words: list[str], kind: str) -> bool:
    return any(is_a(word.removeprefix("و").removeprefix("ف"), kind) for word in words)


def _nil(match: re.Match[str]) -> str:
    first = match["z"] or cardinal(int(match["a"]))
    return f"{first} {spoken('against')} {match['y'] or cardinal(int(match['b']))}"


def _minute(match: re.Match[str]) -> str:
    form = Form(Gender.FEMININE, Case.GENITIVE, definite=True)
    extra = match["x"]
    added = f" {spoken('plus')} {cardinal(int(extra), Form(Gender.FEMININE))}" if extra else ""
    return f"{spoken('in the minute')} {ordinal(int(match['n']), form)}{added}"


def _counts(word: str) -> bool:
    """Tell whether the word after two figures is a noun that both count: 10-15 يوما, a range."""
    if is_a(word, "scorepoint"):
        return False
    if word in scales() or is_a(word, "measure") or is_a(word, "span"):
        return True
    return word.endswith("ا") and is_singular(word[:-1]) and not is_a(word, "sport")
