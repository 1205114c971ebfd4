"""Read plain numbers with the nouns behind them: counts, ages, years.

The noun decides the number's gender, the words before it the case. The noun keeps its form
unless the number cannot take it: «2 سنة» becomes the dual, «15 شخص» the accusative.
"""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES
from mujaz.arabic.marks import strip_marks
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import (
    case_at,
    follows_inna,
    noun_of_list,
    numbers_law,
    word_after,
    words_before,
)
from mujaz.text.normalize.dictionary import folded, gender_overrides, nouns
from mujaz.text.normalize.endings import Case, accusative_of, dual_of, inflected, plural_genitive
from mujaz.text.normalize.government import (
    governs,
    is_definite,
    is_joined,
    is_verb,
    shows_feminine,
    verb_of_object,
)
from mujaz.text.normalize.nouns import (
    counted_singular,
    currency_plurals,
    gender_of,
    is_person,
    is_singular,
    singular_of,
)
from mujaz.text.normalize.numbers import Form, Gender, cardinal, digits
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
    rf"\s(?:{spoken('from')}\s(?:(?:{alternatives('outof')})\s)?)(?:(?:{alternatives('superlative')})\s)?"
    rf"([{LETTER_RANGES}{MARK_RANGES}]+)"
)
# 1 من كل 3 نساء
_OF_EACH = re.compile(
    rf"\s{spoken('from')}\s(?:{alternatives('outof')})\s\d[\d.,]{{0,30}}\s([{LETTER_RANGES}{MARK_RANGES}]+)"
)
_JOINED = re.compile(
    rf"\s?(?:و|ـ|{alternatives('countjoin')})\s?\d[\d.,]{{0,30}}\s([{LETTER_RANGES}{MARK_RANGES}]+)"
)
# A count, a comma, and the parts up to the one asked about.
_PARTS = re.compile(
    rf"\d\s[{LETTER_RANGES}{MARK_RANGES}]{{3,}}[،,]\s"
    rf"(?:\d{{1,3}}(?:\s[{LETTER_RANGES}{MARK_RANGES}]+){{2,5}}(?:[،,]\s?|\s))*$"
)
_COUNT = re.compile(rf"\d\s?([{LETTER_RANGES}{MARK_RANGES}]{{3,}})")
_NOUN = re.compile(rf"\s([{LETTER_RANGES}{MARK_RANGES}]+)")
# Fewest letters of a noun; a single letter behind a number is an abbreviation.
_SHORTEST_NOUN = 2
# «لسنة 2019» behind the number of a law.
_DATED = re.compile(rf"\s(ل[{LETTER_RANGES}{MARK_RANGES}]+)\s\d")
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
_DEGREES = rf"\d+(?:[.,]\d+)?\s?(?:{alternatives('degreestem')}|°)"


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
            # The sign has been claimed as an operator, or the prefix as a letter (فيتامين ب12).
            start = match.start("n")
            said = said.removeprefix(match["prefix"] or "").removeprefix(_sign(match))
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
        return f"{_number(text, match)} {plural_genitive(plural)}", following.end()
    if 11 <= value % 100 <= 99 and _lacks_tamyiz(text, noun, following.end()):
        return f"{_number(text, match)} {accusative_of(following[1])}", following.end()
    return _number(text, match), match.end()


def _currency_plural(noun: str) -> str | None:
    """Return the plural of a currency that was written in the singular: «3 دولار»."""
    return currency_plurals().get(noun)


def _singular(noun: str) -> str | None:
    """Return the singular of the noun behind «1» or «2»; None if it is no noun."""
    if noun.startswith("ال") or is_a(noun, "function") or governs(noun, "oblique"):
        return None
    if governs(noun, "adverb"):
        return None  # «مرحلتها 2 فجر الغد»
    if is_singular(noun):
        return noun
    return singular_of(noun) or (noun if noun.endswith("ة") else None)


def _one_or_two(value: int, singular: str, case: Case) -> str:
    if value == 2:
        return dual_of(singular, case)
    return f"{inflected(singular, case)} {cardinal(1, Form(gender_of(singular), case))}"


