"""Marks on letters: order, removal, overlay."""

from __future__ import annotations

import unicodedata

import pytest

from mujaz.arabic.letters import FATHA, FATHATAN, KASRA, SHADDA, SUKUN
from mujaz.arabic.marks import (
    fathatan_before_alif,
    overlay,
    overlay_word,
    shadda_first,
    strip_marks,
)


def test_shadda_comes_before_the_vowel_whatever_nfc_did() -> None:
    word = "م" + "ح" + SHADDA + FATHA + "د"
    assert unicodedata.normalize("NFC", word) != word
    assert shadda_first(unicodedata.normalize("NFC", word)) == word


def test_tanwin_moves_from_the_alif_to_the_letter_before() -> None:
    assert fathatan_before_alif("قرار" + "ا" + FATHATAN) == "قرار" + FATHATAN + "ا"


def test_stripping_leaves_the_letters() -> None:
    assert strip_marks("مُحَمَّدٌ") == "محمد"


@pytest.mark.parametrize(
    ("given", "predicted", "result"),
    [
        ("", FATHA + SHADDA, SHADDA + FATHA),
        (SHADDA, FATHA, SHADDA + FATHA),
        (SHADDA, SHADDA + KASRA, SHADDA + KASRA),
        (KASRA, SHADDA + FATHA, SHADDA + KASRA),
        (SUKUN, SHADDA + FATHA, SUKUN),
        (FATHA, KASRA, FATHA),
    ],
)
def test_what_the_writer_gave_wins_and_the_model_fills_the_rest(
    given: str, predicted: str, result: str
) -> None:
    assert overlay(given, predicted) == result


def test_a_writers_tanwin_on_the_alif_is_not_doubled() -> None:
    assert overlay_word("إضافةً", "إِضَافَةٌ").endswith("ة" + FATHATAN)
    given, predicted = "قرارا" + FATHATAN, "قَرَارً" + "ا"
    assert overlay_word(given, predicted).count(FATHATAN) == 1
