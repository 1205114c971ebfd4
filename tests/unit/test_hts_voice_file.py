"""The reader of .htsvoice files, and the engine with a tiny voice."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mujaz.domain import Voice
from mujaz.engines.hts import HtsEngine
from mujaz.engines.hts.engine import frame_period
from mujaz.engines.hts.voice_file import read_voice
from mujaz.errors import EngineError, VoiceError
from mujaz.voices.catalog import load_voice
from tests.hts_voice import (
    FRAME_PERIOD,
    PAUSE_FRAMES,
    PHONE_FRAMES,
    PITCH_HZ,
    SAMPLE_RATE,
    tiny_voice,
    write_tiny_voice,
)  # fmt: skip

_LINE = "قَالَ الْوَزِيرُ، أَمْسِ: إِنَّ الْمُفَاوَضَاتِ بَدَأَتْ؛ وَلَمْ تَنْتَهِ."


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    return load_voice(write_tiny_voice(tmp_path))


def with_settings(voice: Voice, **settings: object) -> Voice:
    return replace(voice, settings={**voice.settings, **settings})


def test_the_parts_of_a_voice_are_read(tmp_path: Path) -> None:
    path = tmp_path / "v.htsvoice"
    path.write_bytes(tiny_voice())
    read = read_voice(path)
    assert (read.sample_rate, read.frame_period, read.alpha) == (SAMPLE_RATE, FRAME_PERIOD, 0.42)
    assert read.durations.mean.tolist() == [[2.0] * 5, [4.0] * 5]
    assert [len(read.spectrum.states), len(read.pitch.states)] == [5, 5]
    assert read.pitch.states[0].voicing is not None
    assert read.pitch.states[0].voicing.tolist() == [0.0, 1.0]
    assert read.mix is not None
    assert read.spectrum.variances is not None


@pytest.mark.parametrize("mix", [True, False])
@pytest.mark.parametrize("variance", [True, False])
def test_streams_and_variances_that_are_left_out(mix: bool, variance: bool, voice: Voice) -> None:
    (voice.home / voice.model_path).write_bytes(tiny_voice(mix=mix, variance=variance))
    spoken = HtsEngine().synthesize(_LINE, voice)
    assert np.abs(spoken.samples).max() > 1000


def test_durations_sum_to_the_samples_and_words_begin_in_order(voice: Voice) -> None:
    spoken = HtsEngine().synthesize(_LINE, voice)
    assert sum(spoken.durations) == spoken.samples.size
    marks = list(spoken.words())
    assert [mark.index for mark in marks] == list(range(len(_LINE.split())))
    assert all(a.sample < b.sample for a, b in itertools.pairwise(marks))
    for label, duration in zip(spoken.labels, spoken.durations, strict=True):
        if not label.is_pause:
            assert duration == PHONE_FRAMES * FRAME_PERIOD
    assert marks[0].sample == PAUSE_FRAMES * FRAME_PERIOD
    before = np.abs(spoken.samples[: marks[0].sample - 400]).max()
    after = np.abs(spoken.samples[marks[0].sample :][:1600]).max()
    assert after > 50 * max(before, 1)


def test_pauses_last_as_the_settings_say_at_any_rate(voice: Voice) -> None:
    asked = {"pause_comma_ms": 300, "pause_colon_ms": 400, "pause_stop_ms": 500}
    wanted = {",": 300, ":": 400, ";": 400, ".": 500}
    line = _LINE + " ثُمَّ عَادَ."
    for rate in (0, 140, 200):
        spoken = HtsEngine().synthesize(line, replace(with_settings(voice, **asked), rate_wpm=rate))
        at, heard = 0, []
        for label, duration in zip(spoken.labels, spoken.durations, strict=True):
            if label.is_pause and label.stop and at + duration < spoken.samples.size:
                assert duration == wanted[label.stop] * SAMPLE_RATE // 1000
                # The filters of the sound before ring for a few milliseconds.
                within = spoken.samples[at + duration // 2 - 800 :][:1600]
                assert np.abs(within).max() == 0
                heard.append(label.stop)
            at += duration
        assert heard == [",", ":", ";", "."]


def test_silence_stands_in_the_middle_of_the_voices_own_pause(voice: Voice) -> None:
    line = "قَالَ، نَعَمْ."
    plain = HtsEngine().synthesize(line, with_settings(voice, pause_comma_ms=0))
    longer = HtsEngine().synthesize(line, with_settings(voice, pause_comma_ms=300))
    at = next(n for n, label in enumerate(plain.labels) if label.stop == ",")
    middle = sum(plain.durations[:at]) + plain.durations[at] // 2
    added = longer.samples.size - plain.samples.size
    assert added == 300 * SAMPLE_RATE // 1000 - PAUSE_FRAMES * FRAME_PERIOD
    assert not longer.samples[middle : middle + added].any()
    kept = np.delete(longer.samples, np.s_[middle : middle + added])
    assert kept.tobytes() == plain.samples.tobytes()
    # Else the place would make no difference: the filter still rings when the pause begins.
    assert plain.samples[sum(plain.durations[:at]) :][:40].any()


def test_a_pause_is_never_shorter_than_the_voices_own(voice: Voice) -> None:
    spoken = HtsEngine().synthesize("قَالَ، نَعَمْ.", with_settings(voice, pause_comma_ms=0))
    lengths = [
        d for d, label in zip(spoken.durations, spoken.labels, strict=True) if label.is_pause
    ]
    assert lengths == [PAUSE_FRAMES * FRAME_PERIOD] * 3


def test_the_rate_shortens_frames(voice: Voice) -> None:
    engine = HtsEngine()
    own = engine.synthesize("قَالَ", voice)
    twice = engine.synthesize("قَالَ", replace(voice, rate_wpm=197))
    assert own.samples.size == 2 * twice.samples.size
    assert frame_period(240, 98.5, 0) == 240
    assert frame_period(240, 98.5, 5) == 400
    assert frame_period(240, 98.5, 5000) == 96


def test_the_pitch_is_the_voices_and_moves_by_half_tones(voice: Voice) -> None:
    for half_tones in (0, 4, -3.5):
        samples = HtsEngine().synthesize("مَالَا", with_settings(voice, pitch=half_tones)).samples
        part = samples[SAMPLE_RATE // 10 :][:4800].astype(float)
        similar = np.fft.irfft(np.abs(np.fft.rfft(part, 16384)) ** 2)[:400]
        lag = 50 + int(np.argmax(similar[50:]))
        assert lag == pytest.approx(SAMPLE_RATE / PITCH_HZ * 2 ** (-half_tones / 12), abs=1)


def test_the_same_text_gives_the_same_samples_in_every_process(
    voice: Voice, tmp_path: Path
) -> None:
    script = (
        "import hashlib, sys; from pathlib import Path;"
        "from mujaz.engines.hts import HtsEngine; from mujaz.voices.catalog import load_voice;"
        f"clip = HtsEngine().speak({_LINE!r}, load_voice(Path(sys.argv[1])));"
        "print(hashlib.sha256(clip.pcm).hexdigest())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script, str(voice.home / "tiny.toml")],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "PYTHONHASHSEED": threads},
            capture_output=True, text=True, check=True,
        ).stdout
        for threads in ("1", "4")
    }  # fmt: skip
    assert len(answers) == 1


def test_nothing_to_say_is_an_error(voice: Voice) -> None:
    with pytest.raises(EngineError, match="nothing in this sentence"):
        HtsEngine().speak("… —", voice)


def test_a_file_with_another_hash_is_refused_before_it_is_read(voice: Voice) -> None:
    pinned = replace(voice, sha256="0" * 64)
    (voice.home / voice.model_path).write_bytes(b"not read at all")
    with pytest.raises(VoiceError, match="not the file that was recorded"):
        HtsEngine().check(pinned)


@pytest.mark.parametrize(
    "settings", [{"pitch": 40}, {"formants": "high"}, {"pause_comma_ms": -1}, {"pich": 1}]
)
def test_a_wrong_setting_is_an_error(voice: Voice, settings: dict[str, object]) -> None:
    with pytest.raises(VoiceError):
        HtsEngine().check(with_settings(voice, **settings))


def test_a_file_cut_anywhere_is_a_clear_error(tmp_path: Path) -> None:
    whole = tiny_voice()
    path = tmp_path / "cut.htsvoice"
    for length in (*range(0, len(whole) - 1, 37), len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(VoiceError):
            read_voice(path)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"HTS_VOICE_VERSION:1.0", b"HTS_VOICE_VERSION:2.0", "format"),
        (b"NUM_STATES:5", b"NUM_STATES:6", "distributions"),
        (b"NUM_STATES:5", b"NUM_STATES:0", "NUM_STATES"),
        (b"SAMPLING_FREQUENCY:16000", b"SAMPLING_FREQUENCY:1", "SAMPLING_FREQUENCY"),
        (b"FRAME_PERIOD:80", b"FRAME_PERIOD:-1", "FRAME_PERIOD"),
        (b"FRAME_PERIOD:80\n", b"", "no FRAME_PERIOD"),
        (b"STREAM_TYPE:MCP,LF0,LPF", b"STREAM_TYPE:LSP,LF0", "streams"),
        (b"ALPHA=0.42", b"ALPHA=1.42", "warping"),
        (b"ALPHA=0.42", b"GAMMA=3", "line spectral pairs"),
        (b"ALPHA=0.42", b"ALPHA=high", "not a number"),
        (b"VECTOR_LENGTH[MCP]:4", b"VECTOR_LENGTH[MCP]:5", "as long as it says"),
        (b"VECTOR_LENGTH[MCP]:4", b"VECTOR_LENGTH[MCP]:4000", "VECTOR_LENGTH"),
        (b"IS_MSD[LF0]:1", b"IS_MSD[LF0]:0", "LF0 is not a voiced one"),
        (b"NUM_WINDOWS[MCP]:3", b"NUM_WINDOWS[MCP]:2", "number of windows"),
        (b"3 1.0 -2.0 1.0", b"3 1.0 -nan 1.0", "out of bounds"),
        (b"3 1.0 -2.0 1.0", b"4 1.0 -2.0 1.0", "wide"),
        (b"DURATION_PDF:0-", b"DURATION_PDF:99999999-", "outside the file"),
        (b"C-pau", b"C-pua", "unknown question"),
        (b"[DATA]", b"[DATB]", "header"),
    ],
)
def test_a_hostile_file_is_a_clear_error(
    tmp_path: Path, old: bytes, new: bytes, reason: str
) -> None:
    whole = tiny_voice()
    assert old in whole
    path = tmp_path / "hostile.htsvoice"
    # Tables before the place are as long as before; the ranges of the header count from its end.
    path.write_bytes(
        _replaced_last(whole, old, new) if old == b"C-pau" else whole.replace(old, new)
    )
    with pytest.raises(VoiceError, match=reason):
        read_voice(path)


def _replaced_last(whole: bytes, old: bytes, new: bytes) -> bytes:
    head, _, tail = whole.rpartition(old)
    return head + new + tail


def test_damaged_bytes_are_an_error_or_still_a_finite_voice(voice: Voice) -> None:
    whole = tiny_voice()
    path = voice.home / voice.model_path
    draw = np.random.default_rng(5)
    refused = 0
    for _ in range(150):
        damaged = bytearray(whole)
        for place in draw.integers(0, len(whole), 6):
            damaged[place] = int(draw.integers(0, 256))
        path.write_bytes(damaged)
        try:
            spoken = HtsEngine().synthesize("قَالَ", voice)
        except VoiceError:
            refused += 1
        else:
            assert sum(spoken.durations) == spoken.samples.size
    assert 15 < refused < 150


def test_a_foreign_file_is_a_clear_error(tmp_path: Path) -> None:
    for name, content in {"text": b"hello", "onnx": b"\x08\x07" * 900, "empty": b""}.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(VoiceError, match="header"):
            read_voice(path)
    with pytest.raises(VoiceError, match="cannot be read"):
        read_voice(tmp_path)
