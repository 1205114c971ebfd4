"""The clause splitter: the limit wins, nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mujaz.arabic.clauses import split_clauses

_LETTERS = "ابتثجدرسعفقكلمنهوي" + "\u064e\u064f\u0650\u0651\u0652\u064b" + " ،.؛:«»()"


@given(st.text(alphabet=_LETTERS, max_size=400), st.integers(1, 120))
@settings(max_examples=300)
def test_no_piece_exceeds_the_limit_and_nothing_but_space_is_lost(text: str, limit: int) -> None:
    pieces = split_clauses(text, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


@given(st.text(max_size=600), st.integers(60, 400))
@settings(max_examples=200)
def test_the_limit_holds_for_any_text(text: str, limit: int) -> None:
    pieces = split_clauses(text, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


@pytest.mark.parametrize("limit", [60, 80, 120])
def test_a_number_phrase_is_not_cut(limit: int) -> None:
    text = (
        "أعلنت الوزارة أن عدد المستفيدين بلغ ثلاثة آلاف ومئتين وخمسين مواطنا في المحافظات، "
        "بينما وصل عدد الطلبات الجديدة إلى سبعمئة طلب خلال الأشهر الأخيرة من العام الماضي"
    )
    pieces = split_clauses(text, limit)
    assert any("ثلاثة آلاف ومئتين وخمسين مواطنا" in piece for piece in pieces)


def test_a_comma_is_preferred_to_a_bare_boundary() -> None:
    text = "وصل الوفد إلى العاصمة صباح اليوم، وعقد اجتماعا مع الوزير قبل أن يعود مساء"
    assert split_clauses(text, 50)[0].endswith("،")


def test_a_cut_word_keeps_marks_with_their_letter() -> None:
    word = "بَ" * 50
    for piece in split_clauses(word, 7):
        assert piece.startswith("ب")


@pytest.mark.parametrize("limit", [56, 58])
def test_a_short_piece_is_avoided(limit: int) -> None:
    text = "نعم. قال الوزير إن العمل سيبدأ غدا، وسيكتمل بعد عام واحد فقط"
    assert split_clauses(text, limit)[0] == "نعم. قال الوزير إن العمل سيبدأ غدا،"


def test_a_title_stays_with_its_name() -> None:
    text = "وصل إلى العاصمة أمس الدكتور أحمد سالم محمود للمشاركة في مؤتمر الأطباء العرب"
    for limit in (22, 24, 26, 30, 35, 40):
        assert any("الدكتور أحمد" in piece for piece in split_clauses(text, limit))
