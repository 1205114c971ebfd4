"""Decide the case of a number from its clause.

The rules, the first that fits (W. Wright vol. II §§ 21-35 subject and object, 36 inna, 41 kana,
44 adverbial accusative, 127 fronted predicate; K. Ryding ch. 15 and 29):

1. Behind a preposition or construct noun: genitive. Behind inna: accusative.
2. A verb that has its subject: accusative (object, measure or duration). The subject stands
   between verb and number, before the verb, is the noun of a relative clause, or is a pronoun
   inside the phrase that follows («يحمل على متنه 40 راكبا»).
3. But the noun between is the object, and the number the subject, if the verb is one of visiting
   or attacking and the counted noun comes or strikes, or if the verb is masculine and the noun
   feminine. A verb with a pronoun as its object («أصابته 3 رصاصات») has its counted subject next.
4. A verb without a subject: nominative if it takes no object or is passive in the news
   (``subject`` in ``governors.tsv``), or if people are counted; else accusative. Phrases and a
   relative clause may stand between («قتل في هجوم استهدف حافلة 12 راكبا»).
5. A masdar with its subject («إطلاق الجيش 3 صواريخ»): accusative.
6. Without a verb: nominative as predicate, or as subject behind a place; else genitive.
"""

from __future__ import annotations

from mujaz.arabic.letters import ALIF, TEH_MARBUTA, WAW
from mujaz.text.normalize.clause import Clause, Counted, is_complete, lacks_subject
from mujaz.text.normalize.dictionary import folded, nouns, verb_stem, verbs
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.government import (
    ends_in_pronoun,
    governs,
    is_adverbial,
    is_definite,
    is_feminine,
    is_imperfect,
    is_joined,
    is_transitive_masdar,
    is_verb,
    opens_noun,
    opens_phrase,
    prefixed_noun,
    says_we,
    shows_feminine,
    takes_no_object,
    takes_object,
    without_pronoun,
)
from mujaz.text.normalize.nouns import gender_of, is_person, is_singular, singular_of
from mujaz.text.normalize.numbers import Gender
from mujaz.text.normalize.verb_case import (
    case_behind_verb,
    is_active,
    is_actor,
    is_manner,
    is_told_passive,
    measures,
    second_verb,
)
from mujaz.text.normalize.words import is_a

# A clause that is but a place before its counted subject has at most this many words.
_PLACE_WORDS = 4
# The subject of a masdar has at most this many words.
_MASDAR_SUBJECT_WORDS = 3
# A preposition and its noun, and with a second noun in idafa.
_PHRASE_WORDS = 2
_LONGEST_PHRASE = 3
_NOMINATIVE = WAW + "ن"
_FEMININE_ENDINGS = (TEH_MARBUTA, ALIF + "ت")


def case_of(clause: Clause, counted: Counted) -> Case:
    """Return the case of a number behind a clause."""
    words = clause.words
    if not words:
        return Case.ACCUSATIVE
    decided = _by_last_word(clause, counted)
    if decided is not None:
        return decided
    place = _last_verb(words, counted)
    if place is not None and _begins_story(words, place):
        return Case.NOMINATIVE
    if place is not None and place == len(words) - 1:
        decided = _by_adjacent_verb(clause, place, counted)
        if decided is not None:
            return decided
    if _second_clause(words) or _attributed(words):
        return Case.NOMINATIVE
    if counted.times or _masdar_with_subject(clause, counted):
        return Case.ACCUSATIVE
    if place is None:
        return _nominal(clause, counted)
    if place > 1 and place == len(words) - 1:
        decided = second_verb(words, counted)
        if decided is not None:
            return decided
    verb, rest = words[place], words[place + 1 :]
    if _knows_subject(clause, place) and (not rest or is_adverbial(rest[0])):
        # A pronoun behind the verb stands for the noun before it: الهجوم الذي قتل فيه 30.
        resumed = any(map(ends_in_pronoun, rest))
        return Case.NOMINATIVE if resumed and takes_no_object(verb) else Case.ACCUSATIVE
    if clause.initial and not place and is_told_passive(verb, rest, counted):
        return Case.NOMINATIVE
    return case_behind_verb(verb, rest, counted)


