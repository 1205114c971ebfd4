"""Features of the candidate readings of words: what the networks and the dictionary say of each.

What does not depend on the sentence is analysed once a word, and kept as bytes: the classes of all
readings, one after another. From these the features of all readings of a sentence are computed
together, because numpy needs about as long for a thousand numbers as for ten.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

from mujaz.arabic.letters import ALIF, ALIF_MAKSURA, TEH_MARBUTA
from mujaz.diacritizers.candidates import (
    FLOOR,
    FOLD_MATRICES,
    FOLDS,
    Reading,
    Word,
    tanwin_moved,
)
from mujaz.diacritizers.classes import (
    CLASSES,
    DOUBLING,
    NONE,
    WITH_DAMMA,
    WITH_FATHA,
    WITH_KASRA,
    WITH_SUKUN,
    single,
    spell,
)
from mujaz.diacritizers.forms import Case, Forms
from mujaz.diacritizers.networks import Probabilities

_NETWORKS = ("rawi2", "rawi3")
FEATURES: tuple[str, ...] = (
    *(f"{network}_{part}" for network in _NETWORKS for part in ("stem", "ending")),
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
NO_ENDING = (ALIF, ALIF_MAKSURA, TEH_MARBUTA)
_TEH = "ت"
# The column after the last class is empty.
_NO_CLASS = len(CLASSES)
_COLUMNS = _NO_CLASS + 1
# Columns of a letter, whose classes are folded in all ways.
_WIDTH = len(FOLDS) * _COLUMNS
_FOLDED = np.pad(FOLD_MATRICES, ((0, 0), (0, 0), (0, 1))).swapaxes(0, 1).reshape(-1, _WIDTH)
# Energy of a reading that the dictionary lacks.
_NO_FORM = 255

_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Readings of a word, with all that does not depend on its sentence.

    Attributes:
        word: The word.
        readings: At least one.
        classes: Those of all letters of all readings.
        energies: For each reading, that of its form in the dictionary (see :class:`Form`).
        stems_known: For each reading, whether the dictionary has its stem.
        personal: For each reading, whether it is كَتَبْتُ, كَتَبْتَ or كَتَبْتِ, which news rarely has.
        in_dictionary: Whether the dictionary has the word.
        total: Logarithm of the count of all its stems.
        stem_lams: The readings in which the ل of an initial ال belongs to the stem.
        spellings: Cached answers of :meth:`spelled`.
    """

    word: Word
    readings: tuple[Reading, ...]
    classes: bytes
    energies: bytes
    stems_known: bytes
    personal: bytes
    in_dictionary: bool
    total: float
    stem_lams: frozenset[Reading]
    spellings: dict[tuple[int, int], str] = field(default_factory=dict)

    @classmethod
    def of(cls, word: Word, readings: Sequence[Reading], forms: Forms, *, wasl: bool) -> Candidates:
        """Analyse a word.

        Args:
            word: The word.
            readings: At least one.
            forms: Those that the dictionary has.
            wasl: Whether the next word begins with a wasl alif.
        """
        stem = len(word.letters) - word.ending
        stems: dict[Reading, int] = {}
        for reading, form in forms.items():
            if form.energy > stems.get(reading[:stem], -1):
                stems[reading[:stem]] = form.energy
        counts = [math.exp(energy / 2) for energy in stems.values()]
        return cls(
            word,
            tuple(readings),
            bytes(chain.from_iterable(readings)),
            bytes([forms[one].energy if one in forms else _NO_FORM for one in readings]),
            bytes([one[:stem] in stems for one in readings]),
            _personal(word.letters, readings, forms, wasl=wasl),
            bool(forms),
            math.log(sum(counts) + 1.0),
            frozenset([one for one, form in forms.items() if form.case & Case.STEM_LAM]),
        )

    @property
    def shows_ending(self) -> bool:
        """Whether the last letter carries the case ending, so that its vowel can be missing."""
        return self.word.letters[-1] not in NO_ENDING

    def spelled(self, place: int, probabilities: Probabilities) -> str:
        """Return the word with the marks of one reading."""
        key = (place, self.word.article_mark(probabilities))
        found = self.spellings.get(key)
        if found is None:
            found = self.spellings[key] = self._spelled(place, probabilities)
        return found

    def _spelled(self, place: int, probabilities: Probabilities) -> str:
        classes = self.word.spelled(self.readings[place], probabilities)
        if self.readings[place] in self.stem_lams:
            # الْتَقَى: no article, so the ل is spoken and the letter after it is not doubled.
            lam = self.word.letters.index(ALIF) + 1
            after = self.readings[place][lam + 1]
            classes = (*classes[:lam], WITH_SUKUN, after, *classes[lam + 2 :])
        return spell(self.word.letters, classes)


