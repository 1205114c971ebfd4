"""Read results of matches: 2-1 in a line about sport is «اثنين واحد», points take «مقابل»."""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import word_after, words_before
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.government import governs
from mujaz.text.normalize.nouns import is_singular
from mujaz.text.normalize.numbers import Form, Gender, cardinal, digits, ordinal
from mujaz.text.normalize.numerals import quantity, read_numeral, scales
from mujaz.text.normalize.words import alternatives, is_a, spoken, whole_word

_SCORE = re.compile(
    r"(?<![\d.,/:\-A-Za-z])(?P<a>\d{1,3})\s?[-–—:]\s?(?P<b>\d{1,3})(?![\d.,/:\-]\d|\d|\s?[%٪$€£°]|\s?-\s?\d)"
)
_NIL = re.compile(
    rf"(?P<z>{alternatives('zero')})\s?[-–—/:]\s?(?P<b>\d{{1,2}})(?!\d)"
    rf"|(?<!\d)(?P<a>\d{{1,2}})\s?[-–—/:]\s?(?P<y>{alternatives('zero')})"
)
_HALVES = re.compile(r"½\s?[-–—:]\s?½")
_SLASHED = re.compile(r"(?<![\d./])(?P<a>\d{1,3}(?:[.,]\d)?)\s?/\s?(?P<b>\d{1,3})(?![\d/]|[.,]\d)")
_FORMATION = re.compile(r"(?<![\d-])\d(?:-\d){2,4}(?![\d-])")
_MINUTE = re.compile(r"\((?P<n>\d{1,3})(?:\+(?P<x>\d{1,2}))?\)")
_MINUTE_FIGURE = re.compile(r"(?P<n>\d{1,3})(?:\+(?P<x>\d{1,2}))?")
_RATINGS = frozenset((5, 10, 20, 100))
# A result stands at most this many words behind its verb or noun.
_LEAD_WORDS = 4
# Most goals or sets that a side scores; larger figures are points and take «مقابل».
_MOST_GOALS = 20
# Behind a colon larger figures are times.
_MOST_GOALS_BY_COLON = 9


def minutes_in_brackets(text: str) -> bool:
    """Tell a line with a goal before a figure in brackets, which is its minute."""
    return _minutes_behind().search(text) is not None


@cache
def _minutes_behind() -> re.Pattern[str]:
    goal = rf"(?:{alternatives('goalword')})(?![{LETTER_RANGES}])"
    return re.compile(rf"(?:{goal}|{_opening()}).{{0,80}}\(\d{{1,3}}(?:\+\d{{1,2}})?\)")


@cache
def _opening() -> str:
    """Return a pattern for the first goal told: «افتتح محمد صلاح التسجيل»."""
    verb = rf"(?<![{LETTER_RANGES}])[وف]?(?:{alternatives('opensscore')})"
    between = rf"(?!{alternatives('registration')})[{LETTER_RANGES}]+\s"
    return rf"{verb}\s(?:{between}){{1,3}}(?:{alternatives('firstgoal')})(?![{LETTER_RANGES}])"


def tag_scores(line: Line) -> None:
    """Claim results, ratings and minutes in brackets if the line has a word of sport."""
    line.each(
        _HALVES, lambda match: f"{spoken('half')} {spoken('against')} {spoken('half')}", "score"
    )
    _tag_slashed(line)
    line.each(_FORMATION, lambda match: _formation(line.text, match), "score")
    line.each(_minutes_pattern("minuteletter"), _minutes, "minute")
    if re.search(_opening(), line.text):
        line.each(_MINUTE, _minute, "minute")
    if not whole_word("sport").search(line.text) and not whole_word("scorelead").search(line.text):
        return
    line.each(_NIL, _nil, "score")
    line.each(_minutes_pattern("minutesign"), _minutes, "minute")
    if whole_word("goalword").search(line.text):
        line.each(_MINUTE, _minute, "minute")
    if not whole_word("sport").search(line.text):
        return

    def read(match: re.Match[str]) -> str | None:
        high, low = int(match["a"]), int(match["b"])
        if ":" in match.group() and (max(high, low) > _MOST_GOALS_BY_COLON or len(match["b"]) > 1):
            return None  # 20:00 and 8:00 are times
        if _counts(word_after(line.text, match.end())):
            return None
        joiner = f" {spoken('against')} " if max(high, low) > _MOST_GOALS else " "
        return f"{cardinal(high)}{joiner}{cardinal(low)}"

    line.each(_SCORE, read, "score")


