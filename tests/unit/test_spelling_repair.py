"""Loose spelling is read as the word that is meant; well-spelled words stay as they are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mujaz.arabic.letters import WORD
from mujaz.arabic.loose_spelling import HABITS, weigh
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.arabic.word_forms import forms_of, key_of
from mujaz.diacritizers import Guard, guard_for
from mujaz.diacritizers.repair import SpellingRepair
from mujaz.diacritizers.slips import meant
from mujaz.settings.values import Config

_ROOT = Path(__file__).resolve().parents[2]
_ALI = _ROOT / "tests" / "data" / "ali.tsv"
_REPAIR = SpellingRepair()


def _repaired(line: str) -> str:
    words = WORD.findall(line)
    for repair in _REPAIR.of(words):
        words[repair.place] = repair.spoken
    return " ".join(words)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("سافر الوفد الى المدينة", "سافر الوفد إلى المدينة"),
        ("قال ان احمد وصل", "قال إن أحمد وصل"),
        ("اكد الوزير ان الخطة جاهزة", "أكد الوزير أن الخطة جاهزة"),
        ("مكافحة الارهاب", "مكافحة الإرهاب"),
        ("وصل الاسد الى القصر", "وصل الأسد إلى القصر"),
        ("ثلاثة الاف شخص", "ثلاثة آلاف شخص"),
        ("قال مسؤل حكومي", "قال مسؤول حكومي"),
        ("الرئيس المصرى", "الرئيس المصري"),
        ("وزارة الصحه", "وزارة الصحة"),
        ("الوزير الذى استقال", "الوزير الذي استقال"),
        ("القرارات اللتي صدرت", "القرارات التي صدرت"),
        ("علي متن الطائرة", "على متن الطائرة"),
        ("عقد الإجتماع أمس", "عقد الاجتماع أمس"),
        ("اعلنت الحكومه انها ستدعم المدارس", "أعلنت الحكومة أنها ستدعم المدارس"),
        ("تحية للاعلاميين الى الجميع", "تحية للإعلاميين إلى الجميع"),
        ("دعا الي احالتهما", "دعا إلى إحالتهما"),
        ("اصيب اثنى عشر شخصا", "أصيب اثني عشر شخصا"),
        ("دفع لاثنى عشر عاملا", "دفع لاثني عشر عاملا"),
        ("اثنى الوزير على الفريق", "أثنى الوزير على الفريق"),
        ("بدأت المفاوضاات أمس", "بدأت المفاوضات أمس"),
        ("برناممج جديد", "برنامج جديد"),
        ("استتقبل الوزير الوفد", "استقبل الوزير الوفد"),
        ("أعلنت الحكوممة", "أعلنت الحكومة"),
    ],
)
def test_the_word_that_is_meant_is_read(written: str, meant: str) -> None:
    assert _repaired(written) == meant


@pytest.mark.parametrize(
    "line",
    [
        "التقى علي حسن الوزير",
        "قال علي بن أبي طالب",
        "زار الرئيس علي عبد الله المدينة",
        "صدر كتابه الجديد في مدينة بعيدة",
        "حكم على الرجل وعلى عمله",
        "سالم وعمر في المستشفى",
        "بلغ عدد الحضور اثنا عشر",
        "أعلنت منصة آي بي إم",
        "عام ألفين وأحد عشر",
        "كأن المدينة لم تنم",
        "اقتربت منها ألسنة النيران",
        "أرجأ القاضي الجلسة",
        "أبى المسن أن يباع",
        "الحريق الذي التهم قاعة أعراس",
        "هبط سهم روبلوكس وسترايب",
        "فاز بالصين وباللصين",
        "احترق فندقها في الشويخ",
    ],
)
def test_what_is_well_spelled_stays(line: str) -> None:
    assert _repaired(line) == line


@pytest.mark.parametrize(("meant", "most"), [("علي", 2), ("على", 0)])
def test_the_name_ali_stays_and_the_preposition_is_read(meant: str, most: int) -> None:
    """Two of 35 lines with the name look as if they had the preposition: أن علي بريء."""
    lines = [line.split("\t") for line in _ALI.read_text("utf-8").splitlines()]
    wrong = [
        line
        for part, word, line in (cells for cells in lines if cells[0] == "test")
        if word == meant
        and _repaired(re.sub(r"\bعلى\b", "علي", line) if meant == "على" else line) != line
    ]
    assert len(wrong) <= most, wrong


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("زار علي مدينة جدة", "زار علي مدينة جدة"),
        ("قال علي إن الفريق سيعود", "قال علي إن الفريق سيعود"),
        ("قال علي إنه سيعود", "قال علي إنه سيعود"),
        ("اعتقلت الشرطة علي وشقيقه", "اعتقلت الشرطة علي وشقيقه"),
        ("كان علي ينتظر", "كان علي ينتظر"),
        ("كان علي الفريق أن يفوز", "كان على الفريق أن يفوز"),
        ("حصل علي علي الجائزة", "حصل علي على الجائزة"),
        ("حصل علي على الجائزة", "حصل علي على الجائزة"),
        ("حصل علي الجائزة", "حصل على الجائزة"),
        ("لاثني عشر شخصا", "لاثني عشر شخصا"),
    ],
)
def test_the_verb_and_what_follows_tell_the_name_from_the_preposition(
    line: str, meant: str
) -> None:
    assert _repaired(line) == meant


def test_the_rest_of_the_line_tells_a_writers_habit() -> None:
    """«كتابه» is "his book", but "writing" where every ة of the line is written ه."""
    assert "كتابه" in _repaired("أعجبني كتابه عن المدينة القديمة")
    assert "كتابة" in _repaired("اعجبتني كتابه القصه في المدرسه القديمه")
    _, careful = weigh("المدينة القديمة والمدرسة".split())
    _, loose = weigh("المدينه القديمه والمدرسه".split())
    assert careful > 0.5 > 0.01 > loose


def test_the_texts_of_the_project_stay_as_they_are() -> None:
    texts = [*(_ROOT / "examples").glob("*.txt"), _ROOT / "bench" / "diacritics" / "news.txt"]
    lines = [strip_marks(line) for text in texts for line in text.read_text("utf-8").splitlines()]
    changed = [
        repair.written
        for line in lines
        if not line.startswith("#")
        for repair in _REPAIR.of(WORD.findall(line))
    ]
    assert changed == []


def test_most_words_of_loosely_spelled_texts_are_read_right() -> None:
    words = wrong = 0
    for text in (_ROOT / "examples").glob("*.txt"):
        for line in text.read_text("utf-8").splitlines():
            meant = WORD.findall(line)
            written = [re.sub("ي$", "ى", re.sub("[أإآ]", "ا", re.sub("ة$", "ه", w))) for w in meant]
            for repair in _REPAIR.of(written):
                written[repair.place] = repair.spoken
            words += len(meant)
            wrong += sum(one != other for one, other in zip(meant, written, strict=True))
    assert words > 800
    assert wrong / words < 0.01


def test_slips_change_no_name_and_no_word_of_ordinary_prose() -> None:
    names = [row["word"] for row in rows("names.tsv")]
    modern = (_ROOT / "bench" / "diacritics" / "modern").glob("*.txt")
    words = [w for text in modern for w in WORD.findall(strip_marks(text.read_text("utf-8")))]
    assert len(words) > 40_000
    assert [word for word in {*names, *words} if meant(word)] == []


def test_marks_and_the_newsrooms_words_are_not_touched() -> None:
    guard = guard_for(Config())
    assert strip_marks(guard.line("وزارة الصحَّه")) == "وزارة الصحه"
    (repair,) = [repair for _, repair in guard.repairs("وزارة الصحه")]
    assert (repair.written, repair.spoken) == ("الصحه", "الصحة")
    assert repair.weighed["الصحة"] > 0.9


def test_punctuation_and_tatweel_stay_in_place() -> None:
    guard = guard_for(Config())
    line = guard.line("«الى»  (المدرســة)، ١٢٣ احمد.")
    assert strip_marks(line) == "«إلى»  (المدرســة)، ١٢٣ أحمد."
    assert strip_marks(guard.line("الصحـــه!")) == "الصحة!"


def test_the_setting_leaves_every_letter() -> None:
    line = "قال مسؤل ان وزارة الصحه"
    assert strip_marks(guard_for(Config()).line(line)) == "قال مسؤول إن وزارة الصحة"
    text = replace(Config().text, repair_spelling=False)
    assert strip_marks(guard_for(replace(Config(), text=text)).line(line)) == line
    assert isinstance(guard_for(Config(), "none"), Guard)
    assert strip_marks(guard_for(Config(), "none").line(line)) == line


def test_long_lines_and_words_are_read_in_parts() -> None:
    line = " ".join(["قال ان الوزير وصل"] * 60)
    assert _repaired(line) == line.replace("ان", "إن")
    assert _repaired("ا" * 100_000) == "ا" * 100_000


def test_every_row_of_the_word_forms_is_found() -> None:
    path = _ROOT / "src" / "mujaz" / "arabic" / "data" / "word_forms.tsv"
    lines = path.read_text("utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert any("source" in line for line in head)
    lines = lines[len(head) :]
    assert len(lines) > 50_000
    for line in (*lines[::200], lines[0], lines[-1]):
        key, forms = line.split("\t")
        found = forms_of(key)
        assert len(found) == len(forms.split(" "))
        assert all(key_of(form) == key and 0 < share < 1 for form, share in found.items())
    assert forms_of("") == {}
    assert forms_of("\u0621") == {}
    assert forms_of("ييييي") == {}


def test_every_habit_has_rows() -> None:
    assert {row["habit"] for row in rows("spelling_habits.tsv")} == {*HABITS, "slip"}
