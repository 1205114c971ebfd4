"""Fill in the marks of a word that is marked in part.

Sources of the rules: W. Wright, A Grammar of the Arabic Language, 3rd ed., vol. I §§ 4-26 (long
vowels, ta marbuta, article, syllables). Where the spelling leaves a choice, the most frequent
syllable is taken: a consonant between two vowels gets a sukun, the second consonant of a cluster
gets a fatha. After a long vowel, clusters are kept, because such words are foreign names.
"""

from __future__ import annotations

from mujaz.arabic.letters import (
    ALIF,
    ALIF_HAMZA_BELOW,
    ALIF_MADDA,
    ALIF_MAKSURA,
    ALIF_WASLA,
    DAGGER_ALIF,
    DAMMA,
    FATHA,
    KASRA,
    LAM,
    SHADDA,
    SHORT_VOWELS,
    SUKUN,
    SUN_LETTERS,
    TANWIN,
    TEH_MARBUTA,
    WAW,
    YEH,
)
from mujaz.arabic.marks import has_marks, shadda_first, split_marks, strip_marks

_ARTICLE = ALIF + LAM
_ALIFS = frozenset((ALIF, ALIF_MADDA, ALIF_WASLA))
_LONG_A = frozenset((ALIF, ALIF_MAKSURA, TEH_MARBUTA))
_GLIDES = {WAW: DAMMA, YEH: KASRA}
_VOWELS = frozenset(SHORT_VOWELS + TANWIN + DAGGER_ALIF)
# Fewest letters of a word that can have the article before its stem.
_LEAST_WITH_ARTICLE = 4

Pairs = list[tuple[str, str]]


def complete(word: str, spoken: str) -> str:
    """Return a spoken form with every letter marked but the last.

    Args:
        word: The word as written, without marks; decides whether the form has the article.
        spoken: The word, or several, with some of their marks, in any order.
    """
    bare, parts = word.split(), spoken.split()
    if len(bare) != len(parts):
        bare = [strip_marks(part) for part in parts]
    return " ".join(
        _completed(_with_article_of(one, part)) if has_marks(part) or len(parts) > 1 else part
        for one, part in zip(bare, parts, strict=True)
    )


def without_case(word: str) -> str:
    """Remove the case vowel at the end of a vocalized word; tanwin before an alif stays."""
    pairs = split_marks(word)
    letter, marks = pairs[-1]
    kept = "".join(mark for mark in marks if mark == SHADDA)
    return "".join(one + other for one, other in pairs[:-1]) + letter + kept


def _with_article_of(word: str, spoken: str) -> str:
    """Add the article that only the written word has, or remove it if only the form has it."""
    bare = strip_marks(spoken)
    if bare == word:
        return spoken
    if word == _ARTICLE + bare:
        return _ARTICLE + spoken
    if bare == _ARTICLE + word:
        stem = split_marks(spoken)[len(_ARTICLE) :]
        letter, marks = stem[0]
        # The doubling of a sun letter belongs to the article.
        marks = marks.replace(SHADDA, "") if letter in SUN_LETTERS else marks
        return letter + marks + "".join(one + other for one, other in stem[1:])
    return spoken


def _completed(word: str) -> str:
    pairs = split_marks(shadda_first(word))
    if not pairs[0][0]:
        return word
    start = _article(pairs)
    _long_vowels(pairs, start)
    for place in range(start, len(pairs) - 1):
        letter, marks = pairs[place]
        if not _is_marked(marks) and _needs_mark(pairs, place, start):
            pairs[place] = (letter, marks + _mark(pairs, place, start))
    return "".join(letter + marks for letter, marks in pairs)


def _article(pairs: Pairs) -> int:
    """Mark the article, if the word has one, and return the place of the stem."""
    letters = "".join(letter for letter, _ in pairs)
    if len(pairs) < _LEAST_WITH_ARTICLE or not letters.startswith(_ARTICLE) or pairs[0][1]:
        return 0
    following, marks = pairs[2]
    if pairs[1][1] not in ("", SUKUN):
        return 0
    if following in SUN_LETTERS and pairs[1][1]:
        # A lam that is spoken before a sun letter belongs to the stem: التقى.
        return 0
    if following in SUN_LETTERS:
        pairs[1] = (LAM, "")
        pairs[2] = (following, marks if SHADDA in marks else SHADDA + marks)
    else:
        pairs[1] = (LAM, SUKUN)
    return len(_ARTICLE)


