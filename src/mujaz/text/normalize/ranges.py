"""Read ranges, two numbers that bound one quantity: 50-60 ألفا، 5-7%، بين 1.5 و2 مليون.

The noun, scale word or sign behind the second number belongs to both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES
from mujaz.arabic.marks import strip_marks
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import case_at, governs, words_before
from mujaz.text.normalize.dictionary import folded
from mujaz.text.normalize.measures import currencies, currency_of, noun_of, units
from mujaz.text.normalize.nouns import Noun, dual_of, gender_of, singular_of
from mujaz.text.normalize.numbers import Case, Form, Gender, cardinal
from mujaz.text.normalize.numerals import (
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

_DASH = r"\s?[-–—−]\s?"
_PERCENT = "%٪"
_NOUN = re.compile(rf"\s([{LETTER_RANGES}{MARK_RANGES}]+)")


@dataclass(frozen=True, slots=True)
class _Joint:
    """The words that join the two numbers, and their cases.

    Attributes:
        lead: Added before the first number.
        word: Added between the two.
        first, second: Their cases.
    """

    lead: str
    word: str
    first: Case
    second: Case = Case.GENITIVE


@cache
def _range_pattern() -> re.Pattern[str]:
    signs = "|".join(
        sorted(map(re.escape, {*currencies(), *units(), *_PERCENT}), key=len, reverse=True)
    )
    return re.compile(
        rf"{PREFIX}(?P<front>[$€£¥]\s?)?(?<![\d.,/:\-A-Za-z])(?P<a>{NUMERAL})(?P<aside>\s?[%٪])?"
        rf"(?P<join>{_DASH}|\s(?:{alternatives('rangeword')})\s|\s?و\s?)(?P<again>[$€£¥]\s?)?"
        rf"(?P<b>{NUMERAL})(?![\d:/]|{_DASH}\d|\.\d)"
        rf"(?:\s(?P<scale>{scale_pattern()}))?(?:\s?(?P<sign>{signs})(?![{LETTER_RANGES}A-Za-z²³/]))?"
    )


def tag_ranges(line: Line) -> None:
    """Claim every range with its unit."""

    def read(match: re.Match[str]) -> str | None:
        if match["aside"] and (match["sign"] or "") not in ("%", "٪"):
            return None  # 0.5% إلى 11,250 نقطة: two quantities
        front, behind = (match["front"] or "").strip(), match["sign"] or ""
        again = (match["again"] or "").strip()
        if front and ((behind and behind != front) or (again and again != front)):
            return None  # $5 أو 2%: each figure has its own sign
        joint = _joint(line.text, match)
        return None if joint is None else _said(line.text, match, joint)

    line.each(_range_pattern(), read, "range")


def _joint(text: str, match: re.Match[str]) -> _Joint | None:
    before = words_before(text, match.start())[-1:]
    last = before[0] if before else ""
    prefix = match["prefix"] or ""
    join = match["join"].strip()
    if is_a(last.removeprefix("ل"), "lawword") or (is_a(last, "model") and join in "-–—−"):
        return _Joint("", " ", Case.GENITIVE)  # قانون 13-103، إيرباص 320-200
    between = last.endswith(spoken("between"))
    if join == "و" and not between:
        return None
    if between:
        return _Joint("", " و", Case.GENITIVE)
    case = case_at(text, match.start(), prefix)
    if is_a(join, "rangeword"):
        second = case if join == spoken("or") else Case.GENITIVE
        word = spoken("to") if folded(join) == folded(spoken("to")) else join
        return _Joint("", f" {word} ", case, second)
    # After a preposition or construct noun no second «من» is added.
    lead = "" if prefix or case is Case.GENITIVE else f"{spoken('from')} "
    return _Joint(lead, f" {spoken('to')} ", Case.GENITIVE)


def _said(text: str, match: re.Match[str], joint: _Joint) -> str | None:
    prefix = match["prefix"] or ""
    low, high = read_numeral(match["a"]), read_numeral(match["b"])
    sign = match["sign"] or (match["front"] or match["again"] or match["aside"] or "").strip()
    if sign and sign in _PERCENT:
        first = quantity(low, Form(case=joint.first))
        second = f"{quantity(high, Form(case=joint.second))} {spoken('percent')}"
    elif match["scale"]:
        first, second = _scaled(text, match, low, high, joint)
        if sign:
            noun = _made(sign)
            if noun is None:
                return None
            second = f"{second} {noun.singular} {noun.adjective}".strip()
    elif sign:
        noun = _made(sign)
        if noun is None:
            return None
        first = _first_of(low, noun, joint.first)
        second = measured(high, noun, joint.second)
    else:
        first, second = _with_noun(text, match, low, high, joint)
    if joint.word == " ":
        first, second = cardinal(low.value), cardinal(high.value)
    return f"{prefix}{joint.lead}{first}{joint.word}{second}"


def _made(sign: str) -> Noun | None:
    row = units().get(sign) or currency_of(sign)
    return None if row is None else noun_of(row)


def _first_of(low: Numeral, noun: Noun, case: Case) -> str:
    """Spell out the first number without its noun; one and two keep it."""
    if low.is_integer and low.value in (1, 2):
        return noun.singular if low.value == 1 else noun.dual(case)
    return quantity(low, Form(noun.gender, case))


def _scaled(
    text: str, match: re.Match[str], low: Numeral, high: Numeral, joint: _Joint
) -> tuple[str, str]:
    scale = match["scale"]
    follows = bool(_noun_after(text, match.end())) or bool(match["sign"])
    if strip_marks(scale).endswith("ا"):
        follows = False
    second = scaled(high, scale, joint.second, noun_follows=follows)
    if low.value <= 2 or not low.is_integer:
        return scaled(low, scale, joint.first, noun_follows=False), second
    return quantity(low, Form(case=joint.first)), second


def _with_noun(
    text: str, match: re.Match[str], low: Numeral, high: Numeral, joint: _Joint
) -> tuple[str, str]:
    noun = _noun_after(text, match.end())
    gender = gender_of(noun) if noun else Gender.MASCULINE
    second = quantity(high, Form(gender, joint.second, construct=bool(noun)))
    singular = singular_of(noun) if noun else None
    if singular and low.is_integer and low.value in (1, 2):
        return (singular if low.value == 1 else dual_of(singular, joint.first)), second
    return quantity(low, Form(gender, joint.first)), second


def _noun_after(text: str, position: int) -> str:
    match = _NOUN.match(text, position)
    word = strip_marks(match[1]) if match else ""
    if is_a(word, "function") or governs(word, "preposition"):
        return ""
    return word
