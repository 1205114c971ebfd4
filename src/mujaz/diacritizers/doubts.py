"""Finds words of doubtful pronunciation, for an editor to decide.

A word is doubtful if the networks give its stem a low probability, if the dictionary does not have
it (mostly names), or if it is in other letters and normalization did not rewrite it. A word that is
read in another spelling than the written one is listed too. Words in the lexicon, words that the
writer vocalised, words whose spoken form an editor changed, and case endings are not reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from mujaz.arabic.completion import without_case
from mujaz.arabic.letters import WORD
from mujaz.arabic.marks import has_marks, strip_marks
from mujaz.arabic.spelling import is_complete
from mujaz.diacritizers.candidates import Reading, Word
from mujaz.diacritizers.classes import spell
from mujaz.diacritizers.guard import Guard
from mujaz.diacritizers.mishkal import Analysis, MishkalDiacritizer
from mujaz.diacritizers.networks import Probabilities, Rawi, shared_rawi
from mujaz.diacritizers.rawi import FRAME

# Words whose stem has a lower probability are reported.
_SURE = 0.75
_MOST_READINGS = 3
# Readings of one word that are listed with their likelihoods.
_MOST_OFFERED = 8
_AROUND = 3
_FOREIGN = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One normalized sentence to look at.

    Attributes:
        text: As it is said, without added marks.
        spoken: The vocalized line of a script, which an editor may have changed; or empty.
        source: Where the sentence comes from.
        unread: What normalization left out of it.
    """

    text: str
    spoken: str = ""
    source: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """One word in doubt.

    Attributes:
        word: Without marks.
        reason: ``latin``, ``unread``, ``spelling``, ``unknown`` or ``disagree``.
        doubt: From 0 (settled) to 1.
        used: The vocalised form that is said; empty if the word is not said.
        readings: Vocalised forms to choose from, the likeliest first; for ``spelling``, the
            spellings that were weighed.
        context: The word with a few around it.
        count: Number of occurrences in all texts.
        source: Where it occurs first.
    """

    word: str
    reason: str
    doubt: float
    used: str
    readings: tuple[str, ...]
    context: str
    count: int = 1
    source: str = ""

    @property
    def weight(self) -> float:
        """The doubt times the number of occurrences, by which words are ordered."""
        return self.doubt * self.count


