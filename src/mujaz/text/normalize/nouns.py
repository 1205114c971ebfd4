"""Gender of counted nouns, their forms after a number, and a number with its noun.

Gender belongs to the noun's singular. A noun in the text keeps its form where that is one that
the number can take; the dual of «2» and the nouns of signs ($, km) are made here.
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

# Endings that take no alif in the accusative: ta marbuta, hamza after alif, alif, and loan
# words that are not inflected (بايت، واط are said without tanwin).
_NO_ALIF = ("ة", "اء", "ى", "ا", "و", "بايت", "بت", "واط", "يورو", "هيرتز", "هرتز", "سلسيوس")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun that follows a number.

    Attributes:
        adjective: Agrees with the singular; given in its own gender. A phrase that begins with
            «في» is no adjective and stays as it is (كيلومتر في الساعة).
    """

    singular: str
    plural: str
    gender: Gender
    adjective: str = ""

    def dual(self, case: Case) -> str:
        """Two of it; a loan word that ends in و cannot take the dual and keeps its number."""
        if self.singular.endswith("و"):
            return ("اثنان " if case is Case.NOMINATIVE else "اثنين ") + self.singular
        return dual_of(self.singular, case)

    def accusative(self) -> str:
        """The singular after 11 to 99 (tamyiz)."""
        return accusative_of(self.singular)


def dual_of(singular: str, case: Case) -> str:
    """The dual of a singular: مدينة -> مدينتان، مدينتين; مستشفى -> مستشفيان."""
    if singular.endswith("ة"):
        stem = singular[:-1] + "ت"
    elif singular.endswith("ى"):
        stem = singular[:-1] + "ي"
    else:
        stem = singular
    return stem + ("ان" if case is Case.NOMINATIVE else "ين")


def accusative_of(singular: str) -> str:
    """A bare indefinite singular as tamyiz: شخصا، but سيارة، يورو."""
    return singular if singular.endswith(_NO_ALIF) else singular + "ا"


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
    words = cardinal(number, form)
    if 3 <= below <= 10:
        thing, adjective = noun.plural, _plural_adjective(adjective)
    elif 11 <= below <= 99:
        thing = noun.accusative()
        if adjective and not _invariable(adjective) and not adjective.endswith("ة"):
            adjective += "ا"
    else:
        thing = noun.singular
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
    """Whether a plural in ـات is of people or adjectives: ناجيات، ذهبيات، عاملات."""
    stem = word.removesuffix("ات")
    return stem != word and (stem.endswith("ي") or folded(stem) in participles())


def _candidates(word: str) -> list[str]:
    """The word itself, then the singulars that it may be the sound plural or tamyiz of."""
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
    """Whether a bare noun, singular or tamyiz, is one whose plural is in ـون: لاعب، موظفا."""
    key = folded(word)
    return key in people() or (key.endswith("ا") and key[:-1] in people())


def counted_singular(word: str) -> bool:
    """Whether our own table lists a bare word as a singular that is commonly counted."""
    return folded(word) in counted_singulars()


def is_singular(word: str) -> bool:
    """Whether the dictionary lists a bare indefinite word as a singular noun."""
    key = folded(word)
    if key in counted_singulars():
        return True
    return key in nouns().genders and key not in nouns().singulars and not word.endswith("ات")


def singular_of(word: str) -> str | None:
    """The singular of a plural that the dictionary or its ending shows; None if it is none."""
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
    return adjective.startswith("في ") or adjective.endswith(("يت", "وس"))


def _dual_adjective(adjective: str, case: Case) -> str:
    if not adjective or _invariable(adjective):
        return adjective
    return dual_of(adjective, case)


def _plural_adjective(adjective: str) -> str:
    """Plurals of things take a feminine singular adjective: دنانير أردنية."""
    if not adjective or _invariable(adjective) or adjective.endswith("ة"):
        return adjective
    return adjective + "ة"
