"""Read bare figures that are ordinals without being right behind a noun with the article.

«مرحلتها 2»، «المركز 2 إلى 10»، «المصنفة 6 عالميا»، «بعد سن 50».
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mujaz.arabic.letters import ALIF, LETTER_RANGES, TEH_MARBUTA
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import word_after, words_before
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.government import governs, is_verb
from mujaz.text.normalize.nouns import is_singular, singular_of
from mujaz.text.normalize.numbers import Form, Gender, ordinal
from mujaz.text.normalize.numerals import scales
from mujaz.text.normalize.ordinals import Head, bare_heads, case_of_head, heads
from mujaz.text.normalize.words import alternatives, is_a, spoken

_PRONOUN = "(?:ه[من]?ا?|[ن]ا)"
_FIGURE = r"(?P<n>\d{1,2})(?![.,:/]\d|[\d%٪]|\s?[-–]\s?\d|\s\d{3}(?!\d))"
_SECOND = r"(?P<second>\d{1,2})(?![.,:/]\d|[\d%٪])"
# From 3 to 10 the counted noun is a plural.
_FEWEST, _MOST = 3, 10


def tag_ranks(line: Line) -> None:
    """Claim the ordinals of possessed nouns, of places from one to another, of ranks and ages."""
    _tag_bounds(line)
    _tag_ages(line)
    for match in _ranked_pattern().finditer(line.text):
        gender = Gender.FEMININE if match["head"].endswith(TEH_MARBUTA) else Gender.MASCULINE
        _claim(line, match, "n", gender, Case.GENITIVE)
    for match in _issue_pattern().finditer(line.text):
        head = Head(match["head"], match.start("head"), plural=False)
        case = Case.GENITIVE if match["lead"] else case_of_head(line.text, head)
        _claim(line, match, "n", Gender.MASCULINE, case)
    for match in _possessed_pattern().finditer(line.text):
        if not _counts(line.text, match.end(), int(match["n"])):
            gender = _possessed()[match["stem"]]
            _claim(line, match, "n", gender, _case(line.text, match))


def _claim(line: Line, match: re.Match[str], group: str, gender: Gender, case: Case) -> None:
    said = ordinal(int(match[group]), Form(gender, case, definite=True))
    line.claim(match.start(group), match.end(group), said, "ordinal")


def _case(text: str, match: re.Match[str]) -> Case:
    """Return the case of a possessed noun: «دخل الإضراب يومه 64» is its object."""
    before = words_before(text, match.start("stem"))
    if match["lead"] or not before:
        return Case.GENITIVE if match["lead"] else Case.NOMINATIVE
    if governs(before[-1], "oblique"):
        return Case.GENITIVE
    return Case.ACCUSATIVE if is_verb(before[0], first=True) else Case.GENITIVE


def _counts(text: str, position: int, number: int) -> bool:
    """Tell whether the word behind a figure has the form of a noun that it counts."""
    after = word_after(text, position)
    if after in scales():
        return True
    if governs(after, "adverb") or is_a(after, "adverbplace"):
        return False
    if _FEWEST <= number <= _MOST:
        return singular_of(after) is not None
    return (after.endswith(ALIF) and is_singular(after[:-1])) or after.endswith(TEH_MARBUTA)


@cache
def _possessed() -> Mapping[str, Gender]:
    """Map the stems of nouns that take ordinals, as a pronoun follows them, to their gender."""
    out: dict[str, Gender] = {}
    for head, gender in heads().items():
        noun = head.removeprefix("ال")
        stem = noun[:-1] + "ت" if noun.endswith(TEH_MARBUTA) else noun
        out[stem] = Gender(gender)
    return out


@cache
def _possessed_pattern() -> re.Pattern[str]:
    stems = "|".join(sorted(_possessed(), key=len, reverse=True))
    return re.compile(
        rf"(?<![{LETTER_RANGES}])[وف]?(?P<lead>[بلك]?)(?P<stem>{stems}){_PRONOUN}\s{_FIGURE}"
    )


@cache
def _ranked_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![{LETTER_RANGES}])[وف]?(?P<head>{alternatives('ranked')})\s{_FIGURE}(?!\s(?:{alternatives('percent')}))"
        rf"(?=\s(?:{alternatives('adverbplace')})(?![{LETTER_RANGES}])|\s?[،.()]|\s?$|\sال"
        rf"|\s(?:{alternatives('function')})\s)"
    )


@cache
def _issue_pattern() -> re.Pattern[str]:
    """Return a pattern for the number of an issue: «العدد 88 من مجلة المشهد»."""
    return re.compile(
        rf"(?<![{LETTER_RANGES}])[وف]?(?P<lead>[بل]?)(?P<head>{alternatives('issue')})\s{_FIGURE}"
        rf"(?=\s{spoken('from')}\s(?:{alternatives('periodical')})(?![{LETTER_RANGES}]))"
    )


@cache
def _bounds_pattern() -> re.Pattern[str]:
    names = "|".join(sorted(bare_heads(), key=len, reverse=True))
    return re.compile(
        rf"(?<![{LETTER_RANGES}])[وفبك]?(?P<head>{names})\s(?P<n>\d{{1,2}})"
        rf"\s(?:{alternatives('rangeword')})\s(?:{names}\s)?{_SECOND}"
    )


def _tag_bounds(line: Line) -> None:
    for match in _bounds_pattern().finditer(line.text):
        if not _counts(line.text, match.end(), int(match["second"])):
            gender = Gender(heads()[match["head"]])
            _claim(line, match, "n", gender, Case.GENITIVE)
            _claim(line, match, "second", gender, Case.GENITIVE)


@cache
def _age_pattern() -> re.Pattern[str]:
    lead = rf"(?<![{LETTER_RANGES}])[وفل]?(?:{alternatives('agelead')})\s"
    join = rf"(?:\s(?:{alternatives('rangeword')})\s|\s?و\s?)"
    return re.compile(rf"{lead}(?P<n>\d{{1,3}})(?:{join}{_SECOND})?(?![.,:/]\d|[\d%٪])")


def _tag_ages(line: Line) -> None:
    """Claim the year of life: «بعد سن 50» is الخمسين, but «في سن 20 عاما» a count."""
    for match in _age_pattern().finditer(line.text):
        after = word_after(line.text, match.end())
        if is_a(after, "age") or is_a(after, "duration"):
            continue
        for group in ("n", "second"):
            if match[group]:
                _claim(line, match, group, Gender.FEMININE, Case.GENITIVE)
