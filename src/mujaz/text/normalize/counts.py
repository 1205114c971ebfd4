"""Read plain numbers with the nouns behind them: counts, ages, years.

The noun decides the number's gender, the words before it the case. The noun keeps its form
unless the number cannot take it: «2 سنة» becomes the dual, «15 شخص» the accusative.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import (
    case_at,
    governs,
    is_verb,
    word_after,
    words_before,
)
from mujaz.text.normalize.dictionary import folded, gender_overrides, nouns
from mujaz.text.normalize.nouns import (
    accusative_of,
    counted_singular,
    dual_of,
    gender_of,
    is_singular,
    singular_of,
)
from mujaz.text.normalize.numbers import Case, Form, Gender, cardinal, digits
from mujaz.text.normalize.numerals import (
    NUMBER,
    PREFIX,
    Numeral,
    quantity,
    read_numeral,
    scale_pattern,
    scaled,
    scales,
)
from mujaz.text.normalize.words import alternatives, is_a, spoken

_AGE = re.compile(rf"\((?P<n>\d{{1,3}}) (?P<noun>{alternatives('age')})\)")
_NO_ALIF = ("ا", "ة", "ء", "ى", "ي", "و", "ات", "ين")
# Sign before a number -> its name in the table of connectives.
_SIGNS = {"-": "minus", "−": "minus", "–": "minus", "+": "plus", "±": "plus or minus"}
_OF = re.compile(
    rf"\s(?:من\s(?:(?:{alternatives('outof')})\s)?)(?:(?:{alternatives('superlative')})\s)?"
    rf"([{LETTER_RANGES}{MARK_RANGES}]+)"
)
_JOINED = re.compile(
    rf"\s?(?:و|ـ|{alternatives('countjoin')})\s?\d[\d.,]{{0,30}}\s([{LETTER_RANGES}{MARK_RANGES}]+)"
)
_COUNT = re.compile(rf"\d\s?([{LETTER_RANGES}{MARK_RANGES}]{{3,}})")
_NOUN = re.compile(rf"\s([{LETTER_RANGES}{MARK_RANGES}]+)")
_BOX = re.compile(r"ص\.? ?ب\.?\s?$")
# A number without a noun shares that of a number at most this far before it.
_REACH_CHARS = 200
# Longer figures are codes and read digit by digit.
_LONGEST_COUNT_DIGITS = 15


def tag_ages(line: Line) -> None:
    """Claim ages in brackets: أحمد (45 عاما)."""

    def read(match: re.Match[str]) -> str:
        noun = match["noun"]
        return f"{cardinal(int(match['n']), Form(gender_of(noun), construct=True))} {noun}"

    line.each(_AGE, read, "age")


# A spaced dash is a pause, and a minus only before degrees.
_DEGREES = r"\d+(?:[.,]\d+)?\s?(?:درج|°)"


@cache
def _count_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"{PREFIX}(?P<sign>(?<![\d\w])(?:[-−–+±](?=\d)|[-−–]\s(?={_DEGREES})))?{NUMBER}(?:\s(?P<scale>{scale_pattern()}))?"
    )


def tag_counts(line: Line) -> None:
    """Claim every number that no other tagger has claimed."""
    for match in _count_pattern().finditer(line.text):
        if line.taken(match.start("n"), match.end()):
            continue
        said, end = _count(line.text, match)
        if line.taken(match.end(), end):
            said, end = _number(line.text, match), match.end()
        start = match.start()
        if line.taken(start, match.start("n")):
            # The sign has been claimed as an operator.
            start, said = match.start("n"), said.removeprefix(_sign(match))
        line.claim(start, end, said, "number")


def _sign(match: re.Match[str]) -> str:
    return f"{spoken(_SIGNS[match['sign'].strip()])} " if match["sign"] else ""


def _count(text: str, match: re.Match[str]) -> tuple[str, int]:
    """Return the words for a number and the end of the text that they replace."""
    numeral = _thousands(text, match)
    plain = numeral.is_integer and not match["scale"] and not match["sign"]
    following = _NOUN.match(text, match.end())
    if not plain or following is None or _is_year(text, match):
        return _number(text, match), match.end()
    noun = strip_marks(following[1])
    prefix, case = match["prefix"] or "", case_at(text, match.start(), match["prefix"] or "")
    value = numeral.value
    if value in (1, 2) and (single := _singular(noun)):
        said = _one_or_two(value, single, case)
        return prefix + said, following.end()
    if 3 <= value % 100 <= 10 and (plural := _currency_plural(noun)):
        return f"{_number(text, match)} {plural}", following.end()
    if 11 <= value % 100 <= 99 and _lacks_tamyiz(text, noun, following.end()):
        return f"{_number(text, match)} {accusative_of(following[1])}", following.end()
    return _number(text, match), match.end()


def _currency_plural(noun: str) -> str | None:
    """Return the plural of a currency that was written in the singular: «3 دولار»."""
    return _currencies().get(noun)


@cache
def _currencies() -> Mapping[str, str]:
    return {row["singular"]: row["plural"] for row in rows("currencies.tsv")}


def _singular(noun: str) -> str | None:
    """Return the singular of the noun behind «1» or «2»; None if it is no noun."""
    if noun.startswith("ال") or is_a(noun, "function") or governs(noun, "oblique"):
        return None
    if is_singular(noun):
        return noun
    return singular_of(noun) or (noun if noun.endswith("ة") else None)


def _one_or_two(value: int, singular: str, case: Case) -> str:
    if value == 2:
        return dual_of(singular, case)
    return f"{singular} {cardinal(1, Form(gender_of(singular)))}"


def _lacks_tamyiz(text: str, noun: str, end: int) -> bool:
    """Tell whether a singular after 11 to 99 lacks its alif: «15 شخص من»."""
    if noun.endswith(_NO_ALIF) or noun in scales() or is_a(noun, "loan"):
        return False
    # Only nouns that are listed as counted: the word may also be a place name.
    if not (is_a(noun, "measure") or counted_singular(noun) or noun in _currencies()):
        return False
    after = word_after(text, end)
    # Another word may be an adjective, which would have to agree, or the end of an idafa.
    return not after or is_a(after, "function") or governs(after, "preposition")


def _number(text: str, match: re.Match[str]) -> str:
    """Spell out a number without its noun, in the gender and case of its place."""
    prefix = match["prefix"] or ""
    case = case_at(text, match.start(), prefix)
    numeral = _thousands(text, match)
    sign = _sign(match)
    if match["scale"]:
        # With the alif of tamyiz («60 ألفا») no noun follows the scale word.
        after = word_after(text, match.end())
        ends = strip_marks(match["scale"]).endswith("ا")
        follows = bool(after) and not ends and not is_a(after, "function")
        return prefix + sign + scaled(numeral, match["scale"], case, noun_follows=follows)
    whole = numeral.whole
    if (len(whole) > 1 and whole.startswith("0")) or len(whole) > _LONGEST_COUNT_DIGITS:
        return prefix + digits(whole + numeral.fraction)
    if _is_year(text, match):
        before = words_before(text, match.start())[-1:]
        gender = Gender.FEMININE if before and _is_sana(before[0]) else Gender.MASCULINE
        return prefix + cardinal(numeral.value, Form(gender, Case.GENITIVE))
    if not numeral.is_integer:
        return prefix + sign + quantity(numeral, Form(Gender.MASCULINE, case))
    return prefix + sign + cardinal(numeral.value, _form(text, match, case))


def _thousands(text: str, match: re.Match[str]) -> Numeral:
    """Parse a numeral; a point before three digits groups thousands: «45.000 متفرج»."""
    numeral = read_numeral(match["n"])
    grouped = re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", match["n"])
    if not grouped or match["scale"]:
        return numeral
    noun = word_after(text, match.end())
    measure = is_a(noun, "measure") and not is_a(noun, "scorepoint")
    counted_noun = bool(noun) and not is_a(noun, "function") and not measure
    if numeral.fraction.endswith("00") or counted_noun:
        return Numeral(numeral.whole + numeral.fraction)
    return numeral


def _form(text: str, match: re.Match[str], case: Case) -> Form:
    """Find gender, case and state of an integer from the nouns around it."""
    noun = _counted_after(text, match.end())
    if _is_code(text, match):
        return Form(Gender.MASCULINE, Case.GENITIVE)
    if is_a(noun, "partof"):
        return Form(_gender_of_last_count(text, match.start()), case)  # 20 مسيرة، 7 منها
    if noun and not is_a(noun, "function"):
        joined = _JOINED.match(text, match.end())
        owner = strip_marks(joined[1]) if joined else noun
        return Form(gender_of(owner), case, construct=True)
    for pattern in (_OF, _JOINED):
        implied = pattern.match(text, match.end())
        if implied is not None:
            return Form(gender_of(strip_marks(implied[1])), case)
    return Form(_gender_before(text, match), case)


def _counted_after(text: str, position: int) -> str:
    """Return the word behind a number, unless it is joined by و: «2 وإصابة 5»."""
    word = word_after(text, position)
    if word.startswith("و") and len(word) > 2 and not _own_waw(word):
        return ""
    return word


def _own_waw(word: str) -> bool:
    """Tell a noun that begins with و (وفيات، ولايات) from the conjunction before a noun."""
    known, listed = gender_overrides(), nouns()
    forms = [word, word[:-2] + "ة", word[:-2]] if word.endswith("ات") else [word]
    keys = [folded(form) for form in forms]
    return any(key in known or key in listed.genders or key in listed.singulars for key in keys)


def _gender_before(text: str, match: re.Match[str]) -> Gender:
    """Return the gender of a number behind its noun («سفينة 1», «ص 45»), else masculine."""
    before = words_before(text, match.start())
    if _shares_noun(before, match["prefix"] or ""):
        return _gender_of_last_count(text, match.start())
    if not before or match["prefix"]:
        return Gender.MASCULINE
    if before[-1] == "ص":
        return Gender.FEMININE
    alone = int(read_numeral(match["n"]).whole) == 1
    return gender_of(before[-1]) if alone and is_singular(before[-1]) else Gender.MASCULINE


def _is_code(text: str, match: re.Match[str]) -> bool:
    """Tell whether a number is a code, so that no noun is counted: رقم 10 لسنة 2018، ص.ب. 5825."""
    if _BOX.search(text[max(0, match.start() - 8) : match.start()]):
        return True
    before = words_before(text, match.start())
    if not before:
        return False
    return any(
        is_a(word, kind)
        for word, kind in (
            (before[-1].lstrip("وبل"), "code"),
            (before[-1], "model"),
            (before[-1], "lawword"),
        )
    )


def _shares_noun(before: list[str], prefix: str) -> bool:
    """Tell whether a number counts the noun of the number before: «33 درجة والصغرى 27»."""
    if before and is_a(before[-1].removeprefix("و"), "partof"):
        return True  # 44 غارة منها 12 على العاصمة
    return prefix.startswith("و") or any(is_a(w.removeprefix("و"), "degree") for w in before[-2:])


def _gender_of_last_count(text: str, position: int) -> Gender:
    start = max(0, position - _REACH_CHARS)
    counts_before = list(_COUNT.finditer(text, start, position))
    return gender_of(strip_marks(counts_before[-1][1])) if counts_before else Gender.MASCULINE


def _is_year(text: str, match: re.Match[str]) -> bool:
    written = match["n"]
    if not re.fullmatch(r"\d{3,4}", written) or match["scale"]:
        return False
    before = words_before(text, match.start())[-1:]
    if before and _names_year(before[0]):
        return True
    if not (len(written) == 4 and 1900 <= int(written) <= 2100):
        return False
    after = word_after(text, match.end())
    if not after:
        return True
    governed = bool(before) and (governs(before[0], "oblique") or is_verb(before[0]))
    return is_a(after, "function") and bool(before) and not governed


def _names_year(word: str) -> bool:
    bare = word.removeprefix("و").removeprefix("ل").removeprefix("ب").removeprefix("ال")
    return is_a(word, "year") or is_a(bare, "year")


def _is_sana(word: str) -> bool:
    return is_a(word.removeprefix("ل").removeprefix("ب").removeprefix("ال"), "feminineyear")