@dataclass(frozen=True, slots=True)
class _Layout:
    """The places of words, readings and letters of the candidates of a sentence.

    Attributes:
        starts: [words], places in the words joined by spaces.
        counts: [words], numbers of readings.
        lengths: [readings], numbers of letters.
        endings: [readings], those that carry the case.
        ends: [readings], where their classes end.
    """

    starts: _Ints
    counts: _Ints
    lengths: _Ints
    endings: _Ints
    ends: _Ints

    @classmethod
    def of(cls, found: Sequence[Candidates]) -> _Layout:
        """Lay the candidates of a sentence out."""
        counts = np.array([len(one.readings) for one in found])
        lengths = np.repeat([len(one.word.letters) for one in found], counts)
        endings = np.repeat([one.word.ending for one in found], counts)
        starts = np.array(starts_of([one.word.letters for one in found]))
        return cls(starts, counts, lengths, endings, lengths.cumsum())

    def places(self) -> _Ints:
        """Return for each class of each reading the place of its letter in the sentence."""
        shifts = np.repeat(self.starts, self.counts) - self.ends + self.lengths
        places: _Ints = np.arange(self.ends[-1]) + np.repeat(shifts, self.lengths)
        return places


def starts_of(words: Sequence[str]) -> list[int]:
    """Return where words that are joined by spaces begin."""
    return list(accumulate((len(word) + 1 for word in words[:-1]), initial=0))


def features_of(found: Sequence[Candidates], sources: Probabilities) -> Probabilities:
    """Return [readings of all words, features].

    Args:
        found: One for each word of a sentence.
        sources: [networks, letters of the words joined by spaces, classes].
    """
    layout = _Layout.of(found)
    classes = np.frombuffer(b"".join([one.classes for one in found]), np.uint8).astype(np.int64)
    heard = _by_networks(found, layout, classes, sources)
    known = _by_dictionary(found, layout, classes[layout.ends - 1])
    return np.concatenate([heard, known], axis=1)


def _by_networks(
    found: Sequence[Candidates], layout: _Layout, classes: _Ints, sources: Probabilities
) -> Probabilities:
    """Return [readings, networks x (stem, ending)], log probabilities."""
    masses = _masses([one.word for one in found], layout.starts, sources)
    places = layout.places()
    ways = _of_letters([one.word.ways for one in found])
    vowels = _of_letters([one.word.lengthened for one in found])[places]
    cells = (np.arange(len(ways)) * _WIDTH + ways * _COLUMNS)[places] + classes
    # A vowel that the next letter lengthens need not be written.
    long = (vowels > 0) & (classes % DOUBLING == vowels)
    long[:-1] &= classes[1:] == NONE
    shorter = np.where(long, cells - vowels, _NO_CLASS)
    logs = np.log(np.maximum(masses.take(cells, axis=1) + masses.take(shorter, axis=1), FLOOR))
    bounds = np.stack([layout.ends - layout.lengths, layout.ends - layout.endings], axis=1)
    sums = np.add.reduceat(logs, bounds.ravel(), axis=1).reshape(len(sources), -1, 2)
    # The stem of a word of one letter is empty.
    sums[:, layout.lengths == layout.endings, 0] = 0.0
    return sums.transpose(1, 0, 2).reshape(-1, 2 * len(sources))


def _masses(words: Sequence[Word], starts: _Ints, sources: Probabilities) -> Probabilities:
    """Return [networks, letters x ways x columns], the probabilities of classes that are alike."""
    alifs = [
        start + len(word.letters) - 1
        for word, start in zip(words, starts.tolist(), strict=True)
        if word.moves_tanwin
    ]
    moved = tanwin_moved(sources, alifs) if alifs else sources
    masses: Probabilities = np.matmul(moved, _FOLDED).reshape(len(sources), -1)
    return masses


def _of_letters(words: Sequence[bytes]) -> _Ints:
    """Return what words say of their letters, for the letters of the words joined by spaces."""
    return np.frombuffer(b"\0".join(words), np.uint8).astype(np.int64)


def _by_dictionary(found: Sequence[Candidates], layout: _Layout, last: _Ints) -> Probabilities:
    """Return [readings, features after those of the networks].

    Args:
        found: One for each word of a sentence.
        layout: Of these.
        last: The class of each reading's last letter.
    """
    totals = np.repeat([one.total for one in found], layout.counts)
    ending = np.repeat([one.shows_ending for one in found], layout.counts)
    listed = np.repeat([one.in_dictionary for one in found], layout.counts)
    energies = np.frombuffer(b"".join([one.energies for one in found]), np.uint8)
    known = energies != _NO_FORM
    bare = ending & (last % DOUBLING == NONE)
    counts = np.where(known, energies / 2, 0.0)
    columns = (
        np.frombuffer(b"".join([one.stems_known for one in found]), np.uint8),
        known,
        bare & known,
        bare & ~known & listed,
        bare & ~listed,
        counts,
        (counts - totals) * known,
        known & (energies == 0),
        np.frombuffer(b"".join([one.personal for one in found]), np.uint8),
    )
    return np.stack(columns, axis=1)


def _personal(letters: str, readings: Sequence[Reading], forms: Forms, *, wasl: bool) -> bytes:
    """Return :attr:`Candidates.personal`; before wasl, كَتَبَتِ is the third person."""
    if not letters.endswith(_TEH):
        return bytes(len(readings))
    vowels = (WITH_FATHA, WITH_DAMMA) if wasl else (WITH_FATHA, WITH_DAMMA, WITH_KASRA)
    return bytes(
        [
            one in forms
            and not forms[one].case & (Case.NOUN | Case.NAME)
            and single(one[-1]) in vowels
            for one in readings
        ]
    )
