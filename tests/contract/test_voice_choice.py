"""Choosing a voice: the list, two voices compared, and blind listening tests."""

from __future__ import annotations

import json
import re
import wave
from pathlib import Path
from typing import Any

import pytest

from mujaz.errors import SourceError
from mujaz.pipeline.listening_test import key_of, opinions
from tests.conftest import Mujaz

_PAIR = ("espeak-anchor-male", "espeak-anchor-female")


def test_the_list_says_what_people_choose_by(mujaz: Mujaz, tmp_path: Path) -> None:
    folder = tmp_path / "work" / "voices"
    folder.mkdir()
    (folder / "espeak-ar.toml").write_text(
        'name = "espeak-ar"\nengine = "tone"\ncommercial = false\n', encoding="utf-8"
    )
    lines = mujaz("voices", "list").stdout.decode().splitlines()
    rows = {line.split(":")[0]: line for line in lines}
    woman = rows["espeak-anchor-female"]
    assert ", woman, espeak, licence: free, misheard letters: " in woman
    assert re.search(r"letters: \d+ %, 1\d\d words a minute, installed$", woman)
    assert ", man, hts, licence: ask, misheard letters: " in rows["ziad"]
    assert rows["ziad"].endswith(", not installed")
    assert ", licence: non-commercial, not measured, " in rows["xtts-v2-female"]
    # Another voice of a known name has not been measured.
    assert ", licence: non-commercial, not measured, " in rows["espeak-ar"]


def test_compare_speaks_the_same_with_both(mujaz: Mujaz, tmp_path: Path) -> None:
    result = mujaz("voices", "compare", *_PAIR, "وصل الوفد.", "-o", "heard")
    assert result.returncode == 0, result.stderr.decode()
    paths = [tmp_path / "work" / line for line in result.stdout.decode().splitlines()]
    assert [path.name for path in paths] == [f"{name}.wav" for name in _PAIR]
    sounds = []
    for path in paths:
        with wave.open(str(path)) as sound:
            sounds.append(sound.readframes(sound.getnframes()))
    assert all(len(sound) > 22050 for sound in sounds)
    assert sounds[0] != sounds[1]
    assert mujaz("voices", "compare", "espeak-ar", "espeak-ar").returncode == 2
    assert mujaz("voices", "compare", "espeak-ar", "nobody").returncode == 1


@pytest.fixture
def listening(mujaz: Mujaz, tmp_path: Path) -> Path:
    """The folder of a test of two voices and two sentences."""
    lines = tmp_path / "lines.txt"
    lines.write_text("وصل الوفد <b>.\nغادر الوفد.\n", encoding="utf-8")
    chosen = [word for name in _PAIR for word in ("--voice", name)]
    result = mujaz("voices", "listening-test", "test", *chosen, "--sentences", lines)
    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout.decode() == "test/index.html\n"
    return tmp_path / "work" / "test"


def _result(folder: Path, best: str, grades: dict[str, int], **changes: object) -> dict[str, Any]:
    """A result file in which a voice gets the same grade for every sentence."""
    key = json.loads(key_of(folder).read_text(encoding="utf-8"))
    clips = [[c for c in key["clips"] if f"{c}.mp3" in part] for part in _trials(folder)]
    answers = [
        {
            "sentence": number,
            "grades": {code: grades[key["clips"][code]] for code in codes},
            "best": next((c for c in codes if key["clips"][c] == best), ""),
        }
        for number, codes in enumerate(clips)
    ]
    return {"test": key["test"], "answers": answers, **changes}


def _trials(folder: Path) -> list[str]:
    page = (folder / "index.html").read_text(encoding="utf-8")
    return page.split("<section ")[1:]


def test_the_page_of_a_listening_test_names_no_voice(listening: Path, mujaz: Mujaz) -> None:
    page = (listening / "index.html").read_text(encoding="utf-8")
    key = json.loads(key_of(listening).read_text(encoding="utf-8"))
    assert sorted(key["clips"].values()) == sorted(_PAIR * 2)
    everything = page + " ".join(path.name for path in listening.rglob("*"))
    for name in (*_PAIR, "espeak", "male", "key.json"):
        assert name not in everything
    assert '<html lang="ar" dir="rtl">' in page
    assert "وصل الوفد &lt;b&gt;." in page
    clips = {path.stem: path for path in (listening / "clips").iterdir()}
    assert set(clips) == set(key["clips"])
    assert len({path.read_bytes() for path in clips.values()}) == 4
    again = mujaz("voices", "listening-test", "test", "--voice", _PAIR[0], "--voice", _PAIR[1])
    assert again.returncode == 1
    assert b"not empty" in again.stderr
    assert mujaz("voices", "listening-test", "one", "--voice", _PAIR[0]).returncode == 1


def test_results_are_summed_up_with_the_key(listening: Path, mujaz: Mujaz, tmp_path: Path) -> None:
    man, woman = _PAIR
    paths = []
    for number, grade in enumerate((4, 2)):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(_result(listening, man, {man: grade, woman: 1})), "utf-8")
        paths.append(path)
    first, second = opinions(listening, paths)
    assert (first.voice, first.mean, first.grades, first.best) == (man, 3.0, 4, 4)
    # Grades 4, 4, 2, 2: a standard deviation of 1.155, half an interval of 1.96 times half of it.
    assert first.margin == pytest.approx(1.1316, abs=1e-3)
    assert (second.voice, second.mean, second.margin, second.best) == (woman, 1.0, 0.0, 0)
    told = mujaz("voices", "listening-test", "test", "--results", paths[0], "--results", paths[1])
    assert (
        told.stdout.decode().splitlines()[0] == f"{man}: 3.00 ± 1.13 of 5, 4 grades, best 4 times"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"test": "another"},
        {"answers": [{"grades": {"unknown": 3}, "best": ""}]},
        {"answers": [{"grades": {}}]},
        {"answers": None},
    ],
)
def test_a_result_that_does_not_fit_is_refused(
    listening: Path, tmp_path: Path, changes: dict[str, object]
) -> None:
    path = tmp_path / "result.json"
    grades = dict.fromkeys(_PAIR, 3)
    path.write_text(json.dumps(_result(listening, "", grades, **changes)), encoding="utf-8")
    with pytest.raises(SourceError, match=r"another listening test|damaged"):
        opinions(listening, [path])


def test_a_grade_beyond_the_scale_is_refused(listening: Path, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(json.dumps(_result(listening, "", dict.fromkeys(_PAIR, 6))), encoding="utf-8")
    with pytest.raises(SourceError, match="damaged: a grade of 6"):
        opinions(listening, [path])
