"""Counts on the pages agree with the project's own number words."""

from __future__ import annotations

import re

import pytest

from mujaz.arabic.marks import strip_marks
from mujaz.publish.html.wording import counted, labels
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.nouns import Noun
from mujaz.text.normalize.nouns import counted as spelled_out
from mujaz.text.normalize.numbers import Gender

_NOUNS = {
    "stories": Noun("خبر", "أخبار", Gender.MASCULINE),
    "hours": Noun("ساعة", "ساعات", Gender.FEMININE),
    "minutes": Noun("دقيقة", "دقائق", Gender.FEMININE),
    "seconds": Noun("ثانية", "ثوان", Gender.FEMININE),
}


@pytest.mark.parametrize("noun", _NOUNS)
@pytest.mark.parametrize("governed", [False, True])
def test_every_count_takes_the_form_that_the_number_words_take(noun: str, governed: bool) -> None:
    case = Case.GENITIVE if governed else Case.NOMINATIVE
    for number in range(131):
        shown = counted(number, noun, "ar", governed=governed)
        read = strip_marks(spelled_out(number, _NOUNS[noun], case))
        if number in (1, 2):
            assert shown == read
        else:
            assert re.fullmatch(rf"{number} (\S+)", shown), shown
            assert shown.split()[-1] == read.split()[-1], (number, shown, read)


def test_no_counted_label_is_left_out() -> None:
    counted_labels = {key.removesuffix("_one") for key in labels("ar") if key.endswith("_one")}
    assert counted_labels == set(_NOUNS)


def test_english_has_no_cases() -> None:
    assert counted(2, "minutes", "en", governed=True) == "2 minutes"
