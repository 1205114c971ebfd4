"""Sentences a second by number of workers, and what scheduler and client take for each.

    python bench/scale                   # an engine that sleeps, on 1, 2 and 4 worker processes
    python bench/scale --record          # also writes bench/recorded/scale.json
    python bench/scale --slots 100       # one cluster in which so many engines sleep at once
    python bench/scale --cache           # a shared cache, filled by one machine, read by another

The engine sleeps, so a worker takes hardly any processor, and more workers than cores can be told
apart. The processor time that scheduler and client take for a sentence hardly depends on what else
the machine does: its inverse is the most sentences a second that one of them can do.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "plugins")]

from bench.recording import record  # noqa: E402
from tests.dask_cluster import dask_cluster  # noqa: E402

from mujaz.domain import Sentence, Voice  # noqa: E402
from mujaz.parallel.cluster.connection import Connection  # noqa: E402
from mujaz.parallel.cluster.executor import ClusterExecutor  # noqa: E402
from mujaz.settings.values import Config, SpeechConfig  # noqa: E402
from mujaz.speech import Cast, ClipCache, SpeechOptions, Utterance, speak_script  # noqa: E402
from mujaz.storage.content_cache import ContentCache  # noqa: E402
from mujaz.storage.shared_cache import SharedCache  # noqa: E402

# Floors of the ratio to one worker.
_LEAST = {2: 1.9, 4: 3.7}
# A worker process holds so many of the engines that sleep at once.
_SLOTS_A_PROCESS = 25
_WORDS = "نَشَرَتْ وِزَارَةُ الصِّحَّةِ تَقْرِيرًا جَدِيدًا عَنِ الوَضْعِ فِي البِلَادِ".split()


@dataclass(frozen=True, slots=True)
class Run:
    """What speaking took.

    Attributes:
        seconds: By the clock.
        client_ms: Processor time of this process for a sentence.
        scheduler_ms: Processor time of the scheduler for a sentence.
    """

    seconds: float
    client_ms: float
    scheduler_ms: float


def script(count: int) -> list[Sentence]:
    """So many sentences of one length, no two alike."""
    texts = (" ".join([*_WORDS[:4], f"{number:06}", *_WORDS[4:]]) for number in range(count))
    return [Sentence(text, text) for text in texts]


def voice(seconds: float) -> Voice:
    """A voice of the engine that sleeps."""
    return Voice(
        "sleeping", "sleeping", "sleeping", settings=MappingProxyType({"seconds": seconds})
    )


def speak(sentences: Sequence[Sentence], options: SpeechOptions, seconds: float) -> int:
    """Speak the sentences and count those that came out as they should."""
    items = speak_script(sentences, Cast(voice(seconds), {}), options)
    return sum(isinstance(item, Utterance) for item in items)


def on_cluster(workers: int, threads: int, count: int, seconds: float) -> Run:
    """Speak on a cluster, after one sentence a slot that makes every engine load."""
    with tempfile.TemporaryDirectory() as folder, dask_cluster(Path(folder), 0) as cluster:
        for _ in range(workers):
            cluster.start_worker(threads=threads)
        connection = Connection(Config(speech=SpeechConfig(cluster=cluster.address)))

        def make(sources: Mapping[str, Path]) -> Executor:
            return ClusterExecutor(connection, sources)

        options = SpeechOptions(make_cluster=make)
        speak(script(4 * workers * threads), options, 0.1)
        scheduler = psutil.Process(cluster.scheduler.pid)
        before = sum(scheduler.cpu_times()[:2])
        started, used = time.perf_counter(), time.process_time()
        assert speak(script(count), options, seconds) == count
        taken, used = time.perf_counter() - started, time.process_time() - used
        scheduled = sum(scheduler.cpu_times()[:2]) - before
        connection.close()
    return Run(taken, used / count * 1000, scheduled / count * 1000)


def told(name: str, count: int, run: Run) -> str:
    """One line of the result."""
    return (
        f"{name}: {run.seconds:.1f} s, {count / run.seconds:.1f} sentences/s; "
        f"client {run.client_ms:.1f} ms, scheduler {run.scheduler_ms:.1f} ms a sentence"
    )


def cached(count: int) -> None:
    """Fill a shared cache and read it on a machine that has none of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("empty", "filled"):
            shared = SharedCache(f"file://{folder}/shared")
            cache = ClipCache(ContentCache(Path(folder) / name, 10_000_000_000), shared)
            started = time.perf_counter()
            assert speak(script(count), SpeechOptions(cache, workers=1), 0.01) == count
            shared.finish()
            taken = time.perf_counter() - started
            print(f"shared cache, {name}: {taken:.1f} s, {taken / count * 1000:.1f} ms a sentence")


def main() -> int:
    """Measure; 1 if a floor was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sentences", type=int, default=600)
    parser.add_argument("--seconds", type=float, default=0.3, help="that the engine sleeps")
    parser.add_argument("--slots", type=int, help="engines in one cluster")
    parser.add_argument("--cache", action="store_true")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    if options.cache:
        cached(options.sentences)
        return 0
    if options.slots:
        processes = max(1, options.slots // _SLOTS_A_PROCESS)
        threads = options.slots // processes
        run = on_cluster(processes, threads, options.sentences, options.seconds)
        print(told(f"{processes * threads} engines", options.sentences, run))
        return 0
    alone, missed = 0.0, False
    rates: dict[str, float] = {}
    for workers in (1, 2, 4):
        run = on_cluster(workers, 1, options.sentences, options.seconds)
        alone = alone or run.seconds
        ratio = alone / run.seconds
        rates[str(workers)] = options.sentences / run.seconds
        print(told(f"{workers} workers, {ratio:.2f} times", options.sentences, run), flush=True)
        missed = missed or ratio < _LEAST.get(workers, 0)
    if options.record:
        record("scale", sentences_a_second=rates)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
