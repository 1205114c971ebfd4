"""An episode heard while it is made: with an engine that takes its time, over the wire."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.server.conftest import Site, start, stop

_ENGINE = '''
import os, time
from mujaz.engines.tone import ToneEngine

class SlowEngine(ToneEngine):
    """The tone of the house, made at a stated share of real time."""
    name = "slow"

    def speak(self, text, voice):
        clip = super().speak(text, voice)
        time.sleep(clip.duration_s * float(os.environ.get("SLOW_FACTOR", "0.7")))
        return clip
'''
_SENTENCES = 8
_ARTICLE = "افتتاح جسر جديد\n\nالأحد 8 مايو 2022\n\n" + "\n\n".join(
    f"قال الرجل {word} إن الجسر مفتوح." for word in
    ("الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن")
)  # fmt: skip


@dataclass
class Studio:
    """A live server and the means to make episodes slowly."""

    show: Path
    site: Site
    environment: dict[str, str]
    runs: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def make(self, article: str = _ARTICLE, factor: float = 0.7) -> subprocess.Popen[bytes]:
        """Begin to make an episode."""
        source = self.show.parent / "article.txt"
        source.write_text(article, encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "mujaz",
            "make",
            source,
            "-o",
            self.show,
            "--voice",
            "slow",
        ]
        environment = {**self.environment, "SLOW_FACTOR": str(factor)}
        run = subprocess.Popen(
            [str(part) for part in command],
            env=environment,
            cwd=self.show.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.runs.append(run)
        return run

    def name(self) -> str:
        """The name under which the episode is on the air, once it is."""
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            location = self.site.get("/live/").headers.get("location", "")
            if location:
                return location.strip("./")
            time.sleep(0.05)
        raise AssertionError("nothing came on the air")

    def state(self, name: str) -> dict[str, Any]:
        """What the page's script is told."""
        data: dict[str, Any] = json.loads(self.site.get(f"/live/{name}/state.json").body)
        return data


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    plugin = tmp_path / "plugin"
    info = plugin / "slow_engine-1.dist-info"
    info.mkdir(parents=True)
    (plugin / "slow_engine.py").write_text(_ENGINE, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: slow-engine\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[mujaz.engines]\nslow = slow_engine:SlowEngine\n")
    voice = 'name = "slow"\ntitle = "بطيء"\nengine = "slow"\nlicence = "x"\nsample_rate = 22050\n'
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "slow.toml").write_text(voice, encoding="utf-8")
    show = tmp_path / "show"
    show.mkdir()
    cache = str(tmp_path / "cache")
    environment = {**os.environ, "MUJAZ_LANG": "en", "PYTHONPATH": str(plugin)}
    environment |= {"XDG_CACHE_HOME": cache, "MUJAZ_CACHE_DIR": cache}
    process, address = start(show, "--live", cwd=tmp_path)
    studio = Studio(
        show, Site("127.0.0.1", int(address.rstrip("/").rsplit(":", 1)[1]), show), environment
    )
    yield studio
    for run in studio.runs:
        run.kill()
        run.communicate()
    assert stop(process) == 0


@dataclass
class Listener(threading.Thread):
    """A client of the stream, which notes when bytes came."""

    site: Site
    name_: str
    leave_after: int = 1 << 40
    data: bytes = b""
    first_s: float = -1.0
    arrivals: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        began = time.monotonic()
        connection = HTTPConnection(self.site.host, self.site.port, timeout=60)
        connection.request("GET", f"/live/{self.name_}/stream.mp3")
        response = connection.getresponse()
        if response.status == 307:  # published before this client came
            connection.close()
            return
        assert response.status == 200
        while piece := response.read1(65536):
            if self.first_s < 0:
                self.first_s = time.monotonic() - began
            self.data += piece
            self.arrivals.append((time.monotonic() - began, len(self.data)))
            if len(self.data) > self.leave_after:
                break
        connection.close()


def _seconds(data: bytes) -> float:
    """Length of an MP3, decoded."""
    return float(soundfile.info(io.BytesIO(data)).duration)


