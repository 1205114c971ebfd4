"""The recording as it is heard: decoded, and measured by readers that are not ours."""

from __future__ import annotations

import math
import resource
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from mujaz.audio.assembly import Mastering, Spoken, assemble
from mujaz.audio.codecs.pcm import from_clip
from mujaz.audio.mix.station_sounds import StationSounds, load_station_sounds
from mujaz.domain import Clip, Kind, Recording, Sentence
from mujaz.engines.espeak import EspeakEngine
from mujaz.errors import AudioError
from mujaz.settings.values import AudioConfig
from mujaz.voices.catalog import find_voice

_GOAL = Mastering()
_ALL_SOUNDS = AudioConfig(
    intro="mujaz:intro", outro="mujaz:outro", stinger="mujaz:stinger", bed="mujaz:bed"
)
_TEXTS = (
    "وَصَلَ الْوَفْدُ إِلَى الْعَاصِمَةِ صَبَاحَ الْيَوْمِ.",
    "وَقَالَ رَئِيسُ الْبَلَدِيَّةِ إِنَّ الْجِسْرَ سَيُخَفِّفُ الِازْدِحَامَ.",
    "وَأَضَافَ أَنَّ الْعَمَلَ يَنْتَهِي فِي الشَّهْرِ الْقَادِمِ.",
    "ارْتَفَعَتْ أَسْعَارُ النَّفْطِ قَلِيلًا.",
)


@cache
def _clip(voice: str, number: int) -> Clip:
    return EspeakEngine().speak(_TEXTS[number % len(_TEXTS)], find_voice(voice, Path()))


@cache
def _sounds() -> StationSounds:
    return load_station_sounds(_ALL_SOUNDS, Path())


def _louder(clip: Clip, gain_db: float) -> Clip:
    """The clip as a source of another level would give it; over full scale it clips."""
    scaled = np.rint(from_clip(clip) * 10 ** (gain_db / 20))
    return replace(clip, pcm=np.clip(scaled, -32768, 32767).astype(np.int16).tobytes())


def _bulletin(gains_db: tuple[float, float] = (0.0, 0.0), stories: int = 3) -> Iterator[Spoken]:
    """Headlines by one voice over the bed, bodies by another."""
    names = ("espeak-anchor-male", "espeak-ar")
    clips = [_louder(_clip(name, 0), gain) for name, gain in zip(names, gains_db, strict=True)]
    for story in range(stories):
        headline = Sentence("عنوان", "عنوان", Kind.HEADLINE, -1, story, 500)
        yield Spoken(headline, clips[0], 0.0, names[0], over_bed=True)
    for story in range(stories):
        for number in range(3):
            body = Sentence("متن", "متن", Kind.BODY, 0, story, 350)
            clip = _louder(_clip(names[1], number), gains_db[1])
            yield Spoken(body, clip, 0.0, names[1])


def _one_voice(gain_db: float, count: int = 4) -> Iterator[Spoken]:
    for number in range(count):
        sentence = Sentence("متن", "متن", Kind.BODY, 0, 0, 350)
        yield Spoken(sentence, _louder(_clip("espeak-ar", number), gain_db), 0.0, "espeak-ar")


def _decoded(recording: Recording) -> npt.NDArray[np.float32]:
    samples, rate = soundfile.read(recording.path, dtype="float32")
    assert rate == 44100
    return np.asarray(samples, np.float32)


def _outside_view(samples: npt.NDArray[np.float32], rate: int = 44100) -> tuple[float, float]:
    """Integrated loudness and true peak by libebur128."""
    ebur = pytest.importorskip("pyebur128", reason="has no wheel for this Python")
    mode = ebur.MeasurementMode.MODE_I | ebur.MeasurementMode.MODE_TRUE_PEAK
    state = ebur.R128State(1, rate, mode)
    state.add_frames(samples, samples.size)
    return ebur.get_loudness_global(state), 20 * math.log10(ebur.get_true_peak(state, 0))


