"""Read ordinals and definite counts: الدقيقة 90، الذكرى الـ50، السنوات الـ5.

An ordinal agrees with its noun in gender; a definite count keeps the polarity of numbers
(K. Ryding §§ 15.6-15.7; W. Wright II §§ 107-109). A figure with «الـ» is a count behind a
plural noun and an ordinal behind a singular one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mujaz.arabic.letters import ALIF, LETTER_RANGES, MARK_RANGES, TEH_MARBUTA, YEH
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import case_at, word_after, words_before
from mujaz.text.normalize.dictionary import folded, nouns, people
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.government import (
    governs,
    is_adverbial,
    is_feminine,
    is_verb,
    prefixed_noun,
    takes_no_object,
)
from mujaz.text.normalize.nouns import gender_of, is_singular, singular_of
from mujaz.text.normalize.numbers import Form, Gender, cardinal, ordinal
from mujaz.text.normalize.numerals import scales
from mujaz.text.normalize.words import alternatives, is_a, spoken, words

# Larger numbers are read as cardinals: المادة مئة وأربعون.
_LARGEST_BARE_ORDINAL = 99
_WORD = re.compile(f"[{LETTER_RANGES}][{LETTER_RANGES}{MARK_RANGES}]*")
_CHAIN_CHARS = 120
_FIGURE = re.compile(r"\d{1,2}")
_DUAL, _DUAL_GENITIVE = ALIF + "ن", YEH + "ن"
# Pronouns behind a noun, the longest first.
_SUFFIXES = tuple(sorted(words("nounpronoun"), key=len, reverse=True))
_STOPS = re.compile(r"[.!?؟؛:،,()\[\]«»\"\n\d]")
_DEFINITE = re.compile(
    rf"(?<![{LETTER_RANGES}])(?P<prefix>[وفبك]{{0,2}})(?:ال|(?P<lil>لل))(?:ـ\s{{0,3}}|-?\s?)"
    r"(?P<n>\d{1,3}(?:,\d{3})+|\d{1,6})(?![\d.,/:]\d|\d|\s?[%٪])"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The noun that a definite number belongs to.

    Attributes:
        word: The noun as written.
        start: Its position in the line.
        plural: Whether it is a plural, which is counted.
    """

    word: str
    start: int
    plural: bool


@cache
def _numbered_pattern() -> re.Pattern[str]:
    heads = "|".join(sorted(bare_heads(), key=len, reverse=True))
    bare = "|".join(sorted((h.removeprefix("ال") for h in bare_heads()), key=len, reverse=True))
    return re.compile(
        rf"(?<![{LETTER_RANGES}])(?P<lead>[وف]?[بك]?)(?:(?P<head>{heads})|ل(?P<lil>ل(?:{bare})))"
        rf"\s[(\"«“ ]{{0,2}}(?P<num>(?:{spoken('numero')}\s)?(?P<n>\d{{1,3}}))"
        r"(?P<extra>\+\d{1,2})?"
        rf"(?!\s?[-–]\s?\d|[.,:/]\d|[\d%٪]|\s\d{{3}}(?!\d)|\s?(?:[{LETTER_RANGES}]{{0,3}}{spoken('minute')}))"
    )


@cache
def _listed_pattern() -> re.Pattern[str]:
    """Return a pattern for the numbers behind a dual or plural head: «المادتين 3 و7»."""
    heads = "|".join(sorted(_several(), key=len, reverse=True))
    join = rf"(?:\s?[،,]\s?(?:و\s?)?|\s?و\s?|\s(?:{alternatives('rangeword')})\s)"
    return re.compile(
        rf"(?<![{LETTER_RANGES}])[وفبكل]?(?P<head>{heads})\s(?P<all>\d{{1,2}}(?:{join}\d{{1,2}}){{1,6}})"
        r"(?![.,:/]\d|[\d%٪])"
    )


