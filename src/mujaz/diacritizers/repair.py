"""Repair of loose spelling before a line is diacritized; for the voice only.

The forms that a word may stand for are weighed by :mod:`mujaz.arabic.loose_spelling`, by the
neighbours (:mod:`mujaz.diacritizers.spelling_context`), and, where forms differ in their hamza (أن
and إن), by a network, which gives the hamza of each alif back as a mark. A word that is none at all
may be a slip of one letter (:mod:`mujaz.diacritizers.slips`).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mujaz.arabic.loose_spelling import UNKNOWN, frequency, weigh
from mujaz.diacritizers.morphology import ATTESTED, morphology
from mujaz.diacritizers.networks import HAMZAS, Probabilities, Rawi, shared_rawi
from mujaz.diacritizers.slips import meant
from mujaz.diacritizers.spelling_context import factors

# A word is changed if what is written is less likely than this: in a line whose writer has a habit
# of loose spelling, and in any other line.
_DOUBT_LOOSE, _DOUBT_CAREFUL = 0.5, 0.1
# A writer is taken for careful above this probability.
_CAREFUL = 0.1
# Forms below this probability are not weighed against one another.
_LEAST = 1e-3
# The network's log probabilities count with this weight against those of the spelling.
_NETWORK = 1.0
_SPELLING = 0.5
_FLOOR = 1e-4
# Words that the network reads at once, and words before and behind them.
_PART, _AROUND = 40, 10
# A form has this part of the count of its stem among the words of running text.
_STEMS = 1e9
_MOST_CACHED = 20_000
_COMBINING = HAMZAS[1] | HAMZAS[2] | HAMZAS[3]


@dataclass(frozen=True, slots=True)
class Repair:
    """One word that is read in another spelling than the written one.

    Attributes:
        place: Index of the word in its sentence.
        written: The word as written, without marks.
        spoken: The spelling that is read.
        weighed: Probabilities of the forms that were weighed, the likeliest first.
    """

    place: int
    written: str
    spoken: str
    weighed: Mapping[str, float]


class SpellingRepair:
    """Finds repairs; loads the network when two hamzas are to be told apart."""

    def __init__(self) -> None:
        self._rawi: Rawi | None = None

    def of(self, words: Sequence[str], fixed: Sequence[bool] = ()) -> list[Repair]:
        """Return the repairs of a sentence.

        Args:
            words: Bare words.
            fixed: For each word, whether it stays as it is because the writer marked it.
        """
        shares, careful = weigh(
            words, [_known(*both) for both in zip(words, factors(words), strict=True)]
        )
        doubt = _DOUBT_CAREFUL if careful > _CAREFUL else _DOUBT_LOOSE
        changed = [
            place
            for place, (word, forms) in enumerate(zip(words, shares, strict=True))
            if forms.get(word, 0.0) < doubt and not (fixed and fixed[place])
        ]
        slips = [
            Repair(place, word, found, {found: 1.0})
            for place, (word, forms) in enumerate(zip(words, shares, strict=True))
            if len(forms) == 1 and not (fixed and fixed[place]) and (found := meant(word))
        ]
        return sorted([*slips, *self._chosen(words, shares, changed)], key=_place)

    def _chosen(
        self, words: Sequence[str], shares: Sequence[dict[str, float]], changed: Sequence[int]
    ) -> list[Repair]:
        """Return repairs of words that are probably not what is written."""
        if not changed:
            return []
        chosen = list(words)
        for place in changed:
            chosen[place] = max(shares[place], key=shares[place].__getitem__)
        open_places = [place for place in changed if len(_rivals(shares[place], words[place])) > 1]
        if open_places:
            self._settle(chosen, open_places, shares, words)
        return [
            Repair(place, words[place], chosen[place], _ordered(shares[place]))
            for place in changed
            if chosen[place] != words[place]
        ]

    def _settle(
        self,
        chosen: list[str],
        places: Sequence[int],
        shares: Sequence[dict[str, float]],
        words: Sequence[str],
    ) -> None:
        """Choose among forms that differ in their hamzas, a part of the sentence at a time."""
        for part in sorted({place // _PART for place in places}):
            first = max(0, part * _PART - _AROUND)
            window = chosen[first : (part + 1) * _PART + _AROUND]
            self._rawi = self._rawi or shared_rawi()
            masses = self._rawi.hamzas(" ".join(window))
            starts = np.cumsum([0, *(len(word) + 1 for word in window)])
            for place in places:
                if place // _PART != part:
                    continue
                start = starts[place - first]
                rivals = _rivals(shares[place], words[place])
                here = masses[start : start + len(chosen[place])]
                scores = {
                    form: _NETWORK * _log_mass(form, here) + _SPELLING * float(np.log(share))
                    for form, share in rivals.items()
                }
                chosen[place] = max(scores, key=scores.__getitem__)
                total = np.logaddexp.reduce(list(scores.values()))
                settled = {form: float(np.exp(one - total)) for form, one in scores.items()}
                shares[place].update(settled)


def _known(word: str, factor: dict[str, float]) -> dict[str, float]:
    """Return the factors of a word; the dictionary may have it although the list has it not.

    Not of a word with ه, which the dictionary knows as a pronoun behind almost any stem.
    """
    share = 0.0 if factor or word.endswith("ه") else _share(word)
    return {word: share / UNKNOWN} if share > UNKNOWN else factor


@lru_cache(_MOST_CACHED)
def _share(word: str) -> float:
    """Return the share of a word that only the dictionary has, by the count of its stem."""
    if frequency(word):
        return 0.0
    energy = max((form.energy for form in morphology().forms(word).values()), default=0)
    return math.exp(energy / 2) / _STEMS if energy >= ATTESTED else 0.0


def _place(repair: Repair) -> int:
    return repair.place


def _rivals(shares: Mapping[str, float], written: str) -> dict[str, float]:
    """Return the forms that differ from the likeliest in their hamzas only."""
    best = max(shares, key=shares.__getitem__)
    return {
        form: share
        for form, share in shares.items()
        if share > _LEAST and form != written and _letters(form) == _letters(best)
    }


def _letters(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if c not in _COMBINING)


def _log_mass(form: str, masses: Probabilities) -> float:
    kinds = [frozenset(unicodedata.normalize("NFD", letter)[1:]) & _COMBINING for letter in form]
    found = [masses[place, HAMZAS.index(kind)] for place, kind in enumerate(kinds)]
    return float(np.log(np.maximum(found, _FLOOR)).sum())


def _ordered(shares: Mapping[str, float]) -> dict[str, float]:
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return {form: round(share, 3) for form, share in ranked if share >= _LEAST}
