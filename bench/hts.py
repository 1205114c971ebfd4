"""What the engine ``hts`` costs: CPU for a second of sound, memory, growth over many sentences.

    python bench/hts.py [--voice ziad] [--home DIR]    # skipped if the voice is not installed

    python bench/hts.py --bulletin  # fifteen minutes as an episode, beside the embedded voice

One process, the sentences of bench/listen in turn with another number in each, so that none is
spoken twice. CPU time is of all threads. Every sentence's durations are held against its samples,
and its word times against their order.

A bulletin of fifteen minutes is made by the command, with two workers and an empty cache; it must
take 30 s on two cores. On a busy machine the CPU time says more: no more than that of two cores in
that time. The embedded voice reads the same text in the same run.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mujaz.engines.hts import HtsEngine
from mujaz.errors import VoiceError
from mujaz.pipeline.read import reading
from mujaz.settings.values import Config
from mujaz.voices.catalog import find_voice

_SENTENCES = Path(__file__).resolve().parent / "listen" / "sentences.txt"
_MOST_REAL_TIME = 0.05
_MOST_MB = 120
_MOST_GROWTH_MB = 3
_WARM = 100
_BULLETIN_WORDS = 2200
_BULLETIN_S, _CORES = 30, 2


def rss_mb() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def written_sentences() -> list[str]:
    """Sentences of bench/listen as written."""
    lines = _SENTENCES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def spoken_sentences() -> list[str]:
    """Vocalised sentences, in a process of their own: the diacritizer's memory is not ours."""
    if "--print" not in sys.argv:
        command = [sys.executable, __file__, "--print"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()
    how = reading(Config())
    return [how.spoken(line) for line in written_sentences()]


def bulletin(voice: str, texts: list[str], home: Path) -> tuple[float, float, float]:
    """Make an episode of fifteen minutes and more; wall and CPU seconds, and its minutes."""
    with tempfile.TemporaryDirectory() as folder:
        lines, words = ["نشرة طويلة", ""], 0
        for number in itertools.count():
            # Another word in each round, so that no sentence is spoken twice.
            line = f"{texts[number % len(texts)][:-1]} {'و' * (number // len(texts))}لا."
            lines += [line, ""]
            words += len(line.split())
            if words > _BULLETIN_WORDS:
                break
        article = Path(folder) / "article.txt"
        article.write_text("\n".join(lines), encoding="utf-8")
        if (home / "voices").is_dir():
            (Path(folder) / "voices").symlink_to((home / "voices").resolve())
        command = [sys.executable, "-m", "mujaz", "make", str(article), "--voice", voice]
        before, start = os.times(), time.perf_counter()
        done = subprocess.run(
            [*command, "--workers", "2", "--json"],
            cwd=folder,
            env={**os.environ, "MUJAZ_SPEECH_CACHE": str(Path(folder) / "cache")},
            capture_output=True,
            check=True,
        )
        wall, after = time.perf_counter() - start, os.times()
        cpu = after.children_user + after.children_system
        cpu -= before.children_user + before.children_system
        minutes = json.loads(done.stdout)["episode"]["duration_s"] / 60
    print(f"{voice}: an episode of {minutes:.1f} min in {wall:.1f} s, {cpu:.1f} s of CPU")
    return wall, cpu, minutes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voice", default="ziad")
    parser.add_argument("--home", type=Path, default=Path())
    parser.add_argument("--bulletin", action="store_true", help="a whole episode instead")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--print", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.print:
        print("\n".join(spoken_sentences()))
        return 0
    engine = HtsEngine()
    try:
        voice = find_voice(options.voice, options.home)
        start = time.process_time()
        engine.check(voice)
    except VoiceError as error:
        print(f"skipped: {error}")
        return 0
    loading = time.process_time() - start
    if options.bulletin:
        texts = written_sentences()
        bulletin("espeak-ar", texts, options.home)
        wall, cpu, minutes = bulletin(options.voice, texts, options.home)
        return 0 if minutes >= 15 and min(wall, cpu / _CORES) <= _BULLETIN_S else 1
    texts = spoken_sentences()
    cpu = sound = warm_mb = 0.0
    for number in range(options.count):
        text = f"{texts[number % len(texts)][:-1]} {'و' * (number // len(texts))}لَا."
        start = time.process_time()
        spoken = engine.synthesize(text, voice)
        cpu += time.process_time() - start
        sound += spoken.samples.size / spoken.sample_rate
        if sum(spoken.durations) != spoken.samples.size:
            print(f"durations do not sum to the samples: {text}")
            return 1
        onsets = [mark.sample for mark in spoken.words()]
        if not all(a < b for a, b in itertools.pairwise(onsets)):
            print(f"word times are not in order: {text}")
            return 1
        if number == min(_WARM, options.count - 1):
            warm_mb = rss_mb()
    growth = rss_mb() - warm_mb
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{options.voice}: loaded in {loading * 1000:.0f} ms; {cpu / sound:.4f} of real time over "
        f"{options.count} sentences ({sound:.0f} s of sound); peak {peak:.0f} MB, "
        f"growth after the first {_WARM}: {growth:+.1f} MB"
    )
    kept = cpu / sound <= _MOST_REAL_TIME and peak <= _MOST_MB and growth <= _MOST_GROWTH_MB
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
