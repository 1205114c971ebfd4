"""Words marked in part are filled in by the rules of spelling and syllables."""

from __future__ import annotations

import pytest

from mujaz.arabic.completion import complete, without_case
from mujaz.arabic.lexicon_file import shipped
from mujaz.arabic.marks import has_marks, shadda_first, strip_marks
from mujaz.arabic.spelling import problems


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("رُلى", "رُلَى"),
        ("دبَّاس", "دَبَّاس"),
        ("مُحمّد", "مُحَمَّد"),
        ("مُستقبل", "مُسْتَقْبَل"),
        ("استِقبال", "اسْتِقْبَال"),
        ("زيلينسكِي", "زِيلِينْسْكِي"),
        ("فَيسبوك", "فَيْسْبُوك"),
        ("سُوريا", "سُورْيَا"),
        ("دَولة", "دَوْلَة"),
        ("خَيال", "خَيَال"),
        ("مِصريّ", "مِصْرِيّ"),
        ("قالُوا", "قَالُوا"),
        ("القُدس", "الْقُدْس"),
        ("إسطَنبول", "إِسْطَنْبُول"),
        ("عَبد الله", "عَبْد اللَّه"),
    ],
)
def test_what_is_left_out_is_filled_in(given: str, whole: str) -> None:
    assert complete(strip_marks(given), given) == shadda_first(whole)


@pytest.mark.parametrize(
    ("word", "given", "whole"),
    [
        ("الرياض", "رِياض", "الرِّيَاض"),
        ("دباس", "الدِّبّاس", "دِبَّاس"),
        ("قدس", "القُدس", "قُدْس"),
    ],
)
def test_the_article_follows_the_written_word(word: str, given: str, whole: str) -> None:
    assert complete(word, given) == shadda_first(whole)


def test_a_form_without_marks_stays_as_it_is() -> None:
    assert complete("دباس", "دباس") == "دباس"


def test_whole_words_are_not_changed() -> None:
    changed = [e.vocalized for e in shipped() if complete(e.word, e.vocalized) != e.vocalized]
    assert changed == []


def test_any_one_mark_may_be_left_out() -> None:
    """Whatever single mark is missing, the result keeps the rules and the given marks."""
    for entry in shipped()[::7]:
        if " " in entry.word:
            continue
        for place, char in enumerate(entry.vocalized):
            if not has_marks(char):
                continue
            given = entry.vocalized[:place] + entry.vocalized[place + 1 :]
            if not has_marks(given):
                continue
            whole = complete(entry.word, given)
            assert strip_marks(whole) == entry.word
            assert problems(whole) == [], (entry.vocalized, given, whole)


@pytest.mark.parametrize(
    ("word", "bare"),
    [("كِتَابٌ", "كِتَاب"), ("مِصْرِيُّ", "مِصْرِيّ"), ("شَيْئًا", "شَيْئًا"), ("رُلَى", "رُلَى"), ("بَيْتْ", "بَيْت")],
)
def test_the_case_ending_is_removed(word: str, bare: str) -> None:
    assert without_case(shadda_first(word)) == shadda_first(bare)
