"""Pausal forms (waqf): the endings of words before a pause.

Before a pause the final short vowel and the tanwin of nominative and genitive are dropped, the
tanwin of the accusative becomes a long a, and ta marbuta loses its ending
(W. Wright, A Grammar of the Arabic Language, 3rd ed., vol. II, §§ 223-227; K. Ryding,
A Reference Grammar of Modern Standard Arabic, 2005, ch. 2 § 5.4).
Words that keep their final vowel in news reading, such as هُوَ, are listed in
``pausal_exceptions.tsv``; others lose it, such as الَّذِينَ.
"""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import (
    ALIF,
    ALIF_MAKSURA,
    COMMAS,
    DAGGER_ALIF,
    DAMMATAN,
    FATHA,
    FATHATAN,
    HAMZA,
    KASRATAN,
    LETTERS,
    MARKS,
    PAUSING,
    SHORT_VOWELS,
    TATWEEL,
    TEH_MARBUTA,
)
from mujaz.arabic.marks import fathatan_before_alif, shadda_first, split_marks, strip_marks
from mujaz.arabic.tables import column

_FALLING = SHORT_VOWELS + DAMMATAN + KASRATAN
# Only non-word characters may follow: digits or Latin letters would be spoken after the word.
_LAST_WORD = re.compile(f"([{LETTERS}][{LETTERS}{MARKS}{TATWEEL}]*)([^\\w{MARKS}]*)$")
_PROCLITIC_AND = re.compile(f"^[وف]{FATHA}(?=[{LETTERS}])")
_PAUSE = {
    False: re.compile("[" + re.escape("".join(sorted(PAUSING))) + "]"),
    True: re.compile("[" + re.escape("".join(sorted(PAUSING | COMMAS))) + "]"),
}


@cache
def _kept_whole() -> frozenset[str]:
    return frozenset(shadda_first(word) for word in column("pausal_exceptions.tsv", "word"))


def pausal_word(word: str) -> str:
    """Return the pausal form of one vocalized word.

    ة loses its marks, ًا becomes ا with fatha before it, other final short vowels and tanwin
    are dropped; shadda and sukun are kept. The order of shadda and vowel does not change.
    """
    ordered = shadda_first(word)
    if ordered in _kept_whole() or _PROCLITIC_AND.sub("", ordered) in _kept_whole():
        return word
    pairs = split_marks(fathatan_before_alif(word))
    if not pairs:
        return word
    letter, marks = pairs[-1]
    if len(pairs) > 1 and letter in (ALIF, ALIF_MAKSURA) and FATHATAN in pairs[-2][1]:
        before, before_marks = pairs[-2]
        pairs[-2] = (before, before_marks.replace(FATHATAN, FATHA))
    elif letter == TEH_MARBUTA:
        pairs[-1] = (letter, "")
    elif letter == HAMZA and FATHATAN in marks:
        # سماءً has no alif for the long a: a dagger alif marks it without adding a letter.
        pairs[-1] = (letter, marks.replace(FATHATAN, FATHA + DAGGER_ALIF))
    else:
        fallen = "".join(mark for mark in marks if mark not in _FALLING)
        pairs[-1] = (letter, fallen.replace(FATHATAN, FATHA))
    return "".join(letter + marks for letter, marks in pairs)


def pausal_line(line: str, *, at_commas: bool = False, at_end: bool = True) -> str:
    """Put the words of a vocalized line that come before punctuation in their pausal forms.

    Args:
        line: One line of text.
        at_commas: Whether there is a pause at commas too.
        at_end: Whether there is a pause at the end of the line, even without punctuation.
    """
    out: list[str] = []
    start = 0
    for stop in _PAUSE[at_commas].finditer(line):
        # A stop inside a number or an address is not a pause.
        if stop.end() < len(line) and not line[stop.end()].isspace():
            following = line[stop.end()]
            if following.isalnum() and stop.group() in ".:":
                continue
        out.append(_pause_last(line[start : stop.start()]))
        out.append(stop.group())
        start = stop.end()
    rest = line[start:]
    out.append(_pause_last(rest) if at_end else rest)
    return "".join(out)


def _pause_last(text: str) -> str:
    match = _LAST_WORD.search(text)
    if match is None or strip_marks(match[1]) == match[1]:
        return text
    return text[: match.start(1)] + pausal_word(match[1]) + match[2]
