"""The dictionary of vocalised forms, and that the fusion keeps to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mujaz.arabic.letters import WORD
from mujaz.arabic.marks import shadda_first, strip_marks
from mujaz.diacritizers.candidates import Word
from mujaz.diacritizers.classes import CLASSES, word_classes
from mujaz.diacritizers.fusion import Choice, Fusion, weights
from mujaz.diacritizers.morphology import ATTESTED, before_wasl, morphology

_ROOT = Path(__file__).resolve().parents[2]
_TEXTS = ("tests/data/sentences.txt", "tests/data/story.txt", "bench/diacritics/news.txt")


def _reading(vocalized: str) -> tuple[int, ...]:
    letters = strip_marks(vocalized)
    classes = word_classes(shadda_first(vocalized), letters)
    assert classes is not None
    return Word.of(letters).reading(classes)


@pytest.mark.parametrize(
    "form",
    [
        "بِقَنَابِلَ",
        "بِأَكْبَرِ",
        "لِلَّاعِبِ",
        "لِلْجَنَّةِ",
        "وَسَيَكْتُبُ",
        "لِإِيرَانَ",
        "التَّهَانِي",
        "الْعُمَّالِ",
        "فَبِالْمَدِينَةِ",
        "فَلْنَعْمَلْ",
        "وَلْيَكُنْ",
    ],
)
def test_a_form_is_possible(form: str) -> None:
    assert _reading(form) in morphology().forms(strip_marks(form))


@pytest.mark.parametrize("form", ["لَرَئِيسٌ", "مَدَارِسٌ", "بِمَدَارِسٍ", "أَرَئِيسٌ", "بِرَئِيسُ", "تَبْقَّى"])
def test_a_form_is_impossible(form: str) -> None:
    forms = morphology().forms(strip_marks(form))
    assert _reading(form) not in forms


def test_a_name_of_the_names_table_is_known() -> None:
    assert _reading("الْعُتَيْبِيُّ") in morphology().forms("العتيبي")


def test_no_form_outside_the_dictionary_where_it_has_one() -> None:
    """Of a word that modern texts have, only forms of the dictionary come out."""
    fusion = Fusion()
    judged = 0
    for name in _TEXTS:
        for line in (_ROOT / name).read_text(encoding="utf-8").splitlines():
            words = [strip_marks(word) for word in WORD.findall(line)][:60]
            outside, count = _outside(words, fusion.of(words, words) if words else [])
            assert not outside
            judged += count
    assert judged > 400


def _outside(words: list[str], choices: list[Choice]) -> tuple[list[str], int]:
    """Return words that got a form which the dictionary lacks, and how many were judged."""
    theta = weights()
    out, judged = [], 0
    for n, choice in enumerate(choices):
        forms = morphology().forms(words[n])
        if n + 1 < len(words) and words[n + 1].startswith("ا"):
            forms = before_wasl(words[n], forms)
        if any(form.energy >= ATTESTED for form in forms.values()):
            judged += 1
            best = int((choice.features @ theta).argmax())
            if choice.readings[best] not in forms:
                out.append(choice.best(theta))
    return out, judged


@pytest.mark.slow
def test_no_form_outside_the_dictionary_whatever_the_networks_think() -> None:
    """5,000 lines of frequent words, with probabilities drawn at random for the networks'."""
    table = (_ROOT / "src/mujaz/arabic/data/word_forms.tsv").read_text(encoding="utf-8")
    words = sorted({one for one in WORD.findall(table) if len(one) > 1})
    generator = np.random.default_rng(21)
    fusion, judged = Fusion(), 0
    for _ in range(5_000):
        line = [words[k] for k in generator.integers(len(words), size=10)]
        shape = (2, len(" ".join(line)), len(CLASSES))
        sources = generator.exponential(size=shape) ** 4
        choices = fusion.choices(line, line, sources / sources.sum(axis=-1, keepdims=True))
        outside, count = _outside(line, choices)
        assert not outside, line
        judged += count
    assert judged > 20_000


def test_given_marks_choose_among_the_forms() -> None:
    fusion, theta = Fusion(), weights()
    words = ["كتب", "الرئيس"]
    (first, _) = fusion.of(words, ["كُتب", "الرئيس"])
    assert first.best(theta).startswith("كُ")
    (first, _) = fusion.of(words, ["كَتب", "الرئيس"])
    assert first.best(theta).startswith("كَ")


def test_a_mark_that_no_form_has_is_kept() -> None:
    """The networks read a word whose marks contradict the dictionary."""
    (only,) = Fusion().of(["مدرسة"], ["مُدرسة"])
    assert all(reading[0] == 2 for reading in only.readings)


@pytest.mark.parametrize("word", ["لوكالة", "ووالدته", "لوالده"])
def test_a_stem_that_looks_like_the_article_keeps_its_vowel(word: str) -> None:
    (only,) = Fusion().of([word], [word])
    assert "لْ" not in only.best(weights())


@pytest.mark.parametrize(("word", "stem"), [("والد", "وَالِد"), ("وكالة", "وَكَالَة"), ("بالغ", "بَالِغ")])
def test_a_single_letter_follows_no_article(word: str, stem: str) -> None:
    (only,) = Fusion().of([word], [word])
    assert only.best(weights()).startswith(stem)
    assert "\u0651" not in only.best(weights())
