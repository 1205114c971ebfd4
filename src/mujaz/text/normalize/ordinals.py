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

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import column, rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import case_at, governs, is_verb, word_after, words_before
from mujaz.text.normalize.dictionary import folded, nouns
from mujaz.text.normalize.nouns import gender_of, is_singular, singular_of
from mujaz.text.normalize.numbers import Case, Form, Gender, cardinal, ordinal
from mujaz.text.normalize.numerals import scales
from mujaz.text.normalize.words import is_a, spoken

# Larger numbers are read as cardinals: المادة مئة وأربعون.
_LARGEST_BARE_ORDINAL = 99
_WORD = re.compile(f"[{LETTER_RANGES}][{LETTER_RANGES}{MARK_RANGES}]*")
_CHAIN_CHARS = 120
_SUFFIXES = ("هما", "هم", "هن", "ها", "نا", "ه")
_STOPS = re.compile(r"[.!?؟؛:،,()\[\]«»\"\n\d]")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN_LETTERS = {
    chr(0x2160 + i): r for i, r in enumerate("I II III IV V VI VII VIII IX X XI XII".split())
}
_ROMAN = re.compile(r"(?<![A-Za-z0-9./-])(?P<r>[IVXLCⅠ-Ⅻ]+)(?![A-Za-z0-9.'’-])")
_CANONICAL = re.compile(r"(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


_DEFINITE = re.compile(
    rf"(?<![{LETTER_RANGES}])(?P<prefix>[وفبك]{{0,2}})(?:ال|(?P<lil>لل))[ـ\-]?\s?"
    r"(?P<n>\d{1,3}(?:,\d{3})+|\d{1,6})(?![\d.,/:]\d|\d|\s?[%٪])"
)


@dataclass(frozen=True, slots=True)
class _Head:
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
    heads = "|".join(sorted(_bare_heads(), key=len, reverse=True))
    bare = "|".join(sorted((h.removeprefix("ال") for h in _bare_heads()), key=len, reverse=True))
    return re.compile(
        rf"(?<![{LETTER_RANGES}])(?P<lead>[وف]?[بك]?)(?:(?P<head>{heads})|ل(?P<lil>ل(?:{bare})))"
        rf"\s[(\"«“ ]{{0,2}}(?P<num>(?:رقم\s)?(?P<n>\d{{1,3}}))(?P<extra>\+\d{{1,2}})?"
        rf"(?!\s?[-–]\s?\d|[.,:/]\d|[\d%٪]|\s\d{{3}}(?!\d)|\s?(?:[{LETTER_RANGES}]{{0,3}}{spoken('minute')}))"
    )


def tag_ordinals(line: Line) -> None:
    """Claim ordinals without «الـ»: القرن 21، الدقيقة 90، الدقيقة 90+4."""
    for match in _numbered_pattern().finditer(line.text):
        head = match["head"] or "ال" + match["lil"][1:]
        number = int(match["n"])
        if match["num"] != match["n"] or _is_counted(line.text, match.end("n"), number):
            continue
        form = _agreeing(line.text, match, Gender(_heads()[head]))
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


def _is_counted(text: str, position: int, number: int) -> bool:
    """Tell whether the noun behind has the form of a counted one: «في القاعة 12 نائبا»."""
    after = word_after(text, position)
    if after.startswith("ال") or is_a(after, "adverbplace") or is_a(after, "function"):
        return False
    if after in scales():
        return True
    if 3 <= number <= 10:
        return singular_of(after) is not None and not after.endswith("ين")
    if after.endswith("ة") or number >= 100:
        return is_singular(after) and not governs(after, "adverb")
    return after.endswith("ا") and is_singular(after[:-1])


def _agreeing(text: str, match: re.Match[str], gender: Gender) -> Form:
    oblique = bool(match["lil"]) or "ب" in match["lead"] or "ك" in match["lead"]
    case = Case.GENITIVE if oblique else case_at(text, match.start("head"))
    before = words_before(text, match.start("head"))
    if before and _prefixed_noun(before[-1]):
        case = Case.GENITIVE
    return Form(gender, case, definite=True)


def _prefixed_noun(word: str) -> bool:
    """Tell a noun behind ب or ل, the first half of an idafa: «طالبوا بتعديل المادة 21»."""
    return (
        word[:1] in "بلك"
        and not word[1:].startswith(("ال", "ل"))
        and (is_singular(word[1:]) or folded(word[1:]) in nouns().singulars)
    )


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
    if before and is_a(before[-1], "agelead") and (before[-1] != "عن" or "سن" in before):
        return _age_ordinal(number)
    after = word_after(text, match.end())
    counts_after = bool(after) and _countable(after)
    head = None if oblique else _head_before(text, match.start())
    if head is None or (counts_after and not _definite_noun(head.word)):
        gender = gender_of(after) if counts_after else Gender.MASCULINE
        case = Case.GENITIVE if oblique else case_at(text, match.start())
        return cardinal(number, Form(gender, case, definite=True))
    case = _case_of(text, head)
    if is_a(head.word, "stategroup"):
        # Names of groups count states (السبع); from 11 on they take the masculine.
        gender = Gender.FEMININE if number <= 10 else Gender.MASCULINE
        return cardinal(number, Form(gender, case, definite=True))
    if is_a(head.word, "round"):
        return cardinal(number, Form(Gender.MASCULINE, case, definite=True))
    if head.plural:
        singular = _bare(head.word)
        return cardinal(number, Form(gender_of(singular), case, definite=True))
    gender = Gender(_heads().get("ال" + _bare(head.word)) or gender_of(_bare(head.word)).value)
    return ordinal(number, Form(gender, case, definite=True))


def _age_ordinal(number: int) -> str:
    """Read «في سن الـ34»: a year of life is feminine and definite."""
    return ordinal(number, Form(Gender.FEMININE, Case.GENITIVE, definite=True))


def _countable(word: str) -> bool:
    if word.startswith("ال") or is_a(word, "function") or governs(word, "preposition"):
        return False
    return is_singular(word) or singular_of(word) is not None or word.endswith(("ة", "ا", "ات"))


def _head_before(text: str, position: int) -> _Head | None:
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
    if index > 0 and _suffixed(words[index - 1][0]) and not is_singular(_bare(word)):
        # عيدها الوطني: the adjective of a noun with a pronoun.
        return _owner(words, index - 1)
    return _owner(words, index) if index else _Head(word, place, _is_plural(word))


def _describes(word: str, before: str) -> bool:
    """Tell whether a definite word is an adjective of the definite noun before it.

    It is not if it is a head of ordinals, a plural behind a singular (an object behind its
    subject: كرمت الوزارة الطلاب), or masculine behind a feminine.
    """
    if not word.startswith("ال") or not _definite_noun(before) or _listed_head(_bare(word)):
        return False
    if _is_plural(word):
        return _is_plural(before)
    agrees = word.endswith(("ة", "ى")) or not before.endswith("ة")
    return agrees or _is_plural(before)


def _owner(words: list[tuple[str, int]], index: int) -> _Head:
    """Return the head of the idafa that ends at an index: a plural in it is what is counted."""
    last = _bare(words[index][0])
    if _listed_head(last) or _is_plural(words[index][0]):
        word, place = words[index]
        return _Head(word, place, not _listed_head(last))
    for earlier in range(index - 1, max(index - 4, -1), -1):
        word, place = words[earlier]
        if word.startswith(("ال", "بال", "لل", "وال")) or _ends_idafa(word):
            break
        if _is_plural(word):
            return _Head(word, place, plural=True)
    word, place = words[index]
    return _Head(word, place, _is_plural(word))


def _ends_idafa(word: str) -> bool:
    return governs(word, "preposition") or governs(word, "subject") or is_a(word, "event")


def _indefinite_head(words: list[tuple[str, int]]) -> _Head | None:
    word, place = words[-1]
    if word.startswith("ب") and _indefinite_numbered(word[1:]):
        word = word[1:]
    if _indefinite_numbered(word):
        return _Head(word, place, plural=False)
    if governs(word, "oblique") or governs(word, "preposition") or is_a(word, "function"):
        return None
    return _Head(word, place, plural=True) if _is_plural(word) else None


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


def _bare(word: str) -> str:
    """Return a noun without its article, attached preposition and pronoun."""
    for lead in ("وال", "بال", "فال", "كال", "ال", "لل"):
        if word.startswith(lead) and len(word) > len(lead) + 1:
            return word[len(lead) :]
    return _stem(word)


def _is_plural(word: str) -> bool:
    bare = _bare(word)
    if bare in _broken_plurals() or bare.endswith(("ات", "ون")):
        return True
    # Of words in ة only the pattern أفعلة is a plural; the dictionary lists الشرطة wrongly.
    broken = folded(bare) in nouns().singulars and (bare[-1] != "ة" or bare.startswith("أ"))
    if broken and not _listed_head(bare):
        return not is_singular(bare)
    return bare.endswith("ين") and is_singular(bare[:-2])


def _listed_head(bare: str) -> bool:
    return "ال" + bare in _heads()


def _case_of(text: str, head: _Head) -> Case:
    bare = _bare(head.word)
    if bare.endswith("ون"):
        return Case.NOMINATIVE
    if bare.endswith("ين") and head.plural:
        return Case.GENITIVE
    if head.word[0] in "بلك" and _bare(head.word) != head.word and not head.word.startswith("ال"):
        return Case.GENITIVE
    before = words_before(text, head.start)
    if before and is_verb(before[-1], first=len(before) == 1):
        return Case.NOMINATIVE  # a noun right behind its verb is the subject
    if before and _possessed(before[-1]):
        return Case.GENITIVE
    if len(before) > 1 and _suffixed(head.word) and is_verb(before[0], first=True):
        return Case.ACCUSATIVE  # «دخل الإضراب يومه الـ22»: its pronoun is the subject
    return case_at(text, head.start)


def _possessed(word: str) -> bool:
    """Tell whether a word is the first half of an idafa with the noun behind: قمة مجموعة."""
    if word.startswith("ال") or is_verb(word) or governs(word, "being"):
        return False
    return is_singular(word) or singular_of(word) is not None or word.endswith("ة")


@cache
def _heads() -> Mapping[str, str]:
    return {row["head"]: row["gender"] for row in rows("ordinal_heads.tsv")}


@cache
def _bare_heads() -> tuple[str, ...]:
    return tuple(row["head"] for row in rows("ordinal_heads.tsv") if row["bare"] == "yes")


@cache
def _broken_plurals() -> frozenset[str]:
    return frozenset(row["noun"] for row in rows("noun_gender.tsv") if row["number"] == "pl")


def tag_roman(line: Line) -> None:
    """Claim Roman numerals behind rulers' names and numbered nouns: لويس XIV، الفصل VII."""

    def read(match: re.Match[str]) -> str | None:
        number = _roman(match["r"])
        head = _head_before(line.text, match.start())
        name = _name_before(line.text, match.start())
        if not number or (head is None and not name):
            return None
        if name in _rulers():
            gender = Gender(_rulers()[name])
            return ordinal(number, Form(gender, _name_case(line.text, match), definite=True))
        single = len(match["r"]) == 1
        if head is None or not head.word.startswith(("ال", "بال", "لل", "وال")):
            # An unknown name: a single letter may be just a letter (فيتامين C، منصة X).
            if single and (match["r"] not in "IV" or is_a(name, "nonroman")):
                return None
            return ordinal(number, Form(Gender.MASCULINE, Case.GENITIVE, definite=True))
        if single and match["r"] in "CLX" and not _listed_head(_bare(head.word)):
            return None
        gender = Gender(_heads().get("ال" + _bare(head.word)) or gender_of(head.word).value)
        return ordinal(number, Form(gender, _case_of(line.text, head), definite=True))

    line.each(_ROMAN, read, "roman")


def _name_before(text: str, position: int) -> str:
    match = re.search(
        rf"([{LETTER_RANGES}{MARK_RANGES}]+)\s*$", text[max(0, position - 40) : position]
    )
    return strip_marks(match[1]) if match else ""


def _name_case(text: str, match: re.Match[str]) -> Case:
    start = text.rfind(" ", 0, max(0, match.start() - 1)) + 1
    return case_at(text, start)


def _roman(text: str) -> int:
    """Return the value of a well-formed Roman numeral up to 100, else 0."""
    text = "".join(_ROMAN_LETTERS.get(char, char) for char in text)
    if not _CANONICAL.fullmatch(text):
        return 0
    total = 0
    for char, following in zip(text, [*text[1:], "I"], strict=True):
        value = _ROMAN_VALUES[char]
        total += -value if value < _ROMAN_VALUES[following] else value
    return total if total <= 100 else 0


@cache
def _rulers() -> Mapping[str, str]:
    names = zip(column("rulers.tsv", "name"), column("rulers.tsv", "gender"), strict=True)
    return dict(names)
