"""Compare what is said with what is shown: figures, negations, names and other words.

Both are compared as they sound: the shown line is normalized (its figures in words), marks are left
out, and spellings that only show a pronunciation are close enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache

from mujaz.arabic.letters import ALIF, ASCII_DIGITS, TATWEEL, TEH_MARBUTA, WAW, WORD, YEH
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import column, rows
from mujaz.text.normalize.line import normalize_line

# Words from this share of common letters on are two spellings of one word.
_ONE_WORD = 0.6
# Shorter words that are neither figures nor negations are particles, which a speaker may change.
_CONTENT_LETTERS = 3
_LONG_VOWELS = frozenset((ALIF, WAW, YEH))


class Difference(StrEnum):
    """The kind of words by which a spoken line differs from the shown one."""

    FIGURE = "figure"
    NEGATION = "negation"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A stretch of words that is said otherwise than it is shown.

    Attributes:
        shown: The words that the shown line gives, as they would be said.
        said: The words that the spoken line has in their place; either may be empty.
    """

    kind: Difference
    shown: str
    said: str


def disagreements(shown: str, said: str) -> list[Disagreement]:
    """Find the words that are said otherwise than they are shown.

    Args:
        shown: The spoken form that the shown line gives by itself.
        said: The spoken line; it may hold figures.
    """
    ours, theirs = _words(shown), _words(normalize_line(said) if _has_digit(said) else said)
    ours, one = _whole_numbers(ours)
    theirs, other = _whole_numbers(theirs)
    found: list[Disagreement] = []
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for operation, start, stop, begin, end in matcher.get_opcodes():
        if operation == "equal":
            continue
        kind = _kind(one[start:stop], other[begin:end])
        if kind is not None:
            shown_words, said_words = " ".join(ours[start:stop]), " ".join(theirs[begin:end])
            found.append(Disagreement(kind, shown_words, said_words))
    return found


def _kind(one: list[str], other: list[str]) -> Difference | None:
    """The weightiest kind of difference between two stretches; None if it is one of spelling."""
    if list(filter(_is_number, one)) != list(filter(_is_number, other)):
        return Difference.FIGURE
    known = _negations()
    if [word for word in one if word in known] != [word for word in other if word in known]:
        return Difference.NEGATION
    joined = "".join(one), "".join(other)
    if max(_likeness(*joined), _likeness(*map(_consonants, joined))) >= _ONE_WORD:
        return None
    longest = max(map(len, (*one, *other)))
    return Difference.WORD if longest >= _CONTENT_LETTERS else None


def _whole_numbers(words: list[str]) -> tuple[list[str], list[str]]:
    """Join the words of each number; returns the words and the keys that they are compared by."""
    shown: list[str] = []
    keys: list[str] = []
    for word in words:
        key = _key(word)
        if keys and _is_number(keys[-1]) and _is_number(key):
            shown[-1], keys[-1] = f"{shown[-1]} {word}", f"{keys[-1]} {key}"
        else:
            shown.append(word)
            keys.append(key)
    return shown, keys


def _is_number(key: str) -> bool:
    return all(word in _numerals() or word.isdigit() for word in key.split())


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0


def _consonants(word: str) -> str:
    """A word without its long vowels, which spellings of foreign names add and leave out."""
    return "".join(letter for letter in word if letter not in _LONG_VOWELS)


def _has_digit(line: str) -> bool:
    return any(char.isdigit() for char in line)


def _words(line: str) -> list[str]:
    bare = strip_marks(line).replace(TATWEEL, "").translate(ASCII_DIGITS)
    return [
        word
        for piece in bare.split()
        for word in (WORD.findall(piece) or ["".join(c for c in piece if c.isalnum())])
        if word
    ]


def _key(word: str) -> str:
    """A word as it is compared: letters folded, and a numeral without clitics and case ending."""
    folded = word.translate(_folds())
    for prefix in ("", *_clitics()):
        stem = folded.removeprefix(prefix) if folded.startswith(prefix) else ""
        numeral = _numeral(stem)
        if numeral:
            return numeral
        if stem in _negations():
            return stem
    return folded


def _numeral(word: str) -> str:
    """The numeral that a word is a form of, or an empty string."""
    for ending in ("", *_endings()):
        stem = word.removesuffix(ending) if word.endswith(ending) else ""
        if stem and stem in _numerals():
            return stem
    return ""


@cache
def _numerals() -> frozenset[str]:
    """Stems of number words, folded and without endings."""
    words = [row["word"] for row in rows("clause_words.tsv") if row["class"] == "number"]
    words += [form for cell in column("scales.tsv", "spellings") for form in cell.split()]
    for row in rows("number_names.tsv"):
        words += [strip_marks(row[key]) for key in ("masculine", "feminine", "tens") if row[key]]
    folded = {word.translate(_folds()) for word in words}
    endings = _endings()
    return frozenset(
        next(
            (w.removesuffix(e) for e in endings if w.endswith(e) and len(w) > len(e) + 1),
            w,
        )
        for w in folded
    )


@cache
def _negations() -> frozenset[str]:
    return frozenset(word.translate(_folds()) for word in column("negations.tsv", "word"))


@cache
def _folds() -> dict[int, str]:
    folds = rows("comparison_forms.tsv")
    return {ord(row["text"]): row["becomes"] for row in folds if row["kind"] == "fold"}


@cache
def _clitics() -> tuple[str, ...]:
    return tuple(row["text"] for row in rows("comparison_forms.tsv") if row["kind"] == "clitic")


@cache
def _endings() -> tuple[str, ...]:
    found = [row["text"] for row in rows("comparison_forms.tsv") if row["kind"] == "ending"]
    return (*found, TEH_MARBUTA)
