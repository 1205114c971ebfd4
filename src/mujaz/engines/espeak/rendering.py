"""Writes phonemes as input text of espeak-ng: ``[[ ]]`` groups with clause punctuation between.

espeak-ng overflows its buffers (and the process dies) on a phoneme word of about 200 mnemonics, so
long words are cut into pieces, which are words to espeak-ng. It also cuts a clause after 800
bytes, even within a word, so a pause is put into longer clauses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mujaz.engines.espeak.mnemonics import is_vowel, join
from mujaz.engines.espeak.phonetizer import SpokenClause, SpokenWord

_LONGEST_PIECE = 40
_LONGEST_GROUP_BYTES = 600
_BREATH = ","


@dataclass(slots=True)
class Rendered:
    """The input of espeak-ng.

    Attributes:
        text: The phoneme groups.
        owners: For each word that espeak-ng will report, the index of the written word.
    """

    text: str = ""
    owners: list[int] = field(default_factory=list)


def render(clauses: Sequence[SpokenClause]) -> Rendered:
    """Return the input for a line; its text is empty if the line has no words."""
    rendered = Rendered()
    groups: list[str] = []
    for clause in clauses:
        words: list[str] = []
        size = 0
        for word in clause.words:
            for piece in _pieces(word):
                if size + len(piece) > _LONGEST_GROUP_BYTES:
                    groups.append(_group(words, _BREATH))
                    words, size = [], 0
                words.append(piece)
                size += len(piece) + 1
                rendered.owners.append(word.index)
        if words:
            groups.append(_group(words, clause.stop))
    rendered.text = " ".join(groups)
    return rendered


def _group(words: list[str], stop: str) -> str:
    return f"[[{' '.join(words)}]]{stop}"


def _pieces(word: SpokenWord) -> list[str]:
    if len(word.phonemes) <= _LONGEST_PIECE:
        return [str(word)] if word.phonemes else []
    pieces: list[str] = []
    start = 0
    for index, phoneme in enumerate(word.phonemes, 1):
        full = index - start >= _LONGEST_PIECE
        if index == len(word.phonemes) or full or (index - start > 30 and is_vowel(phoneme)):
            pieces.append(join(word.phonemes[start:index]))
            start = index
    return pieces
