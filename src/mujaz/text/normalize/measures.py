"""Read numbers with a sign in place of a noun: percentages, money, units.

The noun is added and inflected. Currencies beyond the table come from CLDR (Babel): «SEK 300»
is three hundred Swedish kronor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES, TATWEEL
from mujaz.arabic.tables import rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import case_at
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.nouns import Noun, counted, decimal, gender_of, one_of
from mujaz.text.normalize.numbers import Form, Gender
from mujaz.text.normalize.numerals import (
    NUMBER,
    NUMERAL,
    PREFIX,
    Numeral,
    measured,
    quantity,
    read_numeral,
    scale_pattern,
    scaled,
)
from mujaz.text.normalize.words import alternatives, is_a, spoken

# Three decimals that end in 0 group thousands: 1.200 كلم, but 42.195 كلم.
_LONG_WAY = re.compile(r"[1-9]\d{0,2}\.\d\d0")
_MINUS = r"(?:(?<![\d\w])(?P<sign>[-−–+±])(?=\d))?"
# Sign before a number -> its name in the table of connectives.
_SIGN_WORDS = {"-": "minus", "−": "minus", "–": "minus", "+": "plus", "±": "plus or minus"}
_WORD_PERCENT = f"(?:{alternatives('percent')})"
# Letters that stand for a scale behind an amount: $5m.
_SCALE_LETTERS = {"m": "million", "b": "billion"}
_PERCENT = re.compile(
    rf"{PREFIX}(?P<al>ال[ـ-]?)?{_MINUS}(?:{NUMBER}\s?(?P<after>[%٪‰])"
    rf"|(?<!\d)(?P<before>[%٪])\s?(?P<m>{NUMERAL})"
    rf"|(?<![\d.,])(?P<k>{NUMERAL})(?=\s{_WORD_PERCENT}))"
)
_PERCENT_WORD = re.compile(rf"(?<=\d )(?!{spoken('percent')}){_WORD_PERCENT}")
_DEGREES_FIRST = re.compile(rf"{PREFIX}(?P<unit>°[CFمف]?)\s?{NUMBER}(?P<scale>(?!))?(?P<per>(?!))?")


def tag_percent(line: Line) -> None:
    """Claim percentages: 3.5%, %3, 75 بالمئة, 10‰."""

    def read(match: re.Match[str]) -> str:
        prefix = match["prefix"] or ""
        case = case_at(line.text, match.start(), prefix)
        numeral = read_numeral(match["n"] or match["m"] or match["k"])
        words = quantity(numeral, Form(Gender.MASCULINE, case, definite=bool(match["al"])))
        share = spoken("per mille" if match["after"] == "‰" else "percent")
        return f"{prefix}{_sign(match['sign'])}{words}{'' if match['k'] else f' {share}'}"

    line.each(_PERCENT, read, "percent")
    line.each(_PERCENT_WORD, lambda match: spoken("percent"), "percent")


def _sign(sign: str | None) -> str:
    """Return the word for a sign before a number and a space, or an empty string."""
    return f"{spoken(_SIGN_WORDS[sign])} " if sign else ""


def tag_money(line: Line) -> None:
    """Claim money: $85, 85$, 500 ر.س, £1,500, 3.2 مليون $, USD 40."""
    for pattern in _money_patterns():
        line.each(pattern, lambda match: _money(line.text, match), "money")


@cache
def _named_again() -> str:
    """Return a pattern for the currency named once more behind its code: AED 1.2 مليون درهم."""
    names = {row[key] for row in rows("currencies.tsv") for key in ("singular", "plural")}
    names |= {f"{name}ا" for name in names}
    return (
        rf"(?:\s(?P<again>{'|'.join(sorted(names, key=len, reverse=True))})(?![{LETTER_RANGES}]))?"
    )


@cache
def _money_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns for a sign before the number and behind it."""
    signs = "|".join(sorted(map(re.escape, currencies()), key=len, reverse=True)) + "|[A-Z]{3}"
    codes = sorted(code for code in currencies() if re.fullmatch("[A-Z]{3}", code))
    known = "|".join((*codes, *(code.lower() for code in codes)))
    signs += "|" + "|".join(code.lower() for code in codes)
    guard = rf"(?![{LETTER_RANGES}{TATWEEL}A-Za-z])"
    # «هودج 5»: letters of a word are no sign.
    begins = rf"(?:(?<![A-Za-z])(?![{LETTER_RANGES}])|(?<![{LETTER_RANGES}{MARK_RANGES}]))"
    sign = rf"(?P<sign>{begins}(?:{signs}))"
    scale = rf"(?:\s?(?P<scale>{scale_pattern()}|[mMbB](?:n|illion)?(?![A-Za-z])))?"
    # Only codes of the table may touch their number: COP28 is a conference.
    spaced = rf"(?:(?<=[^A-Za-z])\s?|(?<=[A-Za-z])\s|(?<={known})\s?)"
    before = re.compile(rf"{PREFIX}{sign}{spaced}{NUMBER}{scale}{_named_again()}")
    after = re.compile(rf"{PREFIX}{NUMBER}{scale}\s?(?P<sign>{signs}){guard}")
    return before, after