def _by_last_word(clause: Clause, counted: Counted) -> Case | None:
    """Return the case that the last word before the number demands, whatever the clause."""
    words = clause.words
    last = words[-1]
    if is_a(last, "penalty") and counted.spans:
        return Case.ACCUSATIVE  # حكم عليه بالسجن 10 سنوات
    if counted.part and clause.initial and len(words) == 1 and verb_stem(last) is not None:
        return Case.NOMINATIVE  # «نقل 30 منهم»: alone, a word that is verb and noun is a verb
    if len(words) > 1 and governs(words[-2], "done") and not is_definite(last):
        return Case.GENITIVE  # تم حجز 1380 وحدة
    if _is_verb_after_all(clause, counted):
        return Case.NOMINATIVE
    if _acts_on_number(words, counted):
        return Case.GENITIVE  # نجحت في انتشال 12 جثة
    rescue = governs(last, "masdar") and len(words) > 1 and is_a(words[-2], "rescuer")
    if governs(last, "oblique") and not rescue and not (counted.noun and is_a(last, "year")):
        return Case.GENITIVE  # but «على متن سفينة إنقاذ 62 مهاجرا»
    if governs(last, "pronoun"):
        return Case.NOMINATIVE  # وهي 47 درجة
    if governs(last, "fronted") and len(words) > 1 and is_active(words[-2]):
        return Case.ACCUSATIVE  # «ألقى خلالها 12 محاضرة»
    if governs(last, "fronted"):
        return Case.ACCUSATIVE if clause.opener and len(words) == 1 else Case.NOMINATIVE
    return Case.ACCUSATIVE if says_we(last) else None


def _is_verb_after_all(clause: Clause, counted: Counted) -> bool:
    """Tell a word that is a masdar too as a verb: «خطف 12 مسلحا الطائرة», «وبعد الحادث نقل 12»."""
    words = clause.words
    last = words[-1]
    if not clause.initial or not counted.people or not governs(last, "masdar"):
        return False
    if len(words) == 1:
        return counted.acts and verb_stem(last) is not None
    behind_phrase = len(words) == _LONGEST_PHRASE and opens_phrase(words[0].removeprefix(WAW))
    return behind_phrase and is_definite(words[1]) and governs(last, "subject")


def _by_adjacent_verb(clause: Clause, place: int, counted: Counted) -> Case | None:
    """Return the case of a number right behind a verb that shows it by what is counted."""
    verb = clause.words[-1]
    if not place and clause.initial and counted.people and counted.owns:
        # «قدم 12 عضوا استقالتهم»: the object follows
        return Case.ACCUSATIVE if is_feminine(verb) and not counted.feminine else Case.NOMINATIVE
    if counted.part and takes_no_object(verb) and not is_joined(verb):
        return Case.NOMINATIVE  # «20 رحلة ألغيت 12 منها»
    if not place and is_actor(verb, counted):
        return Case.NOMINATIVE
    if takes_object(verb) and shows_feminine(verb) and _is_masculine(counted.noun):
        return Case.ACCUSATIVE  # «بعد أن قتلت 12 شخصا»: it does not agree
    object_follows = measures(verb, counted) and not governs(verb, "recorded")
    return Case.ACCUSATIVE if object_follows else None


def _is_masculine(noun: str) -> bool:
    """Tell the masculine singular of a counted noun; a broken plural may have a feminine verb."""
    if not noun or gender_of(noun) is not Gender.MASCULINE:
        return False
    return noun.endswith(ALIF) or (is_singular(noun) and singular_of(noun) is None)


def _begins_story(words: tuple[str, ...], place: int) -> bool:
    """Tell a verb that waits for its subject behind a clause: «قتل في هجوم استهدف حافلة 12»."""
    if place < _LONGEST_PHRASE - 1 or is_joined(words[place]):
        return False
    return lacks_subject(words[:place]) and is_complete(words[place:])


