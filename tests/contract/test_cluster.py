"""Speech on the workers of a Dask cluster: the same episode, whatever happens to them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, environ
from tests.contract.test_cache import article, slow_voice
from tests.dask_cluster import DaskCluster, dask_cluster, require_dask, wait_until

pytestmark = pytest.mark.slow
require_dask()

_LIMIT_S = 500
# Nothing is diacritized, and no clip is found from before.
_QUICK = {"MUJAZ_SPEECH_CACHE_MB": "0", "MUJAZ_TEXT_DIACRITIZER": "none"}


class Newsroom:
    """Makes episodes of one article in a folder of its own, without a cache."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shows = count()
        (folder / "work" / "voices").mkdir(parents=True)
        article(folder / "a.txt", sentences=16)

    def voice(self, engine: str, **settings: object) -> None:
        """A voice with the engine's name beside the configuration."""
        lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        text = f'name = "{engine}"\nengine = "{engine}"\n[settings]\n' + "\n".join(lines)
        (self.folder / "work" / "voices" / f"{engine}.toml").write_text(text, encoding="utf-8")

    def start(
        self, voice: str, *options: str, settings: str = "", **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start ``mujaz make``."""
        (self.folder / "work" / "mujaz.toml").write_text(settings, encoding="utf-8")
        show = self.folder / f"show-{next(self._shows)}"
        return subprocess.Popen(
            [sys.executable, "-m", "mujaz", "make", self.folder / "a.txt", "-o", show, "--voice",
             voice, "--date", "2026-11-23", "--json", *options],
            cwd=self.folder / "work",
            env={**environ(self.folder), **_QUICK, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip

    def make(self, voice: str, *options: str, settings: str = "", **environment: str) -> Made:
        """Run ``mujaz make`` to its end."""
        return Made(self.start(voice, *options, settings=settings, **environment))


class Made:
    """The outcome of ``mujaz make``."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        out, err = process.communicate(timeout=_LIMIT_S)
        self.status = process.returncode
        self.told = err.decode()
        self.report: dict[str, Any] = json.loads(out) if out else {}

    def media(self) -> bytes:
        """The episode's bytes."""
        assert self.status == 0, self.told
        return Path(self.report["episode"]["media"]).read_bytes()


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Two workers that no test harms."""
    with dask_cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """The episode as this machine makes it alone, by the engine that makes its tones."""
    found: dict[str, bytes] = {}

    def media(voice: str, **settings: object) -> bytes:
        if voice not in found:
            room = Newsroom(tmp_path_factory.mktemp("alone"))
            if voice != "tone":
                room.voice(voice, **settings)
            found[voice] = room.make(voice, "--workers", "1").media()
        return found[voice]

    return media


def test_the_same_episode_with_one_engine_a_worker(
    newsroom: Newsroom, cluster: DaskCluster, undisturbed: Callable[..., bytes]
) -> None:
    slow_voice(newsroom.folder / "work", 0.2)
    made = newsroom.make("slow", "--cluster", cluster.address)
    assert made.media() == undisturbed("slow", seconds=0)
    speakers = {int(path.name) for path in (newsroom.folder / "work" / "speaking").iterdir()}
    assert speakers == {cluster.worker_process(0), cluster.worker_process(1)}
    assert made.report["clips"]["retried"] == 0


def test_the_setting_names_it_and_the_empty_option_does_not(
    newsroom: Newsroom, cluster: DaskCluster
) -> None:
    slow_voice(newsroom.folder / "work", 0)
    speaking = newsroom.folder / "work" / "speaking"
    settings = f'[speech]\ncluster = "{cluster.address}"\n'
    assert newsroom.make("slow", settings=settings).status == 0
    workers = {cluster.worker_process(0), cluster.worker_process(1)}
    assert {int(path.name) for path in speaking.iterdir()} <= workers
    shutil.rmtree(speaking)
    assert newsroom.make("slow", "--cluster", "", settings=settings).status == 0
    assert not {int(path.name) for path in speaking.iterdir()} & workers


def test_an_archive_is_spoken_by_it_too(newsroom: Newsroom, cluster: DaskCluster) -> None:
    slow_voice(newsroom.folder / "work", 0)
    article(newsroom.folder / "b.txt", sentences=8, changed=0)
    for name in ("a", "b"):
        (newsroom.folder / "in").mkdir(exist_ok=True)
        (newsroom.folder / f"{name}.txt").rename(newsroom.folder / "in" / f"{name}.txt")
    command = [sys.executable, "-m", "mujaz", "archive", newsroom.folder / "in", "-o", "show"]
    options = ["--voice", "slow", "--workers", "2", "--cluster", cluster.address]
    result = subprocess.run(
        [*command, *options],
        cwd=newsroom.folder / "work",
        env={**environ(newsroom.folder), **_QUICK},
        capture_output=True,
        timeout=_LIMIT_S,
    )
    assert result.returncode == 0, result.stderr.decode()
    assert len(list((newsroom.folder / "work" / "show" / "media").glob("*.mp3"))) == 2
    speakers = {int(path.name) for path in (newsroom.folder / "work" / "speaking").iterdir()}
    assert speakers <= {cluster.worker_process(0), cluster.worker_process(1)}


def test_a_sentence_that_kills_its_workers_is_told_and_costs_no_other(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    newsroom.voice("crashing", on="الصناعة")
    allowed = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    with dask_cluster(tmp_path / "cluster", environment=allowed) as cluster:
        made = newsroom.make("crashing", "--cluster", cluster.address)
    assert made.status == 3, made.told
    (story,) = made.report["stories"]
    assert story["status"] == "partial"
    assert story["sentences"] - story["spoken"] == 2
    assert "the worker process died" in story["error"]


def test_workers_that_are_killed_all_the_time_cost_only_time(
    newsroom: Newsroom, tmp_path: Path, undisturbed: Callable[..., bytes]
) -> None:
    slow_voice(newsroom.folder / "work", 1.0)
    speaking = newsroom.folder / "work" / "speaking"
    with dask_cluster(tmp_path / "cluster") as cluster:
        stop = threading.Event()
        killed: list[int] = []

        def kill() -> None:
            """Kill one that has spoken, so that the work goes on however slow the machine is."""
            for number in count():
                if stop.wait(5):
                    return
                pid = cluster.worker_process(number % 2)
                if (speaking / str(pid)).exists():
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            made = newsroom.make("slow", "--cluster", cluster.address)
        finally:
            stop.set()
            killer.join()
    assert made.media() == undisturbed("slow", seconds=0)
    assert killed


def test_a_sentence_that_hangs_is_spoken_elsewhere(
    newsroom: Newsroom, cluster: DaskCluster, undisturbed: Callable[..., bytes]
) -> None:
    newsroom.voice("hanging", on="الصناعة", once=str(newsroom.folder / "hung"))
    settings = "[cluster]\njob_limit_s = 10\n"
    made = newsroom.make("hanging", "--cluster", cluster.address, settings=settings)
    assert made.media() == undisturbed("hanging", on="nowhere")


def test_a_sentence_that_always_hangs_is_told(newsroom: Newsroom, tmp_path: Path) -> None:
    article(newsroom.folder / "a.txt", sentences=4, changed=1)
    newsroom.voice("hanging", on="كبير")
    with dask_cluster(tmp_path / "cluster") as cluster:
        settings = "[cluster]\njob_limit_s = 10\n"
        made = newsroom.make("hanging", "--cluster", cluster.address, settings=settings)
    assert made.status == 3, made.told
    (story,) = made.report["stories"]
    assert story["sentences"] - story["spoken"] == 1
    assert "the worker process died" in story["error"]


def test_a_worker_that_stands_still_costs_only_time(
    newsroom: Newsroom, tmp_path: Path, undisturbed: Callable[..., bytes]
) -> None:
    """A stopped process answers nothing, like a machine that was cut off."""
    slow_voice(newsroom.folder / "work", 0.5)
    with dask_cluster(tmp_path / "cluster") as cluster:
        settings = "[cluster]\njob_limit_s = 10\n"
        process = newsroom.start("slow", "--cluster", cluster.address, settings=settings)
        wait_until((newsroom.folder / "work" / "speaking").exists)
        cluster.kill_worker_process(0, signal.SIGSTOP)
        made = Made(process)
    assert made.media() == undisturbed("slow", seconds=0)


def test_a_scheduler_that_dies_ends_the_run_with_a_reason(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    slow_voice(newsroom.folder / "work", 0.5)
    with dask_cluster(tmp_path / "cluster") as cluster:
        process = newsroom.start("slow", "--cluster", cluster.address)
        wait_until((newsroom.folder / "work" / "speaking").exists)
        cluster.scheduler.kill()
        made = Made(process)
        assert made.status == 1
        assert "the cluster was lost in the middle of the work" in made.told
        assert "Traceback" not in made.told
        settings = "[cluster]\nwait_s = 2\n"
        again = newsroom.make("tone", "--cluster", cluster.address, settings=settings)
    assert again.status == 1
    assert "the scheduler does not answer" in again.told
    assert "Traceback" not in again.told


def test_a_scheduler_without_workers_is_told(newsroom: Newsroom, tmp_path: Path) -> None:
    with dask_cluster(tmp_path / "cluster", workers=0) as cluster:
        settings = "[cluster]\nwait_s = 2\n"
        made = newsroom.make("tone", "--cluster", cluster.address, settings=settings)
    assert made.status == 1
    assert "the scheduler has no workers" in made.told


def test_another_version_of_mujaz_is_refused(newsroom: Newsroom, tmp_path: Path) -> None:
    path = tmp_path / "other" / "mujaz-9.9.dist-info" / "METADATA"
    path.parent.mkdir(parents=True)
    path.write_text("Metadata-Version: 2.1\nName: mujaz\nVersion: 9.9\n", encoding="utf-8")
    python_path = os.pathsep.join([str(tmp_path / "other"), str(ROOT / "tests" / "plugins")])
    with dask_cluster(tmp_path / "cluster", workers=0) as cluster:
        cluster.start_worker(environment={"PYTHONPATH": python_path})
        made = newsroom.make("tone", "--cluster", cluster.address)
    assert made.status == 1
    assert "it runs mujaz 9.9, and here is" in made.told
    assert "Error: worker tcp://127.0.0.1" in made.told


def test_the_same_version_with_another_code_is_refused(newsroom: Newsroom, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src" / "mujaz", tmp_path / "other" / "mujaz")
    shutil.copytree(ROOT / "voices", tmp_path / "other" / "mujaz" / "voices" / "shipped")
    with (tmp_path / "other" / "mujaz" / "engines" / "tone.py").open("a") as file:
        file.write("# another\n")
    python_path = os.pathsep.join([str(tmp_path / "other"), str(ROOT / "tests" / "plugins")])
    with dask_cluster(tmp_path / "cluster", workers=0) as cluster:
        cluster.start_worker(environment={"PYTHONPATH": python_path})
        made = newsroom.make("tone", "--cluster", cluster.address)
    assert made.status == 1
    assert "this worker runs mujaz" in made.told


def test_a_worker_without_the_plug_in_says_so(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.voice("hanging", on="nowhere")
    with dask_cluster(tmp_path / "cluster", environment={"PYTHONPATH": ""}) as cluster:
        made = newsroom.make("hanging", "--cluster", cluster.address)
    assert made.status == 1
    assert "worker tcp://127.0.0." in made.told
    assert "unknown engine 'hanging'" in made.told


_FAR_VOICE = """
import sys
from dataclasses import replace
from pathlib import Path
from mujaz.domain import Sentence
from mujaz.errors import ClusterError
from mujaz.parallel.cluster.connection import connection
from mujaz.parallel.cluster.executor import ClusterExecutor
from mujaz.settings.values import ClusterConfig, Config, SpeechConfig
from mujaz.speech import Cast
from mujaz.speech.on_cluster import WorkerSpeech, needs_of
from mujaz.speech.script import _Line, _speak_line
from mujaz.voices.catalog import load_voice

address, folder, send_mb = sys.argv[1:]
voice = load_voice(Path(folder) / "tiny.toml")
needs, sources = needs_of(Cast(voice, {}))
config = Config(speech=SpeechConfig(cluster=address), cluster=ClusterConfig(send_mb=int(send_mb)))
executor = ClusterExecutor(connection(config), sources)
speech = WorkerSpeech(_speak_line, needs, list)
# As a worker on another machine sees it: the folder does not exist there.
line = _Line(Sentence("نعم", "نَعَمْ هَذَا"), replace(voice, home=Path("/nowhere")), None)
try:
    for future in [executor.submit(speech, line) for _ in range(6)]:
        print(future.result().checked.clip.samples)
except ClusterError as error:
    print(error)
executor.shutdown()
"""


def test_a_voice_is_sent_to_workers_that_lack_it(tmp_path: Path) -> None:
    from tests.hts_voice import tiny_voice, write_tiny_voice

    write_tiny_voice(tmp_path / "voices")

    def speak(cluster: DaskCluster, send_mb: int) -> list[str]:
        command = [sys.executable, "-c", _FAR_VOICE, cluster.address, tmp_path / "voices"]
        result = subprocess.run(
            [*command, str(send_mb)], capture_output=True, timeout=_LIMIT_S, cwd=ROOT
        )
        assert result.returncode == 0, result.stderr.decode()
        return result.stdout.decode().splitlines()

    with dask_cluster(tmp_path / "cluster") as cluster:
        (told,) = speak(cluster, 0)
        assert "this worker lacks files of the voice" in told
        samples = speak(cluster, 1)
        (sent,) = (tmp_path / "cluster" / "worker-cache").rglob("tiny.htsvoice")
    assert len(samples) == 6
    assert len(set(samples)) == 1
    assert sent.read_bytes() == tiny_voice()


def certificate(folder: Path, name: str, authority: str = "") -> None:
    """Write ``name.pem`` and ``name.key``, signed by an authority or by itself."""
    request = ["req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-subj"]
    if not authority:
        commands = [
            ["openssl", *request, f"/CN={name}", "-x509", "-days", "2", "-out", f"{name}.pem"]
        ]
    else:
        commands = [
            ["openssl", *request, f"/CN={name}", "-out", f"{name}.csr"],
            ["openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.pem", "-CAkey",
             f"{authority}.key", "-CAcreateserial", "-days", "2", "-out", f"{name}.pem"],
        ]  # fmt: skip
    for command in commands:
        subprocess.run(command, cwd=folder, check=True, capture_output=True)


def tls_options(folder: Path, name: str) -> Sequence[str]:
    """Options of Dask's commands for a certificate."""
    files = (("ca-file", "ca.pem"), ("cert", f"{name}.pem"), ("key", f"{name}.key"))
    return [part for key, file in files for part in (f"--tls-{key}", str(folder / file))]


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_tls_with_an_authority_of_the_cluster_s_own(
    newsroom: Newsroom, tmp_path: Path, undisturbed: Callable[..., bytes]
) -> None:
    work = newsroom.folder / "work"
    for name, authority in (("ca", ""), ("cluster", "ca"), ("newsroom", "ca"), ("stranger", "")):
        certificate(work, name, authority)

    def make(name: str) -> Made:
        files = f'certificate = "{name}.pem"\nkey = "{name}.key"\n'
        settings = f'[cluster]\nca = "ca.pem"\n{files}wait_s = 60\n'
        return newsroom.make("tone", "--cluster", cluster.address, settings=settings)

    with dask_cluster(tmp_path / "tls", secure=tls_options(work, "cluster")) as cluster:
        assert cluster.address.startswith("tls://")
        assert make("newsroom").media() == undisturbed("tone")
        stranger = make("stranger")
        assert stranger.status == 1
        assert "the scheduler does not answer" in stranger.told
        plain = cluster.address.replace("tls:", "tcp:")
        unencrypted = newsroom.make("tone", "--cluster", plain, settings="[cluster]\nwait_s = 5\n")
        assert unencrypted.status == 1
        assert "the scheduler does not answer" in unencrypted.told
