"""Find the gender of a counted noun and inflect it for its number.

Gender belongs to the noun's singular. A noun in the text keeps its form if the number can take
it; the dual for «2» and the nouns of signs ($, km) are built here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mujaz.arabic.letters import ALIF
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.text.normalize.dictionary import (
    counted_singulars,
    folded,
    gender_overrides,
    nouns,
    participles,
    people,
)
from mujaz.text.normalize.endings import Case, accusative_of, dual_of, inflected, plural_genitive
from mujaz.text.normalize.numbers import Form, Gender, cardinal, digits
from mujaz.text.normalize.words import is_a, spoken


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun that follows a number, with the forms that cannot be derived.

    Attributes:
        singular, plural: Its forms; the dual and the accusative are derived.
        adjective: In agreement with the singular. A phrase that begins with «في» is not
            inflected (كيلومتر في الساعة).
    """

    singular: str
    plural: str
    gender: Gender
    adjective: str = ""

    def dual(self, case: Case) -> str:
        """Return the dual; a loan word that ends in و has none and keeps its number."""
        if self.singular.endswith("و"):
            return f"{cardinal(2, Form(Gender.MASCULINE, case))} {self.singular}"
        return dual_of(self.singular, case)

    def accusative(self) -> str:
        """Return the accusative singular, which follows 11 to 99 (tamyiz)."""
        return accusative_of(self.singular)


def counted(number: int, noun: Noun, case: Case) -> str:
    """Spell out a number with its noun; 1 and 2 are expressed by the noun itself."""
    if number == 1:
        return f"{one_of(noun, case)} {cardinal(1, Form(noun.gender, case))}"
    if number == 2:
        return " ".join(filter(None, [noun.dual(case), _dual_adjective(noun.adjective, case)]))
    below = number % 100
    said = cardinal(number, Form(noun.gender, case, construct=True))
    if 3 <= below <= 10:
        adjective = _agreeing(_plural_adjective(noun.adjective), Case.GENITIVE)
        thing = plural_genitive(noun.plural)
    elif 11 <= below <= 99:
        adjective = _agreeing(noun.adjective, Case.ACCUSATIVE)
        thing = noun.accusative()
    else:
        return f"{said} {one_of(noun, Case.GENITIVE)}"
    return " ".join(filter(None, [said, thing, adjective]))


def one_of(noun: Noun, case: Case) -> str:
    """Return the indefinite singular of a noun with its adjective."""
    thing = inflected(noun.singular, case)
    return " ".join(filter(None, [thing, _agreeing(noun.adjective, case)]))


def _agreeing(adjective: str, case: Case) -> str:
    return adjective if not adjective or _invariable(adjective) else inflected(adjective, case)


def decimal(whole: str, fraction: str, form: Form) -> str:
    """Spell out a decimal: the integer, «فاصلة», then the digits with their leading zeros."""
    rest = fraction.lstrip("0")
    said = [cardinal(0)] * (len(fraction) - len(rest))
    if rest:
        said.append(cardinal(int(rest)) if len(rest) <= 3 else digits(rest))
    return f"{cardinal(int(whole), form)} {spoken('point')} {' '.join(said) or cardinal(0)}"


def gender_of(word: str) -> Gender:
    """Return the gender of a noun's singular, given the noun in any form."""
    bare = strip_marks(word).removeprefix("ال")
    known, listed = gender_overrides(), nouns().genders
    if letter := known.get(folded(bare)):
        return Gender(letter)
    if _is_feminine_plural(bare):
        return Gender.FEMININE
    if bare.endswith(("ون", "ين")) and is_singular(bare[:-2]):
        return Gender.MASCULINE
    for candidate in _candidates(bare):
        key = folded(candidate)
        letter = known.get(key) or listed.get(key)
        if letter:
            return Gender(letter)
    return Gender.FEMININE if bare.endswith(("ة", "اء", "ات")) else Gender.MASCULINE


def _is_feminine_plural(word: str) -> bool:
    """Tell whether a plural in ـات is of women or of an adjective: ناجيات، ذهبيات، عاملات."""
    stem = word.removesuffix("ات")
    return stem != word and (stem.endswith("ي") or folded(stem) in participles())


def _candidates(word: str) -> list[str]:
    """List the word and the singulars that it may be the sound plural, dual or tamyiz of."""
    out = [word]
    if word.endswith("ات") and len(word) > 4:
        out += [word[:-2] + "ة", word[:-2]]
    if word.endswith(("ون", "ين", "ان")) and len(word) > 4:
        out.append(word[:-2])
    if word.endswith(("تان", "تين")) and len(word) > 5:
        out.append(word[:-3] + "ة")
    if word.endswith("ا") and len(word) > 3:
        out.append(word[:-1])
    return out


def is_person(word: str) -> bool:
    """Tell whether a bare noun, singular, tamyiz or broken plural, means people: لاعب، خبراء."""
    key = folded(word)
    stem = key.removesuffix("ا")
    broken = nouns().singulars.get(key)
    forms = {key, stem, folded(broken) if broken else key}
    return is_a(word, "person") or is_a(stem, "person") or not forms.isdisjoint(people())


def counted_singular(word: str) -> bool:
    """Tell whether ``noun_gender.tsv`` lists a bare word as a singular."""
    return folded(word) in counted_singulars()


def is_singular(word: str) -> bool:
    """Tell whether a bare indefinite word is listed as a singular noun."""
    key = folded(word)
    if key in counted_singulars():
        return True
    return key in nouns().genders and key not in nouns().singulars and not word.endswith("ات")


@cache
def currency_plurals() -> Mapping[str, str]:
    """Map the singular of a currency or its subunit to the plural."""
    table = rows("currencies.tsv")
    parts = {row["subunit"]: row["subunit_plural"] for row in table if row["subunit"]}
    return {**parts, **{row["singular"]: row["plural"] for row in table}}


def singular_of(word: str) -> str | None:
    """Return the singular of a plural, by the dictionary or its ending; None if it is none."""
    found = nouns().singulars.get(folded(word))
    if found is not None:
        return found
    # نبات has the ending but is no plural.
    short = len(word) == 4 and folded(word) not in nouns().genders
    if word.endswith("ات") and (len(word) > 4 or short):
        bare = word[:-2]
        return bare if gender_of(word) is Gender.MASCULINE else bare + "ة"
    if word.endswith(("ون", "ين")) and len(word) > 4 and is_singular(word[:-2]):
        return word[:-2]
    return None


def _invariable(adjective: str) -> bool:
    adverb = adjective.endswith(ALIF) or " " in adjective
    return adverb or is_a(adjective, "uninflected")


def _dual_adjective(adjective: str, case: Case) -> str:
    if not adjective or _invariable(adjective):
        return adjective
    return dual_of(adjective, case)


def _plural_adjective(adjective: str) -> str:
    """Return the feminine singular, with which plurals of things agree: دنانير أردنية."""
    if not adjective or _invariable(adjective) or adjective.endswith("ة"):
        return adjective
    return adjective + "ة"
