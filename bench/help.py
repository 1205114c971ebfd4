"""``mujaz --help`` beside ``python -c "import click"``, interleaved, in wall time.

python bench/help.py --most 4
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=float, default=4.0)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    script = shutil.which("mujaz", path=str(Path(sys.executable).parent)) or "mujaz"
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(options.runs):
        bare.append(seconds([sys.executable, "-c", "import click"]))
        ours.append(seconds([script, "--help"]))
    ratio = statistics.median(ours) / statistics.median(bare)
    print(
        f"import click {statistics.median(bare) * 1000:.0f} ms, "
        f"mujaz --help {statistics.median(ours) * 1000:.0f} ms, ratio {ratio:.2f}"
    )
    return 0 if ratio <= options.most else 1


if __name__ == "__main__":
    sys.exit(main())
