"""How well a machine ear understands the voices, on sentences that no voice was trained on.

    python bench/listen                          # every voice of floors.json; fails below a floor
    python bench/listen ziad espeak-ar           # two voices, and their difference
    python bench/listen ziad ziad:rate_wpm=120   # two settings of one voice
    python bench/listen --update                 # raises floors to what was measured, never lowers

Whisper base writes down what it hears. CER and WER compare that with what was said, hamza seats, ى
and ة folded, a sentence's errors capped at its length. Bits a token say how much more likely the
true text is to it with this sound than with that of another sentence: 0 is nothing; they tell
voices apart even where the transcript is given up. Intervals are 95 %, a bootstrap over sentences.
It judges clarity, not pleasantness. Without the extra ``ear`` the run is skipped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import ear as ear_module
from figures import Figure, differences, figures, table
from hearing import hear_voices

from mujaz.pipeline.read import reading
from mujaz.settings.values import Config

_HERE = Path(__file__).resolve().parent
_FLOORS = _HERE / "floors.json"
_SENTENCES = _HERE / "sentences.txt"
# Repeats of one voice on other processors differ by as much. Where the recogniser gives up, small
# differences of its arithmetic change whole sentences: the same clips, 1.8 points at a CER of 54 %.
_NOISE = {"cer": 1.0, "bits": 0.05, "wpm": 4.0}
_CER_SHARE = 0.05
_TITLES = {"cer": "CER %", "wer": "WER %", "bits": "bits a token", "wpm": "words a minute"}


def spoken_sentences(path: Path, most: int) -> list[str]:
    """The sentences as the text stage hands them to a voice."""
    how = reading(Config())
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [how.spoken(line) for line in lines if not line.startswith("#")][: most or None]


def report(title: str, found: dict[str, Figure]) -> None:
    """Print the figures of a voice, or a difference."""
    parts = [
        f"{_TITLES[name]} {figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}]"
        for name, figure in found.items()
    ]
    print(f"{title}: " + "; ".join(parts), flush=True)


def below_floor(found: dict[str, Figure], floor: dict[str, float]) -> list[str]:
    """Figures that are worse than the floor by more than noise."""
    worse = []
    for name, limit in floor.items():
        value, room = found[name].value, _NOISE[name]
        if name == "cer":
            room = max(room, _CER_SHARE * limit)
        if value > limit + room if name == "cer" else value < limit - room:
            worse.append(f"{_TITLES[name]} {value:.2f}, floor {limit:.2f}")
    return worse


def raised(found: dict[str, Figure], floor: dict[str, float]) -> dict[str, float]:
    """The floor after a measurement: never laxer than it was."""
    out = dict(floor)
    for name in _NOISE:
        value = round(found[name].value, 2)
        better = min if name == "cer" else max
        out[name] = better(value, floor[name]) if name in floor else value
    return out


def main() -> int:
    options = _options()
    reason = ear_module.missing(options.model)
    if reason:
        print(f"skipped: {reason}")
        return 0
    floors: dict[str, dict[str, float]] = json.loads(_FLOORS.read_text(encoding="utf-8"))
    spoken = spoken_sentences(options.sentences, options.most)
    results: dict[str, Any] = {"sentences": len(spoken), "voices": {}, "differences": {}}
    tables, faults = {}, []
    specs = options.voices or list(floors)
    answers = hear_voices(specs, spoken, options.home, options.model, options.processes)
    for spec, heard in zip(specs, answers, strict=True):
        if isinstance(heard, str):
            if options.voices:
                raise SystemExit(f"{spec}: {heard}")
            print(f"{spec}: skipped: {heard}")
            continue
        tables[spec] = table(heard)
        found = figures(tables[spec])
        report(spec, found)
        results["voices"][spec] = {name: asdict(figure) for name, figure in found.items()}
        whole = options.sentences == _SENTENCES and not options.most and not options.model
        if whole and spec in floors:
            faults += [f"{spec}: {fault}" for fault in below_floor(found, floors[spec])]
        if whole and options.update and ":" not in spec:
            floors[spec] = raised(found, floors.get(spec, {}))
    first, *others = tables or [""]
    for other in others if options.voices else []:
        change = differences(tables[other], tables[first])
        report(f"{other} less {first}", change)
        results["differences"][f"{other} less {first}"] = {
            name: asdict(figure) for name, figure in change.items()
        }
    if options.update:
        _FLOORS.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    for fault in faults:
        print(f"below its floor: {fault}")
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("voices", nargs="*", metavar="VOICE[:key=value,...]")
    parser.add_argument("--sentences", type=Path, default=_SENTENCES, help="one a line")
    parser.add_argument("--most", type=int, default=0, help="the first so many sentences only")
    parser.add_argument("--model", type=Path, help="a Whisper folder for CTranslate2")
    parser.add_argument("--home", type=Path, default=Path(), help="folder that holds voices/")
    cores = os.cpu_count() or 1
    parser.add_argument("--processes", type=int, default=cores, help="voices heard at once")
    parser.add_argument("--json", type=Path, help="write the figures to a file")
    parser.add_argument("--update", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
