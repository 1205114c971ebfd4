"""An episode heard while it is made: with an engine that takes its time, over the wire.

Latency and gaps are measured by bench/live.py, the clock of the stream by
tests/unit/test_broadcast.py.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mujaz.domain import Clip, Script, Sentence
from mujaz.live.spool_writer import live_spool
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


def _wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what must come; the limit only ends a test that would hang."""
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit, "it never happened"
        time.sleep(0.05)


@pytest.mark.slow
def test_heard_by_all_from_the_first_sentence_on(live: LiveShow) -> None:
    run = live.make()
    name = live.name()
    page = live.site.get(f"/live/{name}/")
    assert "الرجل الثامن".encode() in page.body
    assert page.headers["cache-control"] == "no-store"
    early, leaver = Listener(live.site, name), Listener(live.site, name, leave_after=20_000)
    early.start()
    leaver.start()
    _wait_until(lambda: len(early.data) > 30_000)
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_voice_slower_than_speech_is_named(live: LiveShow) -> None:
    live.make(factor=3)
    name = live.name()
    listener = Listener(live.site, name)
    listener.start()
    _wait_until(lambda: bool(live.state(name)["slow"]))


@pytest.mark.slow
def test_a_run_that_dies_ends_the_stream(live: LiveShow) -> None:
    run = live.make()
    name = live.name()
    listener = Listener(live.site, name)
    listener.start()
    _wait_until(lambda: len(listener.data) > 10_000)
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


@pytest.mark.slow
def test_a_killed_run_is_named_though_nobody_listened(live: LiveShow) -> None:
    run = live.make()
    name = live.name()
    assert live.site.get(f"/live/{name}/").status == 200
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert live.state(name)["failed"] is True
    for file in ("", "stream.mp3"):
        for method in ("GET", "HEAD"):
            assert live.site.get(f"/live/{name}/{file}", method).status == 410
    assert "location" not in live.site.get("/live/").headers
    again = live.make(factor=0.05)
    again.communicate(timeout=60)
    assert live.state(name)["published"] is True


def test_a_run_that_was_killed_before_anybody_asked_is_named(live: LiveShow) -> None:
    run = live.make()
    wait_until = time.monotonic() + 30
    while not (scripts := list(live.show.glob(".mujaz/work-*/live/script.json"))):
        assert time.monotonic() < wait_until
        time.sleep(0.05)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    name = json.loads(scripts[0].read_text(encoding="utf-8"))["name"]
    assert live.state(name)["failed"] is True
    assert live.site.get(f"/live/{name}/").status == 410


def test_head_of_a_stream_is_answered_at_once(live: LiveShow) -> None:
    """The connection serves its next request before the stream ends."""
    live.make()
    name = live.name()
    connection = HTTPConnection(live.site.host, live.site.port, timeout=20)
    connection.request("HEAD", f"/live/{name}/stream.mp3")
    connection.getresponse().read()
    connection.request("GET", f"/live/{name}/state.json")
    state = json.loads(connection.getresponse().read())
    connection.close()
    assert state["published"] is False


def test_head_of_a_stream_is_what_get_would_say(live: LiveShow) -> None:
    live.make()
    name = live.name()
    head = live.site.get(f"/live/{name}/stream.mp3", "HEAD")
    assert "content-length" not in head.headers
    assert live.state(name)["starts"].count(None) == len(live.state(name)["starts"])
    connection = HTTPConnection(live.site.host, live.site.port, timeout=20)
    connection.request("GET", f"/live/{name}/stream.mp3")
    answer = connection.getresponse()
    fields = {key.lower(): value for key, value in answer.getheaders() if key != "date"}
    connection.close()
    assert answer.status == head.status == 200
    assert {**head.headers, "date": ""} == {**fields, "date": ""}


def _lend(root: Path, number: int) -> Callable[[], None]:
    """Write a spool as a run would; the caller ends the run."""
    workspace = root / ".mujaz" / f"work-{number}"
    workspace.mkdir(parents=True)
    script = Script(f"نشرة {number}", (), (Sentence("خبر", "", pause_ms=100),), None)
    lent = live_spool(root, workspace, script, f"episode-{number}", "f", lambda text: None)
    writer = lent.__enter__()
    assert writer is not None
    clip = Clip((np.arange(22050) % 100 * 80).astype(np.int16).tobytes(), 22050)
    writer.add(script.sentences[0], clip, 0.0)

    def end() -> None:
        writer.end()
        lent.__exit__(None, None, None)
        shutil.rmtree(workspace)

    return end


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted in /proc")
def test_runs_leave_nothing_open_in_the_server(live: LiveShow) -> None:
    """Each with two listeners, one of whom leaves early; MUJAZ_LIVE_RUNS sets how many a round."""

    def run(number: int) -> None:
        end = _lend(live.show, number)
        listeners = [Listener(live.site, f"episode-{number}", leave) for leave in (1 << 40, 2000)]
        for listener in listeners:
            listener.start()
        while not listeners[0].data:
            time.sleep(0.01)
        end()
        for listener in listeners:
            listener.join(timeout=60)
            assert len(listener.data) > 2000

    def files() -> list[str]:
        """Return the open files but sockets, which the system may close a moment later."""
        links: list[str] = []
        for descriptor in Path(f"/proc/{live.server_pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                links.append(str(descriptor.readlink()))
        return sorted(link for link in links if not link.startswith("socket:"))

    def memory() -> int:
        """Return the resident memory in kB."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{live.server_pid}/status").read_text())
        assert found is not None
        return int(found[1])

    before = files()
    runs = int(os.environ.get("MUJAZ_LIVE_RUNS", "10"))
    numbers = itertools.count()
    sizes = []
    # A leak shows in each round; the arenas of the allocator may grow in one or the other.
    while len(sizes) < 2 or (sizes[-1] - sizes[-2] >= 4000 and len(sizes) < 6):
        for number in itertools.islice(numbers, runs):
            run(number)
        sizes.append(memory())
    # A listener who left is noticed when the next bytes cannot be sent.
    _wait_until(lambda: files() == before)
    assert sizes[-1] - sizes[-2] < 4000, sizes


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is read in /proc")
def test_two_hundred_slow_downloads_fit_in_memory(live: LiveShow) -> None:
    """Each has asked for 20 MB and reads a few bytes."""
    media = live.show / "media" / "2026-11-23-1a2b3c4d.mp3"
    media.parent.mkdir()
    media.write_bytes(bytes(20_000_000))
    clients = []
    for _ in range(200):
        client = socket.create_connection((live.site.host, live.site.port), timeout=30)
        client.sendall(b"GET /media/2026-11-23-1a2b3c4d.mp3 HTTP/1.1\r\nHost: x\r\n\r\n")
        clients.append(client)
    for client in clients:
        assert client.recv(12).startswith(b"HTTP/1.1 200")
    peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{live.server_pid}/status").read_text())
    for client in clients:
        client.close()
    assert peak is not None
    assert int(peak[1]) < 120_000, "kB"


def test_nothing_is_lent_when_nobody_listens(tmp_path: Path, live: LiveShow) -> None:
    other = tmp_path / "other"
    live.show, before = other, live.show
    run = live.make(factor=0.1)
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


def test_the_show_page_links_a_running_episode(live: LiveShow) -> None:
    assert b"live/" not in live.site.get("/").body
    run = live.make()
    name = live.name()
    for path in ("/", "/index.html"):
        page = live.site.get(path)
        assert f'href="live/{name}/"'.encode() in page.body
        assert page.headers["cache-control"] == "no-store"
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert b"live/" not in live.site.get("/").body
