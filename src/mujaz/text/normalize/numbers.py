"""Spell out integers as Arabic cardinals and ordinals.

Words come from ``number_names.tsv``, ``scales.tsv`` and ``connectives.tsv``.

The grammar is that of W. Wright, A Grammar of the Arabic Language, 3rd ed., vol. I §§ 318-328
and vol. II §§ 96-112, as newspapers write it today (K. Ryding, A Reference Grammar of Modern
Standard Arabic, 2005, ch. 15): مئة without the silent alif, hundreds joined (ثلاثمئة).

Words carry their case endings as marks; the marks of the stems are those of the table. Without
marks, case shows only in ـون/ـين, the duals, twelve, the constructs مئتا، ألفا, and the alif of
the accusative with tanwin (واحدا وعشرين، خمسا وأربعين، ألفا ومئتين).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from mujaz.arabic.letters import DAMMATAN, FATHA, FATHATAN, KASRATAN, SHORT_VOWELS, YEH
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.text.normalize.endings import (
    Case,
    dual_of,
    inflected,
    inflected_without_alif,
    plural_genitive,
    sound_plural,
)
from mujaz.text.normalize.words import spoken, vocalized_connective


class Gender(Enum):
    """Gender of the counted noun's singular."""

    MASCULINE = "m"
    FEMININE = "f"


@dataclass(frozen=True, slots=True)
class Form:
    """Grammatical form of a number: gender, case, state.

    Attributes:
        gender: Of the counted noun.
        case: Of the number.
        construct: A noun follows directly, so ـان/ـين lose their n (مئتا شخص).
        definite: The number carries the article (السنوات الخمس).
        alone: Its noun is left out (أسقطت 9 منها), so the accusative shows its alif: تسعا منها.
    """

    gender: Gender = Gender.MASCULINE
    case: Case = Case.GENITIVE
    construct: bool = False
    definite: bool = False
    alone: bool = False

    @property
    def feminine(self) -> bool:
        """Whether the counted noun is feminine."""
        return self.gender is Gender.FEMININE

    @property
    def nominative(self) -> bool:
        """Whether the number is in the nominative."""
        return self.case is Case.NOMINATIVE

    def ending(self, word: str, *, construct: bool | None = None) -> str:
        """Return a word of the number with its case ending; tanwin if nothing takes it away.

        Args:
            word: The word without ending.
            construct: Whether a noun follows this word; that of the form if None.
        """
        bound = self.construct if construct is None else construct
        return inflected(word, self.case, nunated=not (self.definite or bound))


LARGEST = 10**15 - 1

_HUNDRED = 100
_EIGHT = 8
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
        zero = _names()[0].masculine
        return f"ال{zero}" if form.definite else inflected_without_alif(zero, form.case)
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
    return _unit(value, form) if value else form.ending(_names()[0].masculine)


def _article(form: Form) -> str:
    return _ARTICLE if form.definite else ""


def _scaled(count: int, scale: _Scale, form: Form, *, last: bool) -> str:
    """Spell out thousands, millions ...: the scale word is itself a counted masculine noun."""
    construct = form.construct and last
    if count == 1:
        return _article(form) + form.ending(scale.singular, construct=construct)
    if count == 2:
        return _article(form) + dual_of(scale.singular, form.case, construct=construct)
    inner = replace(form, gender=Gender.MASCULINE, construct=count % 100 <= 10)
    # Definite: أربعة الآلاف in grammar books, الأربعة آلاف in newspapers.
    words = cardinal(count, inner)
    return f"{words} {scale_word(count, scale.singular, scale.plural, construct=construct)}"


def scale_word(count: int, singular: str, plural: str, *, construct: bool) -> str:
    """Return a scale word behind its count, from three on, in the form that the count demands.

    Args:
        count: How many thousands, millions ...
        singular, plural: The scale word without endings.
        construct: Whether the counted noun follows directly.
    """
    below = count % 100
    if 3 <= below <= 10:
        return plural_genitive(plural, nunated=not construct)
    if 11 <= below <= 99:
        # Tamyiz with its alif, unless the counted noun follows directly: خمسون ألف نسمة.
        return inflected(singular, Case.ACCUSATIVE, nunated=not construct)
    return inflected(singular, Case.GENITIVE, nunated=not construct)


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
    construct = form.construct and alone
    if count == 1:
        return article + form.ending(hundred, construct=construct)
    if count == 2:
        return article + dual_of(hundred, form.case, construct=construct)
    nunated = not (form.definite or construct)
    genitive = inflected(hundred, Case.GENITIVE, nunated=nunated)
    if count == _EIGHT:
        # 800 drops the ya of ثماني: ثمانمئة.
        return f"{article}{_names()[count].feminine.removesuffix(YEH)}{genitive}"
    return f"{article}{inflected(_names()[count].feminine, form.case, nunated=False)}{genitive}"


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
        one = _names()[11].feminine if form.feminine else inner.ending(_names()[1].masculine)
        return f"{article}{one} و{ten}"
    return f"{article}{_unit(unit, inner, compound=True)} و{ten}"


