"""The dictionary of vocalised forms: the marks that a word can have, its clitics included.

``morphology.txt.gz`` is written by ``tools/morphology_table.py`` from farahidi (Wael Tellat,
GPL-3.0-or-later), the Python edition of AlKhalil Morpho Sys 2 (Oujda NLP Team, GPL-3.0). It has the
words that news needs, without و ف ب ل ك س, which are added here. A line is a word, a tab, and its
stems: the classes of marks of the letters but the last, a count in modern texts, and the endings,
each with what it may stand for.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from mujaz.arabic.letters import ALIF, LAM
from mujaz.arabic.sorted_table import SortedTable
from mujaz.diacritizers.candidates import Reading, Word
from mujaz.diacritizers.classes import (
    DOUBLING,
    NONE,
    WITH_DAMMA,
    WITH_FATHA,
    WITH_KASRA,
    single,
)
from mujaz.diacritizers.diptotes import with_diptotes
from mujaz.diacritizers.forms import Case, Form, Forms

__all__ = ["ATTESTED", "Case", "Form", "Forms", "Morphology", "before_wasl", "digits", "morphology"]

# Digits of the counts: twice the natural logarithm of the count plus one.
ENERGY = "0123456789abcdefghijklmnopqrstuvwxyz"
# From this digit of the counts on (seven occurrences of its stem) a form is attested.
ATTESTED = 4

_ARTICLE = ALIF + LAM
_TEH, _MEEM, _SEEN = "ت", "م", "س"
_CONJUNCTIONS = ("و", "ف")
_PREPOSITIONS = {"ب": WITH_KASRA, "ك": WITH_FATHA, LAM: WITH_KASRA}
_MOST_CACHED = 500
# Maps the ASCII code of a hexadecimal digit to its value.
_VALUES = bytes.maketrans(b"0123456789abcdef", bytes(range(16)))


def digits(reading: Reading) -> str:
    """Return the classes of a reading as hexadecimal digits."""
    return "".join(f"{index:x}" for index in reading)


class Morphology:
    """Looks words up in the table. Threads may share an object."""

    def __init__(self) -> None:
        data = (files("mujaz.diacritizers") / "morphology.txt.gz").read_bytes()
        self._table = SortedTable(gzip.decompress(data))
        self._cache: dict[str, Forms] = {}

    def forms(self, word: str) -> Forms:
        """Return the forms that the letters of a word allow; empty if the word is not known."""
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            found = self._cache[word] = self._composed(word)
        return found

    def is_ordinary(self, word: str) -> bool:
        """Whether a word is attested in the dictionary as more than a proper name."""
        return any(
            form.energy >= ATTESTED and not form.case & Case.NAME
            for form in self.forms(word).values()
        )

    def _composed(self, word: str) -> Forms:
        out = self._without_conjunction(word)
        if word[:1] in _CONJUNCTIONS and not _hides_vowel(word):
            for reading, form in self._without_conjunction(word[1:]).items():
                _add(out, (WITH_FATHA, *reading), form)
                if word[1:2] == LAM and reading[0] == WITH_KASRA and form.case & Case.JUSSIVE:
                    # The ل of command has no vowel behind a conjunction: فَلْنَعْمَلْ.
                    _add(out, (WITH_FATHA, NONE, *reading[1:]), form)
        return out

    def _without_conjunction(self, word: str) -> Forms:
        out = self._stored(word)
        rest = word[1:]
        if word[:1] == _SEEN:
            for reading, form in self._stored(rest).items():
                if form.case & Case.IMPERFECT and form.case & Case.NOMINATIVE:
                    _add(out, (WITH_FATHA, *reading), form)
        vowel = _PREPOSITIONS.get(word[:1])
        if vowel is None:
            return out
        lam = word[:1] == LAM
        if word.startswith(LAM + LAM):
            self._lam_and_article(word, out)
        if lam and rest.startswith(_ARTICLE) and not any(self._stem_lam(rest)):
            return out
        if _hides_vowel(word):
            return out
        for reading, form in self._stored(rest).items():
            if _after_preposition(form, lam=lam):
                _add(out, (vowel, *reading), form)
        return out

    def _lam_and_article(self, word: str, out: Forms) -> None:
        """Add the forms of a word with ل and the article, whose alif is then not written."""
        rest = word[1:]
        for reading, form in self._stored(ALIF + rest).items():
            if form.case & Case.GENITIVE and not form.case & Case.STEM_LAM:
                _add(out, Word.of(word).reading((WITH_KASRA, *reading[1:])), form)
        # Of three ل only two are written: لِلَّاعِبِ.
        for reading, form in self._stored(_ARTICLE + rest).items():
            if form.case & Case.GENITIVE and not form.case & Case.STEM_LAM:
                _add(out, (WITH_KASRA, DOUBLING + single(reading[2]), *reading[3:]), form)

    def _stem_lam(self, word: str) -> Iterator[bool]:
        return (bool(form.case & Case.STEM_LAM) for form in self._stored(word).values())

    def _stored(self, word: str) -> Forms:
        out: Forms = {}
        for part in self._table.line(word).split():
            stem, count, endings = part.split(b":")
            kind = Case.STEM_LAM if stem.endswith(b"!") else 0
            marks = tuple(stem.removesuffix(b"!").translate(_VALUES))
            energy = int(count, len(ENERGY))
            for last, case in _endings(endings):
                _add(out, marks + last, _form(kind | case, energy))
        return with_diptotes(word, out)


@cache
def _form(case: int, energy: int) -> Form:
    """Return a form; many forms of many words are alike."""
    return Form(case, energy)


@cache
def _endings(text: bytes) -> tuple[tuple[Reading, int], ...]:
    """Return the last classes of forms and what they may stand for.

    The whole table has less than two thousand such lists.
    """
    return tuple(
        (tuple(one[:-2].translate(_VALUES)), int(one[-2:], 16)) for one in text.split(b",")
    )


@cache
def morphology() -> Morphology:
    """Return the dictionary, loaded once."""
    return Morphology()


def before_wasl(letters: str, forms: Forms) -> Forms:
    """Return the forms together with those that have a helping vowel before a wasl alif.

    Wright, A Grammar of the Arabic Language, 3rd ed., I § 20: كَتَبَتِ, هُمُ, مِنِ.
    """
    vowel = WITH_DAMMA if letters.endswith(_MEEM) else WITH_KASRA
    out = dict(forms)
    for reading, form in forms.items():
        if reading[-1] == NONE and (letters[-1] in (_TEH, _MEEM) or form.case & Case.JUSSIVE):
            _add(out, (*reading[:-1], vowel), form)
    return out


def _hides_vowel(word: str) -> bool:
    """Whether the table lacks a vowel of the word after the first letter.

    وكالة looks as if it had the article, whose lam has no vowel in a reading; لوكالة does not.
    """
    alone, here = Word.of(word[1:]).article_lam, Word.of(word).article_lam
    return bool(alone) and here != alone + 1


def _after_preposition(form: Form, *, lam: bool) -> bool:
    if form.case & Case.NOUN:
        return bool(form.case & Case.GENITIVE)
    # لِ before the subjunctive and the jussive.
    moods = Case.ACCUSATIVE | Case.JUSSIVE
    return lam and bool(form.case & Case.IMPERFECT) and bool(form.case & moods)


def _add(forms: Forms, reading: Reading, form: Form) -> None:
    before = forms.get(reading)
    if before is None:
        forms[reading] = form
    elif before.energy >= form.energy:
        forms[reading] = Form(before.case | (form.case & ~Case.STEM_LAM), before.energy)
    else:
        forms[reading] = Form(form.case | (before.case & ~Case.STEM_LAM), form.energy)