@cache
def _several() -> Mapping[str, Gender]:
    """Map duals of nouns that take ordinals, and the plurals listed, to their gender."""
    out = dict.fromkeys(words("articles"), Gender.FEMININE)
    for head in bare_heads():
        stem = head[:-1] + "ت" if head.endswith(TEH_MARBUTA) else head
        out |= dict.fromkeys((stem + _DUAL_GENITIVE, stem + _DUAL), Gender(heads()[head]))
    return out


def _tag_listed(line: Line) -> None:
    """Claim each number of «المادتين 3 و7», «المواد 3 و4 و5», as an ordinal."""
    for match in _listed_pattern().finditer(line.text):
        after = word_after(line.text, match.end())
        plural = singular_of(after) is not None and not after.endswith(_DUAL_GENITIVE)
        if plural or (after.endswith(ALIF) and is_singular(after[:-1])):
            continue  # «الدقيقتين 3 و7 أهداف»: a count
        gender = _several()[match["head"]]
        case = Case.NOMINATIVE if match["head"].endswith(_DUAL) else Case.GENITIVE
        for figure in _FIGURE.finditer(line.text, match.start("all"), match.end("all")):
            said = ordinal(int(figure.group()), Form(gender, case, definite=True))
            line.claim(figure.start(), figure.end(), said, "ordinal")


def tag_ordinals(line: Line) -> None:
    """Claim ordinals without «الـ»: القرن 21، الدقيقة 90، الدقيقة 90+4."""
    _tag_listed(line)
    for match in _numbered_pattern().finditer(line.text):
        head = _head_of(match)
        number = int(match["n"])
        if line.taken(match.start("num"), match.end("num")):
            continue
        if match["num"] != match["n"] or _is_counted(line.text, match, number):
            continue
        form = _agreeing(line.text, match, Gender(heads()[head]))
        if number > _LARGEST_BARE_ORDINAL:
            said = cardinal(number, Form(Gender.MASCULINE, form.case))
        else:
            said = ordinal(number, form)
        end = match.end("num")
        if match["extra"]:
            extra = cardinal(int(match["extra"][1:]), Form(Gender.FEMININE))
            said += f" {spoken('plus')} {extra}"
            end = match.end("extra")
        line.claim(match.start("num"), end, said, "ordinal")


def _is_counted(text: str, match: re.Match[str], number: int) -> bool:
    """Tell whether the noun behind has the form of a counted one: «في القاعة 12 نائبا»."""
    after = word_after(text, match.end("n"))
    if is_a(_head_of(match), "century"):
        return False
    if after.startswith("ال") or is_a(after, "adverbplace") or is_a(after, "function"):
        return False
    if after in scales():
        return True
    if 3 <= number <= 10:
        plural = singular_of(after) is not None and not after.endswith("ين")
        return plural and not (is_a(_head_of(match), "legal") and _owned(text, match.end("n")))
    if after.endswith("ة") or number >= 100:
        before = words_before(text, match.start())[-1:]
        # «في الدورة 15 متدربة», but «المادة 12 متعلقة بالضرائب».
        placed = bool(before) and governs(before[0], "preposition")
        woman = placed and after.endswith("ة") and folded(after[:-1]) in people()
        return (is_singular(after) or woman) and not governs(after, "adverb")
    return after.endswith("ا") and is_singular(after[:-1])


def _head_of(match: re.Match[str]) -> str:
    return match["head"] or "ال" + match["lil"][1:]


def _owned(text: str, position: int) -> bool:
    """Tell a noun with an owner, which is not counted: «يحدد الباب 5 صلاحيات الرئيس»."""
    words = _WORD.findall(text, position, position + _CHAIN_CHARS)[1:2]
    return bool(words) and words[0].startswith("ال") and not is_a(words[0], "weekday")


