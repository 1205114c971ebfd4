"""Pausal forms (Wright II §§ 223-227)."""

from __future__ import annotations

import pytest

from mujaz.arabic.marks import shadda_first, strip_marks
from mujaz.arabic.pausal import pausal_line, pausal_word


@pytest.mark.parametrize(
    ("full", "pausal"),
    [
        ("الكِتَابُ", "الكِتَاب"),
        ("مَدِينَةٍ", "مَدِينَة"),
        ("مَدِينَةُ", "مَدِينَة"),
        ("كِتَابٌ", "كِتَاب"),
        ("كِتَابًا", "كِتَابَا"),
        ("كِتَاباً", "كِتَابَا"),
        ("خَاصٍّ", "خَاصّ"),
        ("مُسْتَشْفًى", "مُسْتَشْفَى"),
        ("عَلَى", "عَلَى"),
        ("هُوَ", "هُوَ"),
        ("وَهُوَ", "وَهُوَ"),
        ("فَلَعَلَّ", "فَلَعَلَّ"),
        ("سَمَاءً", "سَمَاءَ\u0670"),
        ("مُدِيرَةً", "مُدِيرَة"),
        ("قَالُوا", "قَالُوا"),
        ("يَكْتُبْ", "يَكْتُبْ"),
    ],
)
def test_a_word_before_a_pause(full: str, pausal: str) -> None:
    assert shadda_first(pausal_word(full)) == shadda_first(pausal)


def test_only_the_word_before_the_stop_changes() -> None:
    line = "الكِتَابُ الجَدِيدُ، وَالقَلَمُ القَدِيمُ. كَتَبَ الوَلَدُ"
    assert pausal_line(line) == "الكِتَابُ الجَدِيدُ، وَالقَلَمُ القَدِيم. كَتَبَ الوَلَد"
    assert pausal_line(line, at_end=False).endswith("الوَلَدُ")
    assert "الجَدِيد،" in pausal_line(line, at_commas=True)


def test_what_is_spoken_after_the_word_holds_the_pause_off() -> None:
    """In عَامِ 2022. the year comes before the pause; a quotation mark does not."""
    assert pausal_line("فِي عَامِ 2022.") == "فِي عَامِ 2022."
    assert pausal_line("«فِي المَدِينَةِ».") == "«فِي المَدِينَة»."


def test_pausal_forms_change_no_letter() -> None:
    line = "رَأَى سَمَاءً، وَكِتَابًا. ثُمَّ هُدًى!"
    assert strip_marks(pausal_line(line, at_commas=True)) == strip_marks(line)


def test_a_colon_before_a_digit_is_no_pause() -> None:
    assert pausal_line("المَادَّةُ:10 هُنَا", at_end=False) == "المَادَّةُ:10 هُنَا"
    assert pausal_line("المَادَّةُ: 10 هُنَا", at_end=False) == "المَادَّة: 10 هُنَا"
