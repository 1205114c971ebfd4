"""Finds words of doubtful pronunciation, for an editor to decide.

A word is doubtful if its stem has a low probability among the readings that the default diacritizer
weighs, if the dictionary does not have it (mostly names), or if it is in other letters and
normalization did not rewrite it. A word that is read in another spelling than the written one is
listed too. Words in the lexicon, words that the writer vocalised, words whose spoken form an editor
changed, and case endings are not reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from mujaz.arabic.completion import without_case
from mujaz.arabic.letters import WORD
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.spelling import is_complete
from mujaz.diacritizers.candidates import Reading
from mujaz.diacritizers.fusion import Choice, Fusion, weights
from mujaz.diacritizers.guard import Guard, windows
from mujaz.diacritizers.morphology import morphology

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
        readings: Vocalised forms to choose from, the one that is said first, the others by
            likelihood; for ``spelling``, the spellings that were weighed.
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
    """Finds doubtful words by what the default diacritizer weighs, and by its dictionary.

    Args:
        guard: The configured diacritizer with its lexicon; it gives the readings that are used.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._fusion = Fusion()

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
        written = [
            word if strip_marks(word) == letters else letters
            for word, letters in zip(given, bare, strict=True)
        ]
        for place, choice in enumerate(_choices(self._fusion, bare, written)):
            if is_complete(given[place]) or self._knows(bare[place]):
                continue
            if without_case(said[place]) != without_case(made[place]):
                continue
            context = " ".join(bare[max(0, place - _AROUND) : place + _AROUND + 1])
            found = _doubt(choice, said[place], context)
            if found is not None:
                yield replace(found, source=line.source)

    def _knows(self, bare: str) -> bool:
        return self._guard.lexicon is not None and self._guard.lexicon.knows(bare)


@cache
def _kept_fusion() -> Fusion:
    """The fusion, kept for single words that are asked for one after another."""
    return Fusion()


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
    choice = _choices(_kept_fusion(), bare, bare)[bare.index(letters)]
    return _by_stem(choice)[:_MOST_OFFERED]


def _choices(fusion: Fusion, bare: Sequence[str], given: Sequence[str]) -> list[Choice]:
    """Return the readings of each word of a line, in the windows in which it is diacritized."""
    out: list[Choice] = []
    for start, first, last in windows(len(bare)) if bare else ():
        out[first:] = fusion.of(bare[start:last], given[start:last])[first - start :]
    return out


def _by_stem(choice: Choice) -> list[tuple[str, float]]:
    """Return the likeliest form of each stem with the likelihood of the stem.

    The form that the diacritizer chooses is the first, the others follow by likelihood.
    """
    stem = len(choice.word.letters) - choice.word.ending
    scores = choice.features @ weights()
    shares = np.exp(scores - np.logaddexp.reduce(scores))
    stems: dict[Reading, tuple[str, float]] = {}
    for place in np.argsort(-scores, kind="stable").tolist():
        reading = choice.readings[place][:stem]
        if reading not in stems:
            form = choice.candidates.spelled(place, choice.probabilities)
            stems[reading] = (form, 0.0)
        form, share = stems[reading]
        stems[reading] = (form, share + float(shares[place]))
    best, *others = stems.values()
    return [best, *sorted(others, key=lambda item: -item[1])]


def _doubt(choice: Choice, used: str, context: str) -> Doubt | None:
    """Return the doubt of a word, if there is one.

    Args:
        choice: The readings that are weighed.
        used: The form that is said.
        context: The word with a few around it.
    """
    letters = choice.word.letters
    stems = _by_stem(choice)
    stem = without_case(used)
    sure = sum(share for form, share in stems if without_case(form) == stem)
    unknown = len(letters) > 1 and not morphology().forms(letters)
    if sure >= _SURE and not unknown:
        return None
    others = [form for form, _ in stems if without_case(form) != stem]
    # A word that is in no dictionary is doubtful even if the networks are confident.
    doubt = min(1.0, 1.0 - sure + (0.5 if unknown else 0.0))
    reason = "unknown" if unknown else "disagree"
    forms = (used, *others[: _MOST_READINGS - 1])
    return Doubt(letters, reason, round(doubt, 3), used, forms, context)
