"""Arabic numerals as words.

The grammar is that of W. Wright, A Grammar of the Arabic Language, 3rd ed., vol. I §§ 318-328
and vol. II §§ 96-112, as newspapers write it today (K. Ryding, A Reference Grammar of Modern
Standard Arabic, 2005, ch. 15): مئة without the silent alif, hundreds joined (ثلاثمئة).

Bare spelling shows case only in ـون/ـين, the duals, twelve, the constructs مئتا، ألفا, and the
alif of the accusative with tanwin (واحدا وعشرين، خمسا وأربعين، ألفا ومئتين).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


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
    """How a number stands in its sentence.

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


# The stems of 3 to 10: with a masculine noun they take ة, with a feminine one they do not.
_STEMS = ("", "", "", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع", "عشر")
_TENS = ("", "عشر", "عشر", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع")
# Scales above a thousand: (value, singular, plural).
_SCALES = (
    (10**12, "تريليون", "تريليونات"),
    (10**9, "مليار", "مليارات"),
    (10**6, "مليون", "ملايين"),
    (10**3, "ألف", "آلاف"),
)
LARGEST = 10**15 - 1

_DIGITS_M = ("صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة")


def cardinal(number: int, form: Form | None = None) -> str:
    """A whole number in words.

    Args:
        number: Any integer; beyond ±10^15 its digits are named one by one.
        form: How it stands; masculine genitive without one, the commonest in running text.
    """
    form = form or Form()
    if number < 0:
        return "ناقص " + cardinal(-number, form)
    if number > LARGEST:
        return digits(str(number))
    if number == 0:
        return "الصفر" if form.definite else "صفر"
    parts: list[str] = []
    rest = number
    for value, singular, plural in _SCALES:
        count, rest = divmod(rest, value)
        if count:
            parts.append(_scaled(count, singular, plural, form, last=rest == 0))
    if rest:
        parts.append(_below_thousand(rest, form))
    return " و".join(parts)


def digits(text: str) -> str:
    """Each digit named: phone numbers, codes, decimals after the point."""
    return " ".join(_DIGITS_M[int(char)] for char in text if char.isdigit())


def _scaled(count: int, singular: str, plural: str, form: Form, *, last: bool) -> str:
    """So many thousands, millions ...: the scale word is itself a counted masculine noun."""
    article = "ال" if form.definite else ""
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
    article = "ال" if form.definite else ""
    if count == 1:
        return article + "مئة"
    if count == 2:
        return article + _dual("مئة", form, construct=form.construct and alone)
    return f"{article}{_STEMS[count]}مئة"


def _below_hundred(number: int, form: Form) -> str:
    article = "ال" if form.definite else ""
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
        one = "إحدى" if form.feminine else "واحد" + inner.alif
        return f"{article}{one} و{ten}"
    word = _unit(unit, inner)
    if unit == 8 and form.feminine:
        word = "ثماني" if form.definite or not form.nominative else "ثمان"
    elif unit > 2 and form.feminine:
        word += inner.alif
    return f"{article}{word} و{ten}"


def _unit(number: int, form: Form) -> str:
    if number == 1:
        return "واحدة" if form.feminine else "واحد"
    if number == 2:
        return _two(form)
    stem = _STEMS[number]
    if not form.feminine:
        return ("ثماني" if number == 8 else stem) + "ة"
    if number == 8:
        return "ثماني"
    return stem


def _two(form: Form) -> str:
    if form.feminine:
        return "اثنتان" if form.nominative else "اثنتين"
    return "اثنان" if form.nominative else "اثنين"


def _teen(number: int, form: Form) -> str:
    unit = number - 10
    ten = "عشرة" if form.feminine else "عشر"
    if unit == 1:
        return ("إحدى " if form.feminine else "أحد ") + ten
    if unit == 2:
        stem = "اثنت" if form.feminine else "اثن"
        return f"{stem}{'ا' if form.nominative else 'ي'} {ten}"
    if unit == 8 and form.feminine:
        return f"ثماني {ten}"
    return f"{_unit(unit, form)} {ten}"


def tens_word(tens: int, form: Form) -> str:
    """20 to 90; ``tens`` is 2 to 9."""
    stem = "عشر" if tens == 2 else _TENS[tens]
    return stem + ("ون" if form.nominative else "ين")


def _dual(singular: str, form: Form, *, construct: bool) -> str:
    stem = singular[:-1] + "ت" if singular.endswith("ة") else singular
    if construct:
        return stem + ("ا" if form.nominative else "ي")
    return stem + ("ان" if form.nominative else "ين")


_ORDINALS_M = (
    "", "الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع",
    "العاشر",
)  # fmt: skip
_ORDINALS_F = (
    "", "الأولى", "الثانية", "الثالثة", "الرابعة", "الخامسة", "السادسة", "السابعة", "الثامنة",
    "التاسعة", "العاشرة",
)  # fmt: skip


def ordinal(number: int, form: Form | None = None) -> str:
    """A definite ordinal: الأول، الحادي عشر، الحادية والعشرون.

    Ordinals agree in gender without polarity; 20 to 90 know only case. ``form.definite`` False
    takes the article off, which 11 to 19 then lose on their first half too.
    """
    form = form or Form(definite=True)
    words = _definite_ordinal(number, form)
    if form.definite:
        return words
    return " و".join(part.removeprefix("ال") for part in words.split(" و"))


def _definite_ordinal(number: int, form: Form) -> str:
    table = _ORDINALS_F if form.feminine else _ORDINALS_M
    if number <= 0:
        return cardinal(number, form)
    if number <= 10:
        return table[number]
    if number < 20:
        unit = "الحادية" if form.feminine else "الحادي"
        if number > 11:
            unit = table[number - 10]
        return f"{unit} {'عشرة' if form.feminine else 'عشر'}"
    if number < 100:
        tens, unit_number = divmod(number, 10)
        ten = "ال" + tens_word(tens, form)
        if not unit_number:
            return ten
        unit = table[unit_number]
        if unit_number == 1:
            unit = "الحادية" if form.feminine else "الحادي"
        return f"{unit} و{ten}"
    head, rest = divmod(number, 100)
    definite = replace(form, definite=True, construct=False)
    if not rest:
        return cardinal(number, definite)
    return f"{_definite_ordinal(rest, form)} بعد {cardinal(head * 100, definite)}"
