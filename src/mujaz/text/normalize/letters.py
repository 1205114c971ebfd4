"""Name single Arabic letters: initials of persons, vitamins, groups and sections.

«المدعو م. ع.» is «ميم عين», «فيتامين د» is «فيتامين دال». Titles (د. before a name) are
abbreviations and read there.
"""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES, TATWEEL, WAW
from mujaz.arabic.tables import rows
from mujaz.text.normalize.abbreviations import letter_names
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import word_after, words_before
from mujaz.text.normalize.government import governs, is_verb
from mujaz.text.normalize.nouns import singular_of
from mujaz.text.normalize.words import alternatives, is_a, words

_LETTER = f"[{LETTER_RANGES}]"
_HEH = f"ه{TATWEEL}"  # a single heh is written with a tatweel, unlike لـ before a figure
_WORD_BEFORE = 3
_FEWEST_INITIALS = 2
# (م. ع.) or (م ع): only in brackets may initials stand without full stops.
_BRACKETED = re.compile(
    rf"(?<=[(«\"])\s?(?P<chain>{_LETTER}(?:\.\s?|\s){{1,2}}(?:{_LETTER}(?:\.\s?|\s){{0,2}}){{1,4}})(?=[)»\"])"
)
_CHAIN = re.compile(
    rf"(?<![{LETTER_RANGES}{MARK_RANGES}.])(?P<chain>{_LETTER}\.(?:\s?{_LETTER}\.){{0,3}})"
    rf"(?![{LETTER_RANGES}{MARK_RANGES}])"
)


# (15/ 3/ 44/ د), أ/284: م and هـ behind a figure are a unit and an era.
_SLASHED = re.compile(
    rf"(?<![{LETTER_RANGES}{MARK_RANGES}])(?P<before>{_LETTER})(?=\s?/\s?\d)"
    rf"|\d\s?/\s?(?P<behind>(?!م|ه){_LETTER})(?![{LETTER_RANGES}{MARK_RANGES}.])"
)
_FIGURE = re.compile(r"\d+")


@cache
def _of_building() -> re.Pattern[str]:
    """Return a pattern for the letter of a floor, house or class: «الطابق ج3», «الصف 3ب»."""
    number = rf"(?:(?:{alternatives('code')})\s)?"
    heads = rf"(?<![{LETTER_RANGES}])[وفبل]?(?:{alternatives('building')})\s{number}"
    return re.compile(
        rf"{heads}(?:(?P<prefix>[بلك])(?=\d)|(?P<letter>(?![وفبلك]){_LETTER})(?=\d)"
        rf"|\d{{1,4}}(?P<behind>(?!م|ه){_LETTER})(?![{LETTER_RANGES}{MARK_RANGES}.]))"
    )


@cache
def _abbreviated() -> frozenset[str]:
    """Return the abbreviations of the table by their letters alone."""
    found = (row["abbreviation"] for row in rows("abbreviations.tsv"))
    return frozenset(_letters_of(short) for short in found)


def _letters_of(chain: str) -> str:
    return "".join(char for char in chain if char.isalpha())


@cache
def _blessings() -> frozenset[str]:
    """Return the abbreviations of one letter in brackets: (ص)، (م)."""
    table = rows("abbreviations.tsv")
    return frozenset(row["abbreviation"] for row in table if row["abbreviation"].startswith("("))


@cache
def _titles() -> frozenset[str]:
    table = rows("abbreviations.tsv")
    return frozenset(row["abbreviation"] for row in table if row["context"] == "before")


def _is_abbreviation(chain: str) -> bool:
    letters = _letters_of(chain)
    return len(letters) > 1 and letters in _abbreviated()


def _are_initials(text: str, match: re.Match[str]) -> bool:
    """Tell initials from titles: «م. ع. اعترف», but «أ. د. محمود» and «ق. م.»."""
    chain = match["chain"]
    letters = _letters_of(chain)
    if len(letters) < _FEWEST_INITIALS or _is_abbreviation(chain):
        return False
    if not all(f"{letter}." in _titles() for letter in letters):
        return True
    return is_verb(word_after(text, match.end()), first=True)


# «الحزمة (أ)», but «النبي (ص)».
_IN_BRACKETS = re.compile(
    rf"(?<![{LETTER_RANGES}])[وفبك]?(?:ال|لل)[{LETTER_RANGES}{MARK_RANGES}]{{2,}}\s"
    rf"[(\"«](?P<bracketed>{_HEH}|{_LETTER})(?=[)\"»])"
)


def _bare_heads() -> str:
    """Return a pattern for the nouns that a letter belongs to, without their article."""
    bare = (word.removeprefix("ال") for word in words("lettered") if word.startswith("ال"))
    return "|".join(sorted(bare, key=len, reverse=True))


@cache
def _headed() -> re.Pattern[str]:
    """Return a pattern for a noun that a single letter belongs to, and the letter."""
    return re.compile(
        rf"(?<![{LETTER_RANGES}])[وف]?(?:[بل]?(?:{alternatives('lettered')})|لل(?:{_bare_heads()}))"
        rf"\s[(\"«]?(?P<chain>{_HEH}|{_LETTER})(?=[)\"»]|[\s،.؛:]|$)"
        # ب ل ك و ف before a figure are prefixes, except in the name of a vitamin.
        rf"|(?<![{LETTER_RANGES}])[وفبل]?(?:(?:{alternatives('vitamin')})\s(?P<vitamin>{_LETTER})"
        rf"|(?:{alternatives('lettered')})\s(?P<figure>(?![وفبلك]){_LETTER}))(?=\d{{1,2}}(?!\d))"
    )


def tag_initials(line: Line) -> None:
    """Claim initials of persons: in brackets, behind a word for a person, or no titles."""
    for match in _BRACKETED.finditer(line.text):
        if not _is_abbreviation(match["chain"]):
            line.claim(match.start("chain"), match.end("chain"), _named(match["chain"]), "letters")
    for match in _CHAIN.finditer(line.text):
        before = words_before(line.text.replace(".", " "), match.start())[-_WORD_BEFORE:]
        person = any(is_a(word.removeprefix(WAW), "initials") for word in before)
        if person or _are_initials(line.text, match):
            end = match.end("chain")
            if not line.text[end:].strip():
                end -= 1  # the full stop of the sentence
            line.claim(match.start("chain"), end, _named(match["chain"]), "letters")


def tag_lettered(line: Line) -> None:
    """Claim a single letter beside what it distinguishes: فيتامين د، الطابق ج3، القرار أ/284."""
    for pattern in (_headed(), _IN_BRACKETS, _of_building(), _SLASHED):
        for match in pattern.finditer(line.text):
            group = match.lastgroup or "chain"
            if _is_letter(line.text, match, match[group]):
                line.claim(match.start(group), match.end(group), _named(match[group]), "letters")


def _is_letter(text: str, match: re.Match[str], letter: str) -> bool:
    """Tell a letter from a conjunction («المجموعة و مع») or preposition («المبنى ب4 طوابق»)."""
    if match.lastgroup == "bracketed":
        return f"({letter})" not in _blessings() or letter.endswith(TATWEEL)
    if match.lastgroup == "prefix":
        figure = _FIGURE.match(text, match.end())
        return figure is None or singular_of(word_after(text, figure.end())) is None
    if letter != WAW or text[match.end() : match.end() + 1] in (")", '"', "»"):
        return True
    return governs(word_after(text, match.end()), "preposition")


def _named(chain: str) -> str:
    return " ".join(letter_names()[char] for char in chain if char in letter_names())
