"""Adapts a line to the characters that a neural model knows.

A model silently skips a character that it was not trained on, or makes noise of it. So an unknown
character is replaced by one that sounds the same (``data/substitutes.tsv``), left out if it has no
sound, or named in an error. Digits and symbols are errors: XTTS reads ``$20`` as twenty riyals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from mujaz.arabic.letters import HARAKAT, MARKS, SHADDA, SHORT_VOWELS, TATWEEL, WORD
from mujaz.arabic.marks import strip_marks
from mujaz.errors import EngineError

Knows = Callable[[str], bool]

# Signs that are read as words: normalization should have written them out.
_SPOKEN_SIGNS = frozenset("%\u066a&@#/\\*_\u2030\u066d")
_STOPS = frozenset(".!?\u061f")
_EDGES = " \t«»\"“”'‘’()[]{}-–—،,؛;:…"
_BRACKETS = re.compile("[«»\"“”'‘’()\\[\\]{}]")
_DASHES = re.compile(r"[-–—\s]+")
_SPACES = re.compile(r"\s+")
_SPACE_BEFORE_STOP = re.compile(r"\s+(?=[.!?؟،,؛;:…])")
_REPEATED_STOPS = re.compile(r"([.!?؟،,؛;:…])[.!?؟،,؛;:…\s]*(?=[.!?؟،,؛;:…])")


def everything(character: str) -> bool:
    """Return true: for models that take any character, such as those with a phonemizer."""
    return True


def fit(text: str, knows: Knows, *, voice: str) -> str:
    """Return a line in characters that a model knows, ended by one stop.

    Args:
        text: One vocalised line.
        knows: Whether the model knows a character.
        voice: Name of the voice, for errors.

    Raises:
        EngineError: If the line holds nothing to say, a digit or symbol, or a letter that the
            model does not know and that has no known substitute.
    """
    refuse_signs(text)
    line = _punctuated(text)
    line = _with_marks(line, knows)
    line = "".join(_fitted(char, knows) for char in line)
    line = _SPACES.sub(" ", line).strip()
    lost = sorted({char for char in line if char != " " and not knows(char) and _has_sound(char)})
    if lost:
        raise EngineError(
            f"the voice {voice!r} cannot say {' '.join(lost)}",
            where=text[:60],
            hint="write the word in letters that it knows: `mujaz lexicon add WORD SPOKEN`",
        )
    line = "".join(char for char in line if char == " " or knows(char))
    if not any(unicodedata.category(char).startswith("L") for char in line):
        raise EngineError("nothing in this sentence can be spoken", where=text[:60])
    return line


def refuse_signs(text: str) -> None:
    """Check that a line has a letter, and no digits or symbols.

    Raises:
        EngineError: If not; names the digits or symbols.
    """
    if WORD.search(text) is None:
        raise EngineError("nothing in this sentence can be spoken", where=text[:60])
    signs = sorted({char for char in text if _is_sign(char)})
    if signs:
        raise EngineError(
            f"digits and symbols must be written as words before a voice: {' '.join(signs)}",
            where=text[:60],
            hint="`mujaz text normalize` writes them out",
        )


def _is_sign(char: str) -> bool:
    return char in _SPOKEN_SIGNS or unicodedata.category(char)[0] in "NS"


def _punctuated(text: str) -> str:
    """Remove brackets, quotes and control characters; turn dashes into commas; add a stop."""
    text = "".join(char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    text = _DASHES.sub(_comma, _BRACKETS.sub(" ", text).replace(TATWEEL, ""))
    text = _SPACES.sub(" ", text).strip()
    body = text.rstrip(_EDGES + "".join(_STOPS)).lstrip(_EDGES + "".join(_STOPS))
    end = text[len(text.rstrip(_EDGES + "".join(_STOPS))) :]
    stop = next((char for char in reversed(end) if char in _STOPS), ".")
    body = _SPACE_BEFORE_STOP.sub("", _REPEATED_STOPS.sub("", body))
    return body + stop


def _comma(run: re.Match[str]) -> str:
    """A comma for dashes with a space at any side; a hyphen in a word and spaces stay."""
    return "، " if run[0].strip() and re.search(r"\s", run[0]) else run[0]


def _with_marks(text: str, knows: Knows) -> str:
    """Return the line with only the marks that the model uses.

    A model that knows no vowel was trained on bare text and gets no marks. For one that knows
    vowels but no shadda, doubled letters are written twice.
    """
    if not any(knows(mark) for mark in SHORT_VOWELS):
        return strip_marks(text)
    if knows(SHADDA):
        return text
    return re.sub(f"(.)([{HARAKAT}]*){SHADDA}", r"\1\1\2", text)


def _fitted(char: str, knows: Knows) -> str:
    if knows(char) or char == " ":
        return char
    for choice in _substitutes().get(char, ()):
        if all(knows(part) for part in choice):
            return choice
    return char


def _has_sound(char: str) -> bool:
    """Whether a character has a sound that would be lost without it."""
    if char in MARKS:
        return ("" not in _substitutes().get(char, ())) and char != SHADDA
    return unicodedata.category(char)[0] == "L"


@cache
def _substitutes() -> dict[str, tuple[str, ...]]:
    text = (files("mujaz.engines") / "data" / "substitutes.tsv").read_text(encoding="utf-8")
    table: dict[str, tuple[str, ...]] = {}
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for line in lines[1:]:
        character, choices, *_ = line.split("\t")
        table[_characters(character)] = tuple(_characters(part) for part in choices.split("|"))
    return table


def _characters(names: str) -> str:
    return "" if names == "-" else "".join(chr(int(name[2:], 16)) for name in names.split())
