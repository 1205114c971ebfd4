"""Speech in threads and in processes: the same clips in the same order, whichever worker dies."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mujaz.domain import Clip, Sentence, Voice
from mujaz.engines.espeak import EspeakEngine
from mujaz.errors import VoiceError
from mujaz.parallel.ordered import OrderedMap, fitting_workers
from mujaz.parallel.pool import ProcessPool, WorkerDiedError
from mujaz.speech import Cast, Failure, SpeechOptions, Utterance, speak_script
from mujaz.speech.script import workers_for
from mujaz.voices.catalog import find_voice
from tests.conftest import Mujaz, environ, heed_interrupts, report_of
from tests.contract.test_cache import article, slow_voice

_GIVE_UP_S = 60.0
_TEXTS = [f"وَصَلَ الوَفْدُ {word} إِلَى العَاصِمَةِ." for word in ("اليَوْمَ", "أَمْسِ", "صَبَاحًا", "مَسَاءً")]
_SENTENCES = [Sentence(text, text) for text in _TEXTS * 3]


def timings(clip: Clip) -> tuple[int, tuple[int, ...]]:
    return clip.samples, tuple(mark.sample for mark in clip.words)


def clips(**studio: Any) -> list[Clip]:
    """What becomes of the sentences; every one must be spoken."""
    cast = Cast(find_voice("espeak-ar", Path()), {})
    out = list(speak_script(_SENTENCES, cast, SpeechOptions(**studio)))
    assert [item.sentence for item in out] == _SENTENCES
    return [item.clip for item in out if isinstance(item, Utterance)]


def here() -> list[tuple[int, tuple[int, ...]]]:
    return [timings(clip) for clip in clips(workers=1)]


def test_threads_share_one_voice() -> None:
    engine, voice = EspeakEngine(), find_voice("espeak-ar", Path())
    other = find_voice("espeak-anchor-female", Path())
    expected = [timings(engine.speak(text, v)) for text in _TEXTS for v in (voice, other)]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(10):
            work = [(text, v) for text in _TEXTS for v in (voice, other)]
            clips = pool.map(lambda pair: engine.speak(*pair), work)
            assert [timings(clip) for clip in clips] == expected


def test_processes_speak_what_this_one_speaks_in_order() -> None:
    assert [timings(clip) for clip in clips(workers=2)] == here()


def test_another_kind_of_executor_will_do() -> None:
    made = clips(workers=2, make_executor=lambda: ThreadPoolExecutor(2))
    assert [timings(clip) for clip in made] == here()


def test_an_engine_error_in_a_worker_is_that_sentences_failure() -> None:
    cast = Cast(Voice(name="raising", title="", engine="raising"), {})
    failures = list(speak_script(_SENTENCES[:2], cast, SpeechOptions(workers=2)))
    assert [failure.sentence for failure in failures] == _SENTENCES[:2]
    assert all(isinstance(f, Failure) and "size of tensor" in f.error for f in failures)


def test_a_voice_that_cannot_be_used_ends_the_run() -> None:
    cast = Cast(replace(find_voice("espeak-ar", Path()), settings={"pitch": 999}), {})
    with pytest.raises(VoiceError, match="pitch must be a whole number"):
        list(speak_script(_SENTENCES[:2], cast, SpeechOptions(workers=2)))


def test_quick_engines_need_no_processes_and_slow_ones_get_what_fits() -> None:
    assert workers_for(Cast(find_voice("espeak-ar", Path()), {})) == 1
    slow = Voice(name="slow", title="", engine="slow")
    assert workers_for(Cast(slow, {})) == len(os.sched_getaffinity(0))
    assert fitting_workers(10**9) == 1


def _die_once(item: tuple[int, str]) -> int:
    number, marker = item
    if number == 3 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 10


def _always_die_at_three(item: tuple[int, str]) -> int:
    if item[0] == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item[0] * 10


def test_a_dead_worker_is_replaced_and_its_item_done_again(tmp_path: Path) -> None:
    items = [(number, str(tmp_path / "died")) for number in range(12)]
    deaths: list[bool] = []
    out = OrderedMap(_die_once, lambda: ProcessPool(2, lambda: deaths.append(True)), 4)(items)
    assert [result() for _, result in out] == [number * 10 for number in range(12)]
    assert len(deaths) == 1


@pytest.mark.slow
def test_what_kills_every_worker_fails_alone() -> None:
    items = [(number, "") for number in range(8)]
    good: list[int] = []
    bad: list[int] = []
    for item, result in OrderedMap(_always_die_at_three, lambda: ProcessPool(2), 4)(items):
        try:
            good.append(result())
        except WorkerDiedError:
            bad.append(item[0])
    assert bad == [3]
    assert good == [0, 10, 20, 40, 50, 60, 70]


def _count(marker: Path) -> int:
    """Count a call of this function; the first is 1."""
    with marker.open("ab") as stream:
        stream.write(b".")
        return stream.tell()


def _received(marker: str) -> Path:
    """Unpickle an argument: all processes die of it from the second to the sixth."""
    if 2 <= _count(Path(marker)) <= 6:
        os.kill(os.getpid(), signal.SIGKILL)
    return Path(marker)


class _Costly:
    """An argument that a worker has to survive before it can start the job."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (str(self._marker),)


