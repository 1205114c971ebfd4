"""Peak memory of a ninety-minute episode beside a five-minute one, from the same code.

Each runs in a process of its own, whole: from the text to the show folder, with nothing in the
cache, and no two paragraphs are alike.

    python bench/memory.py            # prints both and fails above +40 MB or +10 %
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import resident
from mujaz.pipeline import Options, make_episode
from mujaz.settings.loading import load_config

_EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
_MOST_MB = 40.0
_MOST_SHARE = 0.10
# Examples read at about this many minutes each time through all five.
_MINUTES_A_ROUND = 7.1


def article(minutes: float, folder: Path) -> Path:
    """One long article: the example articles' paragraphs over and over, each with its number."""
    paragraphs: list[str] = []
    for path in sorted(_EXAMPLES.glob("*.txt")):
        paragraphs += [line for line in path.read_text(encoding="utf-8").splitlines()[4:] if line]
    rounds = minutes / _MINUTES_A_ROUND
    count = round(len(paragraphs) * rounds)
    body = [f"الفقرة {i + 1}: {paragraphs[i % len(paragraphs)]}" for i in range(count)]
    target = folder / "long.txt"
    target.write_text("عنوان الحلقة الطويلة\n\n" + "\n\n".join(body) + "\n", encoding="utf-8")
    return target


def child(minutes: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = load_config(environ={"MUJAZ_SPEECH_CACHE": str(folder / "cache")})
        # As the command line asks for.
        options = Options(limit_memory=True)
        report = make_episode([str(article(minutes, folder))], folder / "show", config, options)
        peak_mb = resident.peak_mb()
        assert report.episode is not None
        print(f"{report.episode.duration_s / 60:.1f} {peak_mb:.1f}")


def measure(minutes: float) -> tuple[float, float]:
    command = [sys.executable, __file__, "--child", str(minutes)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    made, peak = out.split()
    return float(made), float(peak)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", type=float)
    options = parser.parse_args()
    if options.child:
        child(options.child)
        return 0
    short, short_mb = measure(5)
    long, long_mb = measure(90)
    growth, share = long_mb - short_mb, long_mb / short_mb - 1
    print(f"{short:.0f} min: {short_mb:.0f} MB   {long:.0f} min: {long_mb:.0f} MB   ", end="")
    print(f"growth {growth:+.0f} MB ({share:+.1%})")
    return 0 if growth <= _MOST_MB and share <= _MOST_SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
