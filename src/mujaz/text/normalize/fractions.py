"""Read fractions and mixed numbers: 3/4 المخزون، 3½ ساعات، 2 1/4 مليون برميل.

W. Wright vol. I § 329; K. Ryding 15.8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import case_at
from mujaz.text.normalize.endings import (
    Case,
    dual_of,
    inflected,
    inflected_without_alif,
    plural_genitive,
)
from mujaz.text.normalize.government import governs
from mujaz.text.normalize.nouns import currency_plurals, gender_of, singular_of
from mujaz.text.normalize.numbers import Form, cardinal
from mujaz.text.normalize.numerals import PREFIX, Numeral, scale_pattern, scaled, scales
from mujaz.text.normalize.words import is_a, spoken

# Vulgar fractions of Unicode -> numerator and denominator.
_SIGNS: Mapping[str, tuple[int, int]] = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
    "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8),
    "⅞": (7, 8),
}  # fmt: skip
_SLASHED = r"(?P<top>\d{1,2})[/⁄](?P<bottom>\d{1,3})(?![\d/]|[-.]\d)"

# The thing divided, behind its fraction.
_DIVIDED = re.compile(rf"\s(?!{spoken('from')}\s)[{LETTER_RANGES}]")
_LARGEST_DENOMINATOR = 1000
# These numbers take the plural.
_FEWEST, _MOST = 3, 10
_PLAIN = re.compile(rf"{PREFIX}(?<![\d.,/]){_SLASHED}")


@cache
def _mixed_pattern() -> re.Pattern[str]:
    """Return a pattern for a whole number with its fraction and its scale word or noun."""
    whole = r"(?:(?<![\d.,/])(?P<n>\d{1,4})\s?)?"
    sign = rf"(?P<sign>[{''.join(_SIGNS)}])"
    tail = rf"(?:\s(?P<scale>{scale_pattern()}))?(?:\s(?P<noun>[{LETTER_RANGES}{MARK_RANGES}]+))?"
    return re.compile(
        rf"{PREFIX}(?:{whole}{sign}|(?<![\d.,/])(?P<w>\d{{1,4}})[\s-]{_SLASHED}){tail}"
    )


def tag_fractions(line: Line) -> None:
    """Claim fractions with their whole number and noun."""
    for match in _mixed_pattern().finditer(line.text):
        parts = _parts(match)
        if parts is None or line.taken(match.start(), match.start() + 1):
            continue
        said, end = _mixed(line.text, match, *parts)
        line.claim(match.start(), end, said, "fraction")

    def read(match: re.Match[str]) -> str | None:
        prefix = match["prefix"] or ""
        case = case_at(line.text, match.start(), prefix)
        said = fraction(int(match["top"]), int(match["bottom"]), case, _definite_after(line, match))
        return None if said is None else prefix + said

    line.each(_PLAIN, read, "fraction")


def fraction(top: int, bottom: int, case: Case, construct: bool = True) -> str | None:
    """Spell out a proper fraction; None if it is improper or its denominator is too large.

    Args:
        top: Numerator.
        bottom: Denominator; 2 to 10 have names, others up to 999 are read with «على».
        case: Case of the fraction.
        construct: Whether the thing divided follows: «ثلثا السكان», else «ثلثان».
    """
    names = _denominators()
    if not 0 < top < bottom:
        return None
    if bottom not in names:
        over = f"{cardinal(top, Form(case=case))} {spoken('out of')} {cardinal(bottom)}"
        return over if bottom < _LARGEST_DENOMINATOR else None
    singular, plural = names[bottom]
    if top == 1:
        if not construct:
            return inflected_without_alif(singular, case)
        return inflected(singular, case, nunated=False)
    if top == 2:
        return dual_of(singular, case, construct=construct)
    parts = inflected(plural, Case.GENITIVE, nunated=not construct)
    return f"{cardinal(top, Form(case=case, construct=True))} {parts}"


def _definite_after(line: Line, match: re.Match[str]) -> bool:
    return _DIVIDED.match(line.text, match.end()) is not None


def _parts(match: re.Match[str]) -> tuple[str, int, int] | None:
    """Return whole part (may be empty), numerator and denominator; None if improper."""
    if match["sign"]:
        top, bottom = _SIGNS[match["sign"]]
        return match["n"] or "", top, bottom
    top, bottom = int(match["top"]), int(match["bottom"])
    return (match["w"], top, bottom) if 0 < top < bottom <= 10 else None


def _mixed(text: str, match: re.Match[str], whole: str, top: int, bottom: int) -> tuple[str, int]:
    prefix = match["prefix"] or ""
    case = case_at(text, match.start(), prefix)
    part = fraction(top, bottom, case, construct=False) or ""
    end = match.end("sign") if match["sign"] else match.end("bottom")
    if not whole:
        divided = strip_marks(match["noun"] or "")
        adverb = governs(divided, "adverb") or is_a(divided, "function")
        alone = fraction(top, bottom, case, construct=bool(divided) and not adverb) or ""
        return prefix + alone, end
    if match["scale"]:
        head = scaled(Numeral(whole), match["scale"], case, noun_follows=False)
        scale = inflected(f"ال{scales()[match['scale']][0]}", Case.GENITIVE, nunated=False)
        part = fraction(top, bottom, case) or ""
        return f"{prefix}{head} و{part} {scale}", match.end("scale")
    noun = strip_marks(match["noun"] or "")
    if not noun or noun.startswith("ال") or is_a(noun, "function") or governs(noun, "oblique"):
        return f"{prefix}{cardinal(int(whole), Form(case=case))} و{part}", end
    number = int(whole)
    single = singular_of(noun) or noun
    if _FEWEST <= number <= _MOST and noun in currency_plurals():
        noun = plural_genitive(currency_plurals()[noun])
    if number <= 2:
        things = inflected(single, case) if number == 1 else dual_of(single, case)
    else:
        things = f"{cardinal(number, Form(gender_of(noun), case, construct=True))} {noun}"
    return f"{prefix}{things} و{part}", match.end("noun")


@cache
def _denominators() -> Mapping[int, tuple[str, str]]:
    return {int(row["number"]): (row["singular"], row["plural"]) for row in rows("fractions.tsv")}
