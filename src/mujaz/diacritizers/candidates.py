"""Candidate readings of one word: which marks it can have, and which spellings sound the same.

Networks and dictionaries spell one reading in several ways: جَانِب and جانِب, الشَمْس and
الشَّمْس, a sukun or nothing. Such spellings are treated as one reading, written out in full, whose
probability is the sum of theirs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, repeat
from operator import itemgetter

import numpy as np

from mujaz.arabic.letters import (
    ALIF,
    ALIF_HAMZA_BELOW,
    ALIF_MADDA,
    ALIF_MAKSURA,
    ALIF_WASLA,
    FATHATAN,
    SHADDA,
    SUN_LETTERS,
    WAW,
    YEH,
)
from mujaz.arabic.marks import shadda_first, split_marks, strip_marks
from mujaz.arabic.tables import column
from mujaz.diacritizers.classes import (
    CLASSES,
    DOUBLING,
    NONE,
    WITH_DAMMA,
    WITH_FATHA,
    WITH_FATHATAN,
    WITH_KASRA,
    WITH_SUKUN,
    allowed,
    is_double,
    single,
    spell,
    word_classes,
)
from mujaz.diacritizers.networks import Probabilities

Reading = tuple[int, ...]

# Endings of verbs and of verbal nouns: letters of inflection and pronouns only.
_VERB_END = re.compile("[اتنوهمكة]{0,3}")
# Before ال; a kasra-bearing ب ل ك only before a verbal noun, as in بالتزام.
_CLITICS = re.compile("[وف]?[بك]?(?=ال)")
_ARTICLE = re.compile("^[وف]?[بك]?ال(?=.)|^[وف]?لل(?=.)")
# The article behind ل before an alif: of the stem, or a wasl alif.
_JOINED_ARTICLE = re.compile("[وف]?لل(?=ا..)")
_LONG = {ALIF: WITH_FATHA, ALIF_MAKSURA: WITH_FATHA, YEH: WITH_KASRA, WAW: WITH_DAMMA}
# A word of more letters may end in the waw of the plural.
_LEAST_OF_PLURAL = 3
_NEVER_MARKED = frozenset((ALIF, ALIF_MADDA, ALIF_WASLA))
_ENDS_IN_ALIF = (ALIF, ALIF_MAKSURA)

# The ways in which classes of one letter sound the same. Without a mark: an alif, and the lam of
# the article. Ordinary: a sukun is like no mark. A hamza below: no mark is like a kasra. After the
# article, a sun letter: with or without shadda.
_UNMARKED, _ORDINARY, _HAMZA_BELOW, _SUN = range(4)
_PLAIN_FOLD = tuple(NONE if index == WITH_SUKUN else index for index in range(len(CLASSES)))
_KASRA_FOLD = tuple(WITH_KASRA if index == NONE else index for index in _PLAIN_FOLD)
# For each way, for each class, the class that stands for it.
FOLDS: tuple[tuple[int, ...], ...] = (
    (NONE,) * len(CLASSES),
    _PLAIN_FOLD,
    _KASRA_FOLD,
    tuple(_PLAIN_FOLD[single(index)] for index in range(len(CLASSES))),
)
_WAYS = {ALIF_HAMZA_BELOW: _HAMZA_BELOW, **dict.fromkeys(_NEVER_MARKED, _UNMARKED)}
# [ways, classes, classes], 1 where a class stands for another.
FOLD_MATRICES = np.array([[np.arange(len(CLASSES)) == one for one in fold] for fold in FOLDS]) * 1.0

# Classes of a letter below this probability are not tried as readings.
_LEAST = 3e-3
_CHOICES = 4
_KEPT = 16
# Keeps a division by what is left of a probability defined.
_LEAST_REST = 1e-12
# Networks are overconfident: with this least probability no single letter excludes a reading.
FLOOR = 1e-4


@dataclass(frozen=True, slots=True)
class Word:
    """The letters of a word, and for each letter which classes of marks sound the same.

    Attributes:
        letters: The word without marks.
        ways: For each letter, the place in :data:`FOLDS` of the way in which its classes fold.
        lengthened: For each letter, the vowel that the next letter tells if it has no mark; else 0.
        article_lam: Place of the lam of the article; 0 if there is none behind an alif.
        ending: Number of letters at the end that carry the case: one, or two before a final alif.
    """

    letters: str
    ways: bytes
    lengthened: bytes
    article_lam: int
    ending: int

    @classmethod
    def of(cls, letters: str) -> Word:
        """Compute the classes that sound the same for a word of these letters."""
        ways = bytearray(map(_WAYS.get, letters, repeat(_ORDINARY)))
        match = _ARTICLE.match(letters)
        article = match.end() if match else 0
        lam = article - 1 if article and letters[article - 2] == ALIF else 0
        if lam:
            ways[lam] = _UNMARKED
        if article and letters[article] in SUN_LETTERS:
            ways[article] = _SUN
        ending = 2 if len(letters) > 2 and letters[-1] in _ENDS_IN_ALIF else 1
        return cls(letters, bytes(ways), _lengthened(letters), lam, ending)

    @property
    def folds(self) -> tuple[tuple[int, ...], ...]:
        """For each letter, for each class, the class that stands for it."""
        return tuple(FOLDS[way] for way in self.ways)

    def reading(self, classes: Reading) -> Reading:
        """Return the reading of a spelling, with short vowels before long letters written out."""
        out = list(classes)
        if len(out) > 1 and self.letters[-1] in _ENDS_IN_ALIF and single(out[-1]) == WITH_FATHATAN:
            out[-2] = _shadda_of(out[-2]) + WITH_FATHATAN
            out[-1] = NONE
        out = [fold[index] for fold, index in zip(self.folds, out, strict=True)]
        for place in range(len(out) - 2, -1, -1):
            vowel = self.lengthened[place]
            if vowel and out[place + 1] == NONE == single(out[place]) and place != self.article_lam:
                out[place] += vowel
        return tuple(out)

    def masses(self, probabilities: Probabilities) -> Probabilities:
        """Sum the probabilities [letters, classes] of classes that sound the same."""
        moved = self.tanwin_moved(probabilities)
        out: Probabilities = np.matmul(moved[:, None], FOLD_MATRICES[list(self.ways)])[:, 0]
        return out

    def log_likelihood(self, masses: Probabilities, reading: Reading) -> Probabilities:
        """Return the log probability of each letter of a reading, [letters]."""
        out = np.empty(len(reading))
        for place, (index, other) in enumerate(zip(reading, self.shorter(reading), strict=True)):
            out[place] = masses[place, index] + (masses[place, other] if other >= 0 else 0.0)
        logs: Probabilities = np.log(np.maximum(out, FLOOR))
        return logs

    def shorter(self, reading: Reading) -> list[int]:
        """Return for each letter the class that leaves out a vowel which the next letter tells.

        -1 where there is none.
        """
        out = [-1] * len(reading)
        for place, vowel in enumerate(self.lengthened):
            if vowel and reading[place + 1] == NONE and single(reading[place]) == vowel:
                out[place] = reading[place] - vowel
        return out

    def likeliest(self, masses: Probabilities, fits: Probabilities) -> list[Reading]:
        """Return up to sixteen different readings, likeliest first.

        Args:
            masses: [letters, classes].
            fits: [letters, classes], 0 where a class contradicts the writer's marks.
        """
        beam: list[tuple[float, Reading]] = [(0.0, ())]
        scores = (masses + 1e-9) * fits
        orders = np.argsort(-scores, axis=-1, kind="stable")[:, :_CHOICES].tolist()
        for row, order in zip(scores.tolist(), orders, strict=True):
            choices = [index for index in order if row[index] > _LEAST] or order[:1]
            gains = [(math.log(row[index]), index) for index in choices]
            longer = [
                (score + gain, (*reading, index))
                for score, reading in beam
                for gain, index in gains
            ]
            longer.sort(key=itemgetter(0), reverse=True)
            beam = longer[: 2 * _KEPT]
        return list(dict.fromkeys(self.reading(reading) for _, reading in beam))[:_KEPT]

    def spelled(self, reading: Reading, probabilities: Probabilities) -> Reading:
        """Write a reading in full: sukun on what has no vowel, shadda after the article.

        Args:
            reading: As :meth:`reading` gives it.
            probabilities: [letters, classes]; they choose the article's lam, which may be
                bare, silenced, or carry the kasra of a wasl alif.
        """
        out = list(reading)
        for place, (way, index) in enumerate(zip(self.ways, reading, strict=True)):
            if way == _UNMARKED:
                continue
            if way == _SUN and NONE < index < DOUBLING and place < len(reading) - 1:
                out[place] = index + DOUBLING
            elif index == NONE and not self._is_long(place, reading):
                out[place] = WITH_SUKUN
        if self.article_lam:
            out[self.article_lam] = self.article_mark(probabilities)
        lam = _stem_lam(self.letters, reading)
        if lam:
            # الْتَقَى: no article, so the ل is spoken and the ت after it is not doubled.
            out[lam : lam + 2] = [WITH_SUKUN, single(reading[lam + 1])]
        joined = _JOINED_ARTICLE.match(self.letters)
        if joined:
            place = joined.end() - 1
            out[place] = _mark_before_alif(out[place], out[place + 2])
        return tuple(out)

    def article_mark(self, probabilities: Probabilities) -> int:
        """Return the class that :meth:`spelled` gives the lam of the article, if there is one.

        None, sukun, or the kasra of a wasl alif, whichever is likeliest. Before a single letter it
        is no article, but the lam of وَالِد or وَكَالَة, and has a vowel.
        """
        place = self.article_lam
        if not place:
            return NONE
        article = place + 2 < len(self.letters)
        marks = (NONE, WITH_SUKUN) if article else (WITH_FATHA, WITH_DAMMA)
        return max((*marks, WITH_KASRA), key=probabilities[place].tolist().__getitem__)

    def agrees(self, reading: Reading, fits: Probabilities) -> bool:
        """Whether a reading contradicts none of the writer's marks (see :meth:`likeliest`)."""
        for place, index in enumerate(reading):
            if fits[place, index]:
                continue
            vowel = self.lengthened[place]
            if not vowel or reading[place + 1] != NONE or single(index) != vowel:
                return False
            if not fits[place, index - vowel]:
                return False
        return True

    def fits(self, given: str) -> Probabilities:
        """Return [letters, classes]: 1 where a class agrees with the given marks, else 0."""
        marks = [found for _, found in split_marks(given)]
        if len(marks) > 1 and self.letters[-1] in _ENDS_IN_ALIF and FATHATAN in marks[-1]:
            marks[-2] = (SHADDA if SHADDA in marks[-2] else "") + FATHATAN
            marks[-1] = ""
        out = np.zeros((len(self.letters), len(CLASSES)))
        for place, (fold, mark) in enumerate(zip(self.folds, marks, strict=True)):
            for index, fit in enumerate(allowed(mark)):
                if fit:
                    out[place, fold[index]] = 1.0
        return out

    def _is_long(self, place: int, reading: Reading) -> bool:
        """Whether an unmarked letter lengthens the vowel before it."""
        vowel = _LONG.get(self.letters[place])
        return vowel is not None and place > 0 and single(reading[place - 1]) == vowel

    @property
    def moves_tanwin(self) -> bool:
        """Whether the tanwin of a final alif belongs to the letter before it."""
        return len(self.letters) > 1 and self.letters[-1] in _ENDS_IN_ALIF

    def tanwin_moved(self, probabilities: Probabilities) -> Probabilities:
        """Return [letters, classes] with the tanwin of a final alif on the letter before it."""
        if not self.moves_tanwin:
            return probabilities
        return tanwin_moved(probabilities, [len(self.letters) - 1])


