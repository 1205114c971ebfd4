"""Converts a line of vocalised Arabic to phonemes, with breaks and the index of each written word.

The phonological rules are in :mod:`.spelling`, :mod:`.irregular`, :mod:`.opening`,
:mod:`.syllables` and :mod:`.sandhi`; this module splits the line into clauses and words and joins
the results.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from mujaz.arabic.letters import COMMAS, LETTERS, MARKS, PAUSING
from mujaz.arabic.marks import split_marks, strip_marks
from mujaz.arabic.tables import rows
from mujaz.engines.espeak.mnemonics import join
from mujaz.engines.espeak.rule_words import rule_words
from mujaz.engines.espeak.sandhi import Word, spoken_words
from mujaz.engines.espeak.spelling import fold

_RUN = re.compile(f"[{LETTERS}][{LETTERS}{MARKS}]*")
_PART = re.compile(f"(?P<word>[{LETTERS}][{LETTERS}{MARKS}]*)|(?P<other>[^{LETTERS}])")
_DASHES = frozenset("-–—―")
# Compound names written as one word: the second part begins with hamzat wasl.
_SERVANT, _GOD = ("|".join(rule_words(kind)) for kind in ("compound_first", "compound_last"))
_COMPOUND = re.compile(f"([وفبكل]?{_SERVANT})ال.{{3,}}|(..+){_GOD}")
_CLITICS = re.compile("[أوف]?[بكلت]?")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """The phonemes of one written word.

    Attributes:
        index: Place of the written word among the space-separated words of the line.
        phonemes: Its phonemes.
        stress: Index of the stressed phoneme, or None.
    """

    index: int
    phonemes: tuple[str, ...]
    stress: int | None = None

    def __str__(self) -> str:
        return join(self.phonemes, self.stress)


@dataclass(frozen=True, slots=True)
class SpokenClause:
    """Words spoken without a break, and the punctuation that ends them.

    Attributes:
        stop: One of ``. ! ? ; : ,`` or empty at the end of a line without punctuation.
    """

    words: tuple[SpokenWord, ...]
    stop: str


@dataclass(slots=True)
class _Piece:
    """An Arabic word within a written word."""

    text: str
    index: int


def phonetize(line: str, *, at_end: bool = False) -> list[SpokenClause]:
    """Return the phonemes of a line, clause by clause.

    Pausal forms are used before pausing punctuation. A comma or a dash is a break too: the word
    before it keeps its ending, and hamzat wasl after it is pronounced.

    Args:
        line: Vocalised text; bare or half vocalised words are guessed at.
        at_end: Whether the end of the line is a pause even without punctuation.
    """
    clauses: list[SpokenClause] = []
    pieces: list[_Piece] = []
    for index, token in enumerate(line.split()):
        for part in _parts(token):
            if isinstance(part, _Stop):
                _close(clauses, pieces, part.sign)
            else:
                pieces.append(_Piece(part, index))
    _close(clauses, pieces, "." if at_end else "")
    return clauses


def phoneme_line(line: str) -> str:
    """Return a line's phonemes, words separated by spaces, without punctuation."""
    return " ".join(str(word) for clause in phonetize(line) for word in clause.words)


@dataclass(frozen=True, slots=True)
class _Stop:
    sign: str


def _parts(token: str) -> list[str | _Stop]:
    """Split a written word into Arabic words and the breaks between and after them."""
    folded = _spell_out(fold(token))
    out: list[str | _Stop] = []
    for match in _PART.finditer(folded):
        if match["word"]:
            out.extend(_split_compound(match["word"]))
        else:
            sign = _stop(folded, match.start())
            if sign:
                out.append(_Stop(sign))
    return out


def _split_compound(word: str) -> list[str]:
    """Split compounds such as عبدالله, عبدالرحمن, نصرالله into two words."""
    match = _COMPOUND.fullmatch(strip_marks(word))
    if match is None:
        return [word]
    first = match[1] or match[2]
    if _CLITICS.fullmatch(first):
        return [word]
    pairs = split_marks(word)
    return ["".join(map("".join, part)) for part in (pairs[: len(first)], pairs[len(first) :])]


def _stop(text: str, at: int) -> str:
    char = text[at]
    if char in PAUSING:
        following = text[at + 1 : at + 2]
        if following.isalnum() and char in ".:":
            return ""  # inside an address or a number
        return _SIGNS.get(char, ".")
    if char in COMMAS or char == ";" or (char in _DASHES and len(text) == 1):
        return ","
    return ""


_SIGNS = {"؛": ";", ":": ":", "؟": "?", "?": "?", "!": "!"}
_ORDER = ("", ",", ":", ";", ".", "!", "?")


def _close(clauses: list[SpokenClause], pieces: list[_Piece], stop: str) -> None:
    """End the current clause; a stop without words before it replaces a weaker one."""
    if not pieces:
        if clauses and _ORDER.index(stop) > _ORDER.index(clauses[-1].stop):
            clauses[-1] = SpokenClause(clauses[-1].words, stop)
        return
    words = spoken_words([piece.text for piece in pieces], pausing=stop not in ("", ","))
    clauses.append(SpokenClause(_by_written_word(pieces, words), stop))
    pieces.clear()


def _by_written_word(pieces: list[_Piece], words: list[Word]) -> tuple[SpokenWord, ...]:
    """Join words that are written without a space between them."""
    out: list[SpokenWord] = []
    pairs = zip(pieces, words, strict=True)
    for index, group in groupby(pairs, key=lambda pair: pair[0].index):
        phonemes: list[str] = []
        stress: int | None = None
        for _, word in group:
            stress = None if word.stress is None else word.stress + len(phonemes)
            phonemes.extend(word.phonemes)
        out.append(SpokenWord(index, tuple(phonemes), stress))
    return tuple(out)


def _spell_out(text: str) -> str:
    """Write digits and Latin letters that normalization left as Arabic letters.

    Normalization should leave none; if it does, they are at least heard.
    """
    if not any(char.isalnum() and char not in LETTERS for char in text):
        return text
    out: list[str] = []
    for char in unicodedata.normalize("NFKD", text) if not _RUN.search(text) else text:
        digit = unicodedata.decimal(char, None)
        if digit is not None:
            out.append(f" {_leftovers()[str(digit)]} ")
        else:
            out.append(_leftovers().get(char.lower(), char))
    return "".join(out)


@cache
def _leftovers() -> dict[str, str]:
    return {row["sign"]: row["said"] for row in rows("leftovers.tsv")}
