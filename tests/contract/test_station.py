"""Station sound and cover through the command: refused before speech, heard in the episode."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.id3 import ID3
from PIL import Image

from tests.conftest import STORY, Mujaz, report_of

_MAKE = ("make", STORY, "-o", "show", "--json")


def _config(mujaz_home: Path, text: str) -> Path:
    path = mujaz_home / "mujaz.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _sine(path: Path, seconds: float, rate: int = 44100, channels: int = 1) -> Path:
    count = round(seconds * rate)
    wave = 0.3 * np.sin(2 * np.pi * 500 * np.arange(count) / rate)
    soundfile.write(path, np.repeat(wave[:, None], channels, axis=1), rate)
    return path


def _silence(path: Path) -> Path:
    soundfile.write(path, np.zeros(44100), 44100)
    return path


def _no_numbers(path: Path) -> Path:
    soundfile.write(path, np.full(44100, np.nan, np.float32), 44100, subtype="FLOAT")
    return path


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _cut(path: Path) -> Path:
    whole = _sine(path, 1).read_bytes()
    return _written(path, whole[:20])


@pytest.mark.parametrize("key", ["intro", "outro", "stinger", "bed"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing", "no such file"),
        ("empty", "empty"),
        ("text", "not audio"),
        ("cut", "not audio"),
        ("header", "no sound"),
        ("ten minutes", "10:00 minutes"),
        ("silent", "silent"),
        ("nan", "no numbers"),
        ("folder", "no such file"),
    ],
)
def test_a_bad_sound_is_refused_before_any_speech(
    mujaz: Mujaz, tmp_path: Path, key: str, name: str, said: str
) -> None:
    path = tmp_path / "sound.wav"
    if name == "empty":
        _written(path, b"")
    elif name == "text":
        _written(path, "خبر".encode() * 100)
    elif name == "cut":
        _cut(path)
    elif name == "header":
        _sine(path, 0)
    elif name == "ten minutes":
        _sine(path, 600, 8000)
    elif name == "silent":
        _silence(path)
    elif name == "nan":
        _no_numbers(path)
    elif name == "folder":
        path.mkdir()
    config = _config(tmp_path, f'[audio]\n{key} = "sound.wav"\n')
    clips = tmp_path / "clips"
    result = mujaz("--config", config, *_MAKE, MUJAZ_SPEECH_CACHE=str(clips))
    assert result.returncode == 1
    error = result.stderr.decode()
    assert not list(clips.rglob("*.clip"))
    assert said in error
    assert f"audio.{key}" in error
    assert "sound.wav" in error
    assert "Hint:" in error
    assert report_of(result)["seconds"]["speech"] == 0
    assert not (tmp_path / "work" / "show").exists()


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3", "aiff", "raw"])
def test_any_format_rate_and_number_of_channels_is_played(
    mujaz: Mujaz, tmp_path: Path, suffix: str
) -> None:
    """A stereo file at 96 kHz where the format allows it; an unknown suffix does not matter."""
    rate = 48000 if suffix == "mp3" else 96000
    path = tmp_path / f"sound.{suffix}"
    if suffix == "raw":
        _sine(tmp_path / "x.wav", 2, rate, 2).rename(path)
    else:
        _sine(path, 2, rate, 2)
    config = _config(tmp_path, f'[audio]\nintro = "sound.{suffix}"\n')
    result = mujaz("--config", config, *_MAKE)
    assert result.returncode == 0, result.stderr.decode()
    heard, _ = soundfile.read(tmp_path / "work" / report_of(result)["episode"]["media"])
    spectrum = np.abs(np.fft.rfft(heard[22050:66150]))
    assert np.fft.rfftfreq(44100, 1 / 44100)[spectrum.argmax()] == pytest.approx(500, abs=2)


@pytest.mark.slow
def test_another_sound_under_the_same_name_makes_another_episode(
    mujaz: Mujaz, tmp_path: Path
) -> None:
    config = _config(tmp_path, '[audio]\nintro = "sound.wav"\n')
    _sine(tmp_path / "sound.wav", 1)
    first = report_of(mujaz("--config", config, *_MAKE))
    again = report_of(mujaz("--config", config, *_MAKE))
    _sine(tmp_path / "sound.wav", 2)
    other = report_of(mujaz("--config", config, *_MAKE))
    assert first["episode"] == again["episode"]
    assert again["audio"] is None, "nothing was recorded in this run"
    assert other["episode"]["guid"] == first["episode"]["guid"]
    assert other["episode"]["duration_s"] == pytest.approx(
        first["episode"]["duration_s"] + 1, abs=2 * 1152 / 44100
    )


def test_the_report_says_what_loudness_was_reached(mujaz: Mujaz, tmp_path: Path) -> None:
    config = _config(tmp_path, "[audio]\nloudness_lufs = -20\n")
    result = mujaz("--config", config, *_MAKE)
    reached = report_of(result)["audio"]
    assert reached["integrated_lufs"] == pytest.approx(-20, abs=0.5)
    assert reached["true_peak_dbtp"] <= -1
    assert reached["short_term_lufs"] > reached["integrated_lufs"]
    assert "LUFS" in result.stderr.decode()


def test_a_target_that_cannot_be_reached_is_said(mujaz: Mujaz, tmp_path: Path) -> None:
    config = _config(tmp_path, "[audio]\nloudness_lufs = -8\ntrue_peak_dbtp = -12\n")
    result = mujaz("--config", config, *_MAKE)
    assert result.returncode == 0
    assert any("LUFS" in warning for warning in report_of(result)["warnings"])


def test_the_built_in_sounds_are_known_by_name(mujaz: Mujaz, tmp_path: Path) -> None:
    names = "".join(f'{key} = "mujaz:{key}"\n' for key in ("intro", "outro", "stinger", "bed"))
    config = _config(tmp_path, "[audio]\n" + names)
    assert mujaz("--config", config, *_MAKE).returncode == 0
    config = _config(tmp_path, '[audio]\nintro = "mujaz:../bed"\n')
    result = mujaz("--config", config, *_MAKE)
    assert result.returncode == 1
    assert b"mujaz:intro" in result.stderr


@pytest.mark.slow
def test_the_cover_is_in_the_tag(mujaz: Mujaz, tmp_path: Path) -> None:
    media = tmp_path / "work" / report_of(mujaz(*_MAKE))["episode"]["media"]
    drawn = ID3(media).getall("APIC")[0]
    assert drawn.mime == "image/jpeg"
    assert len(drawn.data) <= 300_000
    Image.new("RGB", (3000, 3000), (200, 0, 0)).save(tmp_path / "own.png")
    config = _config(tmp_path, '[show]\nimage = "own.png"\n')
    media = tmp_path / "work" / report_of(mujaz("--config", config, *_MAKE))["episode"]["media"]
    own = ID3(media).getall("APIC")[0]
    assert own.data != drawn.data


def test_a_bad_cover_is_refused_before_any_speech(mujaz: Mujaz, tmp_path: Path) -> None:
    config = _config(tmp_path, '[show]\nimage = "own.png"\n')
    (tmp_path / "own.png").write_bytes(b"no picture")
    result = mujaz("--config", config, *_MAKE)
    assert result.returncode == 1
    assert b"show.image" in result.stderr
    assert report_of(result)["seconds"]["speech"] == 0
