"""Every diacritizer side by side: heard and strict word errors, tokens a second, memory.

    python bench/diacritics [--gold FILE] [--only NAME ...] [--update]

Without ``--gold`` the sentences in ``news.txt`` are measured and held against ``floors.json``:
a diacritizer that gets worse than its floor fails the run. ``--update`` moves the floors to
what was measured, but never makes one laxer. Each diacritizer runs in a process of its own; the
ratio of its speed to rawi's tells more than the tokens a second of a busy machine. So does the
share of rawi's time that its networks need: if it falls below a floor, all the rest got slower.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from score import Score, add

from mujaz import plugins
from mujaz.arabic.letters import WORD
from mujaz.arabic.marks import strip_marks
from mujaz.diacritizers import guard_for
from mujaz.diacritizers.fusion import FRAME
from mujaz.diacritizers.networks import shared_rawi
from mujaz.errors import MissingPackageError
from mujaz.settings.values import Config

_HERE = Path(__file__).resolve().parent
_FLOORS = _HERE / "floors.json"
_NEWS = _HERE / "news.txt"
# Percentage points below a floor that rounding in another onnxruntime may cost.
_NOISE = 0.3
_MISSING = 3
# Percent of rawi's time that its networks must take at least; 51 before words were analysed once.
_LEAST_SHARE = 58.0


def measure(name: str, gold: Path) -> dict[str, float]:
    """Score, speed when warm, and memory of one diacritizer in this process."""
    lines = [line for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("#")]
    guard = guard_for(Config(), name)
    guard.line(strip_marks(lines[0]))
    score = Score()
    start = time.process_time()
    answers = [guard.line(strip_marks(line)) for line in lines]
    seconds = time.process_time() - start
    for line, answer in zip(lines, answers, strict=True):
        add(score, line, answer)
    share = 100 * _networks_seconds(lines) / max(seconds, 1e-9) if name == "rawi" else 0.0
    return {
        "networks_share": round(share, 1),
        "words": score.words,
        "heard": round(score.percent(score.heard), 2),
        "heard_stem": round(score.percent(score.heard_stem), 2),
        "strict": round(score.percent(score.strict), 2),
        "tokens_s": round(score.words / max(seconds, 1e-9)),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _networks_seconds(lines: list[str]) -> float:
    """Time in which the networks of rawi read lines by themselves."""
    rawi = shared_rawi()
    texts = [" ".join(WORD.findall(strip_marks(line))) for line in lines]
    start = time.process_time()
    for text in texts:
        rawi.read(text, [FRAME])
    return time.process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, default=_NEWS)
    parser.add_argument("--only", nargs="+", default=plugins.names(plugins.DIACRITIZERS))
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        try:
            print(json.dumps(measure(options.measure, options.gold)))
        except MissingPackageError as error:
            print(f"{options.measure}: left out: {error}; {error.hint}", file=sys.stderr)
            return _MISSING
        return 0
    results = {name: found for name in options.only if (found := _alone(name, options.gold))}
    _print(results)
    return _held(results, update=options.update) if options.gold == _NEWS else 0


def _alone(name: str, gold: Path) -> dict[str, Any] | None:
    command = [sys.executable, str(_HERE), "--measure", name, "--gold", str(gold)]
    result = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if result.returncode == _MISSING:
        return None
    if result.returncode:
        sys.exit(f"{name}: the measurement failed")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def _print(results: dict[str, dict[str, Any]]) -> None:
    base = results.get("rawi", {}).get("tokens_s")
    print(f"{'':12} {'heard':>6} {'stem':>6} {'strict':>6} {'tokens/s':>9} {'x rawi':>6} {'MB':>4}")
    for name, found in sorted(results.items(), key=lambda item: item[1]["heard"]):
        ratio = f"{found['tokens_s'] / base:6.2f}" if base else " " * 6
        print(
            f"{name:12} {found['heard']:6.2f} {found['heard_stem']:6.2f} {found['strict']:6.2f} "
            f"{found['tokens_s']:9} {ratio} {found['memory_mb']:4}"
        )


def _held(results: dict[str, dict[str, Any]], *, update: bool) -> int:
    floors = json.loads(_FLOORS.read_text(encoding="utf-8")) if _FLOORS.is_file() else {}
    failed = False
    for name, found in results.items():
        floor = floors.get(name)
        if floor is not None and found["heard"] > floor + _NOISE:
            print(f"{name}: {found['heard']} % heard word errors; the floor is {floor} %")
            failed = True
        if name == "rawi":
            share = found["networks_share"]
            print(f"rawi: its networks take {share} % of its time, at least {_LEAST_SHARE} %")
            failed = failed or share < _LEAST_SHARE
        if update:
            floors[name] = min(found["heard"], floors.get(name, found["heard"]))
    if update:
        text = json.dumps(floors, indent=1, sort_keys=True) + "\n"
        unfinished = _FLOORS.with_suffix(".new")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(_FLOORS)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
