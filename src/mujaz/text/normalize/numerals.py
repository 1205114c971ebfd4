"""Parse numerals as written and spell out quantities.

A numeral may group its thousands by comma, Arabic comma, thin or plain space, or full stops, and
mark its decimals by a full stop, the Arabic decimal sign (U+066B), or a comma (as in the
Maghreb). Digits have been converted to ASCII before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES
from mujaz.arabic.tables import rows
from mujaz.text.normalize.endings import (
    Case,
    dual_of,
    inflected,
    inflected_without_alif,
    plural_genitive,
)
from mujaz.text.normalize.nouns import Noun, counted, decimal, one_of
from mujaz.text.normalize.numbers import Form, Gender, cardinal, scale_word
from mujaz.text.normalize.words import spoken

# The bounds keep the work at each position of a long list of figures constant; six groups of
# three digits behind the first are more than any number in words has.
_GROUPED = (
    r"\d{1,3}(?:[,٬،]\d{3}){1,40}(?:[.٫]\d+)?|\d{1,3}(?:\.\d{3}){2,40}(?:,\d+)?"
    r"|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}){1,6}(?![\d])"
)
# A comma before one or two digits marks decimals: 7,5 or 12,45.
# Agencies write «1ر4» for 1.4.
_PLAIN = r"\d+(?:[.٫]\d+|[,،]\d{1,2}(?!\d)|ر\d{1,3}(?!\d))?"
NUMERAL = rf"{_GROUPED}|{_PLAIN}"
# A numeral in group n that is not part of a longer figure.
NUMBER = rf"(?<![\d.,٫٬])(?P<n>{NUMERAL})(?!\d)"
# Letters attached before a numeral: و15, بـ20, ولـ3.
PREFIX = rf"(?:(?<![{LETTER_RANGES}])(?P<prefix>[وف]?[بلك]?)(?:(?<=[وفبلك])(?:ـ\s{{0,3}}|-))?)?"
_NO_LETTER = rf"(?![{LETTER_RANGES}])"


@cache
def scales() -> Mapping[str, tuple[str, str]]:
    """Map scale words as written to their singular and plural."""
    return {
        spelling: (row["singular"], row["plural"])
        for row in rows("scales.tsv")
        for spelling in row["spellings"].split()
    }


@cache
def scale_pattern() -> str:
    """Return a regular expression for one scale word."""
    words = "|".join(sorted(scales(), key=len, reverse=True))
    return rf"(?:{words}){_NO_LETTER}"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A parsed numeral.

    Attributes:
        whole: Integer digits.
        fraction: Decimal digits, trailing zeros kept; empty for an integer.
    """

    whole: str
    fraction: str = ""

    @property
    def value(self) -> int:
        """The integer part."""
        return int(self.whole)

    @property
    def is_integer(self) -> bool:
        """Whether nothing but zeros stands after the decimal mark."""
        return not self.fraction.strip("0")


# «55ر0» is 0.55: the whole part stands behind the sign where it is 0, or where the part before
# begins with 0, as no whole part does. «3ر2» is read in its written order.
_REVERSED = re.compile(
    r"(?P<fraction>[1-9]\d*|0\d+)ر(?P<whole>0)|(?P<fraction2>0\d+)ر(?P<whole2>\d+)"
)


def read_numeral(text: str) -> Numeral:
    """Parse a numeral as written."""
    reversed_ = _REVERSED.fullmatch(text.strip())
    if reversed_ is not None:
        return Numeral(
            reversed_["whole"] or reversed_["whole2"],
            reversed_["fraction"] or reversed_["fraction2"],
        )
    text = text.replace("٫", ".").replace("ر", ".").strip()
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?", text):
        text = text.replace(".", "").replace(",", ".")
    if re.fullmatch(r"\d+[,،]\d{1,2}", text):
        text = re.sub("[,،]", ".", text)
    whole, _, fraction = re.sub(r"[,٬،\s]", "", text).partition(".")
    return Numeral(whole, fraction)


def quantity(numeral: Numeral, form: Form) -> str:
    """Spell out a numeral, decimals after «فاصلة»."""
    if numeral.is_integer:
        return cardinal(numeral.value, form)
    return decimal(numeral.whole, numeral.fraction, form)


# Decimals that are read as a fraction: 2.5 is «اثنان ونصف».
_PARTS = {"5": "half", "50": "half", "25": "quarter"}


def measured(numeral: Numeral, noun: Noun, case: Case) -> str:
    """Spell out a numeral with the noun of its sign: 2.5 km is «كيلومتران ونصف»."""
    if numeral.is_integer:
        return counted(numeral.value, noun, case)
    part = spoken(_PARTS[numeral.fraction]) if numeral.fraction in _PARTS else ""
    if part and numeral.value and (numeral.fraction != "25" or numeral.value < 11):
        whole = one_of(noun, case) if numeral.value == 1 else ""
        return (
            f"{whole or counted(numeral.value, noun, case)} و{inflected_without_alif(part, case)}"
        )
    if part and not numeral.value and numeral.fraction != "25":
        return f"{inflected(part, case, nunated=False)} {one_of(noun, Case.GENITIVE)}"
    words = decimal(numeral.whole, numeral.fraction, Form(Gender.MASCULINE, case))
    return f"{words} {one_of(noun, Case.GENITIVE)}"


def scaled(numeral: Numeral, scale: str, case: Case, *, noun_follows: bool) -> str:
    """Spell out a numeral with its scale word: thousands, millions ...

    Args:
        numeral: The count of thousands, millions ...
        scale: The scale word as written.
        case: Case of the number.
        noun_follows: Whether the counted noun is next, so that duals and tamyiz lose their
            endings.
    """
    singular, plural = scales()[scale]
    value = numeral.value
    half = spoken("half")
    if numeral.fraction in ("5", "50") and value:
        head = scaled(Numeral(numeral.whole), scale, case, noun_follows=False)
        whole = inflected(f"ال{singular}", Case.GENITIVE, nunated=False)
        return f"{head} و{inflected(half, case, nunated=False)} {whole}"
    behind = inflected(singular, Case.GENITIVE, nunated=not noun_follows)
    if scale == plural:
        behind = plural_genitive(plural, nunated=not noun_follows)  # 5.2 مليارات, as written
    if numeral.fraction in ("5", "50"):
        return f"{inflected(half, case, nunated=False)} {behind}"
    if not numeral.is_integer:
        words = decimal(numeral.whole, numeral.fraction, Form(Gender.MASCULINE, case))
        return f"{words} {behind}"
    if value == 1:
        return inflected(singular, case, nunated=not noun_follows)
    if value == 2:
        return dual_of(singular, case, construct=noun_follows)
    words = cardinal(value, Form(Gender.MASCULINE, case, construct=not 11 <= value % 100 <= 99))
    return f"{words} {scale_word(value, singular, plural, construct=noun_follows)}"
