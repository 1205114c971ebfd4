"""Writes phonemes as espeak-ng mnemonics: dark vowels, stress, separators.

A phoneme is one string here (``dZ``, ``a:``, ``a.:``); words are lists of them until the last
step, because espeak-ng reads a run of mnemonics by the longest match and ``d`` ``H`` would
become ``dH``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

VOWELS = frozenset(["a", "i", "u", "a:", "i:", "u:"])
EMPHATICS = frozenset(["s[", "dH", "t[", "Z"])
STRESS = "'"
SEPARATOR = "|"
# Mnemonics of espeak-ng 1.52's table `ar` (phontab) that two adjacent phonemes could form.
_CLASHES = frozenset([("d", "H"), ("d", "Z"), ("t", "S"), ("g", "H")])


def darkened(phonemes: Sequence[str]) -> list[str]:
    """Make vowels beside an emphatic consonant dark (Wright I § 8 on the vowels' shades)."""
    out: list[str] = []
    for index, phoneme in enumerate(phonemes):
        if phoneme in VOWELS and (
            (index and phonemes[index - 1] in EMPHATICS)
            or (index + 1 < len(phonemes) and phonemes[index + 1] in EMPHATICS)
        ):
            out.append(phoneme[0] + "." + phoneme[1:])
        else:
            out.append(phoneme)
    return out


def is_vowel(phoneme: str) -> bool:
    """Whether a phoneme is a vowel, dark or not."""
    return phoneme[0] in "aiu"


def stressed_vowel(phonemes: Sequence[str], stem: int) -> int | None:
    """Return the index of the stressed vowel by the rules of Modern Standard Arabic.

    The last syllable if it is superheavy, else the last but one if it is heavy, else the one
    before it; never before the stem (K. Ryding, A Reference Grammar of Modern Standard Arabic,
    2005, ch. 2 § 4).

    Args:
        phonemes: One word.
        stem: Index of the first phoneme of the stem; before it are clitics and article.
    """
    nuclei = [index for index, phoneme in enumerate(phonemes) if is_vowel(phoneme)]
    inside = [index for index in nuclei if index >= stem]
    if not inside:
        return nuclei[-1] if nuclei else None
    coda = [
        (nuclei[place + 1] if place + 1 < len(nuclei) else len(phonemes) + 1) - index - 2
        for place, index in enumerate(nuclei)
    ]
    weight = {
        index: coda[place] + (1 if phonemes[index].endswith(":") else 0)
        for place, index in enumerate(nuclei)
    }
    if weight[inside[-1]] >= 2 or len(inside) == 1:
        return inside[-1]
    if weight[inside[-2]] >= 1 or len(inside) == 2:
        return inside[-2]
    return inside[-3]


def join(phonemes: Iterable[str], stress: int | None = None) -> str:
    """Join a word's mnemonics: ``'`` before the stressed vowel, ``|`` where two would merge."""
    out: list[str] = []
    before = ""
    for index, phoneme in enumerate(phonemes):
        if (before, phoneme[:1]) in _CLASHES:
            out.append(SEPARATOR)
        if index == stress:
            out.append(STRESS)
        out.append(phoneme)
        before = phoneme
    return "".join(out)