def _agreeing(text: str, match: re.Match[str], gender: Gender) -> Form:
    oblique = bool(match["lil"]) or "ب" in match["lead"] or "ك" in match["lead"]
    case = Case.GENITIVE if oblique else case_at(text, match.start("head"))
    before = words_before(text, match.start("head"))
    if before and prefixed_noun(before[-1]):
        case = Case.GENITIVE
    elif before and not oblique and is_a(_head_of(match), "legal") and _rules(before, gender):
        case = Case.NOMINATIVE
    return Form(gender, case, definite=True)


def _rules(before: list[str], gender: Gender) -> bool:
    """Tell a verb whose subject is the article of a law behind it: «يمنع البند 22 البيع»."""
    verb = before[-1]
    if not is_verb(verb, first=len(before) == 1) or governs(verb, "aspect"):
        return False
    if any(is_verb(word, first=not index) for index, word in enumerate(before[:-1])):
        return False
    alone = len(before) == 1 or governs(before[-2], "opener") or is_adverbial(before[0])
    return alone and is_feminine(verb) == (gender is Gender.FEMININE)


def tag_definite(line: Line) -> None:
    """Claim figures with «الـ» behind a noun (القمة الـ32) or before one (الـ24 ساعة)."""

    def read(match: re.Match[str]) -> str | None:
        said = _definite(line.text, match)
        if match["lil"]:
            said = "لل" + said.removeprefix("ال")
        return (match["prefix"] or "") + said

    line.each(_DEFINITE, read, "definite")


def _definite(text: str, match: re.Match[str]) -> str:
    number = int(match["n"].replace(",", ""))
    oblique = bool(match["lil"]) or bool(set(match["prefix"]) & set("بك"))
    before = words_before(text, match.start())[-2:]
    if before and is_a(before[-1], "agelead"):
        return _age_ordinal(number)
    after = word_after(text, match.end())
    if is_a(after, "adverbplace") and (listed := _last_listed(text, match.start())) is not None:
        return ordinal(number, Form(listed, case_at(text, match.start()), definite=True))
    if (dual := _dual_before(text, match.start())) is not None:
        return ordinal(number, Form(dual, Case.GENITIVE, definite=True))
    counts_after = bool(after) and _countable(after)
    head = None if oblique else head_before(text, match.start())
    if head is None or (counts_after and not _definite_noun(head.word)):
        gender = gender_of(after) if counts_after else Gender.MASCULINE
        case = Case.GENITIVE if oblique else case_at(text, match.start())
        return cardinal(number, Form(gender, case, definite=True))
    case = case_of_head(text, head)
    if is_a(head.word, "stategroup"):
        # Names of groups count states (السبع); from 11 on they take the masculine.
        gender = Gender.FEMININE if number <= 10 else Gender.MASCULINE
        return cardinal(number, Form(gender, case, definite=True))
    if is_a(head.word, "round"):
        return cardinal(number, Form(Gender.MASCULINE, case, definite=True))
    if head.plural:
        singular = bare_noun(head.word)
        return cardinal(number, Form(gender_of(singular), case, definite=True))
    bare = bare_noun(head.word)
    gender = Gender(heads().get("ال" + bare) or gender_of(bare).value)
    return ordinal(number, Form(gender, case, definite=True))


@cache
def _dual_pattern() -> re.Pattern[str]:
    """Return a pattern for a dual head up to its second figure: «القرنين الـ8 والـ9»."""
    names = "|".join(sorted((h for h in _several() if h not in words("articles")), key=len))
    lead = rf"(?<![{LETTER_RANGES}])[وفبكل]?"
    return re.compile(rf"{lead}(?P<head>{names})\s(?:(?:ال)?ـ?\s?\d{{1,2}}\s?)?$")


def _dual_before(text: str, position: int) -> Gender | None:
    """Return the gender of a dual of a noun that takes ordinals, right before a figure."""
    match = _dual_pattern().search(text, max(0, position - _CHAIN_CHARS), position)
    return _several()[match["head"]] if match else None