def _unit(number: int, form: Form, *, compound: bool = False) -> str:
    """Return the word of 0 to 10; in 23 to 99 the accusative of 8 keeps the alif of others."""
    word = _names()[number].feminine if form.feminine else _names()[number].masculine
    if number == 2:
        return dual_of(word, form.case)
    if number == _EIGHT and form.feminine:
        return _eight(word, form, compound=compound)
    if form.feminine and number > 2 and not compound and form.case is Case.ACCUSATIVE:
        # An alif shows only where the noun is certain not to follow.
        return inflected(word, form.case, nunated=form.alone)
    return form.ending(word)


def _eight(word: str, form: Form, *, compound: bool) -> str:
    """Return ثماني, a defective noun: ثمانٍ, accusative ثمانيًا, if it governs no noun."""
    bound = form.definite or (form.construct and not compound)
    if form.case is Case.ACCUSATIVE:
        return inflected(word, form.case, nunated=(compound or form.alone) and not bound)
    return word if bound else word.removesuffix(YEH) + KASRATAN


def _teen(number: int, form: Form) -> str:
    """Return 11 to 19: both words end in a, but for the first of twelve, which is a dual."""
    unit = number - 10
    if unit == 1:
        eleven = _names()[11]
        first = inflected(
            eleven.feminine if form.feminine else eleven.masculine, Case.ACCUSATIVE, nunated=False
        )
    elif unit == 2:
        word = _names()[2].feminine if form.feminine else _names()[2].masculine
        first = dual_of(word, form.case, construct=True)
    else:
        first = (_names()[unit].feminine if form.feminine else _names()[unit].masculine) + FATHA
    return f"{first} {_ten_of_teens(form)}"


def _ten_of_teens(form: Form) -> str:
    """Return the ten of 11 to 19, which agrees with the noun: عَشَرَ with a masculine one."""
    return vocalized_connective("ten feminine" if form.feminine else "ten masculine")


def tens_word(tens: int, form: Form) -> str:
    """Name a multiple of ten from 20 to 90.

    Args:
        tens: 2 to 9.
        form: Only its case shows.
    """
    return sound_plural(_names()[tens].tens, form.case)


def ordinal(number: int, form: Form | None = None) -> str:
    """Spell out an ordinal: الأول، الحادي عشر، الحادية والعشرون.

    Ordinals agree in gender without polarity; 20 to 90 show only case. ``form.definite`` False
    removes the article, from both halves of 21 to 99.
    """
    form = form or Form(definite=True)
    words = _definite_ordinal(number, form)
    if form.definite:
        return words
    return " و".join(_indefinite(part) for part in words.split(" و"))


def _indefinite(word: str) -> str:
    """Remove the article and put tanwin in the place of the short vowel."""
    nunated = dict(zip(SHORT_VOWELS, (FATHATAN, DAMMATAN, KASRATAN), strict=True))
    stem, ending = word[:-1], word[-1]
    if not stem.endswith("ن"):  # 20 to 90 end in نَ
        word = stem + nunated.get(ending, ending)
    return word.removeprefix(_ARTICLE)


def _definite_ordinal(number: int, form: Form) -> str:
    if number <= 0:
        return cardinal(number, form)
    if number <= 10:
        return _ordinal_unit(number, form)
    if number < 20:
        # 11 has a unit of its own: الحادي عشر.
        unit = _ordinal_unit(
            11 if number == 11 else number - 10, replace(form, case=Case.ACCUSATIVE)
        )
        return f"{unit} {_ten_of_teens(form)}"
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
    word = names.ordinal_feminine if form.feminine else names.ordinal_masculine
    if word.endswith(YEH) and form.case is not Case.ACCUSATIVE:
        return word  # الثاني, الحادي: defective nouns show the accusative only
    return inflected(word, form.case, nunated=False)
