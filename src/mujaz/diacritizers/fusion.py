"""Fuses the rawi networks with the dictionary: candidate readings of a word, scored together.

A log-linear model (Berger et al., A Maximum Entropy Approach to Natural Language Processing,
1996). The features of a reading are the log probabilities of its stem and of its ending by either
network, whether the dictionary has its stem and the whole form, whether it has no case ending, and
how often its stem stands in modern texts. The weights are in ``fusion.tsv``, fitted by
``bench/diacritics/fit.py``.

A word that is attested in the dictionary gets only forms that the dictionary has. A word that it
has only as a rare one, or as a name whose vowels were inferred, may also get what the networks
think of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from threading import Lock

import numpy as np
import numpy.typing as npt

from mujaz.arabic.letters import ALIF, ALIF_MAKSURA, TEH_MARBUTA
from mujaz.arabic.marks import has_marks
from mujaz.diacritizers.candidates import FLOOR, Reading, Word
from mujaz.diacritizers.classes import (
    CLASSES,
    NONE,
    WITH_DAMMA,
    WITH_FATHA,
    WITH_KASRA,
    WITH_SUKUN,
    is_double,
    single,
    spell,
)
from mujaz.diacritizers.forms import Case, Form, Forms
from mujaz.diacritizers.morphology import ATTESTED, before_wasl, morphology
from mujaz.diacritizers.networks import Frame, Probabilities, shared_rawi

FRAME = Frame(". ", ".")
NETWORKS = ("rawi2", "rawi3")
FEATURES: tuple[str, ...] = (
    *(f"{network}_{part}" for network in NETWORKS for part in ("stem", "ending")),
    "stem_known",
    "form_known",
    "bare_known",
    "bare_against_dictionary",
    "bare_unknown",
    "count",
    "count_share",
    "not_counted",
    "first_or_second_person",
)
# Letters whose vowel is not the case ending: a bare one tells nothing.
_NO_ENDING = (ALIF, ALIF_MAKSURA, TEH_MARBUTA)
# How many of the networks' readings are also tried without a case ending.
_BARE_TRIED = 3
_TEH = "ت"
# The column after the last class is empty.
_NO_CLASS = len(CLASSES)
_COLUMNS = _NO_CLASS + 1
_MOST_CACHED = 3_000


class _Folds:
    """The few ways in which classes stand for one another (:attr:`Word.folds`), as matrices.

    Attributes:
        matrices: [ways, classes, columns], 1 where a class stands for another.
    """

    def __init__(self) -> None:
        self.matrices = np.zeros((0, _NO_CLASS, _COLUMNS))
        self._rows: dict[tuple[int, ...], int] = {}
        self._lock = Lock()

    def row(self, fold: tuple[int, ...]) -> int:
        """Return the row of a way, which is added if it is new."""
        found = self._rows.get(fold)
        if found is None:
            with self._lock:
                if fold not in self._rows:
                    matrix = np.zeros((1, _NO_CLASS, _COLUMNS))
                    matrix[0, np.arange(_NO_CLASS), fold] = 1.0
                    self.matrices = np.concatenate([self.matrices, matrix])
                    self._rows[fold] = len(self.matrices) - 1
                found = self._rows[fold]
        return found


_FOLDS = _Folds()


@dataclass(frozen=True, slots=True)
class Candidates:
    """Readings of a word, with all that does not depend on its sentence.

    Attributes:
        word: The word.
        readings: At least one.
        cells: [readings, letters], the class of each letter as a place in the flat array
            [letters, columns] of masses.
        shorter: [readings, letters], the same for the class that leaves out the vowel of a long
            letter after it; the empty column where there is none.
        bounds: Where in the flat array [readings, letters] stems and endings begin.
        folds: [letters], the row of each letter's fold in :class:`_Folds`.
        known: [readings, features after those of the networks].
        stem_lam: Whether in a reading the ل of an initial ال belongs to the stem.
        spellings: Cached answers of :meth:`spelled`.
    """

    word: Word
    readings: tuple[Reading, ...]
    cells: npt.NDArray[np.int64]
    shorter: npt.NDArray[np.int64]
    bounds: npt.NDArray[np.int64]
    folds: npt.NDArray[np.int64]
    known: Probabilities
    stem_lam: tuple[bool, ...]
    spellings: dict[tuple[int, int], str] = field(default_factory=dict)

    @classmethod
    def of(cls, word: Word, readings: Sequence[Reading], forms: Forms, *, wasl: bool) -> Candidates:
        """Compute the features of readings.

        Args:
            word: The word.
            readings: At least one.
            forms: Those that the dictionary has.
            wasl: Whether the next word begins with a wasl alif.
        """
        length = len(word.letters)
        places = np.arange(length) * _COLUMNS
        shorter = np.array([word.shorter(reading) for reading in readings], dtype=np.int64)
        shorter[shorter < 0] = _NO_CLASS
        starts = np.arange(len(readings)) * length
        bounds = np.stack([starts, starts + length - word.ending], axis=1).ravel()
        folds = np.array([_FOLDS.row(fold) for fold in word.folds])
        lams = tuple(
            reading in forms and bool(forms[reading].case & Case.STEM_LAM) for reading in readings
        )
        return cls(
            word,
            tuple(readings),
            np.array(readings, dtype=np.int64) + places,
            shorter + places,
            bounds,
            folds,
            _features(word, readings, forms, wasl=wasl),
            lams,
        )

    def spelled(self, place: int, probabilities: Probabilities) -> str:
        """Return the word with the marks of one reading."""
        key = (place, self.word.article_mark(probabilities))
        found = self.spellings.get(key)
        if found is None:
            found = self.spellings[key] = self._spelled(place, probabilities)
        return found

    def _spelled(self, place: int, probabilities: Probabilities) -> str:
        classes = self.word.spelled(self.readings[place], probabilities)
        if self.stem_lam[place]:
            # الْتَقَى: no article, so the ل is spoken and the letter after it is not doubled.
            lam = self.word.letters.index(ALIF) + 1
            after = self.readings[place][lam + 1]
            classes = (*classes[:lam], WITH_SUKUN, after, *classes[lam + 2 :])
        return spell(self.word.letters, classes)


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates of one word in its sentence."""

    candidates: Candidates
    features: Probabilities
    probabilities: Probabilities

    @property
    def word(self) -> Word:
        """The word."""
        return self.candidates.word

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The readings to choose from."""
        return self.candidates.readings

    def best(self, theta: Probabilities) -> str:
        """Return the word in its likeliest reading by these weights."""
        return self.candidates.spelled(int(np.argmax(self.features @ theta)), self.probabilities)


class Fusion:
    """Computes the candidates of words. Threads may share an object."""

    def __init__(self) -> None:
        self._networks = shared_rawi()
        self._dictionary = morphology()
        self._cache: dict[tuple[str, bool], Candidates] = {}

    def of(self, words: Sequence[str], given: Sequence[str]) -> list[Choice]:
        """Return for each word the readings that agree with the given marks, and their features."""
        (both,) = self._networks.read(" ".join(words), [FRAME])
        return self.choices(words, given, np.stack(both))

    def choices(
        self, words: Sequence[str], given: Sequence[str], sources: Probabilities
    ) -> list[Choice]:
        """Return the same from what the networks said.

        Args:
            words: Bare.
            given: The same words with the writer's marks.
            sources: [networks, letters of the words joined by spaces, classes].
        """
        fused = np.sqrt(sources.prod(axis=0))
        found: list[Candidates] = []
        places = []
        start = 0
        for n, (letters, marked) in enumerate(zip(words, given, strict=True)):
            here = slice(start, start + len(letters))
            places.append(here)
            start += len(letters) + 1
            following = words[n + 1] if n + 1 < len(words) else ""
            wasl = following.startswith(ALIF)
            found.append(self._candidates(letters, wasl, marked, fused[here]))
        features = _stacked(found, [sources[:, here] for here in places])
        ends = np.cumsum([len(one.readings) for one in found])
        return [
            Choice(one, rows, fused[here])
            for one, rows, here in zip(found, np.split(features, ends[:-1]), places, strict=True)
        ]

    def _candidates(self, letters: str, wasl: bool, given: str, fused: Probabilities) -> Candidates:
        key = (letters, wasl)
        marked = has_marks(given)
        cached = None if marked else self._cache.get(key)
        if cached is not None:
            return cached
        word = Word.of(letters)
        forms = self._dictionary.forms(letters)
        if wasl:
            forms = before_wasl(letters, forms)
        fits = word.fits(given)
        readings = [one for one in forms if not marked or word.agrees(one, fits)]
        if any(forms[reading].count >= ATTESTED for reading in readings):
            out = Candidates.of(word, readings, forms, wasl=wasl)
            if not marked:
                if len(self._cache) >= _MOST_CACHED:
                    self._cache.clear()
                self._cache[key] = out
            return out
        readings = self._open(word, readings, fits, fused)
        return Candidates.of(word, readings, forms, wasl=wasl)

    @staticmethod
    def _open(
        word: Word, known: Sequence[Reading], fits: Probabilities, fused: Probabilities
    ) -> list[Reading]:
        """Return the readings of a rare or unknown word: the networks' and the dictionary's."""
        likely = word.likeliest(word.masses(fused), fits)
        bare = [
            (*reading[:-1], NONE)
            for reading in likely[:_BARE_TRIED]
            if word.letters[-1] not in _NO_ENDING and not is_double(reading[-1])
        ]
        bare = [reading for reading in bare if word.agrees(reading, fits)]
        return list(dict.fromkeys([*likely, *known, *bare]))


def _is_personal(letters: str, reading: Reading, form: Form, *, wasl: bool) -> bool:
    """Whether a form is كَتَبْتُ, كَتَبْتَ or كَتَبْتِ, which news rarely has; not كَتَبَتِ before wasl."""
    if not letters.endswith(_TEH) or form.case & (Case.NOUN | Case.NAME):
        return False
    vowels = (WITH_FATHA, WITH_DAMMA) if wasl else (WITH_FATHA, WITH_DAMMA, WITH_KASRA)
    return single(reading[-1]) in vowels


@cache
def weights() -> Probabilities:
    """Return the fitted weights in the order of :data:`FEATURES`."""
    text = (files("mujaz.diacritizers") / "fusion.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    table = {row[0]: float(row[1]) for row in rows[1:]}
    return np.array([table[feature] for feature in FEATURES])


def _stacked(found: Sequence[Candidates], sources: Sequence[Probabilities]) -> Probabilities:
    """Return [readings of all words, features].

    Args:
        found: One for each word.
        sources: For each word, [networks, letters, classes].
    """
    moved = [one.word.tanwin_moved(source) for one, source in zip(found, sources, strict=True)]
    raw = np.concatenate(moved, axis=1)
    folds = _FOLDS.matrices[np.concatenate([one.folds for one in found])]
    masses = np.matmul(raw[:, :, None, :], folds).reshape(len(raw), -1)
    letters = np.cumsum([0, *(len(one.word.letters) for one in found)])
    cells, shorter, bounds = [], [], []
    size = 0
    for one, start in zip(found, letters * _COLUMNS, strict=False):
        cells.append((one.cells + start).ravel())
        shorter.append((one.shorter + start).ravel())
        bounds.append(one.bounds + size)
        size += one.cells.size
    logs = np.log(
        np.maximum(masses[:, np.concatenate(cells)] + masses[:, np.concatenate(shorter)], FLOOR)
    )
    limits = np.concatenate(bounds)
    sums = np.add.reduceat(logs, limits, axis=1)
    # The stem of a word of one letter is empty.
    sums[:, :-1][:, limits[:-1] == limits[1:]] = 0.0
    networks = sums.reshape(len(raw), -1, 2).transpose(1, 0, 2).reshape(sums.shape[1] // 2, -1)
    return np.concatenate([networks, np.concatenate([one.known for one in found])], axis=1)


def _features(
    word: Word, readings: Sequence[Reading], forms: Forms, *, wasl: bool
) -> Probabilities:
    stem = len(word.letters) - word.ending
    stems: dict[Reading, int] = {}
    for reading, known in forms.items():
        stems[reading[:stem]] = max(stems.get(reading[:stem], 0), known.count)
    total = np.log(sum(np.exp(count / 2) for count in stems.values()) + 1.0)
    open_end = word.letters[-1] not in _NO_ENDING
    rows = []
    for reading in readings:
        form = forms.get(reading)
        bare = open_end and single(reading[-1]) == NONE
        rows.append(
            (
                reading[:stem] in stems,
                form is not None,
                bare and form is not None,
                bare and form is None and bool(stems),
                bare and not stems,
                form.count / 2 if form else 0.0,
                form.count / 2 - total if form else 0.0,
                form is not None and not form.count,
                form is not None and _is_personal(word.letters, reading, form, wasl=wasl),
            )
        )
    return np.array(rows, dtype=np.float64)
