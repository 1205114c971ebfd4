"""Vocalised Arabic text in the form that espeak-ng's own ``ar`` rules read best.

Each rule answers a defect measured in espeak-ng 1.52: vowel-first shadda loses the vowel,
tanwin on the alif is ignored, a fatha before a dagger alif doubles the vowel, ta marbuta at a
pause is spoken as t, and the wasl alif after a prefix's kasra becomes a long vowel.
"""

from __future__ import annotations

import re

from mujaz.arabic.letters import (
    ALIF,
    DAGGER_ALIF,
    FATHA,
    HARAKAT,
    KASRA,
    LAM,
    LETTERS,
    MARKS,
    SHADDA,
    SUKUN,
    TATWEEL,
    TEH_MARBUTA,
)
from mujaz.arabic.marks import fathatan_before_alif, shadda_first, strip_marks
from mujaz.arabic.tables import column

_WORD = re.compile(f"[{LETTERS}][{LETTERS}{MARKS}]*")
_BRACKETS = re.compile(r"\[\[|\]\]")
_UNSPOKEN = re.compile(r"[\[\]{}<>()|\\^~`*_=#@«»\"“”‘’]")
# The article's kasra before a wasl alif: الِاقتصاد is said al-iqtisad.
_WASL_AFTER_ARTICLE = re.compile(f"(^|[{LETTERS}{HARAKAT}])({ALIF}{LAM}){KASRA}{ALIF}")


def render(text: str) -> str:
    """The exact string handed to espeak-ng for a vocalised line."""
    text = _BRACKETS.sub(" ", text.replace(TATWEEL, ""))
    text = _UNSPOKEN.sub(" ", text)
    text = shadda_first(fathatan_before_alif(text))
    return _WORD.sub(lambda match: _render_word(match.group()), text)


def _render_word(word: str) -> str:
    bare = strip_marks(word)
    if bare in column("espeak_bare.tsv", "word"):
        return bare
    word = word.replace(FATHA + DAGGER_ALIF, FATHA + ALIF).replace(DAGGER_ALIF, FATHA + ALIF)
    word = _WASL_AFTER_ARTICLE.sub(rf"\1\2{KASRA}", word)
    if word.endswith((FATHA + TEH_MARBUTA, FATHA + TEH_MARBUTA + SUKUN)):
        word = word[: word.rindex(TEH_MARBUTA)]
    if word.startswith(SHADDA):
        word = word[1:]
    return word