def _knows_subject(clause: Clause, place: int) -> bool:
    """Tell whether the subject of the verb at a place stands before it."""
    words = clause.words
    verb = words[place]
    if governs(verb, "being"):
        return False
    if clause.relative and place == 0:
        return bool(takes_object(verb))
    if not place or is_adverbial(words[0]) or governs(words[0], "oblique"):
        return False
    if is_joined(verb):
        return False
    if any(
        is_verb(word, first=not index) and not governs(word, "being")
        for index, word in enumerate(words[:place])
    ):
        return False
    return is_feminine(verb) or not words[0].endswith(_FEMININE_ENDINGS)


def _acts_on_number(words: tuple[str, ...], counted: Counted) -> bool:
    """Tell a masdar behind a preposition whose object is the number: «في اعتراض 12 طائرة».

    People may also be what a verb before it counts: «قتل في تفجير 12 شخصا».
    """
    if len(words) < _PHRASE_WORDS or not counted.noun:
        return False
    if not opens_noun(words[-2]) and not governs(words[-2], "oblique"):
        return False
    return is_transitive_masdar(words[-1]) and not (counted.people and lacks_subject(words))


def _attributed(words: tuple[str, ...]) -> bool:
    """Tell whether a number is the predicate of a relative clause: «غرامة قدرها 250 يورو»."""
    if len(words) < 2 or not ends_in_pronoun(words[-1]) or is_adverbial(words[-1]):
        return False
    noun = words[-2]
    apart = without_pronoun(words[-1].removeprefix(WAW))
    if words[-1].startswith(WAW) and apart is not None and not governs(apart, "masdar"):
        # «بيعت الأرض ومساحتها 1500م²»: a clause of its own.
        return (
            folded(apart) in nouns().genders or folded(apart[:-1]) + TEH_MARBUTA in nouns().genders
        )
    known = folded(noun) in nouns().genders or noun.endswith((TEH_MARBUTA, ALIF))
    if opens_phrase(noun) or is_definite(noun):
        return False
    return known and not is_verb(noun, first=len(words) == 2)


def _second_clause(words: tuple[str, ...]) -> bool:
    """Tell whether a number is the subject of a nominal clause: «... وعلى متنها 312 مسافرا»."""
    if len(words) < 2 or not words[-2].startswith("و"):
        return False
    return governs(words[-2][1:], "place") and ends_in_pronoun(words[-1])


def _masdar_with_subject(clause: Clause, counted: Counted) -> bool:
    """Tell a masdar whose subject follows, so that the number is its object: إطلاق الجيش 3."""
    words = clause.words
    for index in range(len(words) - 1, max(len(words) - 2 - _MASDAR_SUBJECT_WORDS, -1), -1):
        word, rest = words[index], words[index + 1 :]
        if any(is_adverbial(other) or is_verb(other) for other in rest):
            return False
        if governs(word, "masdar"):
            # «إن إنتاج الحقل 100 ألف»: the subject of a sentence, the number its predicate.
            whole = bool(clause.opener) and not index
            if clause.initial and not index and counted.people and governs(word, "visit"):
                return False  # «تسلم الجائزة 12 طالبا»
            named = (
                is_definite(rest[0]) or (len(rest) > 1 and bool(counted.noun)) if rest else False
            )
            return named and not whole
        if not rest and index and (owner := without_pronoun(word)) is not None:
            return governs(owner, "masdar") and not governs(owner, "noun")
    return False


def _heads_idafa(words: tuple[str, ...]) -> bool:
    """Tell whether a noun without article stands before the number: «توقع هطول 30 ملم»."""
    word = words[-1]
    if prefixed_noun(word):
        return True
    if len(words) > 1 and opens_phrase(words[-2]):
        return False  # «الصغرى في عمان 12 درجة»
    if is_definite(word) or word.endswith("ا") or is_a(word, "mansname"):
        return False
    stem = verb_stem(word)
    acts = stem is not None and (len(words) == 1 or not takes_object(word))
    return (is_singular(word) or folded(word) in nouns().genders) and not acts