def _lacks_tamyiz(text: str, noun: str, end: int) -> bool:
    """Tell whether a singular after 11 to 99 lacks its alif: «15 شخص من»."""
    if noun.endswith(_NO_ALIF) or noun in scales() or is_a(noun, "loan"):
        return False
    # Only nouns that are listed as counted: the word may also be a place name.
    if not (is_a(noun, "measure") or counted_singular(noun) or noun in currency_plurals()):
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
    if not numeral.is_integer and numbers_law(words_before(text, match.start())):
        # القانون رقم 27.14: two numbers, year and count.
        return prefix + " ".join(map(_part_of_code, match["n"].split(".")))
    if (len(whole) > 1 and whole.startswith("0")) or len(whole) > _LONGEST_COUNT_DIGITS:
        return prefix + digits(whole + numeral.fraction)
    if _is_year(text, match) and not _names_code(text, match):
        before = words_before(text, match.start())[-1:]
        gender = Gender.FEMININE if before and _is_sana(before[0]) else Gender.MASCULINE
        return prefix + cardinal(numeral.value, Form(gender, Case.GENITIVE))
    if not numeral.is_integer:
        return prefix + sign + quantity(numeral, Form(Gender.MASCULINE, case))
    return prefix + sign + cardinal(numeral.value, _form(text, match, case))


def _part_of_code(figures: str) -> str:
    """Read one half of the number of a law, its leading zero too: 03.23."""
    zeros = len(figures) - len(figures.lstrip("0"))
    rest = [cardinal(int(figures), Form(case=Case.NOMINATIVE))] if figures.strip("0") else []
    return " ".join([cardinal(0)] * zeros + rest)


def _thousands(text: str, match: re.Match[str]) -> Numeral:
    """Parse a numeral; a point before three digits groups thousands: «45.000 متفرج»."""
    numeral = read_numeral(match["n"])
    grouped = re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", match["n"])
    if re.fullmatch("0[1-9]", match["n"]) and singular_of(word_after(text, match.end())):
        return Numeral(match["n"][1:])  # 05 أشخاص
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
    before = words_before(text, match.start())[-1:]
    unnamed = not match["prefix"] and (len(noun) < _SHORTEST_NOUN or is_a(noun, "function"))
    if unnamed and before and _is_sana(before[0]):
        return Form(Gender.FEMININE, case)
    if (cited := _case_of_code(text, match)) is not None:
        return Form(Gender.MASCULINE, cited)
    if is_a(noun, "partof"):
        if _begins_part(text, match.start()):
            case = Case.NOMINATIVE
        # 20 مسيرة، 7 منها
        return Form(_gender_of_last_count(text, match.start()), case, alone=True)
    if is_a(noun, "another"):
        return Form(_gender_of_last_count(text, match.start(), Gender.FEMININE), case, alone=True)
    if noun and not is_a(noun, "function"):
        joined = _JOINED.match(text, match.end())
        owner = strip_marks(joined[1]) if joined else noun
        return Form(gender_of(owner), case, construct=True)
    for pattern in (_OF_EACH, _OF, _JOINED):
        implied = pattern.match(text, match.end())
        if implied is not None and (pattern is not _OF or _is_whole(match, implied[1])):
            return Form(gender_of(strip_marks(implied[1])), case, alone=pattern is not _JOINED)
    if _lists_part(text, match):
        return Form(_gender_of_last_count(text, match.start()), Case.NOMINATIVE, alone=True)
    if listed := noun_of_list(text, match.start()):
        return Form(gender_of(listed), case, alone=True)
    gender = _gender_before(text, match, case)
    return Form(gender, case, alone=not noun or is_a(noun, "function"))


def _is_whole(match: re.Match[str], word: str) -> bool:
    """Tell a plural or definite noun, of which a part is counted: not «و2 من نقص الوزن»."""
    noun = strip_marks(word)
    construct = noun.endswith("ي") and is_singular(noun[:-1])
    plural = construct or singular_of(noun) is not None or is_definite(noun)
    return not match["prefix"] or plural


def _lists_part(text: str, match: re.Match[str]) -> bool:
    """Tell a part of the count before a comma: «52 إصابة، 12 في حلب و22 في إدلب»."""
    if not governs(word_after(text, match.end()), "place"):
        return False
    return _PARTS.search(text, max(0, match.start() - _REACH_CHARS), match.start()) is not None


def _begins_part(text: str, position: int) -> bool:
    """Tell whether a number begins a clause on part of a count: «9 شاحنات 3 منها تحمل الوقود»."""
    if not words_before(text, position):
        return not follows_inna(text, position)  # مضيفا أن «2 منهم ضباط»
    counted = list(_COUNT.finditer(text, max(0, position - _REACH_CHARS), position))
    return bool(counted) and not text[counted[-1].end() : position].strip()


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