class DoubtFinder:
    """Finds doubtful words by rawi's probabilities and mishkal's dictionary.

    Args:
        guard: The configured diacritizer with its lexicon; it gives the readings that are used.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._rawi = shared_rawi()
        self._mishkal = MishkalDiacritizer()

    def find(self, lines: Iterable[Line]) -> list[Doubt]:
        """Return the doubtful words, each once, by doubt times number of occurrences."""
        found: dict[str, Doubt] = {}
        for one in lines:
            for doubt in self._in(one):
                before = found.get(doubt.word)
                if before is None:
                    found[doubt.word] = doubt
                else:
                    worse = doubt if doubt.doubt > before.doubt else before
                    found[doubt.word] = replace(worse, count=before.count + 1)
        return sorted(found.values(), key=lambda doubt: (-doubt.weight, doubt.word))

    def _in(self, line: Line) -> Iterator[Doubt]:
        for match in _FOREIGN.finditer(strip_marks(line.text)):
            if WORD.search(match.group()) is None:
                whole = " ".join(line.text.split())
                yield Doubt(match.group(), "latin", 1.0, "", (), whole, source=line.source)
        for left in line.unread:
            whole = " ".join(line.text.split())
            yield Doubt(left, "unread", 1.0, "", (), whole, source=line.source)
        given: list[str] = WORD.findall(line.text)
        if not given:
            return
        bare = [strip_marks(word) for word in given]
        made: list[str] = WORD.findall(self._guard.line(line.text))
        spoken: list[str] = WORD.findall(line.spoken)
        said = spoken if len(spoken) == len(made) else made
        starts = [match.start() for match in WORD.finditer(line.text)]
        for (start, _), repair in self._guard.repairs(line.text):
            place = starts.index(start)
            around = " ".join(bare[max(0, place - _AROUND) : place + _AROUND + 1])
            bare[place] = repair.spoken
            doubt = round(1.0 - repair.weighed.get(repair.spoken, 1.0), 3)
            forms = tuple(repair.weighed)[:_MOST_READINGS]
            yield Doubt(
                repair.written, "spelling", doubt, said[place], forms, around, source=line.source
            )
        ((second, third),) = self._rawi.read(" ".join(bare), [FRAME])
        fused = np.sqrt(second * third)
        start = 0
        for place, analysis in enumerate(self._mishkal.analyze(bare)):
            letters = bare[place]
            here = fused[start : start + len(letters)]
            start += len(letters) + 1
            if is_complete(given[place]) or self._knows(letters):
                continue
            if without_case(said[place]) != without_case(made[place]):
                continue
            context = bare[max(0, place - _AROUND) : place + _AROUND + 1]
            found = _doubt(Word.of(letters), here, analysis, context)
            if found is not None:
                yield replace(found, used=said[place], source=line.source)

    def _knows(self, bare: str) -> bool:
        return self._guard.lexicon is not None and self._guard.lexicon.knows(bare)


@cache
def _kept_rawi() -> Rawi:
    """The networks, kept for single words that are asked for one after another."""
    return shared_rawi()


def readings_of(word: str, context: str = "") -> list[tuple[str, float]]:
    """List the readings of a word with their likelihoods (0 to 1), the likeliest first.

    Args:
        word: With or without marks.
        context: A sentence that holds it; the word alone if it does not.
    """
    found = WORD.search(strip_marks(word))
    if found is None:
        return []
    letters = found.group()
    bare = [strip_marks(one) for one in WORD.findall(context)]
    if letters not in bare:
        bare = [letters]
    place = bare.index(letters)
    ((second, third),) = _kept_rawi().read(" ".join(bare), [FRAME])
    start = sum(len(one) + 1 for one in bare[:place])
    here = np.sqrt(second * third)[start : start + len(letters)]
    likely = _likely_stems(Word.of(letters), here)
    total = sum(likelihood for likelihood, _ in likely) or 1.0
    return [
        (spell(letters, Word.of(letters).spelled(one, here)), likelihood / max(total, 1.0))
        for likelihood, one in likely[:_MOST_OFFERED]
    ]


def _likely_stems(word: Word, probabilities: Probabilities) -> list[tuple[float, Reading]]:
    """Readings of a word that differ before its case ending, with likelihoods, best first."""
    stem = len(word.letters) - word.ending
    masses = word.masses(probabilities / probabilities.sum(-1, keepdims=True))
    stems: dict[Reading, tuple[float, Reading]] = {}
    for reading in word.likeliest(masses, np.ones_like(masses)):
        likelihood = float(np.exp(word.log_likelihood(masses, reading)[:stem].sum()))
        stems.setdefault(reading[:stem], (likelihood, reading))
    return sorted(stems.values(), key=lambda item: -item[0])


def _doubt(
    word: Word, probabilities: Probabilities, analysis: Analysis | None, context: Sequence[str]
) -> Doubt | None:
    stems = _likely_stems(word, probabilities)
    sure = stems[0][0]
    unknown = (
        len(word.letters) > 1 and analysis is not None and not any(map(has_marks, analysis.known))
    )
    if sure >= _SURE and not unknown:
        return None
    likely = stems[:_MOST_READINGS]
    forms = tuple(spell(word.letters, word.spelled(one, probabilities)) for _, one in likely)
    # A word that is in no dictionary is doubtful even if the networks are confident.
    doubt = min(1.0, 1.0 - sure + (0.5 if unknown else 0.0))
    reason = "unknown" if unknown else "disagree"
    return Doubt(word.letters, reason, round(doubt, 3), "", forms, " ".join(context))
