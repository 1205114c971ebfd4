"""Passages are encoded one by one, joined without a gap, and reused while unchanged."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mujaz.audio.assembly import Mastering, assemble
from mujaz.audio.codecs.frames import frame_ends
from mujaz.audio.loudness.limiter import limit
from mujaz.audio.loudness.passage_levels import measure
from mujaz.audio.mix.arrangement import Spoken, arrange
from mujaz.audio.mix.clip_spool import ClipSpool
from mujaz.audio.mix.passages import ClipPiece, Passage, render
from mujaz.audio.mix.station_sounds import StationSounds, load_station_sounds
from mujaz.audio.mix.timeline import Timeline
from mujaz.domain import Clip, Kind, Script, Sentence, Story
from mujaz.engines.espeak import EspeakEngine
from mujaz.pipeline.chapters import chapters
from mujaz.settings.values import AudioConfig
from mujaz.storage.content_cache import ContentCache
from mujaz.voices.catalog import find_voice

_GOAL = Mastering()
_FRAME = 1152
_WORDS = ("الوَفْدُ", "الوَزِيرُ", "الرَّئِيسُ", "الجِسْرُ", "النَّفْطُ", "المَطَرُ", "السُّوقُ", "الفَرِيقُ")


@cache
def _clip(number: int) -> Clip:
    words = [_WORDS[(number * 7 + place * (number % 5 + 1)) % len(_WORDS)] for place in range(9)]
    return EspeakEngine().speak(" ".join(words) + ".", find_voice("espeak-ar", Path()))


@cache
def _sounds() -> StationSounds:
    config = AudioConfig(
        intro="mujaz:intro", outro="mujaz:outro", stinger="mujaz:stinger", bed="mujaz:bed"
    )
    return load_station_sounds(config, Path())


def _bulletin(changed: int = -1, stories: int = 4, lines: int = 10) -> Iterator[Spoken]:
    """Headlines over the bed, then stories of about forty seconds; one sentence may be another."""
    for story in range(stories):
        headline = Sentence("عنوان", "عنوان", Kind.HEADLINE, -1, story, 500)
        yield Spoken(headline, _clip(story), -0.4, "anchor", over_bed=True)
    for number in range(stories * lines):
        which = 100 if number == changed else number
        body = Sentence("متن", f"متن {which}", Kind.BODY, 0, number // lines, 350)
        yield Spoken(body, _clip(which), -0.4, "espeak-ar")


def _passages(folder: Path, spoken: Iterator[Spoken], station: StationSounds) -> list[Passage]:
    with ClipSpool(folder) as spool:
        return list(arrange(spoken, Timeline(spool), station))


@pytest.mark.parametrize("with_sounds", [False, True])
def test_passages_cover_the_recording_in_whole_frames(tmp_path: Path, with_sounds: bool) -> None:
    station = _sounds() if with_sounds else StationSounds()
    passages = _passages(tmp_path, _bulletin(), station)
    assert len(passages) > 5
    assert passages[0].start == 0
    for one, after in pairwise(passages):
        assert one.start + one.samples == after.start
        assert one.samples % _FRAME == 0
        assert not one.is_last
        assert after.pieces[0].start >= _FRAME, "a passage begins in silence"
        heard_until = max(one.pieces[-1].stop, one.bed.stop if one.bed else 0)
        assert one.samples - heard_until >= 3 * _FRAME, "and ends in silence"
        assert one.samples < 75 * 44100
    assert passages[-1].is_last


def test_a_pause_too_short_for_a_decoder_is_no_cut_within_a_story(tmp_path: Path) -> None:
    """Pauses of 80 ms, where a cut takes four frames of 26 ms: at story bounds they are longer."""
    spoken = [replace(one, sentence=replace(one.sentence, pause_ms=80)) for one in _bulletin()]
    passages = _passages(tmp_path, iter(spoken), StationSounds())
    assert len(passages) == 5, "the headlines and four stories"


def test_not_every_sentence_is_followed_by_a_cut(tmp_path: Path) -> None:
    """In one long story passages end after every fourth sentence on average, from 20 s on."""
    passages = _passages(tmp_path, _bulletin(stories=1, lines=120), StationSounds())
    lengths = {round(passage.samples / 44100) for passage in passages[:-1]}
    assert max(lengths) > 30, lengths
    assert min(lengths) < 30, lengths


def test_a_changed_sentence_changes_the_passages_around_it_only(tmp_path: Path) -> None:
    before = _passages(tmp_path, _bulletin(), _sounds())
    for changed in (0, 5, 19, 39):
        after = _passages(tmp_path, _bulletin(changed), _sounds())
        known = {passage.digest for passage in before}
        assert 1 <= sum(passage.digest not in known for passage in after) <= 2


def test_what_an_engine_draws_at_random_moves_no_cut(tmp_path: Path) -> None:
    """The same words in other samples of the same length."""
    before = _passages(tmp_path, _bulletin(), _sounds())
    spoken = [
        replace(piece, clip=replace(piece.clip, pcm=_inverted(piece.clip))) for piece in _bulletin()
    ]
    after = _passages(tmp_path, iter(spoken), _sounds())
    assert [one.start for one in after] == [one.start for one in before]
    spoken_before = {one.digest for one in before if _is_spoken(one)}
    assert spoken_before
    assert not {one.digest for one in after} & spoken_before


def _is_spoken(passage: Passage) -> bool:
    return any(isinstance(piece, ClipPiece) for piece in passage.pieces)


def _inverted(clip: Clip) -> bytes:
    return (-np.maximum(np.frombuffer(clip.pcm, np.int16), -32767)).tobytes()


def test_a_passage_refers_to_no_frame_before_it(tmp_path: Path) -> None:
    """The first nine bits of a frame's side information (ISO/IEC 11172-3, 2.4.1.7)."""
    recording = assemble(_bulletin(), tmp_path / "x.mp3", _GOAL)
    passages = _passages(tmp_path, _bulletin(), StationSounds())
    data = recording.path.read_bytes()
    starts = frame_ends(data)
    assert len(starts) > passages[-1].start // _FRAME
    for passage in passages:
        at = starts[passage.start // _FRAME]
        assert data[at + 4] << 1 | data[at + 5] >> 7 == 0


def test_joins_are_silent_and_nothing_is_lost(tmp_path: Path) -> None:
    """The same sentence eight times: decoded the same, wherever its passage stands."""
    tone = (8000 * np.sin(np.arange(22050 * 4) / 9)).astype(np.int16).tobytes()
    sentence = Sentence("متن", "متن", Kind.BODY, 0, 0, 1200)
    spoken = [Spoken(replace(sentence, story=n), Clip(tone, 22050)) for n in range(8)]
    recording = assemble(spoken, tmp_path / "x.mp3", Mastering(bitrate_kbps=320))
    passages = _passages(tmp_path, iter(spoken), StationSounds())
    assert len(passages) == 8
    heard, _ = soundfile.read(recording.path, dtype="float32")
    assert heard.size == recording.samples == passages[-1].start + passages[-1].samples
    for one, after in pairwise(passages[:-1]):
        join = after.start
        assert np.abs(heard[join - _FRAME : join + _FRAME // 2]).max() < 1e-4
        if one.digest == after.digest:
            off = heard[one.start : join] - heard[join : join + after.samples]
            assert np.abs(off).max() < 1e-6, "the same sound is the same in every place"
    assert sum(one.digest == passages[1].digest for one in passages) == 6


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a recording of two stories, and with the store that it was made through."""
    folder = tmp_path_factory.mktemp("filled")
    store = ContentCache(folder / "store", 10**9)
    assemble(_bulletin(stories=2), folder / "a.mp3", _GOAL, _sounds(), store)
    return folder


def _copy(filled: Path, folder: Path) -> ContentCache:
    return ContentCache(Path(shutil.copytree(filled / "store", folder / "store")), 10**9)


def _entries(store: ContentCache, kind: str) -> set[Path]:
    return set(store.folder.rglob(f"*.{kind}"))


@pytest.mark.slow
def test_a_correction_encodes_only_what_it_changed(tmp_path: Path) -> None:
    store = ContentCache(tmp_path / "store", 10**9)
    assemble(_bulletin(), tmp_path / "a.mp3", _GOAL, _sounds(), store)
    first = _entries(store, "passage")
    made = assemble(_bulletin(17), tmp_path / "b.mp3", _GOAL, _sounds(), store)
    assert 1 <= len(_entries(store, "passage") - first) <= 2
    fresh = assemble(_bulletin(17), tmp_path / "c.mp3", _GOAL, _sounds())
    assert made.path.read_bytes() == fresh.path.read_bytes()
    assert made.loudness == fresh.loudness
    assert made.cues == fresh.cues


def test_damaged_passages_are_made_again(filled: Path, tmp_path: Path) -> None:
    store = _copy(filled, tmp_path)
    paths = sorted(_entries(store, "passage") | _entries(store, "measured"))
    for number, path in enumerate(paths):
        data = bytearray(path.read_bytes())
        data[-200] ^= 1
        path.write_bytes((b"", data, data[: len(data) // 2], os.urandom(300))[number % 4])
    again = assemble(_bulletin(stories=2), tmp_path / "b.mp3", _GOAL, _sounds(), store)
    assert again.path.read_bytes() == (filled / "a.mp3").read_bytes()


@pytest.mark.parametrize(
    "changed",
    [
        {"goal": Mastering(loudness_lufs=-20)},
        {"goal": Mastering(true_peak_dbtp=-3)},
        {"goal": Mastering(bitrate_kbps=64)},
        {"station": "other bed"},
    ],
)
def test_other_wishes_find_nothing_of_before(
    filled: Path, tmp_path: Path, changed: dict[str, object]
) -> None:
    store = _copy(filled, tmp_path)
    goal, station = changed.get("goal", _GOAL), _sounds()
    if "station" in changed and station.bed is not None:
        loop = (station.bed.loop[::-1] // 2).copy()
        station = replace(station, bed=replace(station.bed, loop=loop))
    assert isinstance(goal, Mastering)
    stored = assemble(_bulletin(stories=2), tmp_path / "b.mp3", goal, station, store)
    fresh = assemble(_bulletin(stories=2), tmp_path / "c.mp3", goal, station)
    assert stored.path.read_bytes() == fresh.path.read_bytes()


@pytest.mark.parametrize("gain_db", [2.0, 6.0, 12.0])
def test_what_the_limiter_takes_is_known_beforehand(tmp_path: Path, gain_db: float) -> None:
    with ClipSpool(tmp_path) as spool:
        passage = next(arrange(_bulletin(), Timeline(spool), StationSounds()))
        sound = np.concatenate([block for _, block in render(passage, spool, {})])
    source = measure(passage, [sound]).sources["anchor"]
    gain_db -= source.peak_dbfs
    limited = np.concatenate(list(limit([sound], gain_db=gain_db, ceiling_dbtp=0.0)))
    whole = 10 ** (gain_db / 10) * float(np.sum(sound**2))
    lost = 10 * np.log10(whole / float(np.sum(limited**2)))
    assert source.limiter_loss_lu(gain_db, 0.0) == pytest.approx(lost, abs=0.25)
    assert lost > 0.03


@pytest.mark.parametrize("pause_ms", [0, 350, 700, 1200])
@pytest.mark.parametrize("with_sounds", [False, True])
def test_a_whole_second_lies_in_the_pause_before_each_chapter(
    tmp_path: Path, pause_ms: int, with_sounds: bool
) -> None:
    """Players that keep whole seconds of chapters cut no word; no other pause is lengthened."""
    tone = (8000 * np.sin(np.arange(22050 * 3) / 9)).astype(np.int16)
    spoken, stories = [], []
    for number in range(24):
        # A line of the station, two headlines, and stories of two sentences.
        story = -1 if number < 3 else (number - 3) // 2
        kind = Kind.STATION if number == 0 else Kind.HEADLINE if number < 3 else Kind.BODY
        sentence = Sentence(f"{number}", f"{number}", kind, 0, story, pause_ms)
        clip = Clip(tone[: 40_000 + 997 * number].tobytes(), 22050)
        spoken.append(Spoken(sentence, clip, over_bed=number in (1, 2)))
        stories.append(sentence.story)
    with ClipSpool(tmp_path) as spool:
        timeline = Timeline(spool)
        list(arrange(iter(spoken), timeline, _sounds() if with_sounds else StationSounds()))
    cues = timeline.cues
    story_texts = tuple(Story(f"{number}") for number in range(max(stories) + 1))
    script = Script("نشرة", story_texts, tuple(one.sentence for one in spoken))
    starts = [chapter.start for chapter in chapters(script, cues)]
    assert len(starts) == len(story_texts) + 2
    silences = [(one.end, after.start) for one, after in pairwise(cues)]
    for start in starts[1:]:
        assert start == int(start)
        assert any(end < start < begin for end, begin in silences), start
    if not with_sounds:
        within = [after.start - one.end for one, after in pairwise(cues[3:])][::2]
        assert max(within) < pause_ms / 1000 + 0.001
