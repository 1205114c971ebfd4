"""Marks of the words that the normalizer writes: numbers, units, letters, foreign names."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from mujaz.arabic.letters import FATHA, LETTERS, MARKS
from mujaz.arabic.marks import has_marks, shadda_first, strip_marks
from mujaz.arabic.spelling import bare_letters, is_complete
from mujaz.arabic.tables import rows
from mujaz.diacritizers.guard import Guard
from mujaz.engines.espeak.phonetizer import phoneme_line
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.line import normalize, normalize_line
from mujaz.text.normalize.measures import currencies, noun_of, units
from mujaz.text.normalize.nouns import Noun, counted
from mujaz.text.normalize.numbers import Form, Gender, cardinal, ordinal
from mujaz.text.normalize.vocalize import vocalized

_WORD = re.compile(f"[{LETTERS}][{LETTERS}{MARKS}]*")


class _Fatha:
    """A diacritizer that knows no word: a fatha on every letter."""

    name = "fatha"

    def diacritize(self, words: Sequence[str]) -> list[str]:
        return ["".join(letter + FATHA for letter in word) for word in words]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("وصل 12 شخصا", "وصل اِثْنَا عَشَرَ شخصا"),
        ("في 3 مدارس", "في ثَلَاثِ مدارس"),
        ("شاركت 8 دول", "شاركت ثَمَانِي دول"),
        ("بلغ السعر $5", "بلغ السعر خَمْسَةَ دُولَارَاتٍ"),
        ("دفع الزائر €25", "دفع الزائر خَمْسَةً وَعِشْرِينَ يُورُو"),
        ("بـ25 كم", "بِخَمْسَةٍ وَعِشْرِينَ كِيلُومِتْرًا"),
        ("إلى 3.5%", "إلى ثَلَاثَةٍ فَاصِلَة خَمْسَةٍ فِي الْمِئَةِ"),
        ("في 8/5/2026", "في الثَّامِنِ مِنْ أَيَّارَ مَايُو أَلْفَيْنِ وَسِتَّةٍ وَعِشْرِينَ"),
        ("القرن الـ21 بدأ", "القرن الْحَادِي وَالْعِشْرُونَ بدأ"),
        ("وصل 300 ألف لاجئ", "وصل ثَلَاثُمِئَةِ أَلْفِ لاجئ"),
        ("للـ15 من الشهر", "لِلْخَامِسَ عَشَرَ من الشهر"),
        ("أعلنت Meta ذلك", "أعلنت مِيتَا ذلك"),
        ("قالت NBC وCNN", "قالت إِنْ بِي سِي وَسِي إِنْ إِنْ"),
        ("والـBBC", "وَالْبِي بِي سِي"),
        ("لـNASA", "لِنَاسَا"),
        ("مقاتلات F-16", "مقاتلات إِفْ سِتَّةَ عَشَرَ"),
        ("فيتامين د", "فيتامين دَالْ"),
        ("قال د. أحمد", "قال الدُّكْتُور أحمد"),
    ],
)
def test_words_that_are_written_carry_their_marks(written: str, said: str) -> None:
    assert normalize_line(written, marks=True) == shadda_first(said)
    assert normalize_line(written) == strip_marks(said)


@pytest.mark.parametrize("case", list(Case))
@pytest.mark.parametrize("gender", list(Gender))
def test_every_number_has_all_marks(gender: Gender, case: Case) -> None:
    numbers = [
        *range(1, 131),
        199,
        200,
        256,
        800,
        1000,
        1999,
        2000,
        3412,
        25_000,
        101_000,
        7_000_000,
    ]
    for number in numbers:
        for construct in (False, True):
            said = vocalized(cardinal(number, Form(gender, case, construct)))
            assert [word for word in said.split() if not is_complete(word)] == [], said
        said = vocalized(ordinal(number, Form(gender, case, definite=True)))
        assert [word for word in said.split() if not is_complete(word)] == [], said


def _nouns() -> list[Noun]:
    table = [*units().values(), *currencies().values()]
    nouns = [noun_of(row) for row in table]
    return nouns + [
        Noun(row["subunit"], row["subunit_plural"], Gender.MASCULINE)
        for row in currencies().values()
        if row["subunit"]
    ]


def test_every_unit_and_currency_has_all_marks() -> None:
    for noun in _nouns():
        for number in (1, 2, 3, 11, 100):
            for case in Case:
                said = vocalized(counted(number, noun, case))
                bare = [w for w in said.split() if bare_letters(w) or not has_marks(w)]
                assert not bare, said


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("abbreviations.tsv", "spoken"),
        ("abbreviations.tsv", "feminine"),
        ("months.tsv", "name"),
        ("decades.tsv", "spoken"),
        ("scales.tsv", "singular"),
        ("scales.tsv", "plural"),
        ("fractions.tsv", "singular"),
        ("fractions.tsv", "plural"),
    ],
)
def test_every_word_of_a_table_has_the_marks_of_its_stem(table: str, column: str) -> None:
    spelled = [row for row in rows(table) if row.get("source") != "common spelling in newspapers"]
    words = {word for row in spelled for word in _WORD.findall(row[column])}
    open_words = {w for w in words if bare_letters(vocalized(w)) or not has_marks(vocalized(w))}
    assert open_words == set()


def _names() -> list[tuple[str, str]]:
    """Return the Latin spellings whose reading has nothing but foreign words and letters."""
    table = [(row["latin"], row["spoken"]) for row in rows("latin.tsv")]
    table += [(row["letter"], row["spoken"]) for row in rows("latin_letters.tsv")]
    return [
        (latin, spoken)
        for latin, spoken in table
        if all(is_complete(word) for word in vocalized(spoken).split())
    ]


def test_names_and_letters_keep_their_sound_in_a_sentence() -> None:
    guard = Guard(_Fatha())
    names = _names()
    assert len(names) > 3_800
    for latin, spoken in names:
        if latin in ("I", "V"):
            continue  # behind a word they are Roman numerals
        marked = normalize(f"عبر {latin}").marked
        read = guard.line(marked).split(" ", 1)[1]
        wanted = phoneme_line(vocalized(spoken))
        assert phoneme_line(read) == wanted, (latin, read)


def test_the_letters_of_an_acronym_are_named() -> None:
    letters = {row["letter"]: row["spoken"] for row in rows("latin_letters.tsv")}
    bare = {strip_marks(name) for name in letters.values()}
    spelled = [
        row
        for row in rows("latin.tsv")
        if row["latin"].isalpha()
        and row["latin"].isupper()
        and len(row["latin"]) == len(row["spoken"].split())
        and all(strip_marks(word) in bare for word in row["spoken"].split())
    ]
    assert len(spelled) > 100
    for row in spelled:
        for letter, word in zip(row["latin"], row["spoken"].split(), strict=True):
            assert word in (letters[letter], letters["G"] if letter == "J" else "")


def test_names_of_arabic_letters_keep_their_sound() -> None:
    for row in rows("arabic_letters.tsv"):
        said = row["spoken"]
        assert bare_letters(said) == []
        if is_complete(said):  # همزة takes an ending
            assert phoneme_line(Guard(_Fatha()).line(f"عبر {said}")).endswith(phoneme_line(said))
