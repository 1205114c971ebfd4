"""Loudness, limiter, MP3 and tags against independent readers."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.id3 import ID3
from mutagen.mp3 import MP3, BitrateMode

from mujaz.audio.codecs.mp3 import BITRATES_KBPS, Mp3Writer
from mujaz.audio.codecs.pcm import Floats, trim
from mujaz.audio.codecs.tags import TagSet, write_tags
from mujaz.audio.loudness.limiter import limit
from mujaz.audio.loudness.meter import LoudnessMeter
from mujaz.audio.loudness.true_peak import TruePeakMeter
from mujaz.domain import Chapter


def _speechlike(sample_rate: int, seconds: float) -> Floats:
    """Bursts of harmonics and noise with pauses, like speech in level and crest."""
    rng = np.random.default_rng(7)
    t = np.arange(round(sample_rate * seconds)) / sample_rate
    voice = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 12))
    envelope = np.clip(np.sin(2 * np.pi * 1.7 * t), 0, 1) * (np.sin(2 * np.pi * 0.2 * t) > -0.6)
    samples = 0.2 * voice * envelope + 0.02 * rng.standard_normal(t.size) * envelope
    return samples.astype(np.float32)


@pytest.mark.parametrize("sample_rate", [22050, 44100, 48000])
def test_a_full_scale_sine_measures_as_the_standard_says(sample_rate: int) -> None:
    meter = LoudnessMeter(sample_rate)
    meter.push(
        np.sin(2 * np.pi * 997 * np.arange(sample_rate * 5) / sample_rate).astype(np.float32)
    )
    assert meter.integrated_lufs() == pytest.approx(-3.01, abs=0.1)


@pytest.mark.parametrize("sample_rate", [22050, 24000, 44100, 48000])
@pytest.mark.parametrize("kind", ["speech", "noise", "sweep", "hum", "short"])
def test_the_meters_agree_with_libebur128(sample_rate: int, kind: str) -> None:
    ebur = pytest.importorskip("pyebur128", reason="has no wheel for this Python")
    samples = _signal(kind, sample_rate)
    meter, peak = LoudnessMeter(sample_rate), TruePeakMeter()
    for start in range(0, samples.size, 7777):
        meter.push(samples[start : start + 7777])
        peak.push(samples[start : start + 7777])
    modes = ebur.MeasurementMode
    state = ebur.R128State(1, sample_rate, modes.MODE_I | modes.MODE_S | modes.MODE_TRUE_PEAK)
    highest = -math.inf
    for start in range(0, samples.size, sample_rate // 10):
        part = samples[start : start + sample_rate // 10]
        state.add_frames(part, part.size)
        if start + part.size >= 3 * sample_rate:
            highest = max(highest, ebur.get_loudness_shortterm(state))
    assert meter.integrated_lufs() == pytest.approx(ebur.get_loudness_global(state), abs=0.05)
    if kind != "short":
        assert meter.short_term_lufs() == pytest.approx(highest, abs=0.05)
    expected = 20 * math.log10(ebur.get_true_peak(state, 0))
    assert peak.dbtp() == pytest.approx(expected, abs=0.15)


def _signal(kind: str, sample_rate: int) -> Floats:
    if kind == "noise":
        noise = np.random.default_rng(5).standard_normal(sample_rate * 8) * 0.15
        return np.clip(noise, -1, 1).astype(np.float32)
    if kind == "sweep":
        t = np.arange(sample_rate * 10) / sample_rate
        tone = np.sin(2 * np.pi * (30 * t + 400 * t**2)) * np.hanning(t.size)
        return (0.5 * tone).astype(np.float32)
    samples = _speechlike(sample_rate, 1.2 if kind == "short" else 20)
    if kind == "hum":
        # The filters take most of it away, so it must not spread to where they do not.
        hum = 0.2 * np.sin(2 * np.pi * 33.3 * np.arange(samples.size) / sample_rate)
        return (samples + hum + 0.05).astype(np.float32)
    return samples


def test_a_tone_between_the_samples_has_its_true_peak() -> None:
    """BS.1770-5, annex 2: a quarter of the sample rate at 45 degrees hides 3 dB."""
    meter = TruePeakMeter()
    tone = np.sin(np.pi / 2 * np.arange(44100) + np.pi / 4) * np.hanning(44100)
    meter.push(tone.astype(np.float32))
    assert meter.dbtp() == pytest.approx(0.0, abs=0.2)


def test_silence_has_no_loudness_and_short_pieces_have() -> None:
    meter = LoudnessMeter(44100)
    assert meter.integrated_lufs() == -math.inf
    meter.push(np.zeros(44100, np.float32))
    assert meter.integrated_lufs() == -math.inf
    short = LoudnessMeter(44100)
    short.push(np.full(4000, 0.1, np.float32) * np.sin(np.arange(4000)).astype(np.float32))
    assert math.isfinite(short.integrated_lufs())


@pytest.mark.parametrize("portion", [1000, 44100, 10**7])
def test_no_true_peak_passes_the_limiter(portion: int) -> None:
    samples = _speechlike(44100, 6)
    pieces = [samples[i : i + portion] for i in range(0, samples.size, portion)]
    out = np.concatenate(list(limit(pieces, gain_db=14, ceiling_dbtp=-1)))
    meter = TruePeakMeter()
    meter.push(out)
    assert out.size == samples.size
    assert meter.dbtp() <= -0.99
    assert meter.dbtp() > -3, "the limiter must limit, not mute"


def test_a_true_peak_is_found_though_its_samples_lie_below_an_earlier_one() -> None:
    """A quarter of the sample rate at 45 degrees: samples of 0.71, peaks of 1 between them."""
    meter = TruePeakMeter()
    meter.push(np.full(44100, 0.8, np.float32))
    count = np.arange(44100)
    meter.push(np.sin(np.pi / 2 * count + np.pi / 4).astype(np.float32) * np.hanning(44100))
    assert meter.dbtp() == pytest.approx(0.0, abs=0.05)


def test_the_limiter_reaches_its_gain_before_the_peak() -> None:
    """Single samples far over the ceiling, at every place within a hop of 32."""
    samples = np.full(44100, 0.1, np.float32)
    samples[2000::1501] = 1.0
    limited = np.concatenate(list(limit([samples], gain_db=0.0, ceiling_dbtp=-12.0)))
    assert float(np.abs(limited).max()) <= 10 ** (-12 / 20) * 1.00001


def test_a_clip_is_trimmed_to_ten_ms_before_and_forty_after_its_sound() -> None:
    samples = np.zeros(20_000, np.int16)
    samples[5000:10_000] = 9000
    trimmed, cut = trim(samples, 10_000)
    assert (cut, trimmed.size) == (5000 - 100, 100 + 5000 + 400)


@pytest.mark.parametrize("bitrate", [32, 64, 96, 320])
@pytest.mark.parametrize("count", [1, 1152 * 7, 100_000])
def test_decoders_give_back_exactly_the_samples_that_were_encoded(
    tmp_path: Path, bitrate: int, count: int
) -> None:
    path = tmp_path / "x.mp3"
    with path.open("wb") as stream:
        writer = Mp3Writer(stream, bitrate)
        writer.write(_speechlike(44100, count / 44100 + 0.01)[:count])
        writer.close()
    assert bitrate in BITRATES_KBPS
    assert soundfile.info(str(path)).frames == count
    info = MP3(path).info
    assert info.bitrate_mode == BitrateMode.CBR
    assert info.length == pytest.approx(count / 44100, abs=0.001)


def test_the_limiter_does_not_follow_the_wave_of_a_low_voice() -> None:
    """Its gain stays low from one glottal pulse to the next, here 25 ms later (40 Hz)."""
    rate = 44100
    samples = np.full(rate, 0.01, np.float32)
    samples[:: rate // 40] = 0.9
    limited = np.concatenate(list(limit([samples], gain_db=0.0, ceiling_dbtp=-9.0)))
    between = limited[rate // 4 : -rate // 4]
    gains = between[np.abs(samples[rate // 4 : -rate // 4] - 0.01) < 1e-6] / 0.01
    assert gains.max() < 0.5, "it limits"
    assert gains.max() / gains.min() < 1.001


def test_the_cover_is_tagged_as_the_front_cover(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    with path.open("wb") as stream:
        writer = Mp3Writer(stream, 96)
        writer.write(_speechlike(44100, 1))
        writer.close()
    picture = b"\xff\xd8\xff picture"
    tags = TagSet("a", "b", "c", datetime(2026, 1, 1), "ar", 1, "", "", "g", 1.0, (), "mujaz")
    write_tags(path, replace(tags, cover=picture))
    frame = ID3(path).getall("APIC")[0]
    assert (frame.type, frame.mime, frame.data) == (3, "image/jpeg", picture)


def test_chapters_stand_in_time_order_in_the_file_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    with path.open("wb") as stream:
        writer = Mp3Writer(stream, 96)
        writer.write(_speechlike(44100, 3))
        writer.close()
    chapters = tuple(
        Chapter("ف" * length, start) for length, start in ((30, 0.0), (3, 1.0), (60, 2.0), (1, 2.5))
    )
    tags = TagSet(
        title="عنوان",
        artist="غرفة الأخبار",
        album="موجز",
        day=datetime(2022, 5, 8),
        language="ar",
        track=3,
        comment="ملاحظة\x01",
        lyrics="نص",
        guid="urn:x",
        duration_s=3.0,
        chapters=chapters,
        encoder="mujaz",
    )
    write_tags(path, tags)
    data = path.read_bytes()
    places = [data.index(f"chp{index:03d}\0".encode(), data.index(b"CHAP")) for index in range(4)]
    assert places == sorted(places)
    read = ID3(path)
    assert read.version == (2, 3, 0)
    assert str(read["TIT2"]) == "عنوان"
    assert str(read["TLAN"]) == "ara"
    assert str(read["TRCK"]) == "3"
    assert "\x01" not in str(read["COMM::ara"])
    found = sorted(read.getall("CHAP"), key=lambda frame: frame.start_time)
    assert [frame.start_time for frame in found] == [0, 1000, 2000, 2500]
    assert found[-1].end_time == 3000
