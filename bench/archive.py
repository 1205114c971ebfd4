"""An archive of many generated articles: time an article, first beside last, and memory.

    python bench/archive.py                        # 1,000 articles
    python bench/archive.py --articles 10000       # for a release; half an hour

`mujaz archive` with the tone engine and two workers, a tenth of the titles twice on one day. The
time is CPU time of all its processes; that of the last tenth is compared with that of the first.
Memory is the peak of one process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_WORDS = "قال الوزير في المدينة إن العمل في الجسر الجديد بدأ صباح اليوم ويستمر حتى المساء".split()
_ENVIRONMENT = {
    "MUJAZ_SHOW_BASE_URL": "https://news.example/audio/",
    "MUJAZ_SPEECH_VOICE": "tone",
    "MUJAZ_TEXT_DIACRITIZER": "none",
    "MUJAZ_LANG": "en",
}
_MOST_S, _MOST_GROWTH, _MOST_MB = 0.8, 1.2, 300


def write_articles(path: Path, count: int) -> None:
    """A JSON-lines file of articles over eight years."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            same = number - number % 10 if number % 10 < 2 else number
            months = same * 96 // count
            row = {
                "id": str(number),
                "title": f"أسعار الذهب اليوم {same}",
                "date": f"{2015 + months // 12}-{1 + months % 12:02d}-{1 + same % 28:02d}",
                "paragraphs": [f"{' '.join(chance.sample(_WORDS, 12))} {number}." for _ in "123"],
            }
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def cpu_of(pid: int) -> float:
    """CPU seconds of a process and its children, ended ones included."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
            threads = list(Path(f"/proc/{one}/task").iterdir())
        except OSError:
            continue
        total += sum(map(int, fields[11:15])) / ticks
        for thread in threads:
            try:
                children += (thread / "children").read_text().split()
            except OSError:
                continue
        waiting += set(map(int, children))
    return total


def peak_mb(pid: int) -> float:
    """Highest peak of the processes in MB."""
    found = [0.0]
    for one in [
        pid,
        *(
            int(p)
            for t in Path(f"/proc/{pid}/task").glob("*/children")
            for p in t.read_text().split()
        ),
    ]:
        try:
            status = Path(f"/proc/{one}/status").read_text()
        except OSError:
            continue
        found += [int(line.split()[1]) / 1024 for line in status.splitlines() if "VmHWM" in line]
    return max(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    options = parser.parse_args()
    tenth = options.articles // 10
    with tempfile.TemporaryDirectory(prefix="mujaz-") as name:
        articles, show = Path(name) / "articles.jsonl", Path(name) / "show"
        write_articles(articles, options.articles)
        command = ["archive", str(articles), "-o", str(show), "--workers", "2"]
        start = time.perf_counter()
        run = subprocess.Popen(
            [sys.executable, "-m", "mujaz", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT},
        )
        assert run.stdout is not None
        marks, peak = [0.0], 0.0
        for number, _ in enumerate(run.stdout, 1):
            if number % tenth == 0:
                marks.append(cpu_of(run.pid))
                peak = max(peak, peak_mb(run.pid))
                wall = time.perf_counter() - start
                print(f"{number}: {marks[-1]:.0f} s CPU, {wall:.0f} s by the clock", flush=True)
        status = run.wait()
        wall = time.perf_counter() - start
        made = sum(1 for _ in show.glob("episodes/*/episode.json"))
    # The second tenth: the first has the start of the processes in it.
    first, last = marks[2] - marks[1], marks[-1] - marks[-2]
    each = marks[-1] / options.articles
    print(
        f"{made} episodes of {options.articles} articles, status {status}: {each:.3f} s CPU an "
        f"article ({wall / options.articles:.3f} s by the clock), last tenth {last / first:.2f} "
        f"of an early one, {peak:.0f} MB"
    )
    good = status == 0 and made == options.articles and peak <= _MOST_MB
    return 0 if good and each <= _MOST_S and last / first <= _MOST_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
