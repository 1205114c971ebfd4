"""The Opus file as it is heard: decoded, and measured by readers that are not ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from mutagen.oggopus import OggOpus

from mujaz.audio.assembly import Mastering, Spoken, assemble
from mujaz.audio.codecs.opus import encode_opus
from mujaz.audio.codecs.tags import TagSet, write_opus_tags
from mujaz.domain import Chapter, Recording
from mujaz.errors import AudioError
from tests.unit.test_assembly import _bulletin, _noise, _one_voice, _outside_view, _sounds

av = pytest.importorskip("av", reason="the extra opus is not installed")

_GOAL = Mastering()


def _made(folder: Path, spoken: Iterator[Spoken], *, sounds: bool = False) -> Recording:
    return assemble(spoken, folder / "x.mp3", _GOAL, _sounds() if sounds else None)


def _decoded(path: Path) -> npt.NDArray[np.float32]:
    """The samples at 48 kHz, by FFmpeg's own decoder."""
    with av.open(str(path)) as sound:
        blocks = [frame.to_ndarray().ravel() for frame in sound.decode(audio=0)]
    return np.concatenate(blocks).astype(np.float32)


_SPOKEN: dict[str, tuple[Callable[[], Iterator[Spoken]], bool]] = {
    "two voices, jingle and bed": (_bulletin, True),
    "a loud and a quiet voice": (partial(_bulletin, (6.0, -20.0)), False),
    "very quiet": (partial(_one_voice, -44.0), False),
    "clipped": (partial(_one_voice, 30.0), True),
    "three seconds": (partial(_one_voice, 0.0, 1), False),
    "clipped noise": (_noise, False),
}


@pytest.fixture(scope="module", params=_SPOKEN)
def recording(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Recording:
    """An MP3; the same one at every bitrate of Opus."""
    spoken, sounds = _SPOKEN[request.param]
    return _made(tmp_path_factory.mktemp("recording"), spoken(), sounds=sounds)


@pytest.mark.parametrize("bitrate", [24, 64])
def test_loudness_peak_and_length_of_the_decoded_file(
    tmp_path: Path, recording: Recording, bitrate: int
) -> None:
    target = tmp_path / "x.opus"
    made = encode_opus(recording.path, target, _GOAL, bitrate)
    samples = _decoded(target)
    loudness, peak = _outside_view(samples, 48000)
    assert loudness == pytest.approx(-16.0, abs=0.5)
    assert peak <= -1.0
    assert made.reached.integrated_lufs == pytest.approx(loudness, abs=0.1)
    assert samples.size == made.samples == soundfile.info(target).frames
    assert samples.size / 48000 == pytest.approx(recording.duration_s, abs=0.001)
    assert OggOpus(target).info.length == pytest.approx(recording.duration_s, abs=0.001)


def test_sound_stands_where_it_stands_in_the_mp3(tmp_path: Path) -> None:
    """Cues and chapters are those of the MP3: the encoder's delay must be skipped."""
    recording = _made(tmp_path, _one_voice(0.0))
    encode_opus(recording.path, tmp_path / "x.opus", _GOAL, 48)
    first, rate = soundfile.read(recording.path, dtype="float32")
    second, other_rate = soundfile.read(tmp_path / "x.opus", dtype="float32")
    step_s = 0.001
    count = round(min(first.size / rate, second.size / other_rate) / step_s)

    def envelope(samples: npt.NDArray[np.float32], at: int) -> npt.NDArray[np.float64]:
        edges = (np.arange(count) * step_s * at).astype(int)
        power = np.add.reduceat(samples.astype(np.float64) ** 2, edges)
        return np.asarray(np.sqrt(power) - np.sqrt(power).mean())

    likeness = np.correlate(envelope(second, other_rate), envelope(first, rate), "full")
    lag_ms = int(np.argmax(likeness)) - (count - 1)
    assert abs(lag_ms) <= 2


def test_the_same_sound_gives_the_same_file(tmp_path: Path) -> None:
    recording = _made(tmp_path, _one_voice(0.0, 2))
    for name in ("one.opus", "two.opus"):
        encode_opus(recording.path, tmp_path / name, _GOAL, 24)
    assert (tmp_path / "one.opus").read_bytes() == (tmp_path / "two.opus").read_bytes()


def test_its_tags_are_read_by_others(tmp_path: Path) -> None:
    recording = _made(tmp_path, _one_voice(0.0, 2))
    target = tmp_path / "x.opus"
    encode_opus(recording.path, target, _GOAL, 24)
    tags = TagSet(
        title="نشرة\x07 الصباح",
        artist="غرفة الأخبار",
        album="الموجز",
        day=datetime(2026, 11, 25),
        language="ar-SY",
        track=3,
        comment="ملخص",
        lyrics="نص",
        guid="urn:x",
        duration_s=recording.duration_s,
        chapters=(Chapter("تنويه", 0.0), Chapter("خبر", 3723.5, "https://news.example/خبر")),
        encoder="mujaz",
    )
    before = _decoded(target)
    for _ in range(2):
        write_opus_tags(target, tags)
    with av.open(str(target)) as sound:
        read = {name.lower(): text for name, text in sound.streams.audio[0].metadata.items()}
        chapters = [(c["metadata"]["title"], c["start"] * c["time_base"]) for c in sound.chapters()]
    stated = [read[name] for name in ("title", "artist", "album", "date", "language", "track")]
    expected = ["نشرة الصباح", "غرفة الأخبار", "الموجز", "2026-11-25", "ara", "3"]
    assert stated == expected
    assert chapters[0] == ("تنويه", 0)
    assert OggOpus(target)["CHAPTER001"] == ["01:02:03.500"]
    assert OggOpus(target)["CHAPTER001NAME"] == ["خبر"]
    assert OggOpus(target)["CHAPTER001URL"][0].isascii()
    assert np.array_equal(before, _decoded(target))


def test_a_disk_that_fills_up_leaves_no_half_file(tmp_path: Path) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("this system has no /dev/full")
    recording = _made(tmp_path, _one_voice(0.0, 1))
    target = tmp_path / "full.opus"
    target.symlink_to("/dev/full")
    with pytest.raises(AudioError, match="could not be written") as caught:
        encode_opus(recording.path, target, _GOAL, 24)
    assert "space" in caught.value.hint
    assert not target.is_symlink()
