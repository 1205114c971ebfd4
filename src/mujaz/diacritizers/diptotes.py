"""Diptotes: nouns that take fatha in the genitive, and no tanwin, unless they are definite.

The dictionary inflects most of them as if they were triptotes. The patterns are those of Wright,
A Grammar of the Arabic Language, 3rd ed., I § 302-309.
"""

from __future__ import annotations

from collections.abc import Iterator

from mujaz.arabic.letters import ALIF, ALIF_MAKSURA, LAM, WAW, YEH
from mujaz.diacritizers.candidates import Reading
from mujaz.diacritizers.classes import (
    NONE,
    WITH_DAMMA,
    WITH_FATHA,
    WITH_FATHATAN,
    WITH_KASRA,
    WITH_SUKUN,
    is_double,
    single,
)
from mujaz.diacritizers.forms import Case, Form, Forms

_LONG = (ALIF, ALIF_MAKSURA, WAW, YEH)
_HAMZA, _ALIF_HAMZA = "ء", "أ"
_TANWIN = range(WITH_FATHATAN, WITH_SUKUN)


def with_diptotes(word: str, forms: Forms) -> Forms:
    """Return the forms of a word without conjunction, with those that the dictionary lacks.

    Besides the genitive of diptotes: the endings of names that it leaves bare (إِيرَانُ), and the
    bare ending of nouns in ي (التَّهَانِي; Wright I § 312).
    """
    article = word.startswith(ALIF + LAM)
    inflecting = 0 if article else Case.NAME
    if word.endswith(YEH) or (not article and _is_shaped(word)):
        inflecting = Case.NOUN | Case.NAME
    if not any(form.case & inflecting for form in forms.values()):
        return forms
    out: Forms = {}
    for reading, form in forms.items():
        if form.case & inflecting:
            for one, found in _inflected(word, reading, form, article=article):
                _merge(out, one, found)
        elif form.case & (Case.NOUN | Case.NAME):
            _merge(out, reading, form)
        else:
            out.setdefault(reading, form)
    return out


def _merge(forms: Forms, reading: Reading, form: Form) -> None:
    before = forms.get(reading)
    if before is not None:
        form = Form(form.case | before.case, max(form.energy, before.energy))
    forms[reading] = form


def _inflected(
    word: str, reading: Reading, form: Form, *, article: bool
) -> Iterator[tuple[Reading, Form]]:
    ending = single(reading[-1])
    if reading[-1] == WITH_FATHA and word[-1] == YEH and single(reading[-2]) == WITH_KASRA:
        yield (*reading[:-1], NONE), _as(form, Case.NOMINATIVE | Case.GENITIVE)
    if article:
        yield reading, form
        return
    name = bool(form.case & Case.NAME)
    plural = _is_plural(word, reading)
    elative = _is_elative_or_colour(word, reading)
    if plural and ending in _TANWIN:
        return
    if ending == WITH_FATHA and (name or plural or elative):
        form = Form(form.case | Case.GENITIVE, form.energy)
        if elative:
            # Definite before a genitive: بِأَحْدَثِ الْأَسْلِحَةِ.
            yield (*reading[:-1], reading[-1] - WITH_FATHA + WITH_KASRA), _as(form, Case.GENITIVE)
    if name and reading[-1] == NONE and word[-1] not in _LONG:
        yield (*reading[:-1], WITH_DAMMA), _as(form, Case.NOMINATIVE)
        yield (*reading[:-1], WITH_FATHA), _as(form, Case.ACCUSATIVE | Case.GENITIVE)
    yield reading, form


def _as(form: Form, case: int) -> Form:
    kind = form.case & (Case.NOUN | Case.NAME | Case.STEM_LAM)
    return Form(kind | case, form.energy)


def _is_shaped(word: str) -> bool:
    """Whether the letters allow a form that :func:`_is_plural` or the elative's pattern has."""
    plural = word[2:3] == ALIF and 4 <= len(word) <= 6
    return plural or word.startswith(_ALIF_HAMZA) or word.endswith(ALIF + _HAMZA)


def _is_plural(word: str, reading: Reading) -> bool:
    """Whether a reading has the form of مَفَاعِل, مَفَاعِيل, مَوَادّ, فُعَلَاء or أَفْعِلَاء."""
    vowels = tuple(map(single, reading))
    if len(word) < 4:
        return False
    if word.endswith(ALIF + _HAMZA) and len(word) > 4:
        before = vowels[:-2]
        return before in (
            (WITH_DAMMA, WITH_FATHA, WITH_FATHA),
            (WITH_FATHA, NONE, WITH_KASRA, WITH_FATHA),
            (WITH_FATHA, WITH_KASRA, WITH_FATHA),
        )
    if word[2] != ALIF or vowels[:3] != (WITH_FATHA, WITH_FATHA, NONE):
        return False
    if len(word) == 4:
        return is_double(reading[3])
    if vowels[3] != WITH_KASRA or word[-1] in (YEH, ALIF):
        return False
    return len(word) == 5 or (len(word) == 6 and word[4] == YEH and vowels[4] == NONE)


def _is_elative_or_colour(word: str, reading: Reading) -> bool:
    """Whether a reading has the form of أَكْبَر or of صَحْرَاء."""
    vowels = tuple(map(single, reading))
    if word.startswith(_ALIF_HAMZA):
        return vowels[:-1] in (
            (WITH_FATHA, NONE, WITH_FATHA),
            (WITH_FATHA, WITH_FATHA),
        )
    return word.endswith(ALIF + _HAMZA) and vowels[:-1] == (
        WITH_FATHA,
        NONE,
        WITH_FATHA,
        NONE,
    )
