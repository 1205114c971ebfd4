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
from mujaz.text.normalize.context import LAW_WORDS, case_at, numbers_law, words_before
from mujaz.text.normalize.dictionary import folded
from mujaz.text.normalize.endings import Case, dual_of, inflected
from mujaz.text.normalize.government import governs
from mujaz.text.normalize.measures import currencies, currency_of, noun_of, units
from mujaz.text.normalize.nouns import Noun, gender_of, one_of, singular_of
from mujaz.text.normalize.numbers import Form, Gender, cardinal
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
    before = words_before(text, match.start())[-LAW_WORDS:]
    last = before[-1] if before else ""
    prefix = match["prefix"] or ""
    join = match["join"].strip()
    if numbers_law(before) or (is_a(last, "model") and join in "-–—−"):
        return _Joint("", " ", Case.NOMINATIVE, Case.NOMINATIVE)  # رقم 21-15، إيرباص 320-200
    if is_a(last.removeprefix("ل"), "lawword"):
        return _Joint("", " ", Case.GENITIVE)  # قانون 13-103
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
    # Before a subject or predicate «من» is added; an object takes its own case.
    lead = "" if prefix or case is not Case.NOMINATIVE else f"{spoken('from')} "
    return _Joint(lead, f" {spoken('to')} ", Case.GENITIVE if lead else case)


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
            second = f"{second} {one_of(noun, Case.GENITIVE)}"
    elif sign:
        noun = _made(sign)
        if noun is None:
            return None
        first = _first_of(low, noun, joint.first)
        second = measured(high, noun, joint.second)
    else:
        first, second = _with_noun(text, match, low, high, joint)
    if joint.word == " ":
        first, second = (cardinal(each.value, Form(case=joint.first)) for each in (low, high))
    return f"{prefix}{joint.lead}{first}{joint.word}{second}"


def _made(sign: str) -> Noun | None:
    row = units().get(sign) or currency_of(sign)
    return None if row is None else noun_of(row)


def _first_of(low: Numeral, noun: Noun, case: Case) -> str:
    """Spell out the first number without its noun; one and two keep it."""
    if low.is_integer and low.value in (1, 2):
        return inflected(noun.singular, case) if low.value == 1 else noun.dual(case)
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
        first = (
            inflected(singular, joint.first) if low.value == 1 else dual_of(singular, joint.first)
        )
        return first, second
    return quantity(low, Form(gender, joint.first)), second


def _noun_after(text: str, position: int) -> str:
    match = _NOUN.match(text, position)
    word = strip_marks(match[1]) if match else ""
    if is_a(word, "function") or governs(word, "preposition"):
        return ""
    return word
