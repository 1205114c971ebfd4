"""The arithmetic of bench/listen: edit distances, error rates, intervals, floors."""

from __future__ import annotations

import importlib.util
import random
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tests.conftest import ROOT

_LISTEN = ROOT / "bench" / "listen"


def _module(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A file of bench/listen as a module; its neighbours are imported by their bare names."""
    monkeypatch.syspath_prepend(str(_LISTEN))
    path = Path(_LISTEN / f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"listen_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Frozen dataclasses look their module up by its name.
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return _module("figures", monkeypatch)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return _module("__main__", monkeypatch)


def distance(said: str, heard: str) -> int:
    """The Levenshtein distance by its definition."""

    @cache
    def of(first: int, second: int) -> int:
        if not first or not second:
            return first + second
        same = said[first - 1] == heard[second - 1]
        return min(
            of(first - 1, second) + 1,
            of(first, second - 1) + 1,
            of(first - 1, second - 1) + (not same),
        )

    return of(len(said), len(heard))


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        ("kitten", "sitting", 3),
        ("abc", "abc", 0),
        ("abc", "", 3),
        ("", "abc", 0),
        ("", "", 0),
        ("ab", "xyzxyz", 2),
        ("abcd", "abd", 1),
        ("abd", "abcd", 1),
    ],
)
def test_errors_are_edits_and_no_more_than_was_said(
    figures: ModuleType, said: str, heard: str, expected: int
) -> None:
    assert figures.errors(said, heard) == (expected, len(said))


def test_errors_agree_with_the_definition(figures: ModuleType) -> None:
    chance = random.Random(7)
    for _ in range(300):
        said, heard = ("".join(chance.choices("ابت", k=chance.randrange(9))) for _ in range(2))
        assert figures.errors(said, heard)[0] == min(distance(said, heard), len(said))


def test_words_are_counted_as_letters_are(figures: ModuleType) -> None:
    assert figures.errors("وصل الوفد اليوم".split(), "وصل وفد".split()) == (2, 3)


def test_spellings_of_one_sound_are_folded_and_others_are_not(figures: ModuleType) -> None:
    fold = figures.fold
    assert fold("إِلَى المَدِينَةِ، مُؤْمِنٌ.") == fold("الي المدينه مومن")
    assert fold("مســاء") == "مسا"
    assert fold("  قال: «نعم»!  ") == "قال نعم"
    assert fold("سين") != fold("صين")
    assert fold("في 12 يوما") == "في 12 يوما"


def _rows(figures: ModuleType, *rows: tuple[float, ...]) -> np.ndarray:
    return np.asarray(figures.table([figures.Row(*row) for row in rows]))


def test_figures_weigh_sentences_by_their_length(figures: ModuleType) -> None:
    found = figures.figures(
        _rows(figures, (1, 10, 1, 2, -1.0, -4.0, 3, 1.0), (9, 90, 1, 8, -2.0, -6.0, 12, 9.0))
    )
    assert found["cer"].value == pytest.approx(10.0)
    assert found["wer"].value == pytest.approx(20.0)
    assert found["bits"].value == pytest.approx(3.5)
    assert found["wpm"].value == pytest.approx(90.0)
    # Any draw of the two has one error in ten letters.
    assert (found["cer"].low, found["cer"].high) == (pytest.approx(10.0), pytest.approx(10.0))


def test_an_interval_is_that_of_the_mean(figures: ModuleType) -> None:
    """It is 1.96 standard errors on each side, and about 95 of 100 hold the truth."""
    chance = np.random.default_rng(3)
    held = 0
    for number in range(26):
        bits = chance.normal(4.0, 1.5, 400 if not number else 60)
        rows = _rows(figures, *((0, 10, 0, 5, value, 0.0, 5, 2.0) for value in bits))
        found = figures.figures(rows)["bits"]
        if not number:
            error = 1.96 * bits.std() / np.sqrt(len(bits))
            assert found.value - found.low == pytest.approx(error, rel=0.1)
            assert found.high - found.value == pytest.approx(error, rel=0.1)
        else:
            held += found.low <= 4.0 <= found.high
    assert held >= 21


def test_differences_are_paired(figures: ModuleType) -> None:
    """What differs from sentence to sentence cancels; only what differs between voices counts."""
    chance = np.random.default_rng(5)
    hard = chance.normal(-3.0, 2.0, 50)
    first = _rows(figures, *((2, 20, 1, 4, value, value - 1, 4, 2.0) for value in hard))
    second = _rows(figures, *((4, 20, 2, 4, value + 0.25, 0.0, 4, 1.0) for value in hard))
    found = figures.differences(second, first)
    assert found["bits"].value == pytest.approx(0.25)
    assert found["bits"].high - found["bits"].low == pytest.approx(0.0, abs=1e-9)
    assert found["cer"].value == pytest.approx(10.0)
    assert found["wpm"].value == pytest.approx(120.0)
    same = figures.differences(first, first)
    assert all((f.value, f.low, f.high) == (0.0, 0.0, 0.0) for f in same.values())


def test_a_floor_has_room_for_noise_and_no_more(bench: ModuleType, figures: ModuleType) -> None:
    def found(cer: float, bits: float) -> dict[str, object]:
        numbers = {"cer": cer, "bits": bits, "wpm": 140.0}
        return {name: figures.Figure(value, value, value) for name, value in numbers.items()}

    floor = {"cer": 10.0, "bits": 5.0, "wpm": 140.0}
    assert bench.below_floor(found(10.9, 4.96), floor) == []
    assert len(bench.below_floor(found(11.1, 5.0), floor)) == 1
    assert len(bench.below_floor(found(10.0, 4.9), floor)) == 1
    assert bench.raised(found(12.0, 4.0), floor) == floor
    assert bench.raised(found(8.0, 5.5), floor) == {"cer": 8.0, "bits": 5.5, "wpm": 140.0}
    assert bench.raised(found(8.0, 5.5), {}) == {"cer": 8.0, "bits": 5.5, "wpm": 140.0}