def _noise() -> Iterator[Spoken]:
    """Six seconds of noise so loud that half of its samples are clipped."""
    noise = np.random.default_rng(3).standard_normal(6 * 22050) * 40_000
    pcm = np.clip(noise, -32768, 32767).astype(np.int16).tobytes()
    yield Spoken(Sentence("أ", "أ"), Clip(pcm, 22050))


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("two voices", _bulletin),
        ("a loud and a quiet voice", partial(_bulletin, (6.0, -20.0))),
        ("very quiet", partial(_one_voice, -44.0)),
        ("clipped", partial(_one_voice, 30.0)),
        ("three seconds", partial(_one_voice, 0.0, 1)),
        ("clipped noise", _noise),
    ],
)
@pytest.mark.parametrize("sounds", [False, True])
@pytest.mark.parametrize("bitrate", [64, 96])
def test_loudness_and_true_peak_of_the_decoded_file(
    tmp_path: Path, name: str, spoken: Callable[[], Iterator[Spoken]], sounds: bool, bitrate: int
) -> None:
    station = _sounds() if sounds else None
    goal = Mastering(bitrate_kbps=bitrate)
    recording = assemble(spoken(), tmp_path / "x.mp3", goal, station)
    loudness, peak = _outside_view(_decoded(recording))
    assert loudness == pytest.approx(-16.0, abs=0.5), name
    assert peak <= -1.0, name
    assert recording.loudness.integrated_lufs == pytest.approx(loudness, abs=0.1)
    assert recording.loudness.true_peak_dbtp == pytest.approx(peak, abs=0.15)


@pytest.mark.parametrize(("loudness", "peak"), [(-23.0, -1.0), (-16.0, -3.0), (-19.0, -2.0)])
def test_other_targets_are_reached(tmp_path: Path, loudness: float, peak: float) -> None:
    goal = Mastering(loudness, peak)
    recording = assemble(_one_voice(0.0), tmp_path / "x.mp3", goal)
    got_loudness, got_peak = _outside_view(_decoded(recording))
    assert got_loudness == pytest.approx(loudness, abs=0.5)
    assert got_peak <= peak


def _level(samples: npt.NDArray[np.float32], start: float, end: float) -> float:
    piece = samples[round(start * 44100) : round(end * 44100)]
    return 10 * math.log10(float(np.mean(piece**2)) + 1e-20)


def test_voices_are_levelled_whole_and_sentences_keep_their_differences(tmp_path: Path) -> None:
    quiet, soft, loud = "quiet", -6.0, -18.0
    spoken = [
        Spoken(Sentence("أ", "أ"), _louder(_clip("espeak-ar", 0), 0.0), 0.0, "loud"),
        Spoken(Sentence("ب", "ب"), _louder(_clip("espeak-ar", 1), soft), 0.0, "loud"),
        Spoken(Sentence("ج", "ج"), _louder(_clip("espeak-ar", 0), loud), 0.0, quiet),
        Spoken(Sentence("د", "د"), _louder(_clip("espeak-ar", 1), loud + soft), 0.0, quiet),
    ]
    recording = assemble(spoken, tmp_path / "x.mp3", Mastering(loudness_lufs=-24))
    heard = _decoded(recording)
    levels = [_level(heard, cue.start, cue.end) for cue in recording.cues]
    assert levels[0] == pytest.approx(levels[2], abs=0.7)
    assert levels[1] == pytest.approx(levels[3], abs=0.7)
    assert levels[0] - levels[1] > 3, "a sentence that was softer stays softer"


def test_a_calibrated_voice_keeps_its_gain(tmp_path: Path) -> None:
    spoken = [
        Spoken(Sentence("أ", "أ"), _clip("espeak-ar", 0), -2.0, "one"),
        Spoken(Sentence("ب", "ب"), _clip("espeak-ar", 0), -8.0, "other"),
    ]
    recording = assemble(spoken, tmp_path / "x.mp3", Mastering(loudness_lufs=-24))
    heard = _decoded(recording)
    first, second = (_level(heard, cue.start, cue.end) for cue in recording.cues)
    assert first - second == pytest.approx(6.0, abs=0.3)


