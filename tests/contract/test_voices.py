"""Every shipped voice speaks; the news voices differ from one another as they say they do."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from mujaz.domain import Voice
from mujaz.engines.espeak import EspeakEngine
from mujaz.voices.catalog import voices
from tests.conftest import ROOT, Mujaz

_NEWS = [
    f"espeak-{role}-{sex}" for role in ("anchor", "correspondent") for sex in ("male", "female")
]
_TEXT = "أَعْلَنَتِ الحُكُومَةُ الْيَوْمَ خُطَّةً جَدِيدَةً لِدَعْمِ الِاقْتِصَادِ وَالتِّجَارَةِ فِي البِلَادِ."


def voice(name: str) -> Voice:
    return voices(Path())[name]


@pytest.mark.parametrize("name", _NEWS)
def test_a_news_voice_is_steady_and_may_be_used_commercially(name: str) -> None:
    chosen = voice(name)
    assert chosen.commercial is True
    assert chosen.gender in name.split("-")
    settings = (chosen.home / chosen.model_path).read_text(encoding="utf-8").splitlines()
    assert "flutter 0" in settings
    engine = EspeakEngine()
    first, second = engine.speak(_TEXT, chosen), engine.speak(_TEXT, chosen)
    assert first.samples == second.samples
    assert first.words == second.words
    loudest = np.abs(np.frombuffer(first.pcm, np.int16).astype(int)).max()
    assert 3_000 < loudest < 32_767


def test_women_and_correspondents_are_told_from_men_and_anchors() -> None:
    engine = EspeakEngine()
    clips = {name: engine.speak(_TEXT, voice(name)) for name in _NEWS}
    assert len({clip.pcm for clip in clips.values()}) == 4
    for sex in ("male", "female"):
        assert clips[f"espeak-correspondent-{sex}"].samples < clips[f"espeak-anchor-{sex}"].samples


def test_voice_files_are_shipped() -> None:
    named = {voice(name).model_path for name in _NEWS}
    assert all((ROOT / "voices" / path).is_file() for path in named)


def test_try_writes_a_file_and_says_where(mujaz: Mujaz, tmp_path: Path) -> None:
    target = tmp_path / "sample.wav"
    result = mujaz("voices", "try", "espeak-anchor-female", "-o", target)
    assert result.stdout.decode().strip() == str(target)
    with wave.open(str(target)) as sound:
        assert sound.getnframes() > 22050 * 3
    result = mujaz("voices", "try", "espeak-anchor-male", "صباح الخير", "--json")
    row = json.loads(result.stdout)
    assert row["name"] == "espeak-anchor-male"
    assert row["path"] == "espeak-anchor-male.wav"


def test_try_names_what_is_wrong(mujaz: Mujaz) -> None:
    assert mujaz("voices", "try", "espeak-anchor-femal").returncode == 1
    assert b"espeak-anchor-female" in mujaz("voices", "try", "espeak-anchor-femal").stderr
    assert mujaz("voices", "try", "espeak-ar", "-o", "x.ogg").returncode == 2


def test_the_gain_of_a_voice_is_heard_in_a_wav(mujaz: Mujaz, tmp_path: Path) -> None:
    """Two copies of a voice that differ in gain only."""
    folder = tmp_path / "work" / "voices"
    folder.mkdir()
    source = ROOT / "voices"
    text = (source / "espeak-ar.toml").read_text(encoding="utf-8")
    text = text.replace('"espeak/ar-news"', json.dumps(str(source / "espeak" / "ar-news")))
    for name, gain in (("loud", "-1.0"), ("soft", "-13.0")):
        changed = text.replace('"espeak-ar"', f'"{name}"').replace(
            "gain_db = 0.8", f"gain_db = {gain}"
        )
        (folder / f"{name}.toml").write_text(changed, encoding="utf-8")
    peaks = []
    for name in ("loud", "soft"):
        target = tmp_path / f"{name}.wav"
        assert mujaz("say", "صباح الخير", "--voice", name, "-o", target).returncode == 0
        with wave.open(str(target)) as sound:
            peaks.append(
                np.abs(np.frombuffer(sound.readframes(1 << 20), np.int16).astype(int)).max()
            )
    assert peaks[0] / peaks[1] == pytest.approx(10 ** (12 / 20), rel=0.05)


def test_a_voice_that_guesses_vowels_says_so(mujaz: Mujaz) -> None:
    """Before it is installed, too."""
    shown = mujaz("voices", "show", "mms-ara").stdout.decode()
    assert "notice: it gets no vowel signs and guesses the vowels" in shown
