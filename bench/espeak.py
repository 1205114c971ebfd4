"""Speed and memory of the embedded voice, phonetiser included, on one core.

Times real time is seconds of audio for a CPU second; first samples is the time from the call of
a warm engine to the first samples of a sentence, the longest of many; memory is what the engine
adds to nothing but Python, and the whole process.

    python bench/espeak.py --least 300 --first-ms 20 --most-mb 60
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

import resident

_ROOT = Path(__file__).resolve().parents[1]
_SENTENCE = (
    "أَعْلَنَتِ الحُكُومَةُ الْيَوْمَ، بَعْدَ اجْتِمَاعٍ طَوِيلٍ، خُطَّةً جَدِيدَةً لِدَعْمِ الِاقْتِصَادِ وَالتِّجَارَةِ، "
    "وَقَالَ الوَزِيرُ إِنَّ هَذِهِ الخُطَّةَ سَتَبْدَأُ فِي الشَّهْرِ القَادِمِ."
)


def gold_lines() -> list[str]:
    """The texts of the gold table, eight to a sentence."""
    rows = (_ROOT / "tests" / "data" / "phonemes.tsv").read_text(encoding="utf-8").splitlines()
    texts = [row.split("\t")[0] for row in rows[3:]]
    return [" ".join(texts[i : i + 8]) for i in range(0, len(texts), 8)]


def child() -> None:
    before_mb = resident.peak_mb()
    from mujaz.engines.espeak import EspeakEngine
    from mujaz.engines.espeak.phonetizer import phonetize
    from mujaz.voices.catalog import find_voice

    engine, voice = EspeakEngine(), find_voice("espeak-ar", Path())
    lines = [*gold_lines(), *[_SENTENCE] * 30]
    engine.speak(lines[0], voice)
    start, audio_s = time.process_time(), 0.0
    for line in lines:
        audio_s += engine.speak(line, voice).duration_s
    times_real = audio_s / (time.process_time() - start)
    start = time.process_time()
    for line in lines:
        phonetize(line)
    words_a_second = sum(len(line.split()) for line in lines) / (time.process_time() - start)
    first: list[float] = []
    for line in lines:
        begun = time.perf_counter()
        arrived: list[float] = []
        engine.stream(line, voice, lambda samples, at=arrived: at.append(time.perf_counter()))
        first.append((arrived[0] - begun) * 1000)
    peak_mb = resident.peak_mb()
    print(times_real, words_a_second, statistics.median(first), max(first), before_mb, peak_mb)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", action="store_true")
    parser.add_argument("--least", type=float, default=300)
    parser.add_argument("--first-ms", type=float, default=20)
    parser.add_argument("--most-mb", type=float, default=60)
    options = parser.parse_args()
    if options.child:
        child()
        return 0
    command = [sys.executable, __file__, "--child"]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    times_real, words_a_second, middle, worst, bare_mb, peak_mb = map(float, out.split())
    print(
        f"{times_real:,.0f} times real time   phonetiser {words_a_second:,.0f} words/s   "
        f"first samples {middle:.2f} ms (median), {worst:.2f} ms (worst)   "
        f"{peak_mb:.0f} MB resident ({peak_mb - bare_mb:+.0f} MB)"
    )
    held = times_real >= options.least and worst <= options.first_ms and peak_mb <= options.most_mb
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
