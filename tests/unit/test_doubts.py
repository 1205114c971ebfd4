"""What ``lexicon check`` offers is what the default diacritizer weighs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mujaz.arabic.completion import without_case
from mujaz.arabic.letters import WORD
from mujaz.arabic.marks import strip_marks
from mujaz.diacritizers import guard_for
from mujaz.diacritizers.candidates import Word
from mujaz.diacritizers.classes import word_classes
from mujaz.diacritizers.doubts import Doubt, DoubtFinder, Line, readings_of
from mujaz.diacritizers.morphology import ATTESTED, morphology
from mujaz.settings.values import Config

_NEWS = Path(__file__).resolve().parents[2] / "bench" / "diacritics" / "modern" / "politics.txt"
_LINES = 200


@pytest.fixture(scope="module")
def doubts() -> list[Doubt]:
    """Doubts of lines of news, each line for itself, without those of spelling."""
    lines = _NEWS.read_text(encoding="utf-8").splitlines()
    texts = [strip_marks(line) for line in lines if not line.startswith("#")][:_LINES]
    finder = DoubtFinder(guard_for(Config()))
    return [
        doubt
        for text in texts
        for doubt in finder.find([Line(text)])
        if doubt.reason in {"unknown", "disagree"}
    ]


def _stem(word: str, letters: str) -> tuple[int, ...] | None:
    classes = word_classes(word, letters)
    shape = Word.of(letters)
    return shape.reading(classes)[: len(letters) - shape.ending] if classes else None


def test_the_reading_that_is_used_is_offered_first(doubts: list[Doubt]) -> None:
    assert len(doubts) > 50
    for doubt in doubts:
        assert doubt.readings[0] == doubt.used
        stems = [without_case(reading) for reading in doubt.readings]
        assert len(set(stems)) == len(stems)


def test_unknown_is_what_the_dictionary_lacks(doubts: list[Doubt]) -> None:
    for doubt in doubts:
        if doubt.reason == "unknown":
            assert not morphology().forms(doubt.word), doubt.word
    assert not {"مباريات", "مئات", "الفائزين"} & {
        doubt.word for doubt in doubts if doubt.reason == "unknown"
    }


def _refused(word: str, readings: tuple[str, ...]) -> Iterator[str]:
    """Yield the readings whose stem the dictionary lacks, of a word that it has."""
    forms = morphology().forms(word)
    if any(form.energy >= ATTESTED for form in forms.values()):
        stems = {reading[: len(word) - Word.of(word).ending] for reading in forms}
        yield from (one for one in readings if _stem(one, word) not in stems)


def test_no_form_is_offered_that_the_dictionary_refuses(doubts: list[Doubt]) -> None:
    """The first is left out: it is what is said, and the lexicon may know more."""
    for doubt in doubts:
        assert not list(_refused(doubt.word, doubt.readings[1:])), doubt


def test_readings_of_a_word_begin_with_what_is_said() -> None:
    guard = guard_for(Config())
    for line in ("كتب الوزير رسالة طويلة", "أرسلت الحكومة مساعدات", "وشكرت الفائزين"):
        for word, said in zip(line.split(), WORD.findall(guard.line(line)), strict=True):
            readings = readings_of(word, line)
            assert without_case(readings[0][0]) == without_case(said)
            assert sum(share for _, share in readings) == pytest.approx(1.0, abs=0.02)
            assert not list(_refused(word, tuple(form for form, _ in readings)))
    assert readings_of("!") == []


def test_a_long_line_is_read_in_parts() -> None:
    line = " ".join(["غادر كيليتشدار المدينة مساء اليوم"] * 40)
    first, *_ = DoubtFinder(guard_for(Config())).find([Line(line)])
    assert (first.word, first.count, first.reason) == ("كيليتشدار", 40, "unknown")