def tanwin_moved(probabilities: Probabilities, alifs: Sequence[int]) -> Probabilities:
    """Move the probability of tanwin-fath on final alifs to the letters before them.

    Args:
        probabilities: [..., letters, classes].
        alifs: Places of the alifs.
    """
    places = np.array(alifs, dtype=np.intp)
    doubled = WITH_FATHATAN + DOUBLING
    out = probabilities.copy()
    before, last = out[..., places - 1, :], out[..., places, :]
    on_alif = last[..., WITH_FATHATAN] + last[..., doubled]
    here = before[..., WITH_FATHATAN] + before[..., doubled]
    total = 1.0 - (1.0 - here) * (1.0 - on_alif)
    shadda = before[..., DOUBLING:].sum(axis=-1)
    before *= ((1.0 - total) / np.maximum(1.0 - here, _LEAST_REST))[..., None]
    before[..., WITH_FATHATAN] = total * (1.0 - shadda)
    before[..., doubled] = total * shadda
    last[..., [WITH_FATHATAN, doubled]] = 0.0
    out[..., places - 1, :], out[..., places, :] = before, last
    return out


def choose(words: Sequence[str], given: Sequence[str], probabilities: Probabilities) -> list[str]:
    """Return the words with the likeliest marks that agree with the given ones, letter by letter.

    Args:
        words: Bare.
        given: The same words with the writer's marks.
        probabilities: [letters of the words joined by spaces, classes].
    """
    out = []
    start = 0
    for letters, marked in zip(words, given, strict=True):
        here = probabilities[start : start + len(letters)]
        start += len(letters) + 1
        word = Word.of(letters)
        scores = (word.masses(here) + 1e-9) * word.fits(marked)
        reading = word.reading(tuple(int(index) for index in scores.argmax(-1)))
        out.append(spell(letters, word.spelled(reading, here)))
    return out


