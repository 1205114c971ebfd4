"""Features of each candidate reading of a word, for the ensemble.

Every network gives two numbers, the log probabilities of the reading's stem and of its ending;
mishkal gives four booleans. The ensemble scores a reading by their weighted sum, a log-linear
model (Berger et al., A Maximum Entropy Approach to Natural Language Processing, 1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mujaz.arabic.marks import shadda_first
from mujaz.diacritizers.candidates import Reading, Word
from mujaz.diacritizers.classes import word_classes
from mujaz.diacritizers.libtashkeel import FRAMES
from mujaz.diacritizers.mishkal import Analysis, MishkalDiacritizer
from mujaz.diacritizers.networks import Frame, Libtashkeel, Probabilities, shared_rawi

_RAWI_FRAMES = (Frame(". ", "."), Frame("«", "»."))
_SOURCES = ("rawi2_plain", "rawi3_plain", "rawi2_quoted", "rawi3_quoted", "lib_stop", "lib_more")
FEATURES: tuple[str, ...] = (
    *(f"{source}_{part}" for source in _SOURCES for part in ("stem", "ending")),
    "mishkal_chooses",
    "mishkal_chooses_stem",
    "mishkal_knows",
    "mishkal_knows_stem",
)
# Most readings of a word that mishkal's dictionary may add; some words have hundreds.
_MOST_KNOWN = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidate readings of one word and their features.

    Attributes:
        word: The word.
        readings: At least one.
        features: [readings, features].
        probabilities: [letters, classes], the mean of the networks; for spelling only.
    """

    word: Word
    readings: tuple[Reading, ...]
    features: Probabilities
    probabilities: Probabilities


class Evidence:
    """Computes the features with rawi, libtashkeel and mishkal.

    Raises:
        MissingPackageError: When made, if piper-tts is not installed.
    """

    def __init__(self) -> None:
        self._libtashkeel = Libtashkeel()
        self._rawi = shared_rawi()
        self._mishkal = MishkalDiacritizer()

    def of(self, words: Sequence[str], given: Sequence[str]) -> list[Choice]:
        """Return the readings of each word that agree with the given marks, and their features."""
        text = " ".join(words)
        sources = [one for pair in self._rawi.read(text, _RAWI_FRAMES) for one in pair]
        sources += self._libtashkeel.read(text, FRAMES)
        out = []
        start = 0
        for letters, marked, analysis in zip(
            words, given, self._mishkal.analyze(words), strict=True
        ):
            place = slice(start, start + len(letters))
            start += len(letters) + 1
            here = [source[place] for source in sources]
            out.append(_choice(Word.of(letters), marked, here, analysis))
        return out


def _choice(
    word: Word, given: str, sources: Sequence[Probabilities], analysis: Analysis | None
) -> Choice:
    mean: Probabilities = np.mean(sources, axis=0)
    fits = word.fits(given)
    chosen, known = _readings(word, analysis)
    readings = word.likeliest(word.masses(mean), fits)
    extra = [one for one in known[:_MOST_KNOWN] if word.agrees(one, fits)]
    if chosen is not None and word.agrees(chosen, fits):
        extra.append(chosen)
    readings = list(dict.fromkeys([*readings, *extra]))
    stem = len(word.letters) - word.ending
    columns: list[Sequence[float]] = []
    for source in sources:
        masses = word.masses(source)
        logs = [word.log_likelihood(masses, reading) for reading in readings]
        columns.append([float(one[:stem].sum()) for one in logs])
        columns.append([float(one[stem:].sum()) for one in logs])
    stems = {one[:stem] for one in known}
    columns.append([one == chosen for one in readings])
    columns.append([chosen is not None and one[:stem] == chosen[:stem] for one in readings])
    columns.append([one in known for one in readings])
    columns.append([one[:stem] in stems for one in readings])
    return Choice(word, tuple(readings), np.array(columns, dtype=np.float64).T, mean)


def _readings(word: Word, analysis: Analysis | None) -> tuple[Reading | None, list[Reading]]:
    if analysis is None:
        return None, []
    forms = (analysis.chosen, *analysis.known)
    found = [word_classes(shadda_first(form), word.letters) for form in forms]
    chosen, *known = [None if one is None else word.reading(one) for one in found]
    return chosen, list(dict.fromkeys(one for one in known if one is not None))
