"""An episode heard while it is made: with an engine that takes its time, over the wire.

Latency and gaps are measured by bench/live.py, the clock of the stream by
tests/unit/test_broadcast.py.
"""

from __future__ import annotations

import io
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.server.live_show import Listener, LiveShow, live_show

_SENTENCES = 8


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveShow]:
    with live_show(tmp_path) as show:
        yield show


def _bursts(data: bytes) -> int:
    """How many stretches of sound there are between pauses of a quarter of a second or more."""
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    loud = np.abs(samples) > 0.02
    edges = np.flatnonzero(np.diff(np.flatnonzero(loud)) > rate // 4)
    return len(edges) + 1


def test_heard_by_all_from_the_first_sentence_on(live: LiveShow) -> None:
    run = live.make()
    name = live.name()
    page = live.site.get(f"/live/{name}/")
    assert "الرجل الثامن".encode() in page.body
    assert page.headers["cache-control"] == "no-store"
    early, leaver = Listener(live.site, name), Listener(live.site, name, leave_after=20_000)
    early.start()
    leaver.start()
    time.sleep(2)
    late = Listener(live.site, name)
    late.start()
    leaver.join(timeout=60)
    early.join(timeout=90)
    late.join(timeout=90)
    run.communicate(timeout=60)

    assert run.returncode == 0
    # Everyone hears everything: the same bytes, however late they came.
    assert early.data == late.data
    assert early.data.startswith(leaver.data[:20_000])
    # The chime, the disclosure, headline, date and eight sentences.
    assert _bursts(early.data) >= 1 + 3 + _SENTENCES


def test_the_finished_episode_takes_over(live: LiveShow) -> None:
    run = live.make(factor=0.15)
    name = live.name()
    listener = Listener(live.site, name)
    listener.start()
    starts = live.state(name).get("starts", [])
    listener.join(timeout=60)
    run.communicate(timeout=60)
    state = live.state(name)

    assert state["published"] is True
    assert len(state["starts"]) == len(starts) or not starts
    assert None not in state["starts"]
    assert state["starts"] == sorted(state["starts"])
    page = live.site.get(f"/live/{name}/")
    assert page.status == 307
    assert page.headers["location"] == f"../../episodes/{name}/index.html"
    assert live.site.get(f"/episodes/{name}/index.html").status == 200
    stream = live.site.get(f"/live/{name}/stream.mp3")
    assert stream.status == 307
    media = live.site.get(
        "/media/" + stream.headers["location"].rsplit("/", 1)[1], Range="bytes=0-9"
    )
    assert media.status == 206
    assert not list(live.show.glob(".mujaz/work-*"))
    assert b"<h2>" not in live.site.get("/live/").body


def test_a_voice_slower_than_speech_is_named(live: LiveShow) -> None:
    live.make(factor=3)
    name = live.name()
    listener = Listener(live.site, name)
    listener.start()
    limit = time.monotonic() + 60
    while not live.state(name)["slow"]:
        assert time.monotonic() < limit
        time.sleep(0.3)


def test_a_run_that_dies_ends_the_stream(live: LiveShow) -> None:
    run = live.make()
    name = live.name()
    listener = Listener(live.site, name)
    listener.start()
    time.sleep(1.5)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    listener.join(timeout=20)

    assert not listener.is_alive()
    assert len(listener.data) > 10_000
    assert live.state(name)["failed"] is True
    # The next run of the same article is on the air again.
    again = live.make(factor=0.05)
    again.communicate(timeout=60)
    assert live.state(name)["published"] is True


def test_nothing_is_lent_when_nobody_listens(tmp_path: Path, live: LiveShow) -> None:
    other = tmp_path / "other"
    live.show, before = other, live.show
    run = live.make(factor=0.3)
    seen = False
    while run.poll() is None:
        seen = seen or any(other.glob(".mujaz/work-*/live"))
        time.sleep(0.02)
    live.show = before

    assert run.returncode == 0
    assert not seen


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e", "%00", "a%2fb", ".mujaz", "%ff"])
def test_no_such_broadcast(live: LiveShow, name: str) -> None:
    for file in ("", "state.json", "stream.mp3"):
        assert live.site.get(f"/live/{name}/{file}").status in {400, 404}
