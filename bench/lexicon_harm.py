"""Words of ordinary prose that the shipped lexicon makes wrong.

    python bench/lexicon_harm.py [FILE ...] [--most N]

Each line of vocalised text is read by the default diacritizer with and without the lexicon. A word
is harmed if its stem sounds as written without the lexicon and otherwise with it; it is helped if
it is the other way round. Both are counted and the harmed words listed, the most frequent first.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from mujaz.arabic.letters import WORD
from mujaz.arabic.marks import strip_marks
from mujaz.diacritizers import guard_for
from mujaz.diacritizers.candidates import Reading, Word
from mujaz.diacritizers.classes import word_classes
from mujaz.settings.values import Config

_HERE = Path(__file__).resolve().parent / "diacritics"
_SOURCES = (*sorted((_HERE / "modern").glob("*.txt")), _HERE / "news.txt")
# Most words in ten thousand that the lexicon makes wrong.
_MOST = 20.0
_LISTED = 40

Change = tuple[str, str, str]


def lines_of(paths: Iterable[Path]) -> list[str]:
    """Return the lines of texts without comments."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def stem_of(vocalized: str, bare: str) -> Reading | None:
    """Return how a word sounds before its case ending; None if its letters are not these."""
    classes = word_classes(vocalized, bare)
    word = Word.of(bare)
    return word.reading(classes)[: len(bare) - word.ending] if classes else None


def changes(lines: list[str]) -> tuple[int, Counter[Change], int]:
    """Return the number of words; harmed ones as (word, gold, said); the number of helped ones."""
    knowing = guard_for(Config())
    alone = replace(knowing, lexicon=None)
    count = helped = 0
    harmed: Counter[Change] = Counter()
    for line in lines:
        bare = strip_marks(line)
        texts = (line, knowing.line(bare), alone.line(bare))
        for gold, ours, theirs in _aligned(texts):
            count += 1
            word = strip_marks(gold)
            meant, with_lexicon, without = (stem_of(one, word) for one in (gold, ours, theirs))
            if with_lexicon != without and meant is not None:
                harmed[word, gold, ours] += without == meant
                helped += with_lexicon == meant
    return count, +harmed, helped


def _aligned(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    found = [WORD.findall(text) for text in texts]
    if len({len(words) for words in found}) == 1:
        yield from zip(*found, strict=True)


def main() -> int:
    """Print the counts and the harmed words; 1 if there are more than the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", default=_SOURCES)
    parser.add_argument("--most", type=float, default=_MOST, help="in ten thousand words")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    lines = lines_of(options.files)
    shares = [lines[first :: options.processes] for first in range(options.processes)]
    with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
        found = list(pool.map(changes, shares))
    count = sum(words for words, _, _ in found)
    harmed = sum((one for _, one, _ in found), Counter[Change]())
    share = 10_000 * harmed.total() / max(1, count)
    print(f"{len(lines)} lines, {count} words: {harmed.total()} harmed, ", end="")
    print(f"{sum(helped for _, _, helped in found)} helped; {share:.1f} harmed in 10,000")
    for (word, gold, said), times in harmed.most_common(_LISTED):
        print(f"{times}\t{word}\t{gold}\t{said}")
    return int(share > options.most)


if __name__ == "__main__":
    sys.exit(main())