def _last_listed(text: str, position: int) -> Gender | None:
    """Return the gender of the last noun that takes ordinals: «المرتبة 67 عالميا والـ4 إفريقيا»."""
    start = max(0, position - _CHAIN_CHARS)
    for match in reversed(list(_WORD.finditer(text, start, position))):
        listed = heads().get("ال" + bare_noun(strip_marks(match.group())))
        if listed:
            return Gender(listed)
    return None


def _age_ordinal(number: int) -> str:
    """Read «في سن الـ34»: a year of life is feminine and definite."""
    return ordinal(number, Form(Gender.FEMININE, Case.GENITIVE, definite=True))


def _countable(word: str) -> bool:
    if word.startswith("ال") or is_a(word, "function") or governs(word, "preposition"):
        return False
    return is_singular(word) or singular_of(word) is not None or word.endswith(("ة", "ا", "ات"))


def head_before(text: str, position: int) -> Head | None:
    """Find the noun that a definite number belongs to, past adjectives and within an idafa.

    «القمة العربية الـ32» belongs to القمة, «أعضاء الاتحاد الأوروبي الـ27» to أعضاء, «نسخته
    الـ12» to نسخته.
    """
    start = max(0, position - _CHAIN_CHARS)
    for match in _STOPS.finditer(text, start, position):
        start = match.end()
    words = [(strip_marks(m.group()), m.start()) for m in _WORD.finditer(text, start, position)]
    if not words:
        return None
    index = len(words) - 1
    if not _definite_noun(words[index][0]) and not _suffixed(words[index][0]):
        return _indefinite_head(words)
    while index > 0 and _describes(words[index][0], words[index - 1][0]):
        index -= 1
    word, place = words[index]
    if index < len(words) - 1 or not word.startswith("ال"):
        return _owner(words, index)
    if index > 0 and _suffixed(words[index - 1][0]) and not is_singular(bare_noun(word)):
        # عيدها الوطني: the adjective of a noun with a pronoun.
        return _owner(words, index - 1)
    return _owner(words, index) if index else Head(word, place, _is_plural(word))


def _describes(word: str, before: str) -> bool:
    """Tell whether a definite word is an adjective of the definite noun before it.

    It is not if it is a head of ordinals, a plural behind a singular (an object behind its
    subject: كرمت الوزارة الطلاب), or masculine behind a feminine.
    """
    if not word.startswith("ال") or not _definite_noun(before) or listed_head(bare_noun(word)):
        return False
    if _is_plural(word):
        return _is_plural(before)
    agrees = word.endswith(("ة", "ى")) or not before.endswith("ة")
    return agrees or _is_plural(before)


def _owner(words: list[tuple[str, int]], index: int) -> Head:
    """Return the head of the idafa that ends at an index: a plural in it is what is counted."""
    last = bare_noun(words[index][0])
    if index and _is_plural(words[index][0]) and _numbered(words[index - 1][0]):
        word, place = words[index - 1]
        return Head(word, place, plural=False)  # «حزمة العقوبات الـ19»
    if listed_head(last) or _is_plural(words[index][0]):
        word, place = words[index]
        return Head(word, place, not listed_head(last))
    for earlier in range(index - 1, max(index - 4, -1), -1):
        word, place = words[earlier]
        if word.startswith(("ال", "بال", "لل", "وال")) or _ends_idafa(word):
            break
        if _is_plural(word):
            return Head(word, place, plural=True)
    word, place = words[index]
    return Head(word, place, _is_plural(word))


def _numbered(word: str) -> bool:
    """Tell a noun without article that takes ordinals: «حزمة», but not «مجموعة» or «عدد»."""
    if is_a(word, "stategroup") or is_a(word, "round") or governs(word, "noun"):
        return False
    return listed_head(word)


def _ends_idafa(word: str) -> bool:
    return governs(word, "preposition") or governs(word, "subject") or is_a(word, "event")


def _indefinite_head(words: list[tuple[str, int]]) -> Head | None:
    word, place = words[-1]
    if word.startswith("ب") and _indefinite_numbered(word[1:]):
        word = word[1:]
    if _indefinite_numbered(word):
        return Head(word, place, plural=False)
    if governs(word, "oblique") or governs(word, "preposition") or is_a(word, "function"):
        return None
    return Head(word, place, plural=True) if _is_plural(word) else None


