"""Our phonetiser beside espeak-ng's own ``ar`` rules on the gold table of phonemes.

Both are compared without stress and darkness. espeak-ng gets the text shadda-first, the form it
reads best, and its own spelling of a sound is mapped to ours where it differs (``r`` for ``R``,
``ai`` for ``aj``).

    python bench/phonemes.py            # fails below 100 % of rows for ours
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import defaultdict
from pathlib import Path

from mujaz.arabic.marks import fathatan_before_alif, shadda_first
from mujaz.engines.espeak.binding import espeak
from mujaz.engines.espeak.phonetizer import phoneme_line
from mujaz.voices.catalog import find_voice

_GOLD = Path(__file__).resolve().parents[1] / "tests" / "data" / "phonemes.tsv"
_TOKEN = re.compile(r"dZ|dH|tS|s\[|t\[|[aiu]:|\S| ")
_ARABIC_STOPS = str.maketrans("؟؛،", "?;,")


def plain(phonemes: str) -> list[str]:
    """Phonemes without stress and darkness; words are separated by one space."""
    text = re.sub(r"(?<=[aiu])\.", "", phonemes.replace("L", "l").replace("r", "R"))
    text = re.sub(r"[',%=_|]", "", text)
    return _TOKEN.findall(" ".join(text.split()))


def errors(expected: list[str], said: list[str]) -> int:
    """Levenshtein distance (V. Levenshtein 1966) in phonemes and word breaks."""
    row = list(range(len(said) + 1))
    for i, want in enumerate(expected, 1):
        before, row[0] = row[0], i
        for j, got in enumerate(said, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (want != got))
    return row[-1]


def espeak_line(text: str) -> str:
    """espeak-ng's own phonemes for a vocalised line."""
    voice = find_voice("espeak-ar", Path())
    line = shadda_first(fathatan_before_alif(text)).translate(_ARABIC_STOPS)
    said = espeak().phonemes(line, voice_file=voice.home / voice.model_path)
    return re.sub(r"(?<=a)(?=([iu])(?!:))[iu]", lambda m: "j" if m[1] == "i" else "w", said)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--floor", type=float, default=1.0, help="share of rows that ours match")
    parser.add_argument("--show", action="store_true", help="print every row that ours miss")
    options = parser.parse_args()
    with _GOLD.open(encoding="utf-8") as stream:
        lines = [line for line in stream if not line.startswith("#")]
    totals: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        expected = plain(row["phonemes"])
        ours, theirs = plain(phoneme_line(row["text"])), plain(espeak_line(row["text"]))
        wrong = [errors(expected, ours), errors(expected, theirs)]
        if options.show and wrong[0]:
            print(f"{row['text']}: want {row['phonemes']}, got {''.join(ours)}")
        figures = (1, len(expected), not wrong[0], wrong[0], not wrong[1], wrong[1])
        for key in (row["class"], "all"):
            totals[key] = [a + int(b) for a, b in zip(totals[key], figures, strict=True)]
    print(f"{'class':34} {'rows':>5}   rows right: ours, espeak   phoneme errors: ours, espeak")
    for key, (rows, size, right, wrong_ours, right_theirs, wrong_theirs) in totals.items():
        if key != "all":
            print(
                f"{key:34} {rows:5} {right / rows:16.1%} {right_theirs / rows:8.1%}"
                f" {wrong_ours / size:18.1%} {wrong_theirs / size:8.1%}"
            )
    rows, size, right, wrong_ours, right_theirs, wrong_theirs = totals["all"]
    print(
        f"{'all':34} {rows:5} {right / rows:16.1%} {right_theirs / rows:8.1%}"
        f" {wrong_ours / size:18.1%} {wrong_theirs / size:8.1%}"
    )
    return 0 if right / rows >= options.floor else 1


if __name__ == "__main__":
    sys.exit(main())
