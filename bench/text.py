"""Words a second of clean + normalize + split on one core, and how long the tables take.

python bench/text.py --least 10000 --tables-ms 200
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from mujaz.domain import Page
from mujaz.text.article import clean
from mujaz.text.normalize.line import normalize_line
from mujaz.text.sentences import split_sentences

_EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def work(text: str) -> int:
    """One article through the three stages; returns its words."""
    article = clean(Page(text, "-"))
    for paragraph in article.paragraphs:
        for sentence in split_sentences(paragraph):
            normalize_line(sentence)
    return len(text.split())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--least", type=float, default=10_000)
    parser.add_argument("--tables-ms", type=float, default=200)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    texts = [path.read_text(encoding="utf-8") for path in sorted(_EXAMPLES.glob("*.txt"))]
    start = time.process_time()
    work("العنوان هنا\n\nوصل 12 شخصا في 3 مايو 2022 ودفعوا $5 و10 كم.\n")
    tables_ms = (time.process_time() - start) * 1000
    best = 0.0
    for _ in range(options.rounds):
        start = time.process_time()
        words = sum(work(text) for text in texts)
        best = max(best, words / (time.process_time() - start))
    print(f"tables and first line {tables_ms:.0f} ms, then {best:,.0f} words/s")
    return 0 if best >= options.least and tables_ms <= options.tables_ms else 1


if __name__ == "__main__":
    sys.exit(main())
