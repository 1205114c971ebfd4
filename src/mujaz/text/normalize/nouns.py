"""Find the gender of a counted noun and inflect it for its number.

Gender belongs to the noun's singular. A noun in the text keeps its form if the number can take
it; the dual for «2» and the nouns of signs ($, km) are built here.
"""

from __future__ import annotations

from dataclasses import dataclass

from mujaz.arabic.marks import strip_marks
from mujaz.text.normalize.dictionary import (
    counted_singulars,
    folded,
    gender_overrides,
    nouns,
    participles,
    people,
)
from mujaz.text.normalize.numbers import Case, Form, Gender, cardinal, digits
from mujaz.text.normalize.words import is_a, spoken, words

# Endings that take no alif in the accusative: ta marbuta, hamza after alif, alif.
_NO_ALIF = ("ة", "اء", "ى", "ا", "و")
_IN = "في "


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


def dual_of(singular: str, case: Case) -> str:
    """Return the dual of a singular: مدينة -> مدينتان، مدينتين; مستشفى -> مستشفيان."""
    if singular.endswith("ة"):
        stem = singular[:-1] + "ت"
    elif singular.endswith("ى"):
        stem = singular[:-1] + "ي"
    else:
        stem = singular
    return stem + ("ان" if case is Case.NOMINATIVE else "ين")


def accusative_of(singular: str) -> str:
    """Return a bare indefinite singular as tamyiz: شخصا، but سيارة، يورو."""
    uninflected = singular.endswith((*_NO_ALIF, *words("uninflected")))
    return singular if uninflected else singular + "ا"


def counted(number: int, noun: Noun, case: Case) -> str:
    """Spell out a number with its noun; 1 and 2 are expressed by the noun itself."""
    form = Form(noun.gender, case, construct=True)
    adjective = noun.adjective
    if number == 1:
        one = cardinal(1, Form(noun.gender))
        return " ".join(filter(None, [noun.singular, adjective, one]))
    if number == 2:
        return " ".join(filter(None, [noun.dual(case), _dual_adjective(adjective, case)]))
    below = number % 100
    said = cardinal(number, form)
    if 3 <= below <= 10:
        thing, adjective = noun.plural, _plural_adjective(adjective)
    elif 11 <= below <= 99:
        thing = noun.accusative()
        if adjective and not _invariable(adjective) and not adjective.endswith("ة"):
            adjective += "ا"
    else:
        thing = noun.singular
    return " ".join(filter(None, [said, thing, adjective]))


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
    """Tell whether a bare noun, singular or tamyiz, has a plural in ـون: لاعب، موظفا."""
    key = folded(word)
    return key in people() or (key.endswith("ا") and key[:-1] in people())


def counted_singular(word: str) -> bool:
    """Tell whether ``noun_gender.tsv`` lists a bare word as a singular."""
    return folded(word) in counted_singulars()


def is_singular(word: str) -> bool:
    """Tell whether a bare indefinite word is listed as a singular noun."""
    key = folded(word)
    if key in counted_singulars():
        return True
    return key in nouns().genders and key not in nouns().singulars and not word.endswith("ات")


def singular_of(word: str) -> str | None:
    """Return the singular of a plural, by the dictionary or its ending; None if it is none."""
    found = nouns().singulars.get(folded(word))
    if found is not None:
        return found
    if word.endswith("ات") and len(word) > 4:
        bare = word[:-2]
        return bare if gender_of(word) is Gender.MASCULINE else bare + "ة"
    if word.endswith(("ون", "ين")) and len(word) > 4 and is_singular(word[:-2]):
        return word[:-2]
    return None


def _invariable(adjective: str) -> bool:
    return adjective.startswith(_IN) or is_a(adjective, "uninflected")


def _dual_adjective(adjective: str, case: Case) -> str:
    if not adjective or _invariable(adjective):
        return adjective
    return dual_of(adjective, case)


def _plural_adjective(adjective: str) -> str:
    """Return the feminine singular, with which plurals of things agree: دنانير أردنية."""
    if not adjective or _invariable(adjective) or adjective.endswith("ة"):
        return adjective
    return adjective + "ة"
