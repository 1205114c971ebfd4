"""The heard score: which words of a vocalised text would sound wrong.

Two spellings that sound alike count as equal: a sukun or nothing, the vowel before its long
letter written or not, tanwin on the alif or before it, the article's lam and the doubling of
the sun letter after it. What is left are differences that can be heard. Three habits of
vocalised texts are no errors either: a fatha left unwritten before its alif, the several ways to
mark the name of God, and a consonant within a word that the gold leaves without any mark, which
says nothing about its vowel. The strict score counts every mark (as Fadel et al., Arabic Text
Diacritization Using Deep Neural Networks, 2019).
This module shares no code with what it measures.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LETTER = re.compile("[\u0621-\u063a\u0641-\u064a\u0671]")
_MARK = re.compile("[\u064b-\u0652]")
_WITHIN = re.compile("[\u0640\u0670\u0653-\u0656\u06e1\u200c-\u200f\ufeff]")
_ARTICLE = re.compile("[وف]?(?:[بك]?ال|لل)(?=.)")
# The letters of a word up to the lam of its article.
_TO_LAM = re.compile("[وف]?[بك]?ا?ل")
_SUN = "تثدذرزسشصضطظلن"
_FATHATAN, _FATHA, _DAMMA, _KASRA, _SHADDA, _SUKUN = (
    "\u064b", "\u064e", "\u064f", "\u0650", "\u0651", "\u0652",
)  # fmt: skip
_LENGTHENED = {"ا": _FATHA, "ى": _FATHA, "ي": _KASRA, "و": _DAMMA}

Word = list[tuple[str, frozenset[str]]]


@dataclass(slots=True)
class Score:
    """Counts of words and of those that differ: strictly, to the ear, and before the ending."""

    words: int = 0
    strict: int = 0
    heard: int = 0
    heard_stem: int = 0

    def percent(self, wrong: int) -> float:
        """A count as a share of the words."""
        return 100 * wrong / max(1, self.words)


def words(text: str) -> list[Word]:
    """The words of a text, each letter with the set of its marks."""
    out: list[Word] = []
    inside = False
    for char in unicodedata.normalize("NFC", text):
        if _LETTER.fullmatch(char):
            if not inside:
                out.append([])
            out[-1].append((char, frozenset()))
            inside = True
        elif _MARK.fullmatch(char) and inside:
            letter, marks = out[-1][-1]
            out[-1][-1] = (letter, marks | {char})
        elif not _WITHIN.fullmatch(char):
            inside = False
    return out


def heard(word: Word) -> list[frozenset[str]]:
    """The marks of each letter in the spelling that all spellings of the same sound share."""
    letters = "".join(letter for letter, _ in word)
    marks = [set(found) - {_SUKUN} for _, found in word]
    for place, letter in enumerate(letters):
        if letter in "اى" and _FATHATAN in marks[place]:
            marks[place].discard(_FATHATAN)
            if place:
                marks[place - 1].add(_FATHATAN)
        if letter in "اآٱ":
            marks[place] = set()
        if letter == "إ":
            marks[place].discard(_KASRA)
    vowelled = [_before_alif(letters, marks, place) for place in range(len(letters))]
    for place, following in enumerate(letters[1:]):
        # The ya of زِيادة carries an unwritten fatha: it lengthens no kasra.
        if not marks[place + 1] and not vowelled[place + 1] and following in _LENGTHENED:
            marks[place].discard(_LENGTHENED[following])
    if letters.endswith("لله"):
        marks[-2] -= {_SHADDA, _FATHA}
    article = _ARTICLE.match(letters)
    if article:
        end = article.end()
        if letters[end - 2] == "ا":
            marks[end - 1] = set()
        if letters[end] in _SUN:
            marks[end].discard(_SHADDA)
    return [frozenset(one) for one in marks]


def judged(gold: Word) -> list[bool]:
    """Tell for each letter whether the gold says how it sounds.

    A consonant within the word that has no mark, not even a sukun, was left unmarked, unless a
    long vowel follows or it is the lam of the article.
    """
    letters = "".join(letter for letter, _ in gold)
    out = [True] * len(gold)
    for place, (letter, marks) in enumerate(gold[:-1]):
        out[place] = (
            bool(marks)
            or letter in "اآٱىويإ"
            or letters[place + 1] in _LENGTHENED
            or _TO_LAM.fullmatch(letters[: place + 1]) is not None
        )
    return out


def _before_alif(letters: str, marks: list[set[str]], place: int) -> bool:
    """Whether a letter without a mark has an unwritten fatha, because a bare alif follows."""
    letter = letters[place]
    if letters[place + 1 : place + 2] != "ا" or marks[place] or marks[place + 1]:
        return False
    if letter in "اآٱى" or (letter == "و" and place + 2 == len(letters)):
        return False  # the silent alif of قَالُوا
    # A prefix before the article: its alif is a hamzat wasl.
    return not (place == 0 and letter in "وفبك" and letters[2:3] == "ل")


def add(score: Score, gold: str, ours: str) -> None:
    """Count one line. Words that the gold leaves bare are passed over.

    Raises:
        ValueError: If the two lines do not have the same letters.
    """
    wanted, found = words(gold), words(ours)
    if [[c for c, _ in word] for word in wanted] != [[c for c, _ in word] for word in found]:
        raise ValueError(f"the letters were changed: {ours}")
    for right, word in zip(wanted, found, strict=True):
        if len(right) > 1 and not any(marks for _, marks in right):
            continue
        score.words += 1
        score.strict += right != word
        wanted_marks = heard(right)
        wrong = [
            known and one != other
            for known, one, other in zip(judged(right), wanted_marks, heard(word), strict=True)
        ]
        score.heard += any(wrong)
        last, marks = right[-1]
        carrier = len(right) > 1 and last in "اى" and _FATHATAN in marks | right[-2][1]
        score.heard_stem += any(wrong[: -2 if carrier else -1])