def _bursts(data: bytes) -> int:
    """How many stretches of sound there are between pauses of a quarter of a second or more."""
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    loud = np.abs(samples) > 0.02
    edges = np.flatnonzero(np.diff(np.flatnonzero(loud)) > rate // 4)
    return len(edges) + 1


def test_heard_by_all_from_the_first_sentence_on(studio: Studio) -> None:
    run = studio.make()
    name = studio.name()
    page = studio.site.get(f"/live/{name}/")
    assert "الرجل الثامن".encode() in page.body
    assert page.headers["cache-control"] == "no-store"
    early, leaver = Listener(studio.site, name), Listener(studio.site, name, leave_after=20_000)
    early.start()
    leaver.start()
    time.sleep(2)
    late = Listener(studio.site, name)
    late.start()
    leaver.join(timeout=60)
    early.join(timeout=90)
    late.join(timeout=90)
    run.communicate(timeout=60)

    assert run.returncode == 0
    # The issue asks for 0.5 s; the machine may be busy with other tests.
    assert early.first_s < 0.5
    assert late.first_s < 0.5
    # Everyone hears everything: the same bytes, however late they came.
    assert early.data == late.data
    assert early.data.startswith(leaver.data[:20_000])
    # No stall: at no moment has a player played more than it had been sent.
    whole = _seconds(early.data)
    per_byte = whole / len(early.data)
    for moment, (_, before) in zip(early.arrivals[1:], early.arrivals, strict=False):
        assert moment[0] - early.first_s < before * per_byte, "the player ran dry"
    # The chime, the disclosure, headline, date and eight sentences.
    assert _bursts(early.data) >= 1 + 3 + _SENTENCES


def test_the_finished_episode_takes_over(studio: Studio) -> None:
    run = studio.make(factor=0.15)
    name = studio.name()
    listener = Listener(studio.site, name)
    listener.start()
    starts = studio.state(name).get("starts", [])
    listener.join(timeout=60)
    run.communicate(timeout=60)
    state = studio.state(name)

    assert state["published"] is True
    assert len(state["starts"]) == len(starts) or not starts
    assert None not in state["starts"]
    assert state["starts"] == sorted(state["starts"])
    page = studio.site.get(f"/live/{name}/")
    assert page.status == 307
    assert page.headers["location"] == f"../../episodes/{name}/index.html"
    assert studio.site.get(f"/episodes/{name}/index.html").status == 200
    stream = studio.site.get(f"/live/{name}/stream.mp3")
    assert stream.status == 307
    media = studio.site.get(
        "/media/" + stream.headers["location"].rsplit("/", 1)[1], Range="bytes=0-9"
    )
    assert media.status == 206
    assert not list(studio.show.glob(".mujaz/work-*"))
    assert b"<h2>" not in studio.site.get("/live/").body


def test_a_voice_slower_than_speech_is_named(studio: Studio) -> None:
    studio.make(factor=3)
    name = studio.name()
    listener = Listener(studio.site, name)
    listener.start()
    limit = time.monotonic() + 60
    while not studio.state(name)["slow"]:
        assert time.monotonic() < limit
        time.sleep(0.3)
    per_byte = 8 / 96_000
    for moment, (_, before) in zip(listener.arrivals[1:], listener.arrivals, strict=False):
        assert moment[0] - listener.first_s < before * per_byte, "the player ran dry"


def test_a_run_that_dies_ends_the_stream(studio: Studio) -> None:
    run = studio.make()
    name = studio.name()
    listener = Listener(studio.site, name)
    listener.start()
    time.sleep(1.5)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    listener.join(timeout=20)

    assert not listener.is_alive()
    assert len(listener.data) > 10_000
    assert studio.state(name)["failed"] is True
    # The next run of the same article is on the air again.
    again = studio.make(factor=0.05)
    again.communicate(timeout=60)
    assert studio.state(name)["published"] is True


def test_nothing_is_lent_when_nobody_listens(tmp_path: Path, studio: Studio) -> None:
    other = tmp_path / "other"
    studio.show, before = other, studio.show
    run = studio.make(factor=0.3)
    seen = False
    while run.poll() is None:
        seen = seen or any(other.glob(".mujaz/work-*/live"))
        time.sleep(0.02)
    studio.show = before

    assert run.returncode == 0
    assert not seen


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e", "%00", "a%2fb", ".mujaz", "%ff"])
def test_no_such_broadcast(studio: Studio, name: str) -> None:
    for file in ("", "state.json", "stream.mp3"):
        assert studio.site.get(f"/live/{name}/{file}").status in {400, 404}
