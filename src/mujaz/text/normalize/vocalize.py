"""Vocalize the words that the normalizer writes, so that no diacritizer has to guess them.

Case endings come with the words; here each word gets the marks of its stem from the tables
(``number_names.tsv``, ``connectives.tsv``, ``written_words.tsv``), with و ف ب ل ك and the article
before it, and with a dual or accusative ending. Words of no table, such as the noun that was
written behind a figure, stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mujaz.arabic.letters import (
    ALIF,
    FATHA,
    KASRA,
    LAM,
    LETTERS,
    MARKS,
    SHADDA,
    SUKUN,
    SUN_LETTERS,
    TEH_MARBUTA,
)
from mujaz.arabic.marks import has_marks, overlay_word, shadda_first, split_marks, strip_marks
from mujaz.arabic.tables import rows

_WORD = re.compile(f"[{LETTERS}][{LETTERS}{MARKS}]*")
_CLITICS = {"و": FATHA, "ف": FATHA, "ب": KASRA, "ل": KASRA, "ك": FATHA}
_ARTICLE = ALIF + LAM
_LIL = LAM + LAM
_MOST_CLITICS = 2
_SHORTEST = 2
_TEH = "ت"
_SUFFIXES = ("ان", "ين", ALIF, "ي")
_TENS_SUFFIXES = ("ون", "ين")
_NUMBER_COLUMNS = ("masculine", "feminine", "ordinal_masculine", "ordinal_feminine")


def vocalized(said: str) -> str:
    """Return words with marks; words that no table knows are left as they are."""
    return _WORD.sub(lambda match: _word(match.group()), said)


def _word(word: str) -> str:
    pairs = split_marks(word)
    if all(marks for _, marks in pairs[:-1]) and len(pairs) > 1:
        return shadda_first(word)
    bare = "".join(letter for letter, _ in pairs)
    marks = _marks(bare)
    if marks is not None:
        return shadda_first(overlay_word(word, marks))
    return shadda_first(_led(word)) if has_marks(word) else word


@cache
def _marks(bare: str) -> str | None:
    """Return a bare word with the marks of its stem and clitics; None if no table has it."""
    found = _inflected(bare)
    if found is not None:
        return found
    if bare.startswith(_LIL) and len(bare) > len(_LIL) + 1:
        rest = _inflected(_ARTICLE + bare[len(_LIL) :])
        return None if rest is None else LAM + KASRA + rest[1:]
    lead = _CLITICS.get(bare[:1])
    if lead is None or len(bare) <= _SHORTEST:
        return None
    rest = _marks(bare[1:])
    return None if rest is None else bare[0] + lead + _joined(rest)


def _joined(word: str) -> str:
    """Return a word behind a clitic: its hamzat wasl is silent."""
    return ALIF + word[1:].lstrip(MARKS) if word.startswith(ALIF) else word


def _inflected(bare: str) -> str | None:
    """Return a stem of the tables with its marks, also with the article or a dual ending."""
    stems = _stems()
    if bare in stems:
        return stems[bare]
    for suffix in _TENS_SUFFIXES:
        tens = _tens().get(bare.removesuffix(suffix))
        if tens is not None and bare.endswith(suffix):
            return tens + suffix
    for suffix in _SUFFIXES:
        stem = bare.removesuffix(suffix)
        if stem == bare or len(stem) < _SHORTEST:
            continue
        known = stems.get(stem) or stems.get(_with_teh_marbuta(stem))
        if known is not None:
            known = known.rstrip(TEH_MARBUTA) + _TEH if known.endswith(TEH_MARBUTA) else known
            return known + suffix
    if bare.startswith(_ARTICLE) and len(bare) > len(_ARTICLE) + 1:
        rest = _inflected(bare[len(_ARTICLE) :])
        return None if rest is None else _definite(rest)
    return None


def _with_teh_marbuta(stem: str) -> str:
    return stem[:-1] + TEH_MARBUTA if stem.endswith(_TEH) else stem


def _definite(word: str) -> str:
    """Return a vocalized word with the article, whose lam is silent before a sun letter."""
    if word[0] not in SUN_LETTERS:
        return ALIF + LAM + SUKUN + _joined(word)
    return ALIF + LAM + word[0] + SHADDA + word[1:]


def _led(word: str) -> str:
    """Give marks to the clitics and the article before a word that has its own: وبِي، النِّي."""
    pairs = split_marks(word)
    first = next(place for place, (_, marks) in enumerate(pairs) if marks)
    lead, rest = (
        "".join(letter for letter, _ in pairs[:first]),
        "".join(map("".join, pairs[first:])),
    )
    article = lead.endswith((_ARTICLE, _LIL))
    clitics = lead[: -len(_ARTICLE)] if article else lead
    if lead.endswith(_LIL):
        clitics += LAM
    if not lead or len(clitics) > _MOST_CLITICS or not all(c in _CLITICS for c in clitics):
        return word
    said = "".join(letter + _CLITICS[letter] for letter in clitics)
    if not article:
        return said + rest
    return said + (_definite(rest)[1:] if lead.endswith(_LIL) else _definite(rest))


@cache
def _stems() -> Mapping[str, str]:
    """Map bare words to their marks; numbers come first, because some words have two readings."""
    out: dict[str, str] = {}
    for row in rows("number_names.tsv"):
        for column in _NUMBER_COLUMNS:
            if row[column]:
                out.setdefault(strip_marks(row[column]), shadda_first(row[column]))
    for stem, marked in _tens().items():
        out.setdefault(stem, marked)  # ثمان without its ya
    phrases = [row["vocalized"] for row in rows("written_words.tsv")]
    phrases += [row["spoken"] for row in rows("connectives.tsv")]
    for phrase in phrases:
        for word in phrase.split():
            out.setdefault(strip_marks(word), shadda_first(word))
    return out


@cache
def _tens() -> Mapping[str, str]:
    """Map the bare stems of 20 to 90 to their marks."""
    found = [shadda_first(row["tens"]) for row in rows("number_names.tsv") if row["tens"]]
    return {strip_marks(stem): stem for stem in found}
