"""Gender of counted nouns, and the forms of nouns that we must make ourselves.

The dictionary is arramooz (GPL-2.0, T. Zerrouki), 30,215 nouns with gender and broken plurals;
a small table overrides it. Gender belongs to the noun's singular.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.text.normalize.numbers import Case, Form, Gender, cardinal, digits

_AFAL = re.compile("ا..ا.")
_FOLD = str.maketrans("أإآ", "ااا")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun that follows a number.

    Attributes:
        adjective: Agrees with the singular; given in its own gender.
    """

    singular: str
    plural: str
    gender: Gender
    adjective: str = ""

    def dual(self, case: Case) -> str:
        """Two of it."""
        stem = self.singular[:-1] + "ت" if self.singular.endswith("ة") else self.singular
        if self.singular.endswith("و"):
            return ("اثنان " if case is Case.NOMINATIVE else "اثنين ") + self.singular
        return stem + ("ان" if case is Case.NOMINATIVE else "ين")

    def accusative(self) -> str:
        """The singular after 11 to 99 (tamyiz)."""
        invariable = self.singular.endswith(("ة", "اء", "و", "بايت", "واط"))
        return self.singular if invariable else self.singular + "ا"


def counted(number: int, noun: Noun, case: Case) -> str:
    """A number with its noun, both in the right form; 1 and 2 are said by the noun itself."""
    form = Form(noun.gender, case, construct=True)
    adjective = noun.adjective
    if number == 1:
        one = "واحدة" if noun.gender is Gender.FEMININE else "واحد"
        return " ".join(filter(None, [noun.singular, adjective, one]))
    if number == 2:
        return " ".join(filter(None, [noun.dual(case), _dual_adjective(adjective, case)]))
    below = number % 100
    if 3 <= below <= 10:
        words, thing = cardinal(number, form), noun.plural
        adjective = _plural_adjective(adjective)
    elif 11 <= below <= 99:
        words, thing = cardinal(number, form), noun.accusative()
        if adjective and not adjective.startswith("في ") and not adjective.endswith(("ة", "يت")):
            adjective += "ا"
    else:
        words, thing = cardinal(number, form), noun.singular
    return " ".join(filter(None, [words, thing, adjective]))


def decimal(whole: str, fraction: str, form: Form) -> str:
    """A decimal: integer, «فاصلة», then the digits with their leading zeros."""
    zeros = len(fraction) - len(fraction.lstrip("0"))
    rest = fraction.lstrip("0")
    words = ["صفر"] * zeros
    if rest:
        words.append(cardinal(int(rest)) if len(rest) <= 3 else digits(rest))
    return f"{cardinal(int(whole), form)} فاصلة {' '.join(words) or 'صفر'}"


def gender_of(word: str) -> Gender:
    """Gender of a noun's singular, from whatever form stands in the text."""
    bare = strip_marks(word).removeprefix("ال")
    for candidate in _candidates(bare):
        letter = _overrides().get(candidate) or _dictionary().get(candidate.translate(_FOLD))
        if letter:
            return Gender(letter)
    return Gender.FEMININE if bare.endswith(("ة", "اء", "ات")) else Gender.MASCULINE


def _candidates(word: str) -> list[str]:
    out = [word]
    if word.endswith("ات") and len(word) > 4:
        out += [word[:-2] + "ة", word[:-2]]
    if word.endswith(("ون", "ين")) and len(word) > 4:
        out.append(word[:-2])
    if word.endswith("ا") and len(word) > 3:
        out.append(word[:-1])
    return out


@cache
def _overrides() -> Mapping[str, str]:
    return {row["noun"]: row["gender"] for row in rows("noun_gender.tsv")}


@cache
def _dictionary() -> Mapping[str, str]:
    """Every singular and broken plural, hamzas folded -> ``m`` or ``f``."""
    path = files("arramooz") / "data" / "arabicdictionary.sqlite"
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        query = "select unvocalized, gender, broken_plural from nouns where gender in (?, ?)"
        found = connection.execute(query, ("مذكر", "مؤنث")).fetchall()
    finally:
        connection.close()
    out: dict[str, str] = {}
    plurals: dict[str, str] = {}
    for singular, gender, broken in found:
        letter = "f" if gender == "مؤنث" else "m"
        out.setdefault(singular.translate(_FOLD), letter)
        for plural in (broken or "").split(";"):
            key = strip_marks(plural).translate(_FOLD)
            # Two nouns may share a plural: أقلام of قلم and of a rarer feminine. The masculine
            # is by far the commoner owner of a broken plural.
            if plurals.get(key) != "m":
                plurals[key] = letter
    for key, letter in plurals.items():
        # Some plurals of the pattern أفعال are listed as feminine singulars too.
        if key and (key not in out or _AFAL.fullmatch(key)):
            out[key] = letter
    return out


def _dual_adjective(adjective: str, case: Case) -> str:
    if not adjective or adjective.startswith("في ") or adjective.endswith("يت"):
        return adjective
    stem = adjective[:-1] + "ت" if adjective.endswith("ة") else adjective
    return stem + ("ان" if case is Case.NOMINATIVE else "ين")


def _plural_adjective(adjective: str) -> str:
    """Plurals of things take a feminine singular adjective: دنانير أردنية."""
    if not adjective or adjective.startswith("في ") or adjective.endswith(("ة", "يت")):
        return adjective
    return adjective + "ة"