def _click_clip(rate: int) -> Clip:
    """Half a second of a steady tone that starts at once."""
    t = np.arange(rate // 2) / rate
    return Clip((9000 * np.sin(2 * np.pi * 440 * t)).astype(np.int16).tobytes(), rate)


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000])
def test_cues_lie_where_the_sound_is(tmp_path: Path, rate: int) -> None:
    spoken = [
        Spoken(Sentence("أ", "أ", story=n // 2, pause_ms=400), _click_clip(rate)) for n in range(8)
    ]
    recording = assemble(spoken, tmp_path / "x.mp3", _GOAL, _sounds())
    heard = np.abs(_decoded(recording))
    loud = heard > 0.05 * heard.max()
    for cue in recording.cues:
        start, end = round(cue.start * 44100), round(cue.end * 44100)
        around = loud[start - 4410 : start + 4410]
        assert abs(int(np.argmax(around)) - 4410) < 0.020 * 44100
        after = loud[end - 8820 : end + 4410]
        assert abs(int(np.flatnonzero(after)[-1]) - 8820) < 0.020 * 44100


@pytest.mark.slow
def test_two_thousand_clips_do_not_drift(tmp_path: Path) -> None:
    clip = Clip((9000 * np.sin(np.arange(2205) / 8)).astype(np.int16).tobytes(), 22050)
    spoken = (Spoken(Sentence("أ", "أ", pause_ms=137), clip) for _ in range(2000))
    recording = assemble(spoken, tmp_path / "x.mp3", _GOAL)
    heard = np.abs(_decoded(recording))
    assert heard.size == recording.samples
    last = round(recording.cues[-1].start * 44100)
    assert abs(int(np.argmax(heard[last - 4000 : last + 4000] > 0.1)) - 4000) < 0.020 * 44100


def test_joins_do_not_click(tmp_path: Path) -> None:
    """A tone cut anywhere in its period would put energy far above itself."""
    t = np.arange(22050) / 22050
    tone = (9000 * np.sin(2 * np.pi * 200 * t + 1.0)).astype(np.int16)
    clip = Clip(tone.tobytes(), 22050)
    spoken = [Spoken(Sentence("أ", "أ", pause_ms=100), clip) for _ in range(10)]
    heard = _decoded(assemble(spoken, tmp_path / "x.mp3", Mastering(bitrate_kbps=320)))
    spectrum = np.abs(np.fft.rfft(heard)) ** 2
    hertz = np.fft.rfftfreq(heard.size, 1 / 44100)
    high = spectrum[hertz > 4000].sum() / spectrum.sum()
    assert 10 * math.log10(high) < -60


def test_stingers_stand_between_stories_and_music_under_headlines_only(tmp_path: Path) -> None:
    quiet = Clip((300 * np.sin(np.arange(22050) / 20)).astype(np.int16).tobytes(), 22050)
    spoken = [replace(piece, clip=quiet) for piece in _bulletin()]
    with_all = assemble(spoken, tmp_path / "a.mp3", _GOAL, _sounds())
    bare = assemble(spoken, tmp_path / "b.mp3", _GOAL)
    no_bed = assemble(spoken, tmp_path / "c.mp3", _GOAL, replace(_sounds(), bed=None))
    intro, outro = (s.size for s in (_sounds().intro, _sounds().outro) if s is not None)
    assert with_all.samples > bare.samples + intro + outro
    gaps = [b.start - a.end for a, b in pairwise(no_bed.cues)]
    long = [index for index, gap in enumerate(gaps) if gap > 1.3]
    assert long == [5, 8], "after the last sentence of the first and the second story"
    heard = _decoded(with_all)
    headlines, body = with_all.cues[:3], with_all.cues[3:]
    under = [_level(heard, a.end + 0.1, b.start - 0.1) for a, b in pairwise(headlines)]
    speech = [_level(heard, cue.start, cue.end) for cue in headlines]
    assert all(-35 < music - voice < -14 for music, voice in zip(under, speech, strict=False))
    pauses = [_level(heard, a.end + 0.1, b.start - 0.1) for a, b in pairwise(body[:3])]
    assert all(level < -80 for level in pauses)
    lead_in = _level(heard, headlines[0].start - 1.0, headlines[0].start - 0.6)
    assert lead_in - under[0] > 8, "the bed goes down when the voice begins"


def test_the_same_clips_give_the_same_bytes(tmp_path: Path) -> None:
    made = [assemble(_bulletin(), tmp_path / f"{n}.mp3", _GOAL, _sounds()).path for n in range(2)]
    assert made[0].read_bytes() == made[1].read_bytes()


def test_silence_and_nothing_are_refused_and_leave_no_file(tmp_path: Path) -> None:
    target = tmp_path / "x.mp3"
    silent = Spoken(Sentence("أ", "أ"), Clip(b"\0" * 40000, 22050))
    with pytest.raises(AudioError, match="silent"):
        assemble([silent], target, _GOAL, _sounds())
    with pytest.raises(AudioError, match="nothing to hear"):
        assemble([], target, _GOAL, _sounds())
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_bitrate_is_refused_before_anything(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="100 kbit/s"):
        Mastering(bitrate_kbps=100)


@pytest.mark.parametrize("most_bytes", [0, 70_000, 400_000])
def test_a_disk_too_full_for_the_spool_leaves_nothing_behind(
    tmp_path: Path, most_bytes: int
) -> None:
    """The limit on file sizes stands for a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    spoken = list(_bulletin())
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
        with pytest.raises(AudioError) as caught:
            assemble(spoken, tmp_path / "x.mp3", _GOAL)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_in_mid_encode_leaves_nothing_behind(tmp_path: Path) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("this system has no /dev/full")
    target = tmp_path / "x.mp3"
    target.symlink_to("/dev/full")
    with pytest.raises(AudioError, match="No space left") as caught:
        assemble(_bulletin(), target, _GOAL)
    assert "free space" in caught.value.hint
    assert list(tmp_path.iterdir()) == []
