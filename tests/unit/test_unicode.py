"""Unicode normalization of Arabic text when it is read in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mujaz.text.unicode import normalize_unicode


@pytest.mark.parametrize(
    ("hazard", "text"),
    [
        ("\ufe8e", "ا"),
        ("\ufefb", "لا"),
        ("\ufdf2", "الله"),
        ("\ufdfa", "صلى الله عليه وسلم"),
        ("\ufdfc", "ريال"),
        ("\ufe76", "\u064e"),
        ("کتاب", "كتاب"),
        ("جدید", "جديد"),
        ("إلی", "إلى"),
        ("على\u200cما", "علىما"),
        ("\u202bنص\u202c", "نص"),
        ("\ufeffنص", "نص"),
        ("12\u00a0000", "12 000"),
        ("&amp;quot;نعم&amp;quot;", '"نعم"'),
        ("ا\u0655نسان", "إنسان"),
        ("\u0627\u0654حمد", "أحمد"),
        ("ى\u0654", "ئ"),
        ("سطر\r\nآخر", "سطر\nآخر"),
        ("نص\x00\x07", "نص"),
        ("نهاية۔", "نهاية."),
        ("مـرحبا", "مـرحبا"),
        ("م²", "م²"),
        ("½", "½"),
    ],
)
def test_each_hazard_is_settled_once(hazard: str, text: str) -> None:
    assert normalize_unicode(hazard) == text


@pytest.mark.parametrize("charset", ["cp1252", "cp1256"])
def test_mojibake_is_mended(charset: str) -> None:
    line = "كتب الولد"
    assert normalize_unicode(line.encode("utf-8").decode(charset, "replace")) == line


@given(st.text(max_size=80))
def test_nothing_invisible_gets_in_and_the_door_is_idempotent(text: str) -> None:
    out = normalize_unicode(text)
    assert not [c for c in out if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    assert normalize_unicode(out) == out or "&" in text


def test_marks_of_the_quran_are_those_of_other_texts() -> None:
    assert normalize_unicode("ق\u064fل\u06e1 صف\u06e1ر\u065e صو\u06e1ت\u0657ا يوم\u0656") == (
        "ق\u064fل\u0652 صف\u0652ر\u064c صو\u0652ت\u064bا يوم\u064d"
    )


def test_ornate_parentheses_open_on_the_right() -> None:
    assert normalize_unicode("\ufd3fقل\ufd3e") == "«قل»"
    assert normalize_unicode("\ufd3eقل\ufd3f") == "«قل»"