def _long_vowels(pairs: Pairs, start: int) -> None:
    """Write the short vowel before each letter that lengthens it."""
    for place in range(len(pairs) - 1, start, -1):
        letter, marks = pairs[place]
        before, there = pairs[place - 1]
        if _is_marked(there) or before in _ALIFS:
            continue
        if letter in _LONG_A and not (letter == ALIF and before == WAW and _is_plural(pairs)):
            pairs[place - 1] = (before, there + FATHA)
        elif letter in _GLIDES and not marks and _lengthens(pairs, place):
            pairs[place - 1] = (before, there + _GLIDES[letter])
        elif letter == YEH and marks == SHADDA and place == len(pairs) - 1:
            # The nisba: مِصْرِيّ.
            pairs[place - 1] = (before, there + KASRA)


def _is_plural(pairs: Pairs) -> bool:
    """Whether the word ends in the plural's waw with its silent alif, as in قالوا."""
    if len(pairs) < 4 or pairs[-1][0] != ALIF or pairs[-2] != (WAW, ""):
        return False
    before, marks = pairs[-3]
    return DAMMA in marks or not (_is_marked(marks) or before in _ALIFS)


def _lengthens(pairs: Pairs, place: int) -> bool:
    """Whether an unmarked waw or yeh is a long vowel: no vowel may follow it."""
    if pairs[place - 1][0] in _GLIDES and place > 1:
        vowel = pairs[place - 2][1]
        if not _is_marked(vowel) or _GLIDES[pairs[place - 1][0]] in vowel:
            return False
    if place == len(pairs) - 1 or (place == len(pairs) - 2 and _is_plural(pairs)):
        return True
    following = pairs[place + 1][0]
    return following not in _LONG_A and following not in _GLIDES and following != ALIF_MADDA


def _needs_mark(pairs: Pairs, place: int, start: int) -> bool:
    letter = pairs[place][0]
    if letter in _ALIFS or letter == ALIF_MAKSURA:
        return False
    if letter == LAM and pairs[place + 1][0] == LAM and SHADDA in pairs[place + 1][1]:
        return False  # the name of God inside a word
    vowel = _GLIDES.get(letter)
    if vowel is None or place == start:
        return True
    if _is_plural(pairs) and place == len(pairs) - 2:
        return False
    return vowel not in pairs[place - 1][1]


def _mark(pairs: Pairs, place: int, start: int) -> str:
    """Choose vowel or sukun for a letter whose spelling does not say it."""
    letter, marks = pairs[place]
    if place == start and letter == ALIF_HAMZA_BELOW:
        return KASRA
    if SHADDA in marks or place == start or SHADDA in pairs[place + 1][1]:
        return FATHA
    before, there = pairs[place - 1]
    if before in _ALIFS and place - 1 == start:
        # Hamzat wasl begins words of which the first consonant has no vowel.
        return SUKUN
    if _VOWELS & set(there) or before in _ALIFS or _is_long(pairs, place - 1):
        return SUKUN
    return SUKUN if _after_long_vowel(pairs, place - 1, start) else FATHA


def _is_long(pairs: Pairs, place: int) -> bool:
    letter, marks = pairs[place]
    vowel = _GLIDES.get(letter)
    return vowel is not None and not marks and place > 0 and vowel in pairs[place - 1][1]


def _after_long_vowel(pairs: Pairs, place: int, start: int) -> bool:
    """Whether the cluster that ends at a place follows a long vowel or a diphthong."""
    while place > start and SUKUN in pairs[place][1]:
        if pairs[place][0] in _GLIDES:
            return True
        place -= 1
    return (pairs[place][0] in _ALIFS and place > start) or _is_long(pairs, place)


def _is_marked(marks: str) -> bool:
    """Whether a letter has a vowel or sukun."""
    return bool(_VOWELS & set(marks)) or SUKUN in marks
