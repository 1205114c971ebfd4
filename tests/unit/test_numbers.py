"""Number grammar (Wright I §§ 318-328; Ryding ch. 15)."""

from __future__ import annotations

import pytest

from mujaz.arabic.marks import strip_marks
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.numbers import Form, Gender, cardinal, digits, ordinal

M, F = Gender.MASCULINE, Gender.FEMININE
NOM, ACC, GEN = Case.NOMINATIVE, Case.ACCUSATIVE, Case.GENITIVE


@pytest.mark.parametrize(
    ("number", "form", "words"),
    [
        (0, Form(M), "صفر"),
        (3, Form(M), "ثلاثة"),
        (3, Form(F), "ثلاث"),
        (8, Form(F), "ثمان"),
        (8, Form(F, construct=True), "ثماني"),
        (8, Form(F, ACC, alone=True), "ثمانيا"),
        (48, Form(F, ACC, construct=True), "ثمانيا وأربعين"),
        (48, Form(F, NOM, construct=True), "ثمان وأربعون"),
        (10, Form(F), "عشر"),
        (11, Form(F), "إحدى عشرة"),
        (12, Form(F, GEN), "اثنتي عشرة"),
        (12, Form(M, NOM), "اثنا عشر"),
        (15, Form(M), "خمسة عشر"),
        (18, Form(F), "ثماني عشرة"),
        (22, Form(M, GEN), "اثنين وعشرين"),
        (24, Form(F, GEN), "أربع وعشرين"),
        (35, Form(M, NOM), "خمسة وثلاثون"),
        (100, Form(M), "مئة"),
        (200, Form(M, NOM, construct=True), "مئتا"),
        (256, Form(M, NOM), "مئتان وستة وخمسون"),
        (800, Form(M), "ثمانمئة"),
        (2000, Form(M, NOM, construct=True), "ألفا"),
        (5000, Form(M), "خمسة آلاف"),
        (50000, Form(F, GEN, construct=True), "خمسين ألف"),
        (1250000, Form(F, GEN, construct=True), "مليون ومئتين وخمسين ألف"),
        (3000000, Form(M), "ثلاثة ملايين"),
        (2022, Form(M, GEN), "ألفين واثنين وعشرين"),
        # The alif of the accusative with tanwin (Wright I § 308, II § 44).
        (21, Form(M, ACC), "واحدا وعشرين"),
        (21, Form(F, ACC), "إحدى وعشرين"),
        (45, Form(F, ACC), "خمسا وأربعين"),
        (45, Form(F, GEN), "خمس وأربعين"),
        (45, Form(F, NOM), "خمس وأربعون"),
        (45, Form(M, ACC), "خمسة وأربعين"),
        (1448, Form(M, ACC, construct=True), "ألفا وأربعمئة وثمانية وأربعين"),
        (1000, Form(M, ACC, construct=True), "ألف"),
        (1200000, Form(F, ACC, construct=True), "مليونا ومئتي ألف"),
        (21, Form(M, ACC, definite=True), "الواحد والعشرين"),
        (5, Form(F, definite=True), "الخمس"),
        (15, Form(M, definite=True), "الخمسة عشر"),
        (25, Form(M, GEN, definite=True), "الخمسة والعشرين"),
        (-4, Form(M), "ناقص أربعة"),
    ],
)
def test_cardinals(number: int, form: Form, words: str) -> None:
    assert strip_marks(cardinal(number, form)) == words


@pytest.mark.parametrize(
    ("number", "gender", "words"),
    [
        (1, F, "الأولى"),
        (8, M, "الثامن"),
        (11, M, "الحادي عشر"),
        (12, F, "الثانية عشرة"),
        (21, F, "الحادية والعشرين"),
        (30, M, "الثلاثين"),
    ],
)
def test_ordinals_agree(number: int, gender: Gender, words: str) -> None:
    assert strip_marks(ordinal(number, Form(gender, GEN, definite=True))) == words


def test_digits_are_named_one_by_one() -> None:
    assert strip_marks(digits("012")) == "صفر واحد اثنان"


def test_a_number_too_large_for_words_is_spelled() -> None:
    assert cardinal(10**15) == digits(str(10**15))
