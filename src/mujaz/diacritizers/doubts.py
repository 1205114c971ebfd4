"""Finds words of doubtful pronunciation, for an editor to decide.

A word is doubtful if the networks give its stem a low probability, if the dictionary does not have
it (mostly names), or if it is in other letters and normalization did not rewrite it. Words in the
lexicon, words that the writer vocalised, and case endings are not reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mujaz.arabic.letters import WORD
from mujaz.arabic.lexicon import Lexicon
from mujaz.arabic.marks import has_marks, strip_marks
from mujaz.arabic.spelling import is_complete
from mujaz.diacritizers.candidates import Reading, Word
from mujaz.diacritizers.classes import spell
from mujaz.diacritizers.mishkal import Analysis, MishkalDiacritizer
from mujaz.diacritizers.networks import Probabilities, Rawi
from mujaz.diacritizers.rawi import FRAME

# Words whose stem has a lower probability are reported.
_SURE = 0.75
_MOST_READINGS = 3
_AROUND = 3
_FOREIGN = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One word in doubt.

    Attributes:
        word: Without marks.
        reason: ``latin``, ``unknown`` or ``disagree``.
        doubt: From 0 (settled) to 1.
        readings: Vocalised forms to choose from, the likeliest first.
        context: The word with a few around it.
        count: Number of occurrences in the text.
    """

    word: str
    reason: str
    doubt: float
    readings: tuple[str, ...]
    context: str
    count: int = 1


class DoubtFinder:
    """Finds doubtful words by rawi's probabilities and mishkal's dictionary."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._rawi = Rawi()
        self._mishkal = MishkalDiacritizer()

    def find(self, sentences: Iterable[str]) -> list[Doubt]:
        """Return the doubtful words of normalized sentences, each once, the most doubtful first."""
        found: dict[str, Doubt] = {}
        for sentence in sentences:
            for doubt in self._in(sentence):
                before = found.get(doubt.word)
                if before is None:
                    found[doubt.word] = doubt
                else:
                    worse = doubt if doubt.doubt > before.doubt else before
                    found[doubt.word] = replace(worse, count=before.count + 1)
        return sorted(found.values(), key=lambda doubt: (-doubt.doubt, doubt.word))

    def _in(self, sentence: str) -> Iterator[Doubt]:
        for match in _FOREIGN.finditer(strip_marks(sentence)):
            if WORD.search(match.group()) is None:
                yield Doubt(match.group(), "latin", 1.0, (), " ".join(sentence.split()))
        given = WORD.findall(sentence)
        if not given:
            return
        bare = [strip_marks(word) for word in given]
        ((second, third),) = self._rawi.read(" ".join(bare), [FRAME])
        fused = np.sqrt(second * third)
        start = 0
        for place, analysis in enumerate(self._mishkal.analyze(bare)):
            letters = bare[place]
            here = fused[start : start + len(letters)]
            start += len(letters) + 1
            if is_complete(given[place]) or self._lexicon.knows(letters):
                continue
            context = bare[max(0, place - _AROUND) : place + _AROUND + 1]
            doubt = _doubt(Word.of(letters), here, analysis, context)
            if doubt is not None:
                yield doubt


def _doubt(
    word: Word, probabilities: Probabilities, analysis: Analysis | None, context: Sequence[str]
) -> Doubt | None:
    stem = len(word.letters) - word.ending
    masses = word.masses(probabilities / probabilities.sum(-1, keepdims=True))
    readings = word.likeliest(masses, np.ones_like(masses))
    stems: dict[Reading, tuple[float, Reading]] = {}
    for reading in readings:
        likelihood = float(np.exp(word.log_likelihood(masses, reading)[:stem].sum()))
        stems.setdefault(reading[:stem], (likelihood, reading))
    sure = max(likelihood for likelihood, _ in stems.values())
    unknown = (
        len(word.letters) > 1 and analysis is not None and not any(map(has_marks, analysis.known))
    )
    if sure >= _SURE and not unknown:
        return None
    likely = sorted(stems.values(), key=lambda item: -item[0])[:_MOST_READINGS]
    forms = tuple(spell(word.letters, word.spelled(one, probabilities)) for _, one in likely)
    # A word that is in no dictionary is doubtful even if the networks are confident.
    doubt = min(1.0, 1.0 - sure + (0.5 if unknown else 0.0))
    reason = "unknown" if unknown else "disagree"
    return Doubt(word.letters, reason, round(doubt, 3), forms, " ".join(context))
