"""Decide the case of a number behind a verb: its subject, or its object, measure or duration.

The rules are those that :mod:`mujaz.text.normalize.clause_case` lists as 2 to 4.
"""

from __future__ import annotations

from mujaz.arabic.letters import ALIF, ALIF_MAKSURA, TEH_MARBUTA, WAW
from mujaz.text.normalize.clause import Counted
from mujaz.text.normalize.dictionary import folded, nouns, verb_stem
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.government import (
    begins_phrase,
    ends_in_pronoun,
    governs,
    is_adverbial,
    is_definite,
    is_feminine,
    is_imperfect,
    is_joined,
    is_passive,
    is_verb,
    opens_phrase,
    prefixed_noun,
    shows_feminine,
    takes_no_object,
    takes_object,
    verb_of_object,
)
from mujaz.text.normalize.nouns import gender_of, is_person, is_singular
from mujaz.text.normalize.numbers import Gender
from mujaz.text.normalize.words import is_a

# A preposition and its noun, and a second noun in idafa.
_LONGEST_PHRASE = 3
_NOMINATIVE = WAW + "ن"
_FEMININES = ALIF + "ت"


def is_told_passive(verb: str, rest: tuple[str, ...], counted: Counted) -> bool:
    """Tell a masculine verb before a phrase that begins a sentence: «أدرج على لائحة 22 اسما».

    With no noun that could be its subject it is passive, and the number its subject.
    """
    if not rest or not _placed(rest[0]) or any(map(ends_in_pronoun, rest)):
        return False
    if prefixed_noun(rest[-1]):
        return False
    listed = governs(verb, "object") or governs(verb, "being") or is_imperfect(verb)
    if listed or is_joined(verb) or verb.endswith((ALIF_MAKSURA, "ت", WAW + ALIF)):
        return False
    return bool(counted.noun) and not counted.spans and not counted.times


def is_actor(verb: str, counted: Counted) -> bool:
    """Tell a verb right before those who act: «تلقى 22 طالبا منحا», «دعا 12 حزبا إلى»."""
    if counted.people and governs(verb, "getting"):
        return True
    agrees = shows_feminine(verb) == counted.feminine
    if governs(verb, "calling") and agrees and (counted.people or counted.organizes):
        return True
    # «استهدفت 12 مسيرة المطار»: the object follows.
    return counted.acts and agrees and is_joined(verb) is False and bool(takes_object(verb))


def is_active(verb: str) -> bool:
    """Tell a past in ى, which is no passive, of a verb with an object: ألقى."""
    return verb.endswith(ALIF_MAKSURA) and bool(takes_object(verb)) and not opens_phrase(verb)


def measures(verb: str, counted: Counted) -> bool:
    """Tell a verb with an object or measure behind: not «هبطت 22 طائرة», whose subject it is."""
    if governs(verb, "losing") and counted.noun:
        return not counted.people  # «فقد 12 كيلوغراما», but «فقد 12 بحارا»
    if not governs(verb, "object"):
        return False
    return not governs(verb, "moving") or not counted.noun or is_a(counted.noun, "measure")


def second_verb(words: tuple[str, ...], counted: Counted) -> Case | None:
    """Return the case behind a verb joined by و to one with its subject; None if unknown.

    «اعترضت الدفاعات ودمرت 32 مسيرة», «زلزال يضرب الفلبين ويقتل 22 شخصا».
    """
    verb, first = words[-1], words[0]
    stem = verb_stem(verb)
    if not is_joined(verb) or stem is None:
        return None
    if not _is_first_verb(words):
        return Case.ACCUSATIVE if _goes_on(words) else None
    if is_adverbial(words[1]):
        return None
    person = not takes_no_object(first) and not words[1].endswith((_NOMINATIVE, _FEMININES))
    if counted.part and person and is_feminine(verb) == is_feminine(first) and takes_object(verb):
        return Case.ACCUSATIVE  # «فتح مسلح النار على المصلين وقتل 12 منهم»
    if counted.part and takes_no_object(first) and not is_definite(words[1]):
        # «تقدمت 200 شركة وقبلت 92 منها»: a part of what the first verb counts.
        return Case.NOMINATIVE
    if governs(verb, "object"):
        return Case.ACCUSATIVE
    # A feminine verb behind another has the same subject, where «وقتل 20» may be passive.
    feminine = verb.endswith("ت")
    # A masculine one is active where the first has subject and object and no phrase between,
    # or where what is counted is feminine: «ووقع 12 اتفاقية».
    objects = feminine or (len(words) > 3 and not any(map(is_adverbial, words[1:-1])))
    objects = objects or (counted.feminine and not counted.people)
    same = feminine == first.endswith("ت") and objects and takes_object(verb)
    return Case.ACCUSATIVE if same or not takes_no_object(verb) else None


def _is_first_verb(words: tuple[str, ...]) -> bool:
    """Tell a clause that begins with a verb, be it a noun too: «فتح مسلح النار وقتل 12»."""
    if is_verb(words[0], first=True):
        return True
    subject = is_definite(words[1]) or is_person(words[1])
    if any(map(is_verb, words[1:-1])):
        return False  # «فرق الإنقاذ انتشلت 8 جثث ونقلت 12 مصابة»
    return subject and verb_stem(words[0]) is not None and not governs(words[0], "noun")


