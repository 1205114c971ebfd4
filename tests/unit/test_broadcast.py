"""The live stream of an episode, with a clock that the test sets."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mujaz.domain import Clip, Script, Sentence
from mujaz.live.broadcast import Broadcast, StreamSettings
from mujaz.live.spool_reader import LiveSpoolReader
from mujaz.live.spool_writer import LiveSpoolWriter

_SCRIPT = Script("نشرة", (), tuple(Sentence(f"جملة {n}", "", pause_ms=500) for n in range(3)), None)
_LEAD_S = 2.0


def _tone(seconds: float) -> Clip:
    wave = 8000 * np.sin(2 * np.pi * 300 * np.arange(round(22050 * seconds)) / 22050)
    return Clip(wave.astype(np.int16).tobytes(), 22050)


def _wait(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit, "it never happened"
        time.sleep(0.005)


@contextmanager
def _live(folder: Path, now: list[float]) -> Iterator[tuple[LiveSpoolWriter, Broadcast]]:
    said: list[str] = []
    writer = LiveSpoolWriter(folder / "live", _SCRIPT, "name", "fingerprint", said.append)
    reader = LiveSpoolReader(folder / "live")
    intro = np.zeros(44100, np.float32)
    broadcast = Broadcast(reader, StreamSettings(intro), clock=lambda: now[0])
    try:
        yield writer, broadcast
    finally:
        writer.close()
        broadcast.close()
        assert not said


def _data(broadcast: Broadcast) -> bytes:
    parts: list[bytes] = []
    while piece := broadcast.read(sum(map(len, parts)), 5000):
        parts.append(piece)
    return b"".join(parts)


def test_the_stream_is_always_ahead_of_the_clock(tmp_path: Path) -> None:
    """Whatever time has passed since the first listener came, more sound than that is there."""
    now = [1000.0]
    with _live(tmp_path, now) as (writer, broadcast):
        broadcast.start()
        for passed in (0.0, 3.0, 3.5, 20.0):
            now[0] = 1000.0 + passed
            _wait(lambda: broadcast.seconds >= now[0] - 1000.0 + _LEAD_S)
        assert broadcast.state.inserted_s == 0.0, "no sentence has been made yet"
        writer.add(_SCRIPT.sentences[0], _tone(1.0), 0.0)
        _wait(lambda: broadcast.state.starts[0] is not None)
        assert not broadcast.state.slow
        now[0] += 12.0
        _wait(lambda: broadcast.seconds >= 32.0 + _LEAD_S)
        assert broadcast.state.inserted_s == pytest.approx(12.0 - 1.5, abs=0.3)
        assert broadcast.state.slow


def test_sentences_are_where_the_state_says_and_the_end_is_told(tmp_path: Path) -> None:
    now = [0.0]
    with _live(tmp_path, now) as (writer, broadcast):
        for number in (0, 2):  # the sentence between them could not be spoken
            writer.add(_SCRIPT.sentences[number], _tone(1.0), 0.0)
        writer.end()
        broadcast.start()
        _wait(lambda: broadcast.state.ended)
        assert not broadcast.state.failed
        assert broadcast.read(1 << 30, 1) is None
        samples, rate = soundfile.read(io.BytesIO(_data(broadcast)), dtype="float32")
        starts = broadcast.state.starts
    assert starts[0] == pytest.approx(1.0, abs=0.01)
    assert starts[1] is None
    loud = np.flatnonzero(np.abs(samples) > 0.05) / rate
    for start in (starts[0], starts[2]):
        assert start is not None
        assert loud[loud >= start][0] == pytest.approx(start + 0.01, abs=0.06)


def test_a_run_that_ends_before_its_last_clip_has_failed(tmp_path: Path) -> None:
    with _live(tmp_path, [0.0]) as (writer, broadcast):
        broadcast.start()
        writer.add(_SCRIPT.sentences[0], _tone(1.0), 0.0)
        writer.close()
        _wait(lambda: broadcast.state.ended)
        assert broadcast.state.failed
        assert broadcast.state.starts[0] is not None, "what was made is heard"


def test_a_listener_who_comes_late_hears_the_same(tmp_path: Path) -> None:
    with _live(tmp_path, [0.0]) as (writer, broadcast):
        broadcast.start()
        early = _data(broadcast)
        writer.add(_SCRIPT.sentences[0], _tone(1.0), 0.0)
        writer.end()
        _wait(lambda: broadcast.state.ended)
        assert early
        assert _data(broadcast).startswith(early)


def test_a_sentence_that_comes_twice_is_lent_twice(tmp_path: Path) -> None:
    same = Sentence("خبر", "", pause_ms=100)
    script = Script("نشرة", (), (same, same), None)
    writer = LiveSpoolWriter(tmp_path / "live", script, "name", "fingerprint", print)
    reader = LiveSpoolReader(tmp_path / "live")
    indices = []
    for _ in range(2):
        writer.add(same, _tone(0.1), 0.0)
        spooled = reader.read()
        assert spooled is not None
        indices.append(spooled.index)
    writer.close()
    reader.close()
    assert indices == [0, 1]
