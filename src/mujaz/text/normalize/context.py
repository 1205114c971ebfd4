"""Find the grammatical case of a number from the words before it.

The clause before the number is parsed by word lists: the particle that opens it, its last
verb, and whether a noun phrase (the verb's subject) or only prepositional phrases and adverbs
stand between the verb and the number. W. Wright vol. II
§§ 21-35 (subject and object), 36 (inna), 41 (kana), 96-112 (numerals); K. Ryding ch. 15.
Default: genitive, whose bare spelling is the commonest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.text.normalize.dictionary import folded, nouns, verb_stem, verbs
from mujaz.text.normalize.nouns import is_person
from mujaz.text.normalize.numbers import Case
from mujaz.text.normalize.words import alternatives, is_a

_WORD = re.compile(f"[{LETTER_RANGES}][{LETTER_RANGES}{MARK_RANGES}]*")
# Words farther back than this do not govern a number.
_REACH_CHARS = 400
_MOST_WORDS = 40
# Numbers joined by و that are followed back to the first: «3 قتلى و5 جرحى و2 ...».
_MOST_LINKS = 4
_LINK_CHARS = 80
# A number in words shares its case with a figure joined to it at most this far behind.
_NEAR_WORDS = 3
_CLAUSE_START = re.compile(r"[.!?؟؛:،,()\[\]«»\"\n]")
_SENTENCE_START = re.compile(r"[.!?؟؛:\n]")
_GENITIVE_PREFIX = frozenset("بلك")
# An imperfect that the dictionary lacks; accepted only at the head of a clause.
_IMPERFECT = re.compile(r"[وف]?س?ي\w{3,}")
_PRONOUN = re.compile(r"(?:ه|ها|هم|هن|هما)$")
_NUMERAL = re.compile(r"(?<![\d.,])\d[\d.,]*(?![\d])")
_SPAN = re.compile(rf"\d+ (?:{alternatives('duration')})")
_COUNTED = re.compile(
    rf"[\d.,]{{1,30}}\s(?:(?:{alternatives('scale')})\s)?([{LETTER_RANGES}{MARK_RANGES}]+)"
)
_PAUSE = re.compile(r"\s[-–—]\s$")
_OR = re.compile(r"\sأو\s$")
_FIGURE_PREFIX = re.compile(rf"(?<![{LETTER_RANGES}])([وفبلك]{{1,2}})[ـ-]?$")


@dataclass(frozen=True, slots=True)
class Clause:
    """The clause before a number.

    Attributes:
        words: Bare words of the clause before the number.
        opener: Particle of the inna family that opens it, or an empty string.
    """

    words: tuple[str, ...]
    opener: str = ""


def words_before(text: str, position: int) -> list[str]:
    """Return the bare words of the clause before a position, in order."""
    return _words_since(text, position, _CLAUSE_START)


def _words_since(text: str, position: int, boundary: re.Pattern[str]) -> list[str]:
    start = max(0, position - _REACH_CHARS)
    for match in boundary.finditer(text, start, position):
        # A comma or point between two digits is part of a numeral, not of the sentence.
        inside = text[match.start() - 1 : match.start()].isdigit() and (
            text[match.end() : match.end() + 1].isdigit()
        )
        if not inside:
            start = match.end()
    words = _WORD.findall(text, start, position)
    return [strip_marks(word) for word in words[-_MOST_WORDS:]]


_FOLLOWING = re.compile(rf"[ \u00a0]*([{LETTER_RANGES}][{LETTER_RANGES}{MARK_RANGES}]*)")


def word_after(text: str, position: int) -> str:
    """Return the bare word next after a position, or an empty string if none follows."""
    match = _FOLLOWING.match(text, position)
    return strip_marks(match[1]) if match else ""


def case_at(text: str, position: int, prefix: str = "", links: int = _MOST_LINKS) -> Case:
    """Return the case of a number.

    Args:
        text: The line.
        position: Start of the number or of its prefix.
        prefix: Letters attached to it (و ب ل ...).
        links: How many numbers joined by و may be followed back.
    """
    if any(letter in _GENITIVE_PREFIX for letter in prefix):
        return Case.GENITIVE
    joined_by_or = not prefix and _OR.search(text, max(0, position - 5), position) is not None
    if (prefix or joined_by_or) and links:
        joined = _coordinated(text, position, links)
        if joined is not None:
            return joined
    if _PAUSE.search(text, max(0, position - 3), position):
        return Case.NOMINATIVE  # «ثلاثة جنود - 2 منهم ضباط»: a clause of its own
    before = words_before(text, position)
    if not before:
        if _starts_line(text, position):
            return Case.NOMINATIVE
        # Nothing since the last comma or bracket: take the words of the whole sentence.
        before = _words_since(text, position, _SENTENCE_START)
        if not before:
            return Case.NOMINATIVE
    clause = _clause(before)
    case = _case_after(clause)
    if len(clause.words) == 1 and not clause.opener and _people_act(text, position, before[-1]):
        return Case.NOMINATIVE
    # «بقي في السجن 27 سنة»: a duration behind a verb and a place is an adverbial accusative.
    spans = case is Case.NOMINATIVE and _SPAN.match(text, position) is not None
    placed = any(_opens_phrase(word) for word in before[1:])
    return Case.ACCUSATIVE if spans and placed and is_verb(before[0], first=True) else case


def _people_act(text: str, position: int, verb: str) -> bool:
    """Tell whether counted people are the subject of the verb before them: «طالب 25 نائبا»."""
    if governs(verb, "object") or governs(verb, "oblique") or verb_stem(verb) is None:
        return False
    counted = _COUNTED.match(text, position)
    return counted is not None and is_person(strip_marks(counted[1]))


def _starts_line(text: str, position: int) -> bool:
    return position < _REACH_CHARS and not text[:position].strip(' «"(•-–—*')


def _coordinated(text: str, position: int, links: int) -> Case | None:
    """Return the case of the number before و, if only nouns stand between: «و22 جريحا»."""
    start = max(0, position - _LINK_CHARS)
    found = list(_NUMERAL.finditer(text, start, position))
    if not found:
        near = words_before(text, position)[-_NEAR_WORDS:]
        oblique = any(is_a(word, "obliquenumber") for word in near)
        return Case.GENITIVE if oblique else None
    last = found[-1]
    between = text[last.end() : position]
    if _SENTENCE_START.search(between):
        return None
    words = [strip_marks(m.group()) for m in _WORD.finditer(between)]
    if len(words) > 5 or any(is_verb(w) or governs(w, "oblique") for w in words[1:]):
        return None
    lead = _FIGURE_PREFIX.search(text, max(0, last.start() - 4), last.start())
    if lead is None:
        return case_at(text, last.start(), links=links - 1)
    return case_at(text, lead.start(), lead[1], links - 1)


def _clause(before: list[str]) -> Clause:
    """Return the innermost clause: the words after the last particle that opens one."""
    for index in range(len(before) - 1, -1, -1):
        word = before[index]
        if governs(word, "inna"):
            return Clause(tuple(before[index + 1 :]), word)
        if index < len(before) - 1 and governs(word, "opener"):
            return Clause(tuple(before[index + 1 :]))
    return Clause(tuple(before))


def _case_after(clause: Clause) -> Case:
    words = clause.words
    if not words:
        return Case.ACCUSATIVE
    last = words[-1]
    if governs(last, "oblique"):
        return Case.GENITIVE
    if governs(last, "fronted"):
        return Case.ACCUSATIVE if clause.opener and len(words) == 1 else Case.NOMINATIVE
    if governs(last, "object"):
        return Case.ACCUSATIVE
    if _second_clause(words) or _attributed(words):
        return Case.NOMINATIVE
    place = _last_verb(words)
    if place is None:
        return _nominal(clause)
    if place == len(words) - 1 and place > 1 and _second_verb(words):
        return Case.ACCUSATIVE
    return _verbal(words[place], words[place + 1 :])


def _second_verb(words: tuple[str, ...]) -> bool:
    """Tell a verb joined by و to one with its subject: «اعترضت الدفاعات ودمرت 32 مسيرة»."""
    verb = words[-1]
    if verb[0] not in "وف" or not is_verb(words[0], first=True) or _is_adverbial(words[1]):
        return False
    stem = verb_stem(verb)
    if stem is None or governs(verb, "object"):
        return stem is not None
    # A feminine verb behind another has the same subject, where «وقتل 20» may be passive.
    feminine = verb.endswith("ت")
    # A masculine one is active where the first has subject and object and no phrase between.
    objects = feminine or (len(words) > 3 and not any(map(_is_adverbial, words[1:-1])))
    same = feminine == words[0].endswith("ت") and objects and verbs()[stem]
    return same or not _takes_no_object(verb)


def _attributed(words: tuple[str, ...]) -> bool:
    """Tell whether a number is the predicate of a relative clause: «غرامة قدرها 250 يورو»."""
    if len(words) < 2 or _PRONOUN.search(words[-1]) is None or _is_adverbial(words[-1]):
        return False
    if words[-1].startswith("ال"):
        return False  # السهم has no pronoun
    noun = words[-2]
    known = folded(noun) in nouns().genders or noun.endswith(("ة", "ا"))
    return known and not noun.startswith("ال") and not is_verb(noun, first=len(words) == 2)


def _second_clause(words: tuple[str, ...]) -> bool:
    """Tell whether a number is the subject of a nominal clause: «... وعلى متنها 312 مسافرا»."""
    if len(words) < 2 or not words[-2].startswith("و"):
        return False
    return governs(words[-2][1:], "place") and _PRONOUN.search(words[-1]) is not None


def _verbal(verb: str, rest: tuple[str, ...]) -> Case:
    """Return the case after a verb: the subject, unless a subject stands between."""
    fronted = not rest or _is_adverbial(rest[0])
    if governs(verb, "being"):
        # كان على متن الطائرة 256 راكبا: the predicate comes first, the number is the subject.
        return Case.NOMINATIVE if fronted else Case.ACCUSATIVE
    if fronted:
        return Case.NOMINATIVE if _takes_no_object(verb) else Case.ACCUSATIVE
    if rest[-1].startswith(("بال", "لل")) or _owns(rest):
        # بالقرار 1701، سباق 1500 متر: the number belongs to the noun before it.
        return Case.GENITIVE
    if is_a(verb.removeprefix("و"), "reaching"):
        return Case.ACCUSATIVE
    if governs(verb, "visit") and not any(_opens_phrase(word) for word in rest):
        # حضر الحفل 120 مدعوا: the object comes first, the number is the subject.
        return Case.NOMINATIVE
    return Case.ACCUSATIVE


def _owns(rest: tuple[str, ...]) -> bool:
    """Tell whether the last word is the first half of an idafa with the number: سباق 1500 متر."""
    if len(rest) < 2 or _opens_phrase(rest[-2]):
        return False
    word = rest[-1]
    known = folded(word) in nouns().genders or word.endswith("ة")
    return known and not word.startswith("ال") and not word.endswith("ا")


def _nominal(clause: Clause) -> Case:
    """Return the case in a clause without a verb: وزنه 70 كغم، على متنها 22 راكبا."""
    words = clause.words
    if not _is_adverbial(words[0]):
        return Case.NOMINATIVE
    # «على متنها 22 راكبا» is a sentence with its predicate first; «بعد مسيرة 22 عاما» is none.
    predicate = governs(words[0], "place") and _PRONOUN.search(words[-1]) is not None
    return Case.NOMINATIVE if predicate and len(words) > 1 else Case.GENITIVE


def _last_verb(words: tuple[str, ...]) -> int | None:
    for index in range(len(words) - 1, -1, -1):
        if is_verb(words[index], first=index == 0):
            return index
    if len(words) == 1 and verb_stem(words[0]) is not None and not governs(words[0], "noun"):
        return 0  # شرب 2 لتر: listed as a noun too, but before a number it is a verb
    return None


@lru_cache(maxsize=8192)
def is_verb(word: str, *, first: bool = False) -> bool:
    """Tell whether a bare word is taken for a verb; ``first`` if it opens its clause."""
    if any(governs(word, kind) for kind in ("subject", "object", "being", "visit")):
        return True
    if governs(word, "noun") or governs(word, "oblique") or _is_adverbial(word):
        return False
    stem = verb_stem(word)
    if stem is None:
        return first and (_IMPERFECT.fullmatch(word) is not None or _feminine_past(word))
    bare = word[1:] if len(word) > 3 and word[0] in "وف" else word
    # A word that is a noun too (نسبة، وزن، عقد) is a verb only if feminine or imperfect.
    plain = folded(bare) == stem
    return not plain or (folded(bare) not in nouns().genders and (first or len(bare) > 3))


def _feminine_past(word: str) -> bool:
    """Tell a past verb in ـت whose stem the dictionary lacks (أحيت), at the head of a clause."""
    past = len(word) > 3 and word.endswith("ت") and not word.endswith("ات")
    return past and folded(word) not in nouns().genders


def _takes_no_object(verb: str) -> bool:
    if governs(verb, "object"):
        return False
    if governs(verb, "subject") or governs(verb, "visit"):
        return True
    stem = verb_stem(verb)
    return stem is not None and not verbs()[stem]


def _opens_phrase(word: str) -> bool:
    return governs(word, "preposition") or governs(word, "place")


def _is_adverbial(word: str) -> bool:
    """Tell whether a word begins a phrase that is not the subject: في، بالأمس، أمس."""
    if _opens_phrase(word) or governs(word, "adverb") or governs(word, "fronted"):
        return True
    return word.startswith(("بال", "لل", "وبال", "ولل"))


def governs(word: str, kind: str) -> bool:
    """Tell whether ``governors.tsv`` lists a word, with or without و or ف, in a class."""
    table = _governors()
    if kind in table.get(word, ()):
        return True
    return len(word) > 2 and word[0] in "وف" and kind in table.get(word[1:], ())


@cache
def _governors() -> dict[str, frozenset[str]]:
    out: dict[str, set[str]] = {}
    for row in rows("governors.tsv"):
        out.setdefault(row["word"], set()).add(row["governs"])
    return {word: frozenset(kinds) for word, kinds in out.items()}
