"""Words a second of clean + normalize + split on one core, and how long the tables take.

python bench/text.py --least 10000 --tables-ms 200
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from mujaz.arabic.tables import rows
from mujaz.domain import Page
from mujaz.text.cleaning.article import clean
from mujaz.text.normalize import dictionary
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


def load_tables() -> None:
    """Every table that a line may need: the dictionary's and our own."""
    rows.cache_clear()
    for load in (dictionary.nouns, dictionary.verbs, dictionary.people, dictionary.participles):
        load.cache_clear()
        load()
    for table in (files("mujaz.arabic") / "data").iterdir():
        # The word forms are searched in the file and never parsed.
        if table.name == "word_forms.tsv":
            table.read_bytes()
        elif table.name.endswith(".tsv"):
            rows(table.name)


def timed(piece: Callable[[], object]) -> float:
    """Milliseconds of processor time that a piece of work takes."""
    start = time.process_time()
    piece()
    return (time.process_time() - start) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--least", type=float, default=10_000)
    parser.add_argument("--tables-ms", type=float, default=200)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    texts = [path.read_text(encoding="utf-8") for path in sorted(_EXAMPLES.glob("*.txt"))]
    # As with the words: the best of a few, for the machine is shared.
    tables_ms = min(timed(load_tables) for _ in range(8))
    first_ms = timed(lambda: work("العنوان هنا\n\nوصل 12 شخصا في 3 مايو 2022 ودفعوا $5.\n"))
    best = 0.0
    for _ in range(options.rounds):
        start = time.process_time()
        words = sum(work(text) for text in texts)
        best = max(best, words / (time.process_time() - start))
    print(f"tables {tables_ms:.0f} ms, first line {first_ms:.0f} ms, then {best:,.0f} words/s")
    return 0 if best >= options.least and tables_ms <= options.tables_ms else 1


if __name__ == "__main__":
    sys.exit(main())