def _tag_slashed(line: Line) -> None:
    """Claim «2/1» behind a word for a result, and «8/10» behind one for a rating."""
    for match in _SLASHED.finditer(line.text):
        before = words_before(line.text, match.start())[-_LEAD_WORDS:]
        rating, second = read_numeral(match["a"]), int(match["b"])
        first = rating.value
        if second in _RATINGS and first <= second and _any(before, "rating"):
            said = f"{quantity(rating, Form())} {spoken('out of')} {cardinal(second)}"
        elif not rating.is_integer:
            continue
        elif _any(before, "scorelead") and not _divides(line.text, match.end(), first, second):
            said = f"{cardinal(first)} {spoken('against')} {cardinal(second)}"
        else:
            continue
        line.claim(match.start(), match.end(), said, "score")


def _formation(text: str, match: re.Match[str]) -> str | None:
    """Read how a team is drawn up: «خطة 4-2-3-1»."""
    before = words_before(text, match.start())[-2:]
    return digits(match.group()) if _any(before, "formation") else None


def _divides(text: str, position: int, first: int, second: int) -> bool:
    """Tell a fraction by the thing that is divided behind it: «خسر 2/3 ثروته»."""
    after = word_after(text, position)
    if _counts(after):
        return True
    free = not after or is_a(after, "function") or governs(after, "preposition")
    return first < second and not (free or governs(after, "place") or governs(after, "oblique"))


def _any(words: list[str], kind: str) -> bool:
    forms = {form for word in words for form in (word, word.lstrip("وف"))}
    return any(is_a(form, kind) for form in forms)


def _nil(match: re.Match[str]) -> str:
    first = match["z"] or cardinal(int(match["a"]))
    return f"{first} {spoken('against')} {match['y'] or cardinal(int(match['b']))}"


@cache
def _minutes_pattern(kind: str) -> re.Pattern[str]:
    """Return a pattern for minutes in brackets with a sign of a class: «(د 66)», «(د12، 45+1)»."""
    sign, minute = rf"(?:{alternatives(kind)})\.?\s?", r"\d{1,3}(?:\+\d{1,2})?"
    return re.compile(rf"\({sign}{minute}(?:\s?(?:[،,]|و)\s?(?:{sign})?{minute}){{0,6}}\)")


def _minutes(match: re.Match[str]) -> str:
    """Read minutes with their sign: «(د 66)», «(د12 و45)», «في (د 12)»."""
    said = [_ordinal_minute(found) for found in _MINUTE_FIGURE.finditer(match.group())]
    lead = spoken("in the minute")
    preposition, _, minute = lead.partition(" ")
    if match.string[: match.start()].rstrip().endswith(f" {preposition}"):
        lead = minute
    return f"{lead} {' و'.join(said)}"


def _minute(match: re.Match[str]) -> str:
    return f"{spoken('in the minute')} {_ordinal_minute(match)}"


def _ordinal_minute(match: re.Match[str]) -> str:
    form = Form(Gender.FEMININE, Case.GENITIVE, definite=True)
    extra = match["x"]
    added = f" {spoken('plus')} {cardinal(int(extra), Form(Gender.FEMININE))}" if extra else ""
    return f"{ordinal(int(match['n']), form)}{added}"


def _counts(word: str) -> bool:
    """Tell whether the word after two figures is a noun that both count: 10-15 يوما, a range."""
    if is_a(word, "scorepoint"):
        return False
    if word in scales() or is_a(word, "measure") or is_a(word, "span"):
        return True
    return word.endswith("ا") and is_singular(word[:-1]) and not is_a(word, "sport")
