"""A show of 1,000 episodes: a rebuild beside bare reading of its manifests, and feed sizes.

python bench/show.py --most 17 --page-kb 1000

Both are user CPU time of processes, run one after another and repeated; the first rebuild makes
every transcript and page, the second finds them made. Wall time is printed and not judged: it
is the disk's. All shows stay until the end: ext4 without a journal passes over the inodes of files
that were just removed, which would make each new file cost tenfold.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.shows import CONFIG, episode

from mujaz.publish.folder import manifest
from mujaz.publish.folder.layout import folder_name

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
        folder = root / "episodes" / folder_name(made.day, made.guid)
        folder.mkdir(parents=True)
        (folder / "episode.json").write_text(manifest.to_json(made), encoding="utf-8")


# The loop over the words is Python, as the rebuild is: beside the parser alone, which is C, the
# same code took 16 times as long on one processor and 24 times on another. It is run three times,
# so that it takes about as long as the parser.
_READ = """
import json, pathlib, sys
for path in pathlib.Path(sys.argv[1]).glob("episodes/*/episode.json"):
    episode = json.loads(path.read_text("utf-8"))
    for _ in range(3):
        words = [(int(i), float(at)) for s in episode["sentences"] for i, at in s["words"]]
"""


def seconds(command: list[str]) -> tuple[float, float]:
    """User CPU time and wall time of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **_ENVIRONMENT},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime, time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--most", type=float, default=17.0)
    parser.add_argument("--most-again", type=float, default=6.2)
    parser.add_argument("--page-kb", type=int, default=1000)
    options = parser.parse_args()
    first, again, bare, walls = [], [], [], []
    largest = 0
    with tempfile.TemporaryDirectory(prefix="mujaz-") as folder:
        for number in range(options.runs):
            show = Path(folder) / f"show-{number}"
            make_manifests(show, options.episodes)
            bare.append(seconds([sys.executable, "-c", _READ, str(show)])[0])
            rebuild = [sys.executable, "-m", "mujaz", "show", "rebuild", str(show)]
            user, wall = seconds(rebuild)
            first.append(user)
            walls.append(wall)
            again.append(seconds(rebuild)[0])
            largest = max(path.stat().st_size for path in show.glob("feed*.xml"))
    cold, warm, read = (statistics.median(times) for times in (first, again, bare))
    print(
        f"{options.episodes} episodes: first rebuild {cold:.2f} s ({min(walls):.2f} s by the "
        f"clock), again {warm:.2f} s, bare reading {read:.2f} s; "
        f"ratios {cold / read:.1f} and {warm / read:.1f}; "
        f"largest feed page {largest / 1000:.0f} kB"
    )
    good = cold / read <= options.most and warm / read <= options.most_again
    return 0 if good and largest <= options.page_kb * 1000 else 1


if __name__ == "__main__":
    sys.exit(main())
