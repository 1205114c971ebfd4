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
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from mujaz.arabic.letters import ALIF
from mujaz.diacritizers.candidates import Reading, Word
from mujaz.diacritizers.classes import NONE, is_double
from mujaz.diacritizers.features import FEATURES, NO_ENDING, Candidates, features_of, starts_of
from mujaz.diacritizers.morphology import ATTESTED, before_wasl, morphology
from mujaz.diacritizers.networks import Frame, Probabilities, shared_rawi

FRAME = Frame(". ", ".")
# How many of the networks' readings are also tried without a case ending.
_BARE_TRIED = 3
_MOST_CACHED = 3_000
# Decimal places of a score: readings with equal features tie, however a processor rounds.
_DIGITS = 9


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
        scores = _scores(self.features, theta)
        return self.candidates.spelled(scores.index(max(scores)), self.probabilities)


class Fusion:
    """Computes the candidates of words. Threads may share an object."""

    def __init__(self) -> None:
        self._networks = shared_rawi()
        self._dictionary = morphology()
        self._cache: dict[tuple[str, bool], Candidates] = {}

    def of(self, words: Sequence[str], given: Sequence[str]) -> list[Choice]:
        """Return for each word the readings that agree with the given marks, and their features."""
        return self.choices(words, given, self._read(words))

    def choices(
        self, words: Sequence[str], given: Sequence[str], sources: Probabilities
    ) -> list[Choice]:
        """Return the same from what the networks said.

        Args:
            words: Bare.
            given: The same words with the writer's marks.
            sources: [networks, letters of the words joined by spaces, classes].
        """
        fused = _fused(sources)
        found = self._found(words, given, fused)
        ends = np.cumsum([len(one.readings) for one in found])
        rows = np.split(features_of(found, sources), ends[:-1])
        return [
            Choice(one, features, fused[start : start + len(one.word.letters)])
            for one, features, start in zip(found, rows, starts_of(words), strict=True)
        ]

    def best(self, words: Sequence[str], given: Sequence[str], theta: Probabilities) -> list[str]:
        """Return each word in its likeliest reading by these weights."""
        sources = self._read(words)
        fused = _fused(sources)
        found = self._found(words, given, fused)
        scores = _scores(features_of(found, sources), theta)
        out = []
        first = 0
        for one, start in zip(found, starts_of(words), strict=True):
            last = first + len(one.readings)
            place = max(range(first, last), key=scores.__getitem__) - first
            out.append(one.spelled(place, fused[start : start + len(one.word.letters)]))
            first = last
        return out

    def _read(self, words: Sequence[str]) -> Probabilities:
        (both,) = self._networks.read(" ".join(words), [FRAME])
        return np.stack(both)

    def _found(
        self, words: Sequence[str], given: Sequence[str], fused: Probabilities
    ) -> list[Candidates]:
        following = [word.startswith(ALIF) for word in words[1:]]
        return [
            self._candidates(letters, wasl, marked, fused[start : start + len(letters)])
            for letters, wasl, marked, start in zip(
                words, (*following, False), given, starts_of(words), strict=True
            )
        ]

    def _candidates(self, letters: str, wasl: bool, given: str, fused: Probabilities) -> Candidates:
        key = (letters, wasl)
        marked = given != letters
        cached = None if marked else self._cache.get(key)
        if cached is not None:
            return cached
        word = Word.of(letters)
        forms = self._dictionary.forms(letters)
        if wasl:
            forms = before_wasl(letters, forms)
        agreeing = forms
        if marked:
            fits = word.fits(given)
            agreeing = {one: form for one, form in forms.items() if word.agrees(one, fits)}
        if any(form.energy >= ATTESTED for form in agreeing.values()):
            out = Candidates.of(word, list(agreeing), forms, wasl=wasl)
            if not marked:
                if len(self._cache) >= _MOST_CACHED:
                    self._cache.clear()
                self._cache[key] = out
            return out
        readings = self._open(word, list(agreeing), word.fits(given), fused)
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
            if word.letters[-1] not in NO_ENDING and not is_double(reading[-1])
        ]
        bare = [reading for reading in bare if word.agrees(reading, fits)]
        return list(dict.fromkeys([*likely, *known, *bare]))


def _fused(sources: Probabilities) -> Probabilities:
    """Return [letters, classes], the geometric mean of the networks."""
    fused: Probabilities = np.sqrt(sources.prod(axis=0))
    return fused


def _scores(features: Probabilities, theta: Probabilities) -> list[float]:
    """Return the score of each reading, so rounded that readings with equal features are equal."""
    scores: list[float] = np.round(features @ theta, _DIGITS).tolist()
    return scores


@cache
def weights() -> Probabilities:
    """Return the fitted weights in the order of :data:`FEATURES`."""
    text = (files("mujaz.diacritizers") / "fusion.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    table = {row[0]: float(row[1]) for row in rows[1:]}
    return np.array([table[feature] for feature in FEATURES])
