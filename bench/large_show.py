"""One episode added to a large show beside one added to a show of a tenth of its size.

    python bench/large_show.py                     # 100,000 episodes; prepares for minutes
    python bench/large_show.py --episodes 5000     # as CI does
    python bench/large_show.py --record            # also writes bench/recorded/large_show.json

Each addition is `mujaz make` of a short article, whole, in a process of its own; the time is CPU
time of that process, the memory its peak. Manifests, audio files and the table are generated;
pages of the episodes and feeds of old months, which adding one does not touch, are left out. Fails
if the large show costs more than ``--most`` times the small one, or more than 200 MB.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.recording import record
from tests.shows import CONFIG, episode

from mujaz.pipeline.show_folder import open_folder
from mujaz.publish.folder import manifest
from mujaz.publish.folder.build_cache import generation_key
from mujaz.publish.folder.episode_index import EpisodeIndex
from mujaz.publish.folder.indexed import IndexedSnapshot
from mujaz.publish.folder.layout import folder_name
from mujaz.settings.loading import load_config

_FIRST = datetime(2014, 1, 1, 6, tzinfo=UTC)
_MOST_MB = 200
_ENVIRONMENT = {
    "MUJAZ_SHOW_BASE_URL": CONFIG.base_url,
    "MUJAZ_SHOW_KEEP": "1000000",
    "MUJAZ_SPEECH_VOICE": "tone",
    "MUJAZ_TEXT_DIACRITIZER": "none",
    "MUJAZ_LANG": "en",
}


def make_show(root: Path, count: int) -> None:
    """A show of so many episodes, one an hour, with its table and the newest feeds and pages."""
    (root / "media").mkdir(parents=True)
    (root / ".mujaz").mkdir()
    with closing(EpisodeIndex(root)) as index:
        index.begin()
        _make_episodes(root, count, index)
        index.commit()
    config = load_config(None, _ENVIRONMENT)
    with open_folder(root, config) as opened:
        assert isinstance(opened.snapshot, IndexedSnapshot)
        index = opened.snapshot.table
        # As if all were written with these settings.
        index.expect(generation_key(opened.show))
        index.fresh(index.stale())
        index.settle()
        index.set_boundary(index.published(index.newest(opened.show.page)[-1]))
    added(root, -1)


def _make_episodes(root: Path, count: int, index: EpisodeIndex) -> None:
    for number in range(count):
        moment = _FIRST + timedelta(hours=number)
        data = f"{number}".encode() * 40
        digest = sha256(data).hexdigest()
        media = f"{moment.date()}-{digest[:16]}.mp3"
        made = replace(
            episode(number, sentences=6),
            published=moment,
            day=moment.date(),
            media=media,
            size=len(data),
            sha256=digest,
        )
        (root / "media" / media).write_bytes(data)
        folder = root / "episodes" / folder_name(made.day, made.guid)
        folder.mkdir(parents=True)
        (folder / "episode.json").write_text(manifest.to_json(made), encoding="utf-8")
        index.put(manifest.StoredEpisode(made, folder.name), written=True)


def added(root: Path, number: int) -> tuple[float, float, float]:
    """Add an episode; gives CPU and wall time in seconds and peak memory in MB."""
    article = root.parent / "article.txt"
    text = f"خبر جديد رقم {number}\n\nافتتحت البلدية الجسر رقم {number} أمس بعد عام من العمل.\n"
    article.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mujaz", "make", str(article), "-o", str(root)]
    environment = {**os.environ, **_ENVIRONMENT, "MUJAZ_SPEECH_CACHE": str(root.parent / "clips")}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"mujaz make ended with status {process.returncode}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--most", type=float, default=1.3)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    results: dict[int, list[tuple[float, float, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="mujaz-") as name:
        counts = tuple(
            options.episodes // part for part in ((100, 10, 1) if options.record else (10, 1))
        )
        for count in counts:
            start = time.perf_counter()
            make_show(Path(name) / str(count) / "show", count)
            print(f"prepared {count} episodes in {time.perf_counter() - start:.0f} s", flush=True)
        for number in range(options.runs):
            for count in counts:
                found = added(Path(name) / str(count) / "show", number)
                results.setdefault(count, []).append(found)
    taken: dict[str, float] = {}
    needed: dict[str, float] = {}
    for count, found in results.items():
        cpu, wall, peak = (statistics.median(values) for values in zip(*found, strict=True))
        print(f"one more to {count}: {cpu:.2f} s CPU, {wall:.2f} s by the clock, {peak:.0f} MB")
        taken[f"{count:,}"], needed[f"{count:,}"] = cpu, peak
    if options.record:
        record("large_show", cpu_s=taken, peak_mb=needed)
    small, large = (min(cpu for cpu, _, _ in results[count]) for count in counts[-2:])
    peak = max(peak for _, _, peak in results[options.episodes])
    print(f"ratio {large / small:.2f} (at most {options.most}), {peak:.0f} MB (at most {_MOST_MB})")
    return 0 if large / small <= options.most and peak <= _MOST_MB else 1


if __name__ == "__main__":
    sys.exit(main())