def _gender_before(text: str, match: re.Match[str], case: Case) -> Gender:
    """Return the gender of a number behind its noun («سفينة 1», «ص 45»), else masculine.

    A verb shows that of its subject: «أقلعت 12 فقط».
    """
    before = words_before(text, match.start())
    if before and case is Case.NOMINATIVE and is_verb(before[-1], first=len(before) == 1):
        feminine = shows_feminine(verb_of_object(before[-1]) or before[-1])
        return Gender.FEMININE if feminine else Gender.MASCULINE
    joined = bool(before) and is_joined(before[-1]) and is_verb(before[-1])
    if joined and case is Case.ACCUSATIVE and not match["prefix"]:
        return _gender_of_last_count(text, match.start())  # «فاز في 12 مباراة وخسر 2»
    if _shares_noun(before, match["prefix"] or ""):
        return _gender_of_last_count(text, match.start())
    if not before or match["prefix"]:
        return Gender.MASCULINE
    if before[-1] == "ص":
        return Gender.FEMININE
    alone = int(read_numeral(match["n"]).whole) == 1
    return gender_of(before[-1]) if alone and is_singular(before[-1]) else Gender.MASCULINE


def _case_of_code(text: str, match: re.Match[str]) -> Case | None:
    """Return the case of a number that names a thing and counts none; None if it counts.

    Behind «رقم» and in the name of a model or box it is cited, in the nominative.
    """
    if _BOX.search(text[max(0, match.start() - 8) : match.start()]):
        return Case.NOMINATIVE
    before = words_before(text, match.start())
    last = before[-1] if before else ""
    if _ends_in_code(before) or is_a(last, "model"):
        return Case.NOMINATIVE
    dated = _DATED.match(text, match.end())
    if dated is not None and _names_year(strip_marks(dated[1])):
        return Case.GENITIVE  # قرار مجلس الوزراء 37 لسنة 2019
    if _counts_people(text, match):
        return None  # أيد القرار 100 نائب، احتجاجا على القانون 2000 شخص
    return Case.GENITIVE if is_a(last, "lawword") else None


def _counts_people(text: str, match: re.Match[str]) -> bool:
    """Tell whether people, or a plural, follow as the number demands: 100 نائب, 12 نائبا."""
    noun = word_after(text, match.end())
    below = int(read_numeral(match["n"]).whole) % 100
    if 3 <= below <= 10:
        return singular_of(noun) is not None  # حدد القرار 3 مناطق
    if below > 10 and noun.endswith("ة") and is_singular(noun):
        return True  # ألغى القرار 12 رخصة
    if not is_person(noun) or is_a(noun, "function"):
        return False
    return noun.endswith(("ا", "ة")) if below > 10 else not noun.endswith("ا")


def _names_code(text: str, match: re.Match[str]) -> bool:
    """Tell a number in 1900 to 2100 that is no year: «رقم 2000», but «رقم 15/2024»."""
    before = words_before(text, match.start())
    if text[match.start() - 1 : match.start()] == "/":
        return False
    return _ends_in_code(before) or bool(before and is_a(before[-1], "model"))


def _ends_in_code(before: list[str]) -> bool:
    """Tell whether «رقم» ends the words, a letter of the number aside: «رقم م/51»."""
    if len(before) > 1 and len(before[-1]) == 1:
        before = before[:-1]
    return bool(before) and is_a(before[-1].lstrip("وبل"), "code")


def _shares_noun(before: list[str], prefix: str) -> bool:
    """Tell whether a number counts the noun of the number before: «33 درجة والصغرى 27»."""
    if before and is_a(before[-1].removeprefix("و"), "partof"):
        return True  # 44 غارة منها 12 على العاصمة
    return prefix.startswith("و") or any(is_a(w.removeprefix("و"), "degree") for w in before[-2:])


def _gender_of_last_count(text: str, position: int, default: Gender = Gender.MASCULINE) -> Gender:
    start = max(0, position - _REACH_CHARS)
    counts_before = [
        found
        for found in _COUNT.finditer(text, start, position)
        if not is_a(noun := strip_marks(found[1]), "partof") and not is_a(noun, "function")
    ]
    return gender_of(strip_marks(counts_before[-1][1])) if counts_before else default


def _is_year(text: str, match: re.Match[str]) -> bool:
    written = match["n"]
    if not re.fullmatch(r"\d{3,4}", written) or match["scale"]:
        return False
    before = words_before(text, match.start())[-1:]
    if before and is_definite(before[0]) and _counts_people(text, match):
        return False  # «منذ مطلع العام 2000 مهاجر»
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
