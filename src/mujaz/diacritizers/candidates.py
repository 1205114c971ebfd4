"""Candidate readings of one word: which marks it can have, and which spellings sound the same.

Networks and dictionaries spell one reading in several ways: جَانِب and جانِب, الشَمْس and
الشَّمْس, a sukun or nothing. Such spellings are treated as one reading, written out in full, whose
probability is the sum of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

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
# Clitics and the alif of the article stand before its lam.
_MOST_BEFORE_LAM = 4
_NEVER_MARKED = frozenset((ALIF, ALIF_MADDA, ALIF_WASLA))
_ENDS_IN_ALIF = (ALIF, ALIF_MAKSURA)

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
        folds: For each letter, for each class, the class that stands for it.
        ending: Number of letters at the end that carry the case: one, or two before a final alif.
    """

    letters: str
    folds: tuple[tuple[int, ...], ...]
    ending: int

    @classmethod
    def of(cls, letters: str) -> Word:
        """Compute the classes that sound the same for a word of these letters."""
        match = _ARTICLE.match(letters)
        article = match.end() if match else 0
        folds = tuple(_fold(letters, place, article) for place in range(len(letters)))
        ending = 2 if len(letters) > 2 and letters[-1] in _ENDS_IN_ALIF else 1
        return cls(letters, folds, ending)

    def reading(self, classes: Reading) -> Reading:
        """Return the reading of a spelling, with short vowels before long letters written out."""
        out = list(classes)
        if len(out) > 1 and self.letters[-1] in _ENDS_IN_ALIF and single(out[-1]) == WITH_FATHATAN:
            out[-2] = _shadda_of(out[-2]) + WITH_FATHATAN
            out[-1] = NONE
        out = [fold[index] for fold, index in zip(self.folds, out, strict=True)]
        for place in range(len(out) - 2, -1, -1):
            vowel = self._lengthened(place, out[place + 1])
            if vowel and single(out[place]) == NONE and not self._article_lam(place):
                out[place] += vowel
        return tuple(out)

    def masses(self, probabilities: Probabilities) -> Probabilities:
        """Sum the probabilities [letters, classes] of classes that sound the same."""
        moved = self.tanwin_moved(probabilities)
        out = np.zeros_like(moved)
        for place, fold in enumerate(self.folds):
            np.add.at(out[place], list(fold), moved[place])
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
        for place, index in enumerate(reading[:-1]):
            vowel = self._lengthened(place, reading[place + 1])
            if vowel and single(index) == vowel:
                out[place] = index - vowel
        return out

    def likeliest(self, masses: Probabilities, fits: Probabilities) -> list[Reading]:
        """Return up to sixteen different readings, likeliest first.

        Args:
            masses: [letters, classes].
            fits: [letters, classes], 0 where a class contradicts the writer's marks.
        """
        beam: list[tuple[float, Reading]] = [(0.0, ())]
        for place in range(len(self.letters)):
            row = (masses[place] + 1e-9) * fits[place]
            order = np.argsort(-row, kind="stable")[:_CHOICES]
            choices = [int(index) for index in order if row[index] > _LEAST]
            choices = choices or [int(order[0])]
            longer = [
                (score + float(np.log(row[index])), (*reading, index))
                for score, reading in beam
                for index in choices
            ]
            longer.sort(key=lambda item: -item[0])
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
        for place, index in enumerate(reading):
            if self.letters[place] in _NEVER_MARKED:
                continue
            if self._article_lam(place):
                out[place] = self._lam_mark(place, probabilities)
            elif self._sun_letter(place) and NONE < index < DOUBLING:
                out[place] = index + DOUBLING
            elif index == NONE and not self._is_long(place, reading):
                out[place] = WITH_SUKUN
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
        """Return the class that :meth:`spelled` gives the lam of the article, if there is one."""
        for place in range(1, min(len(self.letters), _MOST_BEFORE_LAM)):
            if self._article_lam(place):
                return self._lam_mark(place, probabilities)
        return NONE

    def agrees(self, reading: Reading, fits: Probabilities) -> bool:
        """Whether a reading contradicts none of the writer's marks (see :meth:`likeliest`)."""
        for place, index in enumerate(reading):
            if fits[place, index]:
                continue
            following = reading[place + 1] if place + 1 < len(reading) else WITH_SUKUN
            vowel = self._lengthened(place, following) if place + 1 < len(reading) else 0
            if not vowel or single(index) != vowel or not fits[place, index - vowel]:
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

    def _lengthened(self, place: int, following: int) -> int:
        """Return the vowel that the next letter lengthens if it has no mark, else 0."""
        if following != NONE or self.letters[place] in _NEVER_MARKED:
            return 0
        if self.letters[place:] == WAW + ALIF and place > 1:
            # The plural's waw with its silent alif: قَالُوا.
            return 0
        return _LONG.get(self.letters[place + 1], 0)

    def _article_lam(self, place: int) -> bool:
        return len(set(self.folds[place])) == 1 and self.letters[place] not in _NEVER_MARKED

    def _lam_mark(self, place: int, probabilities: Probabilities) -> int:
        """Return the likeliest mark of the lam of an article.

        None, sukun, or the kasra of a wasl alif. Before a single letter it is no article, but the
        lam of وَالِد or وَكَالَة, and has a vowel.
        """
        article = place + 2 < len(self.letters)
        marks = (NONE, WITH_SUKUN) if article else (WITH_FATHA, WITH_DAMMA)
        return max((*marks, WITH_KASRA), key=lambda mark: float(probabilities[place][mark]))

    def _sun_letter(self, place: int) -> bool:
        return (
            0 < place < len(self.letters) - 1
            and self.folds[place][DOUBLING] == NONE
            and (self.letters[place] in SUN_LETTERS)
        )

    def tanwin_moved(self, probabilities: Probabilities) -> Probabilities:
        """Move the probability of tanwin-fath on a final alif to the letter before it.

        Args:
            probabilities: [..., letters, classes].
        """
        if len(self.letters) < 2 or self.letters[-1] not in _ENDS_IN_ALIF:
            return probabilities
        doubled = WITH_FATHATAN + DOUBLING
        out = probabilities.copy()
        before, last = out[..., -2, :], out[..., -1, :]
        on_alif = last[..., WITH_FATHATAN] + last[..., doubled]
        here = before[..., WITH_FATHATAN] + before[..., doubled]
        total = 1.0 - (1.0 - here) * (1.0 - on_alif)
        shadda = before[..., DOUBLING:].sum(axis=-1)
        before *= ((1.0 - total) / np.maximum(1.0 - here, _LEAST_REST))[..., None]
        before[..., WITH_FATHATAN] = total * (1.0 - shadda)
        before[..., doubled] = total * shadda
        last[..., [WITH_FATHATAN, doubled]] = 0.0
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


def _fold(letters: str, place: int, article: int) -> tuple[int, ...]:
    letter = letters[place]
    everything = range(len(CLASSES))
    on_lam = article and place == article - 1 and letters[article - 2] == ALIF
    if letter in _NEVER_MARKED or on_lam:
        return (NONE,) * len(CLASSES)
    fold = [NONE if index == WITH_SUKUN else index for index in everything]
    if letter == ALIF_HAMZA_BELOW:
        fold[NONE] = fold[WITH_SUKUN] = WITH_KASRA
    if article and place == article and letter in SUN_LETTERS:
        fold = [fold[single(index)] for index in everything]
    return tuple(fold)


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
    start = match.end() if match else 0
    for stem, classes in _lam_stems():
        end = start + len(stem)
        inner = end - 1 if len(letters) == end else end
        if not letters.startswith(stem, start) or not _VERB_END.fullmatch(letters[end:]):
            continue
        if reading[start:inner] == classes[: inner - start]:
            return start + 1
    return 0


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
