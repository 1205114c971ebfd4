"""The protocol around every diacritizer: the same letters come out, only marks change.

Models drop emoji, turn full stops into control characters, cut long texts and rewrite hamzas.
So only runs of Arabic words reach them; all else is put back by position. Marks that the
writer gave are saved, stripped, predicted, and laid over the prediction. A word whose letters
the model changed is refused and kept as it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mujaz.arabic.letters import DAGGER_ALIF, SHADDA, SUKUN, WORD
from mujaz.arabic.marks import overlay_word, shadda_first, split_marks, strip_marks
from mujaz.plugins import Diacritizer

# Models are trained on sentences; beyond this many words a line is fed in pieces.
_MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Guard:
    """Diacritizes whole lines with any model.

    Attributes:
        model: What predicts the marks.
        lexicon: Bare word -> vocalised word, consulted before the model's answer.
    """

    model: Diacritizer
    lexicon: Mapping[str, str] | None = None

    def line(self, text: str) -> str:
        """The line with marks, shadda first on every letter; all else as it came."""
        matches = list(WORD.finditer(text))
        if not matches:
            return text
        given = [match.group() for match in matches]
        marked = self._words(given)
        out: list[str] = []
        end = 0
        for match, word in zip(matches, marked, strict=True):
            out.append(text[end : match.start()])
            out.append(word)
            end = match.end()
        out.append(text[end:])
        return "".join(out)

    def _words(self, given: Sequence[str]) -> list[str]:
        bare = [strip_marks(word) for word in given]
        predicted: list[str] = []
        for start in range(0, len(bare), _MOST_WORDS):
            piece = bare[start : start + _MOST_WORDS]
            answer = self.model.diacritize(piece)
            predicted.extend(answer if len(answer) == len(piece) else piece)
        return [
            self._settle(word, letters, marks)
            for word, letters, marks in zip(given, bare, predicted, strict=True)
        ]

    def _settle(self, given: str, bare: str, predicted: str) -> str:
        if self.lexicon is not None and bare in self.lexicon:
            predicted = self.lexicon[bare]
        if strip_marks(predicted) != bare:
            return shadda_first(given)
        if given == bare:
            return shadda_first(predicted)
        if DAGGER_ALIF in given:
            # A writer who sets a dagger alif has vocalised the word with care.
            return shadda_first(given)
        return _mend_shadda(overlay_word(given, predicted))


def _mend_shadda(word: str) -> str:
    """A given shadda without any vowel cannot be spoken: give it the likeliest one, fatha.

    Applies inside the word only; at its end a pause may rightly leave shadda alone.
    """
    pairs = split_marks(word)
    for place, (letter, marks) in enumerate(pairs[:-1]):
        following = pairs[place + 1]
        # A long vowel after it needs no sign, but fatha before alif is what it means.
        if marks.replace(SUKUN, "") == SHADDA and following[1] != "":
            pairs[place] = (letter, SHADDA + "\u064e")
    return "".join(letter + marks for letter, marks in pairs)