def _nominal(clause: Clause, counted: Counted) -> Case:
    """Return the case in a clause without a verb: وزنه 70 كغم، على متنها 22 راكبا."""
    words = clause.words
    if governs(words[0], "each") and counted.noun:
        return Case.NOMINATIVE
    if _heads_idafa(words):
        return Case.GENITIVE
    if not is_adverbial(words[0]):
        return Case.NOMINATIVE
    # «على متنها 22 راكبا» is a sentence with its predicate first; «بعد مسيرة 22 عاما» is none.
    placed = governs(words[0], "place") and ends_in_pronoun(words[-1]) and len(words) > 1
    if placed or _is_place(clause, counted):
        return Case.ACCUSATIVE if clause.opener else Case.NOMINATIVE
    return Case.GENITIVE


def _is_place(clause: Clause, counted: Counted) -> bool:
    """Tell a place or owner as predicate: «في القاعة 30 مقعدا», «للجامعة 5 فروع»."""
    words = clause.words
    if not (clause.initial or clause.opener) or not counted.noun or len(words) > _PLACE_WORDS:
        return False
    if words[0].startswith("لل"):
        return True
    place = governs(words[0], "place") and len(words) > 1
    if not place or (len(words) == _PHRASE_WORDS and governs(words[0], "from")):
        return False
    return is_definite(words[-1])


def _last_verb(words: tuple[str, ...], counted: Counted) -> int | None:
    for index in range(len(words) - 1, -1, -1):
        # في ظل، عبر مطار
        noun = index > 0 and (
            opens_noun(words[index - 1])
            or opens_phrase(words[index])
            or governs(words[index - 1], "named")  # معبر كرم أبو سالم
        )
        far = index < len(words) - 1 and governs(words[index], "measuring")  # غرق قارب قبالة
        if not noun and not far and is_verb(words[index], first=index == 0):
            return index
    if _acts(words):
        return len(words) - 1
    return 0 if _begins_with_verb(words, counted) else None


def _begins_with_verb(words: tuple[str, ...], counted: Counted) -> bool:
    """Tell a first word that is a verb and a noun, as a verb: «شرب 2 لتر», «عاش في المنفى 20»."""
    word = words[0]
    if not word or governs(word, "noun") or governs(word, "masdar"):
        return False
    if opens_phrase(word):
        return False
    shape = len(words) > 1 and is_imperfect(word) and word[1:] in verbs()
    if verb_stem(word) is None and not shape:
        return False
    if len(words) == 1 or is_adverbial(words[1]):
        return len(words) == 1 or bool(counted.noun)
    if not is_definite(words[1]):
        return counted.people and is_manner(words[1])
    noun = words[1]
    subject = noun.endswith(_NOMINATIVE) or is_person(noun[2:]) or is_a(noun, "institution")
    return shape or subject or counted.spans or governs(word, "attack")


def _acts(words: tuple[str, ...]) -> bool:
    """Tell an imperfect that looks like a noun behind its subject: «الشركة توظف 300»."""
    if len(words) < _PHRASE_WORDS or is_adverbial(words[0]):
        return False
    verb, noun = words[-1], words[-2]
    if not is_imperfect(verb) or verb[1:] not in verbs():
        return False
    if is_definite(noun):
        return noun.endswith(TEH_MARBUTA)
    if governs(verb, "noun") or governs(verb, "masdar"):
        return False
    if len(words) == _PHRASE_WORDS:
        return folded(noun) not in nouns().genders  # إسرائيل تقصف
    return (
        len(words) == _LONGEST_PHRASE
        and words[0].endswith(TEH_MARBUTA) == noun.endswith(TEH_MARBUTA)
        and is_singular(words[0])
        and verb.startswith("ت") == noun.endswith(TEH_MARBUTA)
    )
