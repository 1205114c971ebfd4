"""The melody of the embedded voices: our tunes, their range, and the folder that holds them."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from mujaz.domain import Voice
from mujaz.engines.espeak import EspeakEngine
from mujaz.engines.espeak.data_folder import compiled_tunes
from mujaz.voices.catalog import find_voice
from tests.conftest import ROOT

_NAMES = ("espeak-ar", *(f"espeak-{r}-{s}" for r in ("anchor", "correspondent") for s in ("male", "female")))  # fmt: skip # noqa: E501
_WORDS = "أَعْلَنَتِ الحُكُومَةُ الْيَوْمَ خُطَّةً جَدِيدَةً لِدَعْمِ الِاقْتِصَادِ فِي البِلَادِ"
_SENTENCES = (
    f"{_WORDS}.",
    "وَصَلَ الوَفْدُ إِلَى المَدِينَةِ صَبَاحَ اليَوْمِ، وَغَادَرَ بَعْدَ اجْتِمَاعٍ طَوِيلٍ.",
    "قَالَ مُدِيرُ المُسْتَشْفَى إِنَّ الأَطِبَّاءَ أَجْرَوُا العَمَلِيَّةَ بِنَجَاحٍ.",
)


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    return _module(ROOT / "bench" / "voices.py")


def _pitch(bench: ModuleType, text: str, voice: Voice) -> list[float]:
    pcm = EspeakEngine().speak(text, voice).pcm
    found: list[float] = bench.pitch_track(
        np.frombuffer(pcm, np.int16).astype(np.float32) / 32768, 441
    )
    return found


def _voice(name: str, **settings: object) -> Voice:
    voice = find_voice(name, Path("/nowhere"))
    return replace(voice, settings={**voice.settings, **settings})


@pytest.mark.parametrize("name", _NAMES)
def test_a_voice_uses_seven_semitones_and_more(bench: ModuleType, name: str) -> None:
    pitches = [hz for text in _SENTENCES for hz in _pitch(bench, text, _voice(name))]
    assert bench.semitones(pitches) >= 7.0


def test_a_statement_declines_and_a_question_rises_at_its_end(bench: ModuleType) -> None:
    voice = _voice("espeak-anchor-male")
    statement, question = (_pitch(bench, f"{_WORDS}{sign}", voice) for sign in ".؟")
    third = len(statement) // 3
    assert np.median(statement[:third]) > 1.15 * np.median(statement[-third:])
    # Their last fifth of a second; the last frames fade out.
    assert np.median(question[-13:-3]) > 1.1 * np.median(statement[-13:-3])


def test_the_breaths_of_a_sentence_begin_lower_if_that_is_set(bench: ModuleType) -> None:
    text = "وَصَلَ الوَفْدُ، وَغَادَرَ الوَزِيرُ، وَعَادَ الرَّئِيسُ. وَصَلَ الوَفْدُ."
    first, later, again = ((0, 2), (4, 6), (6, 8))
    level, lowered = (
        [_median(bench, text, _voice("espeak-anchor-male", declination=steps), *words)
         for words in (first, later, again)]
        for steps in (0, 8)
    )  # fmt: skip
    assert lowered[0] == pytest.approx(level[0], rel=0.02)
    assert lowered[1] < 0.97 * level[1]
    # The second sentence begins high again.
    assert lowered[2] == pytest.approx(level[2], rel=0.02)


def _median(bench: ModuleType, text: str, voice: Voice, first: int, end: int) -> float:
    """Median pitch of some words of a text."""
    clip = EspeakEngine().speak(text, voice)
    onsets = {mark.index: mark.sample for mark in clip.words}
    samples = np.frombuffer(clip.pcm, np.int16)[onsets[first] : onsets.get(end, clip.samples)]
    return float(np.median(bench.pitch_track(samples.astype(np.float32) / 32768, 441)))


def test_the_compiled_tunes_are_those_of_the_text() -> None:
    tool = _module(ROOT / "tools" / "intonations.py")
    text = (ROOT / "src/mujaz/engines/data/intonation.txt").read_bytes()
    assert tool.compiled(text) == compiled_tunes()
    assert tool.compiled(text.replace(b"96 34", b"90 34")) != compiled_tunes()


# In a process of its own: the one that commands are forked from has begun to speak already.
# At its end, after all that ends with it, it names the temporary folders that it has left behind.
_PROGRAM = """
import atexit, os, sys
from pathlib import Path
made = []
sys.addaudithook(lambda event, told: event == "tempfile.mkdtemp" and made.append(told[0]))
atexit.register(lambda: sys.stderr.writelines(filter(os.path.isdir, made)))
from mujaz.engines.espeak import EspeakEngine
from mujaz.voices.catalog import find_voice
sys.stdout.buffer.write(EspeakEngine().speak(sys.argv[1], find_voice("espeak-ar", Path())).pcm)
"""


def _spoken(cache: Path) -> bytes:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, _SENTENCES[0]],
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    return done.stdout


def test_a_damaged_data_folder_is_mended(tmp_path: Path) -> None:
    first = _spoken(tmp_path)
    (folder,) = (tmp_path / "mujaz").glob("espeak-*")
    assert (folder / "intonations").read_bytes() == compiled_tunes()
    (folder / "intonations").write_bytes(b"")
    (folder / "phontab").unlink()
    assert _spoken(tmp_path) == first
    assert (folder / "intonations").read_bytes() == compiled_tunes()


def test_without_a_cache_folder_it_speaks_the_same(tmp_path: Path) -> None:
    assert _spoken(Path(os.devnull)) == _spoken(tmp_path)
