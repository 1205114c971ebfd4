"""A show of 1,000 episodes: time of a rebuild beside a plain copy of its files, and feed sizes.

python bench/show.py --most 5 --page-kb 1000

Both are CPU time of processes, run one after another and repeated; the first rebuild makes every
transcript and page, the second finds them made.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.shows import CONFIG, episode

from mujaz.publish import manifest
from mujaz.publish.library import folder_name

_ENVIRONMENT = {"MUJAZ_SHOW_KEEP": "100000", "MUJAZ_SHOW_BASE_URL": CONFIG.base_url}


def make_manifests(root: Path, count: int) -> None:
    """Manifests and media as runs would have left them, nothing else."""
    (root / "media").mkdir(parents=True)
    for number in range(count):
        made = episode(number, sentences=20)
        data = f"{number}".encode() * 100
        digest = sha256(data).hexdigest()
        media = f"{made.day}-{digest[:8]}.mp3"
        made = replace(made, media=media, size=len(data), sha256=digest)
        (root / "media" / media).write_bytes(data)
        folder = root / "episodes" / folder_name(made)
        folder.mkdir(parents=True)
        (folder / "episode.json").write_text(manifest.to_json(made), encoding="utf-8")


def seconds(command: list[str]) -> float:
    """CPU time of a command, with that of the system for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **_ENVIRONMENT}
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--most", type=float, default=5.0)
    parser.add_argument("--most-again", type=float, default=2.0)
    parser.add_argument("--page-kb", type=int, default=1000)
    options = parser.parse_args()
    first, again, copies = [], [], []
    largest = 0
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory(prefix="mujaz-") as folder:
            show = Path(folder) / "show"
            make_manifests(show, options.episodes)
            rebuild = [sys.executable, "-m", "mujaz", "show", "rebuild", str(show)]
            first.append(seconds(rebuild))
            again.append(seconds(rebuild))
            copies.append(seconds(["cp", "-r", str(show), str(Path(folder) / "copy")]))
            largest = max(path.stat().st_size for path in show.glob("feed*.xml"))
    cold, warm, copy = (statistics.median(times) for times in (first, again, copies))
    print(
        f"{options.episodes} episodes: first rebuild {cold:.2f} s, again {warm:.2f} s, "
        f"cp -r {copy:.2f} s; ratios {cold / copy:.1f} and {warm / copy:.1f}; "
        f"largest feed page {largest / 1000:.0f} kB"
    )
    good = cold / copy <= options.most and warm / copy <= options.most_again
    return 0 if good and largest <= options.page_kb * 1000 else 1


if __name__ == "__main__":
    sys.exit(main())
