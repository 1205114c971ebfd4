"""Our phonemes as the IPA symbols of Piper voices that were trained with espeak-ng's Arabic.

espeak-ng's own rules for vocalised Arabic lose and double sounds (قُوَّة becomes ``quːat``), so such
a voice gets the phonemes of our phonetizer, written with the symbols that it was trained on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator
from functools import cache
from importlib.resources import files

from mujaz.engines.espeak.phonetizer import SpokenWord, phonetize

_STRESS = "ˈ"
_SENTENCE_ENDS = frozenset(".!?")


def ipa_sentences(line: str, symbols: Container[str]) -> list[list[str]]:
    """Return the symbols of a line, sentence by sentence, as Piper takes them.

    Args:
        line: Vocalised text.
        symbols: The symbols that the voice knows. A phoneme whose usual symbols are not all among
            them is written with others; if there are none, it keeps the usual ones.
    """
    sentences: list[list[str]] = []
    current: list[str] = []
    for clause in phonetize(line, at_end=True):
        for number, word in enumerate(clause.words):
            if current and (number or current[-1] != " "):
                current.append(" ")
            current.extend(_word(word, symbols))
        current.append(clause.stop)
        if clause.stop in _SENTENCE_ENDS:
            sentences.append(current)
            current = []
        else:
            current.append(" ")
    if current:
        sentences.append(current)
    return [_known_signs(sentence, symbols) for sentence in sentences]


def spelling(phoneme: str, symbols: Container[str]) -> str:
    """Return the first spelling of a phoneme that a voice has the symbols for, else the usual."""
    choices = _spellings()[phoneme]
    return next((text for text in choices if all(char in symbols for char in text)), choices[0])


def _word(word: SpokenWord, symbols: Container[str]) -> Iterator[str]:
    for index, phoneme in enumerate(word.phonemes):
        if index == word.stress and _STRESS in symbols:
            yield _STRESS
        yield from spelling(phoneme, symbols)


def _known_signs(sentence: list[str], symbols: Container[str]) -> list[str]:
    """Leave out spaces and punctuation that a voice does not know: they have no sound."""
    return [char for char in sentence if char in symbols or unicodedata.category(char)[0] == "L"
            or unicodedata.combining(char)]  # fmt: skip


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    text = (files("mujaz.engines") / "data" / "piper_ipa.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rows = (line.split("\t") for line in lines[1:])
    return {
        phoneme: tuple(unicodedata.normalize("NFD", choice) for choice in ipa.split("|"))
        for phoneme, ipa, _ in rows
    }
