"""Spell out integers as Arabic cardinals and ordinals.

Words come from ``number_names.tsv``, ``scales.tsv`` and ``connectives.tsv``.

The grammar is that of W. Wright, A Grammar of the Arabic Language, 3rd ed., vol. I §§ 318-328
and vol. II §§ 96-112, as newspapers write it today (K. Ryding, A Reference Grammar of Modern
Standard Arabic, 2005, ch. 15): مئة without the silent alif, hundreds joined (ثلاثمئة).

Bare spelling shows case only in ـون/ـين, the duals, twelve, the constructs مئتا، ألفا, and the
alif of the accusative with tanwin (واحدا وعشرين، خمسا وأربعين، ألفا ومئتين).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.text.normalize.words import spoken


class Gender(Enum):
    """Gender of the counted noun's singular."""

    MASCULINE = "m"
    FEMININE = "f"


class Case(Enum):
    """Case of a number in its sentence."""

    NOMINATIVE = "nom"
    ACCUSATIVE = "acc"
    GENITIVE = "gen"


@dataclass(frozen=True, slots=True)
class Form:
    """Grammatical form of a number: gender, case, state.

    Attributes:
        gender: Of the counted noun.
        case: Of the number.
        construct: A noun follows directly, so ـان/ـين lose their n (مئتا شخص).
        definite: The number carries the article (السنوات الخمس).
    """

    gender: Gender = Gender.MASCULINE
    case: Case = Case.GENITIVE
    construct: bool = False
    definite: bool = False

    @property
    def feminine(self) -> bool:
        """Whether the counted noun is feminine."""
        return self.gender is Gender.FEMININE

    @property
    def nominative(self) -> bool:
        """Whether the number is in the nominative."""
        return self.case is Case.NOMINATIVE

    @property
    def alif(self) -> str:
        """The alif of an indefinite accusative with tanwin, where the number shows it."""
        shown = self.case is Case.ACCUSATIVE and not self.definite and not self.construct
        return "ا" if shown else ""


LARGEST = 10**15 - 1

_HUNDRED = 100
_ARTICLE = "ال"


@dataclass(frozen=True, slots=True)
class _Names:
    """The words of one number from 0 to 11, without case endings.

    Attributes:
        masculine, feminine: Cardinal, by the gender of the counted noun.
        tens: Stem of ten times the number.
        ordinal_masculine, ordinal_feminine: Definite ordinal.
    """

    masculine: str
    feminine: str
    tens: str
    ordinal_masculine: str
    ordinal_feminine: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """A power of a thousand with its name."""

    value: int
    singular: str
    plural: str


@cache
def _names() -> tuple[_Names, ...]:
    """The words of 0 to 11, by number."""
    fields = ("masculine", "feminine", "tens", "ordinal_masculine", "ordinal_feminine")
    return tuple(
        _Names(*(strip_marks(row[field]) for field in fields)) for row in rows("number_names.tsv")
    )


@cache
def _scales() -> tuple[_Scale, ...]:
    """Scale words, the largest first."""
    scales = [
        _Scale(int(row["value"]), row["singular"], row["plural"]) for row in rows("scales.tsv")
    ]
    return tuple(sorted(scales, key=lambda scale: -scale.value))


def cardinal(number: int, form: Form | None = None) -> str:
    """Spell out an integer as a cardinal.

    Args:
        number: Any integer; beyond ±10^15 its digits are named one by one.
        form: Its grammatical form; masculine genitive, the commonest in running text, if None.
    """
    form = form or Form()
    if number < 0:
        return f"{spoken('minus')} {cardinal(-number, form)}"
    if number > LARGEST:
        return digits(str(number))
    if number == 0:
        return _article(form) + _names()[0].masculine
    parts: list[str] = []
    rest = number
    for scale in _scales():
        count, rest = divmod(rest, scale.value)
        if count:
            parts.append(_scaled(count, scale, form, last=rest == 0))
    if rest:
        parts.append(_below_thousand(rest, form))
    return " و".join(parts)


def digits(text: str) -> str:
    """Name each digit: phone numbers, codes, decimals after the point."""
    nominative = Form(case=Case.NOMINATIVE)
    return " ".join(_digit(int(char), nominative) for char in text if char.isdigit())


def _digit(value: int, form: Form) -> str:
    return _unit(value, form) if value else _names()[0].masculine


def _article(form: Form) -> str:
    return _ARTICLE if form.definite else ""


def _scaled(count: int, scale: _Scale, form: Form, *, last: bool) -> str:
    """Spell out thousands, millions ...: the scale word is itself a counted masculine noun."""
    article, singular, plural = _article(form), scale.singular, scale.plural
    construct = form.construct and last
    if count == 1:
        return article + singular + replace(form, construct=construct).alif
    if count == 2:
        return article + _dual(singular, form, construct=construct)
    inner = replace(form, gender=Gender.MASCULINE, construct=False)
    below = count % 100
    if count >= 103 and 3 <= below <= 10:
        words = cardinal(count, inner)
        return f"{words} {plural}"
    if 3 <= count <= 10:
        # Definite: أربعة الآلاف in grammar books, الأربعة آلاف in newspapers.
        return f"{cardinal(count, inner)} {plural}"
    if 11 <= below <= 99:
        # Tamyiz with its alif, unless the counted noun follows directly: خمسون ألف نسمة.
        accusative = singular if construct else singular + "ا"
        return f"{cardinal(count, inner)} {accusative}"
    if below == 0:
        return f"{cardinal(count, replace(inner, construct=True))} {singular}"
    return f"{cardinal(count, inner)} {singular}"


