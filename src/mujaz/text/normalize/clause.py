"""The clause before a number, and the noun that the number counts."""

from __future__ import annotations

from dataclasses import dataclass

from mujaz.text.normalize.dictionary import verb_stem
from mujaz.text.normalize.government import (
    begins_phrase,
    ends_in_pronoun,
    governs,
    is_definite,
    is_verb,
    takes_no_object,
    verb_of_object,
)
from mujaz.text.normalize.nouns import gender_of, is_person
from mujaz.text.normalize.numbers import Gender
from mujaz.text.normalize.words import is_a

# A verb and a noun or phrase; a verb with a preposition and its noun.
_FEWEST_WORDS = 2
_VERB_AND_PHRASE = 3


@dataclass(frozen=True, slots=True)
class Clause:
    """The clause before a number.

    Attributes:
        words: Bare words of the clause before the number.
        opener: Particle of the inna family that opens it, or an empty string.
        relative: Whether a pronoun opens it that is the subject: الذي، أنه.
        initial: Whether it begins the sentence.
    """

    words: tuple[str, ...]
    opener: str = ""
    relative: bool = False
    initial: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """The counted noun behind a number.

    Attributes:
        noun: Bare, or an empty string if none follows.
        spans: Whether it is a unit of time: the number may be a duration.
        part: Whether the number is part of a whole: «30 منهم», «30 من الناجين».
        owns: Whether something of theirs follows: «12 عضوا استقالتهم».
        acts: Whether the object of what they do follows: «12 مسيرة المطار».
    """

    noun: str = ""
    spans: bool = False
    part: bool = False
    owns: bool = False
    acts: bool = False

    @property
    def people(self) -> bool:
        """Whether people are counted."""
        return bool(self.noun) and is_person(self.noun)

    @property
    def organizes(self) -> bool:
        """Whether bodies are counted that act like people: منظمات، دول، شركات."""
        return is_a(self.noun, "organization")

    @property
    def feminine(self) -> bool:
        """Whether the singular of the counted noun is feminine."""
        return bool(self.noun) and gender_of(self.noun) is Gender.FEMININE

    @property
    def times(self) -> bool:
        """Whether times are counted: «3 مرات»."""
        return is_a(self.noun, "times")

    @property
    def strikes(self) -> bool:
        """Whether it is something that hits: صواريخ، غارات، هزات."""
        return is_a(self.noun, "striker")


def clause_of(before: list[str], *, initial: bool) -> Clause:
    """Return the innermost clause: the words after the last particle that opens one."""
    for index in range(len(before) - 1, -1, -1):
        word, behind = before[index], tuple(before[index + 1 :])
        if governs(word, "inna"):
            return Clause(behind, word)
        if not behind or not governs(word, "opener"):
            continue
        if governs(word, "subject") and not is_verb(behind[0]):
            continue  # «فقد إثر غرق قارب»: lost, not the particle
        if governs(word, "aspect") and index > 1 and is_definite(before[index - 1]):
            continue  # «كان الجيش قد أسر 32 جنديا»: the subject stands before the particle
        if governs(word, "relative") and is_complete(behind):
            outer = clause_of(before[:index], initial=initial)
            if lacks_subject(outer.words):
                return outer  # «شارك في المؤتمر الذي عقد في عمان 200 باحث»
        named = governs(word, "relative") or ends_in_pronoun(word)
        return Clause(behind, relative=named)
    return Clause(tuple(before), initial=initial)


def lacks_subject(words: tuple[str, ...]) -> bool:
    """Tell a clause of a verb without object and a phrase: «شارك في المؤتمر»."""
    if len(words) < _VERB_AND_PHRASE or not is_verb(words[0], first=True):
        return False
    if any(is_verb(word) for word in words[1:]):
        return False
    return takes_no_object(words[0]) and begins_phrase(words[1])


def is_complete(words: tuple[str, ...]) -> bool:
    """Tell a relative clause that needs no noun: «عقد في عمان», «نظمته الوزارة»."""
    if len(words) < _FEWEST_WORDS:
        return False
    if not is_verb(words[0], first=True) and verb_stem(words[0]) is None:
        return False
    verb, rest = words[0], words[1:]
    if verb_of_object(verb) is not None:
        return True
    if any(map(ends_in_pronoun, rest)):
        return False
    return takes_no_object(verb) or not begins_phrase(rest[0])
