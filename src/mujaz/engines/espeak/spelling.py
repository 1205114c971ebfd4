"""Parses vocalised spelling into letters, each with its marks in no order.

Presentation forms, Persian and other extended letters, and marks of Quranic editions are mapped to
Arabic letters or to the four letters in use for foreign sounds.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache

from mujaz.arabic.letters import (
    ALIF,
    ALIF_MAKSURA,
    DAGGER_ALIF,
    DAMMA,
    DAMMATAN,
    FATHA,
    FATHATAN,
    HAMZA,
    KASRA,
    KASRATAN,
    LETTERS,
    MARKS,
    SHADDA,
    SUKUN,
    TATWEEL,
)
from mujaz.arabic.marks import split_marks
from mujaz.arabic.tables import rows

# In order of precedence if a letter has several.
_VOWELS = ((FATHA, "a"), (KASRA, "i"), (DAMMA, "u"))
_TANWIN = ((FATHATAN, "a"), (KASRATAN, "i"), (DAMMATAN, "u"))

_HAMZA_ABOVE = "\u0654"
_MARK_MAP = str.maketrans(
    {
        "\u06e1": SUKUN,  # small high dotless head of khah
        "\u08f0": FATHATAN,  # open forms of tanwin
        "\u08f1": DAMMATAN,
        "\u08f2": KASRATAN,
        "\u0656": KASRA,  # subscript alef
        "\u0657": DAMMA,  # inverted damma
        TATWEEL: "",
    }
)
_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_EXTENDED = re.compile(
    "[\u066e\u066f\u0671-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f\u0870-\u0887\u08a0-\u08c9]"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter and its marks.

    Attributes:
        char: The letter.
        vowel: ``a``, ``i``, ``u``, or empty if none is written.
        nunated: Whether the vowel is a tanwin.
        doubled: Shadda.
        quiet: Sukun.
        dagger: Dagger alif.
    """

    char: str
    vowel: str = ""
    nunated: bool = False
    doubled: bool = False
    quiet: bool = False
    dagger: bool = False

    @property
    def bare(self) -> bool:
        """Whether it has no mark."""
        return not (self.vowel or self.doubled or self.quiet or self.dagger)

    @property
    def unvowelled(self) -> bool:
        """Whether it carries neither vowel nor shadda: a lengthening or a closing letter."""
        return not (self.vowel or self.doubled)


def fold(text: str) -> str:
    """Map a text to plain Arabic letters and marks; other characters are kept."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    text = _PRESENTATION.sub(lambda match: _plain_form(match.group()), text).translate(_MARK_MAP)
    text = _EXTENDED.sub(lambda match: _arabic_for(match.group()), text)
    text = text.replace(_HAMZA_ABOVE, HAMZA)
    return "".join(char for char in text if char in MARKS or not _unspoken(char))


def letters_of(word: str) -> list[Letter]:
    """Split a folded word into letters.

    Tanwin-fath and shadda on an alif are moved to the letter before it, where they are heard
    (كتاباً, إلاّ); a shadda on the first letter (the idgham of Quranic editions) is ignored.
    """
    letters = [_letter(char, marks) for char, marks in split_marks(word) if char]
    if letters and letters[0].doubled:
        letters[0] = replace(letters[0], doubled=False)
    for index in range(1, len(letters)):
        letter, before = letters[index], letters[index - 1]
        if letter.char in (ALIF, ALIF_MAKSURA) and letter.nunated and letter.vowel == "a":
            if before.vowel in ("", "a"):
                letters[index - 1] = replace(before, vowel="a", nunated=True, quiet=False)
            letters[index] = Letter(letter.char)
        elif letter.char == ALIF and letter.doubled:
            letters[index - 1] = replace(before, doubled=True, quiet=False)
            letters[index] = replace(letter, doubled=False)
    return letters


def bare_text(letters: list[Letter]) -> str:
    """Return the letters without their marks."""
    return "".join(letter.char for letter in letters)


def _letter(char: str, marks: str) -> Letter:
    if not marks:
        return Letter(char)
    tanwin = next((sound for mark, sound in _TANWIN if mark in marks), "")
    vowel = tanwin or next((sound for mark, sound in _VOWELS if mark in marks), "")
    dagger = DAGGER_ALIF in marks
    return Letter(
        char,
        vowel=vowel,
        nunated=bool(tanwin),
        doubled=SHADDA in marks,
        quiet=SUKUN in marks and not vowel and not dagger,
        dagger=dagger,
    )


def _plain_form(char: str) -> str:
    """Return the letters of a presentation form; isolated marks lose the space they stand on."""
    return _extended().get(char) or unicodedata.normalize("NFKC", char).lstrip(" ")


@cache
def _extended() -> dict[str, str]:
    return {row["letter"]: row["said"] for row in rows("extended_letters.tsv")}


@cache
def _arabic_for(char: str) -> str:
    """Return the Arabic letter of an extended letter: from the table, else by its Unicode name."""
    if char in LETTERS and char not in _extended():
        return char
    if char in _extended():
        return _extended()[char]
    name = unicodedata.name(char, "").removeprefix("ARABIC LETTER ").split(" WITH ")[0]
    try:
        plain = unicodedata.lookup(f"ARABIC LETTER {name}")
    except KeyError:
        return ""
    if plain in LETTERS:
        return _extended().get(plain, plain)
    return _extended().get(plain, "")


def _unspoken(char: str) -> bool:
    """Whether a character is another combining mark or a format control, which has no sound."""
    return unicodedata.category(char) in ("Mn", "Me", "Cf")