def _goes_on(words: tuple[str, ...]) -> bool:
    """Tell a joined active verb whose subject begins the clause: «زلزال يضرب الفلبين ويقتل»."""
    verb = words[-1]
    if is_adverbial(words[0]) or governs(words[0], "oblique") or not takes_object(verb):
        return False
    verbs_before = [word for word in words[1:-1] if is_verb(word) and not opens_phrase(word)]
    if not verbs_before or is_passive(verb):
        return False
    return is_feminine(verb) == is_feminine(verbs_before[0])


def case_behind_verb(verb: str, rest: tuple[str, ...], counted: Counted) -> Case:
    """Return the case after a verb: the subject, unless a subject stands between."""
    if rest and prefixed_noun(rest[-1]) and not governs(verb, "being"):
        return Case.GENITIVE  # برصيد 45 نقطة
    fronted = not rest or begins_phrase(rest[0]) or (is_manner(rest[0]) and counted.people)
    if counted.spans and governs(verb, "spending"):
        return Case.ACCUSATIVE  # بقي في السجن 27 سنة، قضى 10 سنوات
    if governs(verb, "being"):
        # كان على متن الطائرة 256 راكبا: the predicate comes first, the number is the subject.
        return Case.NOMINATIVE if fronted else Case.ACCUSATIVE
    if fronted and verb_of_object(verb) is not None:
        return Case.NOMINATIVE  # أصابته 3 رصاصات
    if fronted:
        return _without_subject(verb, rest, counted)
    named = not counted.noun and rest[-1].startswith(("بال", "لل"))
    if named or _owns(rest):
        # بالقرار 1701، سباق 1500 متر: the number belongs to the noun before it.
        return Case.GENITIVE
    if is_a(verb.removeprefix("و"), "reaching"):
        return Case.ACCUSATIVE
    if governs(verb, "visit") and counted.people and not shows_feminine(verb):
        return Case.NOMINATIVE if _is_visited(rest) else Case.ACCUSATIVE
    if any(map(opens_phrase, rest)):
        return Case.ACCUSATIVE
    return Case.NOMINATIVE if _object_first(verb, rest, counted) else Case.ACCUSATIVE


def is_manner(word: str) -> bool:
    """Tell an indefinite accusative, which is no subject: «مات جوعا 3 أطفال»."""
    return word.endswith(ALIF) and not is_definite(word)


def _is_visited(rest: tuple[str, ...]) -> bool:
    """Tell a place or event behind a verb of visiting: «تابع المباراة من المدرجات 22 ألف مشجع»."""
    noun = rest[0]
    if noun.endswith(_NOMINATIVE) or is_a(noun, "institution"):
        return False
    if not is_definite(noun):
        return len(rest) > 1 and is_definite(rest[1])
    return not is_a(noun[2:], "person")


def _object_first(verb: str, rest: tuple[str, ...], counted: Counted) -> bool:
    """Tell whether the noun behind a verb is its object: «حضر الحفل 120 مدعوا»."""
    if governs(verb, "visit"):
        return not counted.spans and not rest[0].endswith(_NOMINATIVE)
    if governs(verb, "attack") and counted.strikes:
        return True
    actor = counted.people or counted.strikes
    noun = rest[0][2:]
    definite = is_definite(rest[0]) and is_singular(noun)
    if definite and counted.feminine and shows_feminine(verb) and takes_no_object(verb):
        # «وصلت القطاع 12 شاحنة»: the noun does not agree with the verb
        return gender_of(noun) is Gender.MASCULINE
    return (
        not is_feminine(verb) and actor and is_definite(rest[0]) and rest[0].endswith(TEH_MARBUTA)
    )


def _without_subject(verb: str, rest: tuple[str, ...], counted: Counted) -> Case:
    """Return the case behind a verb with phrases at most: «وصل 30», «أنتج سنويا 100 سيارة»."""
    placed = bool(rest) and _placed(rest[0]) and not any(map(ends_in_pronoun, rest))
    if counted.noun and governs(verb, "recorded") and (placed or _is_told(verb, rest, counted)):
        return Case.NOMINATIVE  # سجلت في المغرب 3 إصابات
    if measures(verb, counted):
        return Case.ACCUSATIVE
    if counted.spans and placed:
        return Case.ACCUSATIVE  # نام في الكهف 27 سنة
    if takes_no_object(verb) or governs(verb, "moving"):
        return Case.NOMINATIVE
    known = verb_stem(verb) is not None and not governs(verb, "oblique")
    # A pronoun stands for a subject that was named before: يوظف في مصانعه.
    # A past in ى shows that it is active: تلقى.
    open_verb = not verb.endswith(ALIF_MAKSURA)
    acts = not rest or (placed and len(rest) <= _LONGEST_PHRASE and open_verb)
    actors = counted.people or (counted.organizes and is_feminine(verb))
    return Case.NOMINATIVE if known and acts and actors else Case.ACCUSATIVE


def _placed(word: str) -> bool:
    return opens_phrase(word) or prefixed_noun(word)


def _is_told(verb: str, rest: tuple[str, ...], counted: Counted) -> bool:
    """Tell a verb alone before what it agrees with: «أنقذ 30 مهاجرا», «سجلت 20 وفاة»."""
    return not rest and (counted.people or (is_feminine(verb) and counted.feminine))


def _owns(rest: tuple[str, ...]) -> bool:
    """Tell whether the last word is the first half of an idafa with the number: سباق 1500 متر."""
    if len(rest) < 2 or opens_phrase(rest[-2]) or is_a(rest[-2], "mansname"):
        return False
    if prefixed_noun(rest[-2]):
        return False  # بمدينة فاس
    word = rest[-1]
    known = folded(word) in nouns().genders or word.endswith("ة")
    return known and not (is_definite(word) or word.endswith("ا") or is_adverbial(word))