def _indefinite_numbered(word: str) -> bool:
    return is_a(word, "stategroup") or is_a(word, "round")


def _definite_noun(word: str) -> bool:
    return len(word) > 3 and (word.startswith(("ال", "لل")) or word[1:].startswith(("ال", "لل")))


def _suffixed(word: str) -> bool:
    return _stem(word) != word


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) > len(suffix) + 2:
            stem = word[: -len(suffix)]
            closed = stem[:-1] + "ة" if stem.endswith("ت") else stem
            candidates = [closed, stem]
            if stem[0] in "بلكوف":
                candidates += [closed[1:], stem[1:]]
            for candidate in candidates:
                if is_singular(candidate) or folded(candidate) in nouns().singulars:
                    return candidate
    return word


def bare_noun(word: str) -> str:
    """Return a noun without its article, attached preposition and pronoun."""
    for lead in ("وال", "بال", "فال", "كال", "ال", "لل"):
        if word.startswith(lead) and len(word) > len(lead) + 1:
            return word[len(lead) :]
    return _stem(word)


def _is_plural(word: str) -> bool:
    bare = bare_noun(word)
    if bare in _broken_plurals() or bare.endswith(("ات", "ون")):
        return True
    # Of words in ة only the pattern أفعلة is a plural; the dictionary lists الشرطة wrongly.
    broken = folded(bare) in nouns().singulars and (bare[-1] != "ة" or bare.startswith("أ"))
    if broken and not listed_head(bare):
        return not is_singular(bare)
    return bare.endswith("ين") and is_singular(bare[:-2])


def listed_head(bare: str) -> bool:
    """Tell whether a bare noun is listed as one whose number is an ordinal."""
    return "ال" + bare in heads()


def case_of_head(text: str, head: Head) -> Case:
    """Return the case of the noun that a definite number belongs to."""
    bare = bare_noun(head.word)
    if bare.endswith("ون"):
        return Case.NOMINATIVE
    if bare.endswith("ين") and head.plural:
        return Case.GENITIVE
    if head.word[0] in "بلك" and bare != head.word and not head.word.startswith("ال"):
        return Case.GENITIVE
    before = words_before(text, head.start)
    if before and is_verb(before[-1], first=len(before) == 1):
        # A noun right behind its verb is the subject, but «خاض مباراته الـ200».
        own = _suffixed(head.word) and not takes_no_object(before[-1])
        return Case.ACCUSATIVE if own else Case.NOMINATIVE
    if before and _possessed(before[-1]):
        return Case.GENITIVE
    if len(before) > 1 and _suffixed(head.word) and is_verb(before[0], first=True):
        return Case.ACCUSATIVE  # «دخل الإضراب يومه الـ22»: its pronoun is the subject
    return case_at(text, head.start)


@cache
def _months() -> frozenset[str]:
    return frozenset(row["name"] for row in rows("months.tsv"))


def _possessed(word: str) -> bool:
    """Tell whether a word is the first half of an idafa with the noun behind: قمة مجموعة."""
    if word.startswith("ال") or is_verb(word) or governs(word, "being") or word in _months():
        return False
    return is_singular(word) or singular_of(word) is not None or word.endswith("ة")


@cache
def heads() -> Mapping[str, str]:
    """Map nouns whose number is an ordinal, with their article, to their gender."""
    return {row["head"]: row["gender"] for row in rows("ordinal_heads.tsv")}


@cache
def bare_heads() -> tuple[str, ...]:
    """Return those nouns whose number is an ordinal without the article too."""
    return tuple(row["head"] for row in rows("ordinal_heads.tsv") if row["bare"] == "yes")


@cache
def _broken_plurals() -> frozenset[str]:
    return frozenset(row["noun"] for row in rows("noun_gender.tsv") if row["number"] == "pl")
