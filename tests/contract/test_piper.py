"""Piper voices: a tiny ONNX voice with real phonemes, a random node, and the real package."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mujaz.domain import Voice
from mujaz.errors import EngineError, VoiceError
from mujaz.voices.catalog import load_voice
from tests.conftest import Mujaz
from tests.contract.neural import REFUSED, SENTENCE, SPOKEN, made_twice

pytestmark = pytest.mark.skipif(
    find_spec("piper") is None or find_spec("onnx") is None,
    reason="needs the extra piper and onnx: pip install 'mujaz[piper,dev]'",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model and, in ``voices``, its voice file."""
    from tests.models import tiny_piper, write_voice

    folder = tmp_path_factory.mktemp("piper")
    tiny_piper(folder / "tiny")
    write_voice(folder / "voices", "quick", "piper", folder / "tiny" / "tiny.onnx")
    return folder


@pytest.fixture(scope="module")
def voice(folder: Path) -> Voice:
    """The tiny voice."""
    return load_voice(folder / "voices" / "quick.toml")


@pytest.fixture(scope="module")
def engine() -> Any:
    """The engine as the entry point gives it."""
    from mujaz.plugins import load_engine

    return load_engine("piper")


def with_settings(voice: Voice, **settings: object) -> Voice:
    """The voice with other settings."""
    return replace(voice, settings=settings)


def test_a_sentence_has_the_same_samples_whenever_it_is_spoken(engine: Any, voice: Voice) -> None:
    """The model draws noise, and its generator goes on from one sentence to the next."""
    first = engine.speak(SENTENCE, voice)
    engine.speak("هَلْ عَادَ الرَّئِيسُ؟", voice)
    assert engine.speak(SENTENCE, voice) == first
    assert engine.speak(SENTENCE, voice, seed=1) != first
    assert first.sample_rate == 22050
    from mujaz.plugins import load_engine

    assert load_engine("piper").speak(SENTENCE, voice) == first


def test_four_threads_get_the_right_clips(engine: Any, voice: Voice) -> None:
    lines = [" ".join(SENTENCE.split()[: 1 + number % 8]) for number in range(24)]
    right = {line: engine.speak(line, voice) for line in lines}
    wrong: list[str] = []

    def speak(mine: list[str]) -> None:
        wrong.extend(line for line in mine if engine.speak(line, voice) != right[line])

    threads = [threading.Thread(target=speak, args=(lines[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


@pytest.mark.parametrize("text", list(REFUSED))
def test_what_no_network_may_be_given_is_named(engine: Any, voice: Voice, text: str) -> None:
    with pytest.raises(EngineError) as caught:
        engine.speak(text, voice)
    assert REFUSED[text] in caught.value.message


@pytest.mark.parametrize("text", SPOKEN)
def test_what_can_be_said_is_said(engine: Any, voice: Voice, text: str) -> None:
    assert engine.speak(text, voice).samples > 1000


def test_our_marks_are_read_and_none_are_added(engine: Any, voice: Voice) -> None:
    """Piper would mark bare text by itself, and its phonemes would be those of marked text."""
    from piper.tashkeel import TashkeelDiacritizer

    guessed = engine.speak(TashkeelDiacritizer()("أثبتت وأكدت"), voice)
    assert engine.speak("أثبتت وأكدت", voice).samples < 0.7 * guessed.samples
    bare, marked = engine.speak("علم", voice), engine.speak("عَلَّمَ", voice)
    assert marked.samples > bare.samples
    assert engine.speak("عُلِمَ", voice) != engine.speak("عَلِمَ", voice)
    # Piper's phonemes lose a vowel that stands before its shadda; it is put behind.
    assert engine.speak("عَل\u064e\u0651مَ", voice).samples == marked.samples


def test_clips_keep_the_level_of_the_model(engine: Any, voice: Voice) -> None:
    """Piper's own way to a file raises each clip to full scale."""
    samples = np.frombuffer(engine.speak(SENTENCE, voice).pcm, np.int16).astype(int)
    assert np.abs(samples).max() < 20_000


def test_settings_are_heard(engine: Any, voice: Voice) -> None:
    plain = engine.speak(SENTENCE, voice)
    slow = engine.speak(SENTENCE, with_settings(voice, speed=0.5))
    assert slow.samples == pytest.approx(2 * plain.samples, rel=0.02)
    calm = engine.speak(SENTENCE, with_settings(voice, temperature=0.0))
    assert calm.samples == plain.samples
    assert calm != plain
    for settings, word in (({"sped": 1.0}, "sped"), ({"speed": 0}, "speed")):
        with pytest.raises(VoiceError, match=word):
            engine.speak(SENTENCE, with_settings(voice, **settings))
    assert engine.fingerprint(with_settings(voice, speed=0.5)) != engine.fingerprint(voice)


@pytest.mark.parametrize("kind", ["truncated", "empty", "text", "changed"])
def test_a_spoilt_model_is_an_error(
    engine: Any, folder: Path, voice: Voice, tmp_path: Path, kind: str
) -> None:
    from tests.models import write_voice

    shutil.copytree(folder / "tiny", tmp_path / "tiny")
    path = tmp_path / "tiny" / "tiny.onnx"
    data = path.read_bytes()
    spoilt = {
        "truncated": data[: len(data) // 2],
        "empty": b"",
        "text": b"no",
        "changed": data[:-1],
    }
    recorded = replace(voice, model_path=str(path))
    path.write_bytes(spoilt[kind])
    if kind == "changed":
        with pytest.raises(VoiceError, match="not the file that was recorded"):
            engine.speak(SENTENCE, recorded)
        return
    unrecorded = load_voice(write_voice(tmp_path / "voices", "spoilt", "piper", path))
    with pytest.raises(VoiceError, match="not an ONNX model"):
        engine.speak(SENTENCE, unrecorded)


@pytest.mark.parametrize(
    ("change", "kind", "word"),
    [
        (lambda table: table.pop("audio"), VoiceError, "not the configuration"),
        (lambda table: table.update(phoneme_id_map={"a": [1]}), EngineError, "no sound for"),
        (
            lambda table: table.update(num_speakers=2, speaker_id_map={"one": 0}),
            VoiceError,
            "no speaker",
        ),
        (lambda table: table.update(phoneme_type="runes"), VoiceError, "not the configuration"),
    ],
)
def test_the_configuration_of_another_model_is_an_error(
    engine: Any, folder: Path, voice: Voice, tmp_path: Path, change: Any, kind: type, word: str
) -> None:
    table = json.loads((folder / "tiny" / "tiny.onnx.json").read_text(encoding="utf-8"))
    change(table)
    config = tmp_path / "config.json"
    config.write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(kind, match=word):
        engine.speak(SENTENCE, replace(voice, config_path=str(config), speaker="two"))


def test_missing_files_are_named(engine: Any, voice: Voice, tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"nowhere\.onnx"):
        engine.check(replace(voice, model_path=str(tmp_path / "nowhere.onnx")))


def test_an_episode_is_made(
    mujaz: Mujaz, folder: Path, tmp_path: Path, short_article: Path
) -> None:
    shutil.copytree(folder / "voices", tmp_path / "work" / "voices")
    made = made_twice(mujaz, short_article, "quick", tmp_path)
    assert all(report["clips"]["cached"] == 0 for report in made)
    assert made[0]["stories"][0]["status"] == "spoken"
    assert len({Path(report["episode"]["media"]).name for report in made}) == 1
