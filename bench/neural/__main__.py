"""Real-time factor and memory of the neural engines: full size, random weights, real classes.

Weights of full size cost what trained ones cost; what they say is noise, so how a voice sounds is
no matter here. Every figure is of a process of its own. RTF is processor seconds (on a GPU: wall
seconds) for a second of sound: below 1 a voice is faster than it is heard.

    python bench/neural                    # VITS, Piper, XTTS; one and two workers; memory growth
    python bench/neural --only vits        # one of them; may be given several times
    python bench/neural --device cuda      # where there is one

Fails if memory grows by 15 % or more over 300 sentences of different lengths, if Piper is not
three times as fast as VITS (both measured in one run; 6.7 times when this was written), or if a
VITS takes 1.5 seconds for a second of sound (0.3 to 0.75 on shared cores of 2024).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import build

from mujaz.plugins import load_engine
from mujaz.voices.catalog import load_voice

_WORDS = "كَتَبَ الوَلَدُ الدَّرْسَ فِي البَيْتِ صَبَاحًا ثُمَّ خَرَجَ مَعَ أَخِيهِ إِلَى السُّوقِ القَدِيمِ".split()
_MOST_GROWTH = 1.15
_WARM_UP = 30
_SLOWEST_VITS = 1.5
_LEAST_LEAD = 3.0
_SENTENCES = {"vits": 6, "piper": 12, "xtts": 2, "memory": 300}
_KINDS = {"vits": build.vits, "piper": build.piper, "xtts": build.xtts, "memory": build.small_vits}


def line(number: int) -> str:
    """A sentence of 3 to 22 words; each number gives another length and wording."""
    count = 3 + number * 7 % 20
    return " ".join(_WORDS[(number * 5 + place * 3) % len(_WORDS)] for place in range(count))[:148]


def resident_mb() -> float:
    """Memory of this process in MB, as Linux counts it."""
    for row in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if row.startswith("VmRSS"):
            return int(row.split()[1]) / 1024
    return 0.0


def child(kind: str, voice_file: Path, first: int, count: int) -> None:
    """Speak sentences and print what it took as JSON.

    A random XTTS never ends a sentence by itself: its sound is what the limit of tokens allows,
    so RTF, per second of sound, is that of a trained one.
    """
    voice = load_voice(voice_file)
    engine = load_engine(voice.engine)
    engine.speak("نَعَمْ.", voice)
    loaded_mb = warm_mb = resident_mb()
    cpu, wall, sound = time.process_time(), time.monotonic(), 0.0
    for number in range(first, first + count):
        sound += engine.speak(line(number), voice).duration_s
        if number - first == _WARM_UP - 1:
            warm_mb = resident_mb()
    print(
        json.dumps(
            {
                "cpu_s": time.process_time() - cpu,
                "wall_s": time.monotonic() - wall,
                "sound_s": sound,
                "loaded_mb": loaded_mb,
                "warm_mb": warm_mb,
                "mb": resident_mb(),
            }
        )
    )


def start(kind: str, voice_file: Path, first: int, count: int) -> subprocess.Popen[str]:
    """A child at work."""
    return subprocess.Popen(
        [sys.executable, __file__, "--child", kind, str(voice_file), str(first), str(count)],
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> dict[str, float]:
    """What a child printed."""
    out, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"a benchmark process failed with status {process.returncode}")
    found: dict[str, float] = json.loads(out.splitlines()[-1])
    return found


def compare(kind: str, voice_file: Path, device: str) -> float:
    """Print one and two workers side by side; gives the RTF of one."""
    count = _SENTENCES[kind]
    alone = finish(start(kind, voice_file, 0, count))
    pair = [finish(p) for p in [start(kind, voice_file, n * count, count) for n in range(2)]]
    clock = "cpu_s" if device == "cpu" else "wall_s"
    rtf = alone[clock] / alone["sound_s"]
    sound = sum(one["sound_s"] for one in pair)
    slowest = max(one["wall_s"] for one in pair)
    print(
        f"{kind}: RTF {rtf:.2f} ({clock[:-2]}), wall {alone['wall_s'] / alone['sound_s']:.2f}, "
        f"{alone['mb']:.0f} MB; two workers: wall {slowest / sound:.2f}, "
        f"{sum(one['mb'] for one in pair):.0f} MB, "
        f"{alone['wall_s'] / alone['sound_s'] / (slowest / sound):.2f} times one"
    )
    return rtf


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=sorted(_KINDS))
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda", "mps", "auto"])
    parser.add_argument("--child", nargs=4)
    options = parser.parse_args()
    if options.child:
        kind, voice_file, first, count = options.child
        child(kind, Path(voice_file), int(first), int(count))
        return 0
    faults: list[str] = []
    rtf: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="mujaz-bench-") as name:
        for kind in options.only or _KINDS:
            voice_file = _KINDS[kind](Path(name) / kind, options.device)
            if kind == "memory":
                found = finish(start(kind, voice_file, 0, _SENTENCES[kind]))
                growth = found["mb"] / found["warm_mb"]
                print(f"memory: {found['warm_mb']:.0f} MB after 30 sentences")
                print(f"memory: {growth:.3f} times that after 300")
                if growth >= _MOST_GROWTH:
                    faults.append(f"memory grew {growth:.2f} times")
            else:
                rtf[kind] = compare(kind, voice_file, options.device)
    if rtf.get("vits", 0.0) >= _SLOWEST_VITS:
        faults.append("VITS is slower than it is heard")
    if {"vits", "piper"} <= set(rtf):
        print(f"piper is {rtf['vits'] / rtf['piper']:.1f} times as fast as vits")
        if rtf["vits"] / rtf["piper"] < _LEAST_LEAD:
            faults.append("Piper has lost its lead over VITS")
    for fault in faults:
        print(f"FAILED: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
