"""A show whose episodes can be heard while they are made, for tests and benchmarks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.server.conftest import Site, start, stop

_ENGINE = '''
import os, time
from mujaz.engines.tone import ToneEngine

class SlowEngine(ToneEngine):
    """The tone engine, at a given share of real time."""
    name = "slow"

    def speak(self, text, voice):
        clip = super().speak(text, voice)
        time.sleep(clip.duration_s * float(os.environ.get("SLOW_FACTOR", "0.7")))
        return clip
'''
ARTICLE = "افتتاح جسر جديد\n\nالأحد 8 مايو 2022\n\n" + "\n\n".join(
    f"قال الرجل {word} إن الجسر مفتوح." for word in
    ("الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن")
)  # fmt: skip


@dataclass
class LiveShow:
    """A server with --live and a slow engine for the episodes of its show."""

    show: Path
    site: Site
    environment: dict[str, str]
    server_pid: int
    runs: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def make(self, article: str = ARTICLE, factor: float = 0.7) -> subprocess.Popen[bytes]:
        """Start to make an episode."""
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
        """Wait until the episode is live; return its name."""
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            location = self.site.get("/live/").headers.get("location", "")
            if location:
                return location.strip("./")
            time.sleep(0.05)
        raise AssertionError("no episode went live")

    def state(self, name: str) -> dict[str, Any]:
        """Return the state that the page's script asks for."""
        data: dict[str, Any] = json.loads(self.site.get(f"/live/{name}/state.json").body)
        return data


@contextmanager
def live_show(folder: Path) -> Iterator[LiveShow]:
    """Start a server with --live on an empty show folder."""
    plugin = folder / "plugin"
    info = plugin / "slow_engine-1.dist-info"
    info.mkdir(parents=True)
    (plugin / "slow_engine.py").write_text(_ENGINE, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: slow-engine\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[mujaz.engines]\nslow = slow_engine:SlowEngine\n")
    voice = 'name = "slow"\ntitle = "بطيء"\nengine = "slow"\nlicence = "x"\nsample_rate = 22050\n'
    (folder / "voices").mkdir()
    (folder / "voices" / "slow.toml").write_text(voice, encoding="utf-8")
    show = folder / "show"
    show.mkdir()
    cache = str(folder / "cache")
    environment = {**os.environ, "MUJAZ_LANG": "en", "PYTHONPATH": str(plugin)}
    environment |= {"XDG_CACHE_HOME": cache, "MUJAZ_CACHE_DIR": cache}
    process, address = start(show, "--live", cwd=folder)
    live = LiveShow(
        show,
        Site("127.0.0.1", int(address.rstrip("/").rsplit(":", 1)[1]), show),
        environment,
        process.pid,
    )
    yield live
    for run in live.runs:
        run.kill()
        run.communicate()
    assert stop(process) == 0


@dataclass
class Listener(threading.Thread):
    """Client of the stream that records when bytes arrived."""

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
