"""Boundary F1 of the sentence splitter on a file whose gold boundaries are marked with ``|``.

Each line is split alone; only boundaries inside it count.

    python bench/sentences.py tests/data/sentences.txt --floor 0.97
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mujaz.text.sentences import split_sentences


def boundaries(pieces: list[str]) -> set[int]:
    """Positions of the breaks between pieces, counted in non-space characters."""
    places: set[int] = set()
    count = 0
    for piece in pieces[:-1]:
        count += len("".join(piece.split()))
        places.add(count)
    return places


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--floor", type=float, default=0.0)
    options = parser.parse_args()
    right = found = wanted = 0
    for line in options.gold.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        gold = boundaries(line.split("|"))
        ours = boundaries(split_sentences(line.replace("|", " ")))
        right += len(gold & ours)
        found += len(ours)
        wanted += len(gold)
        if gold != ours:
            print("differs:", " | ".join(split_sentences(line.replace("|", " "))))
    precision, recall = right / max(found, 1), right / max(wanted, 1)
    score = 2 * precision * recall / max(precision + recall, 1e-9)
    print(f"boundaries {wanted}  precision {precision:.3f}  recall {recall:.3f}  F1 {score:.3f}")
    return 0 if score >= options.floor else 1


if __name__ == "__main__":
    sys.exit(main())
