"""Writes phonemes as input text of espeak-ng: ``[[ ]]`` groups with clause punctuation between.

espeak-ng overflows its buffers (and the process dies) on a phoneme word of about 200 mnemonics, so
long words are cut into pieces, which are words to espeak-ng. It also cuts a clause after 800
bytes, even within a word, so a pause is put into longer clauses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mujaz.engines.espeak.mnemonics import is_vowel, join
from mujaz.engines.espeak.phonetizer import SpokenClause, SpokenWord

_LONGEST_PIECE = 40
_LONGEST_GROUP_BYTES = 600
# A clause of more words is spoken in two breaths, none of fewer words than the second number.
_LONGEST_BREATH_WORDS = 12
_SHORTEST_BREATH_WORDS = 4
_COMMA = ","


@dataclass(frozen=True, slots=True)
class Group:
    """Words that espeak-ng speaks in one breath.

    Attributes:
        words: Their mnemonics.
        owners: For each of them, the index of the written word.
        stop: The sign that ends them: it decides the melody.
        breath: Whether the clause goes on after it, with a breath but without a sign.
    """

    words: tuple[str, ...]
    owners: tuple[int, ...]
    stop: str
    breath: bool = False

    @property
    def text(self) -> str:
        """The input of espeak-ng."""
        return f"[[{' '.join(self.words)}]]{self.stop}"


def render(clauses: Sequence[SpokenClause], breaths: Sequence[int] = ()) -> list[Group]:
    """Return the groups of a line; none if the line has no words.

    Args:
        clauses: From the phonetizer.
        breaths: Indexes of written words before which a long clause may be cut.
    """
    groups: list[Group] = []
    for clause in clauses:
        parts = _in_breaths(clause.words, frozenset(breaths))
        for number, part in enumerate(parts, 1):
            last = number == len(parts)
            groups += _groups(part, clause.stop if last else _COMMA, breath=not last)
    return groups


def _in_breaths(words: Sequence[SpokenWord], breaths: frozenset[int]) -> list[Sequence[SpokenWord]]:
    """Cut a long clause at the place nearest to its middle, again if a part is still long."""
    if len(words) <= _LONGEST_BREATH_WORDS:
        return [words]
    places = [
        at
        for at in range(_SHORTEST_BREATH_WORDS, len(words) - _SHORTEST_BREATH_WORDS + 1)
        if words[at].index in breaths and _begins_alone(words[at])
    ]
    if not places:
        return [words]
    place = min(places, key=lambda at: abs(2 * at - len(words)))
    return _in_breaths(words[:place], breaths) + _in_breaths(words[place:], breaths)


def _begins_alone(word: SpokenWord) -> bool:
    """Whether a word can be said after a pause: not if its first vowel fell to the one before."""
    return len(word.phonemes) > 1 and is_vowel(word.phonemes[1])


def _groups(words: Sequence[SpokenWord], stop: str, *, breath: bool) -> list[Group]:
    """The words as one group, or as several within what espeak-ng holds."""
    groups: list[Group] = []
    pieces: list[str] = []
    owners: list[int] = []
    size = 0
    for word in words:
        for piece in _pieces(word):
            if size + len(piece) > _LONGEST_GROUP_BYTES:
                groups.append(Group(tuple(pieces), tuple(owners), _COMMA, breath=True))
                pieces, owners, size = [], [], 0
            pieces.append(piece)
            owners.append(word.index)
            size += len(piece) + 1
    if pieces:
        groups.append(Group(tuple(pieces), tuple(owners), stop, breath))
    return groups


def _pieces(word: SpokenWord) -> list[str]:
    sounds = [_sounds().get(phoneme, phoneme) for phoneme in word.phonemes]
    if len(sounds) <= _LONGEST_PIECE:
        return [join(sounds, word.stress)] if sounds else []
    pieces: list[str] = []
    start = 0
    for index, phoneme in enumerate(word.phonemes, 1):
        full = index - start >= _LONGEST_PIECE
        if index == len(sounds) or full or (index - start > 30 and is_vowel(phoneme)):
            pieces.append(join(sounds[start:index]))
            start = index
    return pieces


@cache
def _sounds() -> dict[str, str]:
    text = (files("mujaz.engines") / "data" / "espeak_sounds.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {phoneme: sound for phoneme, sound, _ in (line.split("\t") for line in lines[1:])}
