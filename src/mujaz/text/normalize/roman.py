"""Read Roman numerals behind rulers' names and numbered nouns: لويس XIV، الفصل VII."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import column
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import case_at
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.latin import names as latin_names
from mujaz.text.normalize.nouns import gender_of
from mujaz.text.normalize.numbers import Form, Gender, ordinal
from mujaz.text.normalize.ordinals import bare_noun, case_of_head, head_before, heads, listed_head
from mujaz.text.normalize.words import is_a

_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN_LETTERS = {
    chr(0x2160 + i): r for i, r in enumerate("I II III IV V VI VII VIII IX X XI XII".split())
}
_ROMAN = re.compile(r"(?<![A-Za-z0-9./-])(?P<r>[IVXLCⅠ-Ⅻ]+)(?![A-Za-z0-9.'’-]|\s[A-Za-z])")
_CANONICAL = re.compile(r"(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


def tag_roman(line: Line) -> None:
    """Claim Roman numerals behind rulers' names and numbered nouns: لويس XIV، الفصل VII."""

    def read(match: re.Match[str]) -> str | None:
        number = _roman(match["r"])
        head = head_before(line.text, match.start())
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
            if not single and match["r"] in latin_names():
                return None  # LIV, a tour of golf
            return ordinal(number, Form(Gender.MASCULINE, Case.GENITIVE, definite=True))
        if single and match["r"] in "CLX" and not listed_head(bare_noun(head.word)):
            return None
        gender = Gender(heads().get("ال" + bare_noun(head.word)) or gender_of(head.word).value)
        return ordinal(number, Form(gender, case_of_head(line.text, head), definite=True))

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