def _money(text: str, match: re.Match[str]) -> str | None:
    currency = currency_of(match["sign"])
    if currency is None:
        return None
    prefix = match["prefix"] or ""
    noun = noun_of(currency)
    case = case_at(text, match.start(), prefix)
    numeral = read_numeral(match["n"])
    if match["scale"]:
        letter = _SCALE_LETTERS.get(match["scale"][0].lower())
        scale = spoken(letter) if letter else match["scale"]
        words = scaled(numeral, scale, case, noun_follows=True)
        return f"{prefix}{words} {one_of(noun, Case.GENITIVE)}"
    parts = int(currency["parts"] or 0)
    places = len(str(parts)) - 1
    if numeral.is_integer or numeral.fraction in ("5", "50") or not parts:
        return prefix + measured(numeral, noun, case)
    if len(numeral.fraction) > places:
        words = decimal(numeral.whole, numeral.fraction, Form(Gender.MASCULINE, case))
        return f"{prefix}{words} {one_of(noun, Case.GENITIVE)}"
    small = int(numeral.fraction.ljust(places, "0"))
    name = currency["subunit"]
    said = counted(small, Noun(name, currency["subunit_plural"], gender_of(name)), case)
    if numeral.value == 1:
        return f"{prefix}{one_of(noun, case)} و{said}"
    return prefix + (f"{counted(numeral.value, noun, case)} و{said}" if numeral.value else said)


def tag_units(line: Line) -> None:
    """Claim numbers with units: 50 كم, 120 كم/س, 40°م, 5 GB. A unit alone is left."""
    unit, rate = _unit_patterns()
    line.each(unit, lambda match: _unit(line.text, match), "unit")
    line.each(_DEGREES_FIRST, lambda match: _unit(line.text, match), "unit")
    line.each(rate, lambda match: _rate(line.text, match), "rate")


@cache
def _unit_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns for a number with its unit and a rate behind a noun (برميل/يوم)."""
    symbols = "|".join(sorted(map(re.escape, units()), key=len, reverse=True))
    per = "|".join(sorted(map(re.escape, _rates()), key=len, reverse=True))
    unit = re.compile(
        rf"{PREFIX}{_MINUS}{NUMBER}(?:\s(?P<scale>{scale_pattern()}))?\s?(?P<unit>{symbols})"
        rf"(?:\s?/\s?(?P<per>{per}))?(?![{LETTER_RANGES}{TATWEEL}A-Za-z²³/])"
    )
    rate = re.compile(rf"(?<=[{LETTER_RANGES}])\s?/\s?(?P<per>{per})(?![{LETTER_RANGES}A-Za-z/])")
    return unit, rate


def _unit(text: str, match: re.Match[str]) -> str | None:
    prefix = match["prefix"] or ""
    row = units()[match["unit"]]
    noun = noun_of(row)
    case = case_at(text, match.start(), prefix)
    numeral = read_numeral(match["n"])
    if _LONG_WAY.fullmatch(match["n"]) and is_a(noun.singular, "distance"):
        numeral = Numeral(numeral.whole + numeral.fraction)  # 1.200 كلم
    sign = _sign(match.groupdict().get("sign"))
    if match["scale"]:
        words = scaled(numeral, match["scale"], case, noun_follows=True)
        words = f"{words} {one_of(noun, Case.GENITIVE)}"
    else:
        words = measured(numeral, noun, case)
    rate = f" {_rates()[match['per']]}" if match["per"] else ""
    return prefix + sign + words + rate


def _rate(text: str, match: re.Match[str]) -> str | None:
    """Read the rate behind a slash if a number stands before it: برميل/يوم is «في اليوم»."""
    before = text[max(0, match.start() - 40) : match.start()]
    return f" {_rates()[match['per']]}" if re.search(r"\d", before) else None


def noun_of(row: Mapping[str, str]) -> Noun:
    """Return the noun of a row of the unit or currency table."""
    return Noun(row["singular"], row["plural"], Gender(row["gender"]), row["adjective"])


@cache
def currencies() -> Mapping[str, Mapping[str, str]]:
    """Map every sign, code and abbreviation of the table to its row."""
    return {sign: row for row in rows("currencies.tsv") for sign in row["symbols"].split(" ")}


@cache
def currency_of(sign: str) -> Mapping[str, str] | None:
    """Return the row of a sign or code, made from CLDR if the table lacks the code."""
    if re.fullmatch("[a-z]{3}", sign) and sign.upper() in currencies():
        sign = sign.upper()
    if sign in currencies():
        return currencies()[sign]
    from babel import Locale

    name = Locale("ar").currencies.get(sign)
    if name is None or name == sign or re.search(r"[^\s\u0621-\u064a]", name):
        return None
    singular, _, adjective = name.partition(" ")
    plural = singular.removesuffix("ة") + "ات"
    return {
        "singular": singular,
        "plural": plural,
        "gender": gender_of(singular).value,
        "adjective": adjective,
        "parts": "0",
    }


@cache
def units() -> Mapping[str, Mapping[str, str]]:
    """Map every unit symbol to its row."""
    return {
        sign: row
        for row in rows("units.tsv")
        if row["kind"] != "rate"
        for sign in row["symbols"].split(" ")
    }


@cache
def _rates() -> Mapping[str, str]:
    """Map what may stand after a slash to its reading: س -> في الساعة."""
    return {
        sign: row["singular"]
        for row in rows("units.tsv")
        if row["kind"] == "rate"
        for sign in row["symbols"].split(" ")
    }