def _lengthened(letters: str) -> bytes:
    """Return for each letter the vowel that the next letter lengthens if it has no mark, else 0."""
    out = [
        0 if letter in _NEVER_MARKED else _LONG.get(following, 0)
        for letter, following in pairwise(letters)
    ]
    if len(letters) > _LEAST_OF_PLURAL and letters.endswith(WAW + ALIF):
        # The plural's waw with its silent alif: قَالُوا.
        out[-1] = 0
    return bytes((*out, 0))


def _mark_before_alif(mark: int, following: int) -> int:
    """Return the mark of the second ل of لل before ا, from the mark of the letter behind the ا.

    Before a wasl alif, whose letter has no vowel of its own, the ل takes a kasra: لِلِاتِّحَاد. Any
    other stem begins with ل, which the article doubles: لِلَّاعِب.
    """
    if mark not in (NONE, WITH_SUKUN, WITH_FATHA):
        return mark
    wasl = is_double(following) or following in (NONE, WITH_SUKUN)
    return WITH_KASRA if wasl else WITH_FATHA + DOUBLING


def _stem_lam(letters: str, reading: Reading) -> int:
    """Return the place of the ل in a word such as التقى, whose ال is no article; else 0.

    The vowels decide: التُّقَى has the article.
    """
    match = _CLITICS.match(letters)
    if match is None:
        return 0
    start = match.end()
    if not letters.startswith(_lam_stem_letters(), start):
        return 0
    for stem, classes in _lam_stems():
        end = start + len(stem)
        inner = end - 1 if len(letters) == end else end
        if not letters.startswith(stem, start) or not _VERB_END.fullmatch(letters[end:]):
            continue
        if reading[start:inner] == classes[: inner - start]:
            return start + 1
    return 0


@cache
def _lam_stem_letters() -> tuple[str, ...]:
    return tuple(stem for stem, _ in _lam_stems())


@cache
def _lam_stems() -> tuple[tuple[str, Reading], ...]:
    """Return the eighth-form stems of roots in ل, and their readings."""
    out = []
    for vocalized in column("lam_stems.tsv", "stem"):
        stem = strip_marks(vocalized)
        classes = word_classes(shadda_first(vocalized), stem)
        if classes:
            out.append((stem, Word.of(stem).reading(classes)))
    return tuple(out)


def _shadda_of(index: int) -> int:
    return DOUBLING if is_double(index) else 0
