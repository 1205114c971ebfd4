"""The daily bulletin from sources to published show: wall, CPU, peak memory, share of each stage.

Twenty invented stories, about forty minutes, from three feeds of a web server in this process;
the bulletin is made in a process of its own, with the embedded voice. Then one story is corrected
and the bulletin made again; then once more with nothing changed.

Beside it, in the same run: the plain pipe ``espeak-ng | ffmpeg`` with the same words and bitrate
(before and after the bulletin; the better counts), an article of three sentences, and assembly over
LAME alone. A machine without the two programs leaves the pipe out.

    python bench/bulletin            # prints, and fails above the ceilings in floors.json
    python bench/bulletin --stories 4
    python bench/bulletin --record   # also writes bench/recorded/bulletin.json
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench.recording import record  # noqa: E402
from plain import Cost, plain_pipe, short_article  # noqa: E402
from tests.newsroom.articles import Invented, invent  # noqa: E402
from tests.newsroom.server import NewsSite, serving  # noqa: E402

_WORDS_A_STORY = 255
_CONFIG = """
[show]
base_url = "https://news.example/audio/"
[fetch]
allow_hosts = ["{host}"]
cache = "fetched"
[bulletin]
max_stories = 100
max_minutes = 1000
"""
_SOURCE = '[[bulletin.sources]]\nurl = "{origin}/{name}"\n'


@dataclass(frozen=True, slots=True)
class Made:
    """One run: seconds of wall and CPU, peak memory in MB, and its report."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    report: dict[str, Any]


def run(folder: Path) -> Made:
    command = [sys.executable, "-m", "mujaz", "--config", str(folder / "mujaz.toml"), "bulletin"]
    command += ["-o", str(folder / "show"), "--json"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "caches"), "MUJAZ_LANG": "en"}
    # As in an installation, where modules are compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.monotonic()
    with (folder / "report.json").open("wb") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=environment)
        _, status, used = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    if child.returncode not in (0, 3):
        raise SystemExit(f"mujaz bulletin ended with {child.returncode}: {report['warnings']}")
    for story in report["stories"]:
        if story["status"] != "spoken":
            print(f"{story['status']}: {story['title']}: {story['error'][:80]}")
    return Made(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, report)


def show(name: str, made: Made) -> None:
    seconds = made.report["seconds"]
    total = seconds["total"]
    shares = ", ".join(f"{stage} {value / total:.0%}" for stage, value in seconds.items() if value)
    clips = made.report["clips"]
    print(
        f"{name}: wall {made.wall_s:.1f} s, CPU {made.cpu_s:.1f} s, peak {made.peak_mb:.0f} MB; "
        f"clips made {clips['made']}, cached {clips['cached']}; {shares}"
    )


def side_by_side(made: Made, pipes: list[Cost]) -> dict[str, float]:
    """Print the bulletin beside the plain pipe; return the ratios of a second of sound."""
    whole = Cost(made.wall_s, made.cpu_s, made.report["episode"]["duration_s"])
    print(f"bulletin: {whole}; peak {made.peak_mb:.0f} MB")
    if not pipes:
        print("espeak-ng | ffmpeg: not installed")
        return {}
    plain = min(pipes, key=lambda cost: cost.cpu_s)
    print(f"espeak-ng | ffmpeg: {plain}")
    share = plain.sound_s / whole.sound_s
    cpu, wall = share * whole.cpu_s / plain.cpu_s, share * whole.wall_s / plain.wall_s
    print(f"bulletin / plain: CPU {cpu:.2f}, wall {wall:.2f}")
    return {"plain_ratio_cpu": cpu, "plain_ratio_wall": wall}


def others(folder: Path) -> None:
    """Print what a short article takes, and assembly over LAME alone."""
    short = short_article(folder)
    print(
        f"make of three sentences: {short.cpu_s:.2f} s CPU, {short.wall_s:.2f} s wall "
        f"({short.sound_s:.0f} s of sound)",
        flush=True,
    )
    audio = [sys.executable, str(ROOT / "bench" / "audio.py"), "--only", "cpu"]
    subprocess.run([*audio, "--minutes", "4", "--rounds", "2"], check=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=20)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    ceilings = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))
    site = NewsSite(invent(options.stories, _WORDS_A_STORY), faults=False)
    with tempfile.TemporaryDirectory() as name, serving(site) as origin:
        folder = Path(name)
        sources = "".join(
            _SOURCE.format(origin=origin, name=feed)
            for feed in ("politics.rss", "economy.atom", "culture.rss")
        )
        text = _CONFIG.format(host=origin.removeprefix("http://")) + sources
        (folder / "mujaz.toml").write_text(text, encoding="utf-8")
        texts = [text for one in site.articles for text in (one.title, *one.paragraphs)]
        pipes = [plain_pipe(texts, folder)]
        first = run(folder)
        pipes.append(plain_pipe(texts, folder))
        minutes = first.report["episode"]["duration_s"] / 60
        told = sum(story["spoken"] > 0 for story in first.report["stories"])
        print(f"{told} stories, {minutes:.1f} minutes")
        show("first run", first)
        old = site.articles[3]
        changed = (old.paragraphs[0] + " وصُحح هذا الخبر لاحقا.", *old.paragraphs[1:])
        site.articles[3] = Invented(old.title, changed)
        corrected = run(folder)
        show("one story corrected", corrected)
        again = run(folder)
        show("nothing changed", again)
        ratios = side_by_side(first, [cost for cost in pipes if cost])
        others(folder)
    share, idle = corrected.cpu_s / first.cpu_s, again.cpu_s / first.cpu_s
    print(f"corrected / first: CPU {share:.2f}, wall {corrected.wall_s / first.wall_s:.2f}")
    print(f"unchanged / first: CPU {idle:.2f}, wall {again.wall_s / first.wall_s:.2f}")
    if options.record:
        runs = {"first run": first, "one story corrected": corrected, "nothing changed": again}
        cpu = {name: made.cpu_s / minutes for name, made in runs.items()}
        stages = {k: v / minutes for k, v in first.report["seconds"].items() if k != "total"}
        record("bulletin", cpu_s_a_minute=cpu, stage_s_a_minute=stages)
    print(f"CPU a minute of bulletin: {first.cpu_s / minutes:.2f} s")
    measured = {
        "peak_mb": first.peak_mb,
        "corrected_share_cpu": share,
        "unchanged_share_cpu": idle,
        "corrected_clips": corrected.report["clips"]["made"],
        **ratios,
    }
    over = {key: value for key, value in measured.items() if value > ceilings[key]}
    for key, value in over.items():
        print(f"above the ceiling: {key} {value:.2f} > {ceilings[key]}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
