"""The time that cache, check and workers add to an engine, and the time that they save.

Four figures, each of two things timed in one run:

* overhead: milliseconds a sentence that cache, check and pool add to calling the engine bare,
  in this process (best of several rounds for each sentence) and through one worker process (best
  round, so it needs a core to spare);
* warm: a rebuild with every clip in the cache beside the first run, in per cent of its time, with
  an engine that costs 0.3 s a sentence, one sentence edited;
* two workers beside one, with that engine, the start of the processes included.

    python bench/speech.py --most-ms 3 --most-worker-ms 3 --most-warm 5 --least-two 1.7
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT / "tests" / "plugins"))

from mujaz.domain import Sentence, Voice  # noqa: E402
from mujaz.parallel.pool import ProcessPool  # noqa: E402
from mujaz.pipeline.read import reading  # noqa: E402
from mujaz.plugins import shared_engine  # noqa: E402
from mujaz.settings.values import Config  # noqa: E402
from mujaz.speech import Cast, ClipCache, SpeechOptions, Utterance, speak_script  # noqa: E402
from mujaz.storage.content_cache import ContentCache  # noqa: E402
from mujaz.text.sentences import split_sentences  # noqa: E402
from mujaz.voices.catalog import find_voice  # noqa: E402

_ROUNDS = 5
_SLOW_SENTENCES = 60
_CACHE_BYTES = 10**9


def sentences() -> list[Sentence]:
    """Sentences of the example articles, spoken as the pipeline reads them."""
    read = reading(Config())
    lines = [
        line
        for name in ("weather.txt", "economy.txt")
        for line in (_ROOT / "examples" / name).read_text(encoding="utf-8").splitlines()
    ]
    texts = [text for line in lines for text in split_sentences(line) if len(text) > 20]
    numbers = ("الأول", "الثاني", "الثالث", "الرابع", "الخامس")
    spoken = [(text, read.spoken(f"{text} {number}")) for number in numbers for text in texts]
    return [Sentence(text, line) for text, line in spoken]


class Best:
    """The best time of each sentence over several rounds: others at work disturb few of them."""

    def __init__(self, count: int) -> None:
        self._seconds = [float("inf")] * count

    def time(self, index: int, work: Callable[[], object]) -> object:
        """Do the work of a sentence once more."""
        start = time.perf_counter()
        result = work()
        self._seconds[index] = min(self._seconds[index], time.perf_counter() - start)
        return result

    def ms(self) -> float:
        """Milliseconds a sentence."""
        return sum(self._seconds) / len(self._seconds) * 1000


def overhead(script: list[Sentence], voice: Voice) -> tuple[float, float, float]:
    """Milliseconds a sentence: bare, added in this process, added through a worker."""
    engine = shared_engine(voice.engine)
    cast = Cast(voice, {})
    bare, here = Best(len(script)), Best(len(script))
    pooled = float("inf")
    for _ in range(_ROUNDS):
        for index, sentence in enumerate(script):
            bare.time(index, partial(engine.speak, sentence.spoken, voice))
        with tempfile.TemporaryDirectory() as folder:
            made = speak_script(script, cast, SpeechOptions(_cache(folder), 1))
            for index in range(len(script)):
                item = here.time(index, partial(next, made))
                assert isinstance(item, Utterance), item
            made.close()
        with tempfile.TemporaryDirectory() as folder:
            studio = SpeechOptions(_cache(folder), 1, make_executor=lambda: ProcessPool(1))
            made = speak_script([script[0], *script], cast, studio)
            next(made)  # the process has started
            start = time.perf_counter()
            for item in made:
                assert isinstance(item, Utterance), item
            pooled = min(pooled, time.perf_counter() - start)
    alone = bare.ms()
    return alone, here.ms() - alone, pooled / len(script) * 1000 - alone


def _cache(folder: str) -> ClipCache:
    return ClipCache(ContentCache(Path(folder), _CACHE_BYTES))


def speak(script: list[Sentence], cast: Cast, studio: SpeechOptions) -> None:
    """Speak a script to its end; every sentence must be spoken."""
    for item in speak_script(script, cast, studio):
        assert isinstance(item, Utterance), item


def rebuild_and_workers(script: list[Sentence]) -> tuple[float, float]:
    """Share of the first run's time that a rebuild takes; times that two workers are faster."""
    voice = replace(find_voice("tone", Path()), name="slow", engine="slow", settings={})
    cast = Cast(voice, {})
    lines = (script * (1 + _SLOW_SENTENCES // len(script)))[:_SLOW_SENTENCES]
    lines = [replace(s, spoken=f"{s.spoken} {'و' * (i + 1)}") for i, s in enumerate(lines)]
    seconds = []
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            studio = SpeechOptions(_cache(folder), workers)
            start = time.perf_counter()
            speak(lines, cast, studio)
            seconds.append(time.perf_counter() - start)
            if workers == 1:
                edited = [*lines[:30], replace(lines[30], spoken="نَعَمْ"), *lines[31:]]
                start = time.perf_counter()
                speak(edited, cast, studio)
                warm = (time.perf_counter() - start) / seconds[0]
    return warm * 100, seconds[0] / seconds[1]


def main() -> int:
    """Measure, print, and fail beyond the limits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most-ms", type=float, default=3.0)
    parser.add_argument("--most-worker-ms", type=float, default=3.0)
    parser.add_argument("--most-warm", type=float, default=5.0)
    parser.add_argument("--least-two", type=float, default=1.7)
    limits = parser.parse_args()
    script = sentences()
    bare, here, pooled = overhead(script, find_voice("espeak-ar", Path()))
    warm, two = rebuild_and_workers(script)
    print(f"{len(script)} sentences, bare engine {bare:.2f} ms each")
    print(f"overhead in this process {here:.2f} ms, through a worker {pooled:.2f} ms")
    print(f"rebuild with one sentence edited: {warm:.1f} % of the first run")
    print(f"two workers: {two:.2f} times one")
    quick = here <= limits.most_ms and pooled <= limits.most_worker_ms
    good = quick and warm <= limits.most_warm and two >= limits.least_two
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