def _die_first(marker: Path) -> int:
    if _count(marker.with_name("started")) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return 7


def test_a_death_before_the_start_is_not_blamed_on_a_job_that_an_earlier_worker_had_started(
    tmp_path: Path,
) -> None:
    """One worker dies in the job and five before they start it; those do not count."""
    with ProcessPool(1) as pool:
        assert pool.submit(_die_first, _Costly(tmp_path / "received")).result(timeout=120) == 7
    assert (tmp_path / "started").stat().st_size == 2


def _hang_at_three(item: int) -> int:
    if item == 3:
        time.sleep(600)
    return item * 10


def test_a_job_that_hangs_is_given_up_alone() -> None:
    pool = ProcessPool(1, job_limit_s=8)
    try:
        jobs = [pool.submit(_hang_at_three, number) for number in range(6)]
        with pytest.raises(WorkerDiedError, match="no result after 8 s"):
            jobs[3].result(timeout=120)
        assert [jobs[n].result(timeout=120) for n in (0, 1, 2, 4, 5)] == [0, 10, 20, 40, 50]
    finally:
        pool.kill()


def _pattern(size: int) -> bytes:
    return bytes(range(251)) * (size // 251) + bytes(size % 251)


def test_a_pool_hands_back_results_of_every_size() -> None:
    """Through shared memory while they fit, through the pipe beyond."""
    with ProcessPool(1) as pool:
        for size in (0, 1, 70_000, 400_001, 4_190_000, 4_194_304, 9_000_000, 3):
            assert pool.submit(_pattern, size).result() == _pattern(size)


def _shade(number: int) -> bytes:
    return bytes([number]) * 3_000_000


def test_results_that_wait_are_not_written_over() -> None:
    """Brief jobs: a worker goes on with the next while its last result is still to be taken."""
    with ProcessPool(1) as pool:
        done = [pool.submit(_shade, number) for number in range(60)]
        assert [set(one.result()) for one in done] == [{number} for number in range(60)]


def _twelvefold(data: bytes) -> bytes:
    return data * 12


def test_large_orders_and_large_results_do_not_wait_for_one_another() -> None:
    pool = ProcessPool(1)
    try:
        orders = [bytes([number]) * 500_000 for number in range(8)]
        done = [pool.submit(_twelvefold, order) for order in orders]
        assert [set(one.result(timeout=60)) for one in done] == [{n} for n in range(8)]
    finally:
        pool.kill()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted in /proc")
def test_a_pool_leaves_nothing_open() -> None:
    counts = []
    for _ in range(3):
        with ProcessPool(2) as pool:
            for done in [pool.submit(_pattern, 70_000) for _ in range(4)]:
                done.result()
        counts.append(len(list(Path("/proc/self/fd").iterdir())))
    assert counts[1] == counts[2]  # the first pool starts what all of them share


def test_a_pool_hands_back_errors_and_what_cannot_be_sent() -> None:
    with ProcessPool(1) as pool:
        assert pool.submit(divmod, 7, 2).result() == (3, 1)
        assert isinstance(pool.submit(divmod, 7, 0).exception(), ZeroDivisionError)
        assert isinstance(pool.submit(threading.Lock).exception(), TypeError)
        assert isinstance(pool.submit(lambda: 1).exception(), Exception)
        assert pool.submit(divmod, 9, 2).result() == (4, 1)
    with pytest.raises(RuntimeError):
        pool.submit(divmod, 1, 1)


def killer(pid: int, moments: list[float], stop: threading.Event) -> int:
    """Kill a random child of a process at each moment; how many were killed."""
    draw = random.Random(pid)
    start = time.monotonic()
    killed = 0
    for moment in moments:
        if stop.wait(max(0.0, moment - (time.monotonic() - start))):
            break
        while not (workers := worker_pids(pid)):
            if stop.wait(0.02):
                return killed
        with contextlib.suppress(ProcessLookupError):
            os.kill(draw.choice(workers), signal.SIGKILL)
            killed += 1
    return killed


def worker_pids(pid: int) -> list[int]:
    """Worker processes of a process; the resource tracker is not one of them."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return [child for child in found if b"spawn_main" in command_line(child)]


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def slow_run(
    folder: Path, seconds: float, *options: object, speech: bool = False, sentences: int = 60
) -> subprocess.Popen[bytes]:
    """``mujaz make`` of an article with an engine that takes its time over each sentence."""
    slow_voice(folder, seconds, speech=speech)
    source = article(folder / "a.txt", sentences=sentences)
    return subprocess.Popen(
        [sys.executable, "-m", "mujaz", "make", source, "--date", "2026-11-23", "--json",
         *map(str, options)],
        cwd=folder, env=environ(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("speech", [False, True])
def test_workers_killed_at_random_ten_times_change_nothing(speech: bool, tmp_path: Path) -> None:
    """What an out-of-memory killer does: with the tone the bytes are the same, else the times."""
    reports, deaths = [], 0
    for disturbed in (False, True):
        folder = tmp_path / str(disturbed)
        run = slow_run(folder, 0.4, "--voice", "slow", "--workers", 2, speech=speech)
        stop = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            moments = [1.2 + 0.9 * n for n in range(10)]
            killing = pool.submit(killer, run.pid, moments, stop) if disturbed else None
            out, err = run.communicate(timeout=180)
            stop.set()
            deaths += killing.result() if killing else 0
        assert run.returncode == 0, err.decode()[-500:]
        reports.append(json.loads(out))
    assert deaths == 10
    assert reports[1]["clips"]["made"] == reports[0]["clips"]["made"]
    shows = [tmp_path / str(disturbed) / "output" for disturbed in (False, True)]
    media = [next((show / "media").glob("*.mp3")) for show in shows]
    if not speech:
        assert media[0].read_bytes() == media[1].read_bytes()
    times = [
        json.loads(next((show / "episodes").glob("*/episode.json")).read_text("utf-8"))
        for show in shows
    ]
    for part in ("chapters", "duration_s"):
        assert times[0][part] == times[1][part]
    cues = [[(s["text"], s["start"], s["end"], s["words"]) for s in t["sentences"]] for t in times]
    assert cues[0] == cues[1]


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what must come; the limit only ends a test that would hang."""
    end = time.monotonic() + _GIVE_UP_S
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def gone(pids: list[int]) -> bool:
    """Whether processes have ended; what is left of one (a zombie) counts as ended."""
    return not any(command_line(pid) for pid in pids)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_run(stop: signal.Signals, tmp_path: Path) -> None:
    """Each has a sentence in hand that takes far longer than the test waits."""
    run = slow_run(tmp_path, 100 * _GIVE_UP_S, "--voice", "slow", "--workers", 2)
    speaking = tmp_path / "speaking"
    wait_until(lambda: len(list(speaking.glob("*"))) == 2)
    pids = [int(file.name) for file in speaking.iterdir()]
    assert set(pids) <= set(worker_pids(run.pid))
    run.send_signal(stop)
    wait_until(lambda: gone([*pids, run.pid]))
    _, err = run.communicate(timeout=_GIVE_UP_S)
    assert b"Traceback" not in err
    if stop is signal.SIGINT:
        assert run.returncode == 130
        assert not list((tmp_path / "output").glob("media/*"))


@pytest.mark.parametrize("command", ["make", "bulletin"])
def test_ctrl_c_ends_a_run_and_leaves_nothing(command: str, tmp_path: Path) -> None:
    """It reaches the whole process group, as from a terminal, while two workers speak."""
    slow_voice(tmp_path, 100 * _GIVE_UP_S)
    source = article(tmp_path / "a.txt")
    (tmp_path / "mujaz.toml").write_text(
        '[text]\ndiacritizer = "none"\n[speech]\nvoice = "slow"\nworkers = 2\n'
        f'[bulletin]\nvoices = {{body = "slow"}}\n[[bulletin.sources]]\npath = "{source}"\n',
        encoding="utf-8",
    )
    show = tmp_path / "show"
    sources = [source] if command == "make" else []
    run = subprocess.Popen(
        [sys.executable, "-m", "mujaz", command, *sources, "-o", show, "--json"],
        cwd=tmp_path, env=environ(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts, start_new_session=True,
    )  # fmt: skip
    speaking = tmp_path / "speaking"
    wait_until(lambda: len(list(speaking.glob("*"))) == 2)
    pids = [int(file.name) for file in speaking.iterdir()]
    os.killpg(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=_GIVE_UP_S)
    assert run.returncode == 130
    assert b"Traceback" not in err
    assert b"KeyboardInterrupt" not in err
    assert err.decode().splitlines()[-1] == "interrupted"
    assert "interrupted" in json.loads(out)["warnings"]
    wait_until(lambda: gone(pids))
    assert not [*show.glob("*.xml"), *show.glob("media/*"), *show.glob(".mujaz/work-*")]
    if command == "bulletin":
        health = json.loads((show / ".mujaz" / "health.json").read_text("utf-8"))
        assert (health["status"], health["error"]) == ("failed", "interrupted")


def test_an_interrupt_while_workers_start_prints_no_traceback(tmp_path: Path) -> None:
    """Ctrl-C reaches the whole group, and a worker may be at its imports."""
    script = (
        "import os, signal, sys\n"
        "from mujaz.parallel.pool import ProcessPool\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGINT, lambda *args: None)\n"
        "    pool = ProcessPool(4)\n"
        "    jobs = [pool.submit(abs, -number) for number in range(4)]\n"
        "    print('started', flush=True)\n"
        "    assert [job.result() for job in jobs] == [0, 1, 2, 3]\n"
    )
    (tmp_path / "run.py").write_text(script, encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, tmp_path / "run.py"], cwd=tmp_path, env=environ(tmp_path),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=heed_interrupts,
    )  # fmt: skip
    assert run.stdout is not None
    assert run.stdout.readline() == b"started\n"
    while not worker_pids(run.pid):
        time.sleep(0.005)
    for _ in range(40):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGINT)
        time.sleep(0.02)
    _, err = run.communicate(timeout=120)
    assert b"KeyboardInterrupt" not in err
    assert b"Traceback" not in err


