"""What is said is compared with what is shown: figures, negations, names."""

from __future__ import annotations

import pytest

from mujaz.text.agreement import disagreements
from mujaz.text.normalize.line import normalize_line


def _kinds(shown: str, said: str) -> list[str]:
    return [found.kind.value for found in disagreements(normalize_line(shown), said)]


@pytest.mark.parametrize(
    ("shown", "said", "kinds"),
    [
        ("أصيب 25 شخصا في الحادث", "أُصِيبَ ثَلَاثُونَ شَخْصًا فِي الْحَادِث", ["figure"]),
        ("أصيب 25 شخصا في الحادث", "أُصِيبَ خَمْسَةٌ وَعِشْرُونَ شَخْصًا فِي الْحَادِث", []),
        ("أصيب 25 شخصا في الحادث", "أصيب 52 شخصا في الحادث", ["figure"]),
        ("بلغت الخسائر 3 ملايين دولار", "بلغت الخسائر ثلاثة مليارات دولار", ["figure"]),
        ("قتل ثلاثة رجال", "قتل ثلاث رجال", []),
        ("حضر عشرون نائبا", "حضر عشرين نائبا", []),
        ("لم يوافق المجلس على الخطة", "وَافَقَ الْمَجْلِسُ عَلَى الْخُطَّة", ["negation"]),
        ("وافق المجلس على الخطة", "لم يوافق المجلس على الخطة", ["negation"]),
        ("قالت رلى حنتوش إن العمل بدأ", "قَالَتْ رُولَا حَنْتُوش إِنَّ الْعَمَلَ بَدَأ", []),
        ("قال سمير حداد إن العمل بدأ", "قال نبيل منصور إن العمل بدأ", ["word"]),
        ("زار الوزير المدينة", "زَارَ الْوَزِيرُ الْمَدِينَةَ", []),
        ("زار الوزير المدينة", "زار الوزير المدينة أمس الأول", ["word"]),
        ("أصيب 25 شخصا في الحادث", "أصيب 25 شخصا في الحادث", []),
        ("", "", []),
    ],
)
def test_a_difference_that_changes_the_news_is_found(
    shown: str, said: str, kinds: list[str]
) -> None:
    assert _kinds(shown, said) == kinds
