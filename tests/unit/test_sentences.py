"""Where sentences end."""

from __future__ import annotations

from pathlib import Path

import pytest

from mujaz.text.sentences import split_sentences

_CASES = [
    line
    for line in (Path(__file__).parents[1] / "data" / "sentences.txt")
    .read_text(encoding="utf-8")
    .splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("line", _CASES)
def test_breaks_stand_where_the_bars_are(line: str) -> None:
    wanted = [part.strip() for part in line.split("|")]
    assert split_sentences(" ".join(wanted)) == wanted


def test_a_newline_always_ends_a_sentence() -> None:
    assert split_sentences("عنوان بلا نقطة\nثم فقرة") == ["عنوان بلا نقطة", "ثم فقرة"]


def test_a_quotation_is_split_only_if_it_is_longer_than_a_quotation() -> None:
    said = "قال الوزير «وصل الوفد أمس إلى العاصمة. {}وسنبدأ العمل غدا في كل المدن» في بيان."
    assert len(split_sentences(said.format("وعقد الوفد اجتماعا. " * 8))) == 1
    assert len(split_sentences(said.format("وعقد الوفد اجتماعا. " * 40))) > 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("قال الوزير في مقاله «لماذا الآن؟» إن الحل قريب.", 1),
        ("عرض فيلم «أين أنت؟» في المهرجان.", 1),
        ('قدم برنامج "من سيربح؟" مساء الأحد.', 1),
        ("سأل: «متى نعود؟» وغادر المكان.", 2),
        ("Yahoo! تعلن أرباحها.", 1),
        ("ارتفع العدد إلى 17.إلا أن الفريق خسر.", 2),
        ("بلغت النسبة 3.5 مليون. وانتهت الجلسة.", 2),
    ],
)
def test_titles_in_quotes_and_stops_behind_figures(text: str, count: int) -> None:
    assert len(split_sentences(text)) == count