def _below_thousand(number: int, form: Form) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest, form)
    head = _hundreds(hundreds, form, alone=rest == 0)
    if not rest:
        return head
    return f"{head} و{_below_hundred(rest, form)}"


def _hundreds(count: int, form: Form, *, alone: bool) -> str:
    article = _article(form)
    hundred = spoken("hundred")
    if count == 1:
        return article + hundred
    if count == 2:
        return article + _dual(hundred, form, construct=form.construct and alone)
    # 800 drops the ya of ثماني: ثمانمئة.
    return f"{article}{_names()[count].feminine.removesuffix('ي')}{hundred}"


def _below_hundred(number: int, form: Form) -> str:
    article = _article(form)
    if number <= 10:
        return article + _unit(number, form)
    if number < 20:
        return article + _teen(number, form)
    tens, unit = divmod(number, 10)
    ten = article + tens_word(tens, form)
    if not unit:
        return ten
    inner = replace(form, construct=False)
    if unit == 1:
        one = _names()[11].feminine if form.feminine else _names()[1].masculine + inner.alif
        return f"{article}{one} و{ten}"
    word = _unit(unit, inner)
    if unit == 8 and form.feminine:
        # Indefinite nominative ثمانٍ: a defective noun loses its ya.
        word = word if form.definite or not form.nominative else word.removesuffix("ي")
    elif unit > 2 and form.feminine:
        word += inner.alif
    return f"{article}{word} و{ten}"


def _unit(number: int, form: Form) -> str:
    if number == 2:
        return _names()[2].feminine + _dual_ending(form) if form.feminine else _two_masculine(form)
    if number == 1 and not form.feminine:
        return _names()[1].masculine + form.alif
    return _names()[number].feminine if form.feminine else _names()[number].masculine


def _two_masculine(form: Form) -> str:
    return _names()[2].masculine + _dual_ending(form)


def _dual_ending(form: Form) -> str:
    return "ان" if form.nominative else "ين"


def _teen(number: int, form: Form) -> str:
    # The ten of 11 to 19 agrees with the noun: عشر with a masculine one.
    ten = _names()[10].masculine if form.feminine else _names()[10].feminine
    unit = number - 10
    if unit == 1:
        eleven = _names()[11]
        return f"{eleven.feminine if form.feminine else eleven.masculine} {ten}"
    if unit == 2:
        return f"{_unit(2, form).removesuffix('ن')} {ten}"
    return f"{_unit(unit, form)} {ten}"


def tens_word(tens: int, form: Form) -> str:
    """Name a multiple of ten from 20 to 90.

    Args:
        tens: 2 to 9.
        form: Only its case shows.
    """
    return _names()[tens].tens + ("ون" if form.nominative else "ين")


def _dual(singular: str, form: Form, *, construct: bool) -> str:
    stem = singular[:-1] + "ت" if singular.endswith("ة") else singular
    if construct:
        return stem + ("ا" if form.nominative else "ي")
    return stem + ("ان" if form.nominative else "ين")


def ordinal(number: int, form: Form | None = None) -> str:
    """Spell out an ordinal: الأول، الحادي عشر، الحادية والعشرون.

    Ordinals agree in gender without polarity; 20 to 90 show only case. ``form.definite`` False
    removes the article, from both halves of 21 to 99.
    """
    form = form or Form(definite=True)
    words = _definite_ordinal(number, form)
    if form.definite:
        return words
    return " و".join(part.removeprefix(_ARTICLE) for part in words.split(" و"))


def _definite_ordinal(number: int, form: Form) -> str:
    if number <= 0:
        return cardinal(number, form)
    if number <= 10:
        return _ordinal_unit(number, form)
    if number < 20:
        # 11 has a unit of its own: الحادي عشر.
        unit = _ordinal_unit(11 if number == 11 else number - 10, form)
        ten = _names()[10].masculine if form.feminine else _names()[10].feminine
        return f"{unit} {ten}"
    if number < _HUNDRED:
        tens, rest = divmod(number, 10)
        ten = _ARTICLE + tens_word(tens, form)
        if not rest:
            return ten
        return f"{_ordinal_unit(11 if rest == 1 else rest, form)} و{ten}"
    head, rest = divmod(number, _HUNDRED)
    definite = replace(form, definite=True, construct=False)
    if not rest:
        return cardinal(number, definite)
    above = cardinal(head * _HUNDRED, definite)
    return f"{_definite_ordinal(rest, form)} {spoken('after')} {above}"


def _ordinal_unit(number: int, form: Form) -> str:
    names = _names()[number]
    return names.ordinal_feminine if form.feminine else names.ordinal_masculine
