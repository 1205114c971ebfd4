"""The whole job with a statistical voice: a tiny one, made here."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from mujaz.voices.catalog import find_voice, own_folder
from tests.conftest import EXAMPLES, Mujaz, report_of
from tests.hts_voice import SAMPLE_RATE, write_tiny_voice

_PROFILES = ("ziad", "ziad-correspondent", "ziad-high")


def test_a_statistical_voice_says_a_sentence(mujaz: Mujaz, tmp_path: Path) -> None:
    write_tiny_voice(tmp_path / "work" / "voices")
    target = tmp_path / "said.wav"
    done = mujaz("say", "قال الوزير أمس إن المفاوضات بدأت.", "--voice", "tiny", "-o", target)
    assert done.returncode == 0, done.stderr
    with wave.open(str(target)) as sound:
        assert sound.getframerate() == SAMPLE_RATE
        samples = np.frombuffer(sound.readframes(1 << 22), np.int16)
    assert np.abs(samples.astype(int)).max() > 1000


@pytest.mark.slow
def test_an_episode_is_the_same_in_one_process_and_in_two(mujaz: Mujaz, tmp_path: Path) -> None:
    write_tiny_voice(tmp_path / "work" / "voices")
    article = sorted(EXAMPLES.glob("*.txt"))[0]
    checksums = []
    for workers in ("1", "2"):
        show = tmp_path / f"show-{workers}"
        done = mujaz(
            "make", article, "--voice", "tiny", "-o", show, "--workers", workers, "--json",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        report_of(done)
        (manifest,) = show.glob("episodes/*/episode.json")
        episode = json.loads(manifest.read_text(encoding="utf-8"))
        checksums.append(episode["sha256"])
        assert not episode.get("unspoken")
    assert checksums[0] == checksums[1]


def test_a_damaged_voice_is_named_before_anything_is_spoken(mujaz: Mujaz, tmp_path: Path) -> None:
    folder = tmp_path / "work" / "voices"
    write_tiny_voice(folder)
    whole = (folder / "tiny.htsvoice").read_bytes()
    (folder / "tiny.htsvoice").write_bytes(whole[:2000])
    done = mujaz("say", "قال الوزير.", "--voice", "tiny", "-o", tmp_path / "said.wav")
    assert done.returncode == 1
    assert "not a voice that can be spoken" in done.stderr.decode()
    assert not (tmp_path / "said.wav").exists()


def test_the_shipped_profiles_name_one_file_and_leave_commercial_use_open() -> None:
    profiles = [find_voice(name, own_folder()) for name in _PROFILES]
    assert len({(voice.url, voice.sha256, voice.size) for voice in profiles}) == 1
    for voice in profiles:
        assert voice.commercial is None
        assert "Halabi" in voice.made_by
        assert len(voice.sha256) == 64
        assert voice.rate_wpm >= 135


def test_a_voice_that_is_not_installed_says_how_to_get_it(mujaz: Mujaz, tmp_path: Path) -> None:
    done = mujaz("say", "قال.", "--voice", "ziad", "-o", tmp_path / "said.wav")
    assert done.returncode == 1
    assert "mujaz voices install ziad" in done.stderr.decode()


def test_profiles_do_not_claim_a_woman() -> None:
    assert find_voice("ziad-high", own_folder()).gender == ""