def test_a_line_of_progress_tells_the_time_left(tmp_path: Path) -> None:
    """The run takes at least 7 s, and a line is due every 5 s."""
    run = slow_run(tmp_path, 0.45, "--voice", "slow", "--workers", 1, sentences=12)
    _, err = run.communicate(timeout=120)
    lines = [line for line in err.decode().splitlines() if line.startswith("spoken:")]
    assert lines
    assert re.fullmatch(r"spoken: \d+ of 15 sentences, about \d+ (s|min) left", lines[0])


@pytest.mark.slow
def test_make_with_workers_makes_the_same_episode(
    mujaz: Mujaz, short_article: Path, tmp_path: Path
) -> None:
    reports = []
    for workers in (1, 2):
        command = ("make", short_article, "-o", tmp_path / f"show{workers}", "--json")
        result = mujaz(
            *command, "--workers", workers, "--date", "2026-11-23", MUJAZ_SPEECH_CACHE_MB="0"
        )
        assert result.returncode == 0, result.stderr.decode()
        reports.append(report_of(result))
    one, two = reports
    assert one["episode"]["duration_s"] == two["episode"]["duration_s"]
    assert one["clips"]["made"] == two["clips"]["made"]
    assert two["clips"]["retried"] == 0


@pytest.mark.slow
def test_what_no_worker_survives_stands_in_report_and_manifest(
    mujaz: Mujaz, short_article: Path, tmp_path: Path
) -> None:
    voices = tmp_path / "work" / "voices"
    voices.mkdir()
    text = 'name = "deadly"\nengine = "crashing"\n[settings]\non = "النهر"\n'
    (voices / "deadly.toml").write_text(text, encoding="utf-8")
    command = (
        "make",
        short_article,
        "-o",
        tmp_path / "show",
        "--voice",
        "deadly",
        "--workers",
        "2",
    )
    result = mujaz(*command, "--json")
    assert result.returncode == 3, result.stderr.decode()
    story = report_of(result)["stories"][0]
    assert (story["status"], story["sentences"] - story["spoken"]) == ("partial", 1)
    assert "died" in story["error"]
    manifest = json.loads(next(tmp_path.glob("show/episodes/*/episode.json")).read_text("utf-8"))
    assert len(manifest["unspoken"]) == 1
    assert "النهر" in manifest["unspoken"][0]["text"]
    assert "died" in manifest["unspoken"][0]["reason"]
    assert all(len(sentence["checksum"]) == 64 for sentence in manifest["sentences"])
    again = mujaz(*command, "--json", MUJAZ_SPEECH_FALLBACK="espeak-ar")
    assert again.returncode == 0, "what could not be spoken is tried again"
    assert report_of(again)["clips"]["made"] == 1
    assert any("died" in warning for warning in report_of(again)["warnings"])
