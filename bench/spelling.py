"""Words spoken otherwise when a well-spelled line is respelled by a habit of loose spelling.

    python bench/spelling.py [--lines FILE ...] [--no-floors]

Each line is respelled by each habit and by all together, diacritized with and without repair, and
its phonemes are compared word by word with those of the well-spelled line. The last row respells
nothing: it counts the well-spelled words that the repair changes.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from mujaz.arabic.marks import strip_marks
from mujaz.diacritizers import Guard, guard_for
from mujaz.engines.espeak.phonetizer import phoneme_line
from mujaz.settings.values import Config
from mujaz.text.normalize.line import normalize_line
from mujaz.text.sentences import split_sentences

_ROOT = Path(__file__).resolve().parents[1]
_SOURCES = (
    *sorted((_ROOT / "examples").glob("*.txt")),
    _ROOT / "bench" / "diacritics" / "news.txt",
    _ROOT / "tests" / "data" / "news_kinds.tsv",
)
_TABLE_COLUMN = 2
# Lines that are spelled loosely themselves.
_LOOSE = re.compile(r"\bالى\b")


def _hamza(word: str) -> str:
    return re.sub("[أإآ]", "ا", word)


def _ta(word: str) -> str:
    return re.sub("ة$", "ه", word)


def _yeh(word: str) -> str:
    return re.sub("ي$", "ى", word)


def _maksura(word: str) -> str:
    return re.sub("ى$", "ي", word)


HABITS: dict[str, tuple[Callable[[str], str], ...]] = {
    "hamza left off": (_hamza,),
    "ه for ة": (_ta,),
    "final ى for ي": (_yeh,),
    "final ي for ى": (_maksura,),
    "hamza, ه, ى": (_hamza, _ta, _yeh),
    "hamza, ه, ي": (_hamza, _ta, _maksura),
    "well-spelled": (),
}
# Most words in a hundred spoken otherwise, after repair.
FLOORS = {
    "hamza left off": 0.8,
    "ه for ة": 0.6,
    "final ى for ي": 0.7,
    "final ي for ى": 0.7,
    "hamza, ه, ى": 1.6,
    "hamza, ه, ي": 1.4,
    "well-spelled": 0.1,
}


def respelled(line: str, habit: Iterable[Callable[[str], str]]) -> str:
    """Spell every word of a line by a habit."""
    words = re.split(r"(\w+)", line)
    for change in habit:
        words = [change(word) for word in words]
    return "".join(words)


def lines_of(paths: Iterable[Path]) -> list[str]:
    """Return the normalized sentences of texts and of the third column of tables."""
    out = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if path.suffix == ".tsv":
                cells = line.split("\t")
                line = cells[_TABLE_COLUMN] if len(cells) > _TABLE_COLUMN else ""
            if not line.strip() or line.startswith(("#", "input")) or _LOOSE.search(line):
                continue
            out += [normalize_line(strip_marks(one)) for one in split_sentences(line)]
    return [line for line in out if line]


def otherwise(lines: list[str], reference: list[str], guard: Guard) -> float:
    """Return how many words in a hundred sound different from the reference's phonemes."""
    words = different = 0
    for line, before in zip(lines, reference, strict=True):
        ours, theirs = phoneme_line(guard.line(line)).split(), before.split()
        words += len(theirs)
        if len(ours) == len(theirs):
            different += sum(one != other for one, other in zip(ours, theirs, strict=True))
        else:
            different += max(len(ours), len(theirs)) - len(set(ours) & set(theirs))
    return 100 * different / max(words, 1)


def main() -> int:
    """Print the table; 1 if a habit is above its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=Path, nargs="+", default=_SOURCES)
    parser.add_argument("--no-floors", action="store_true")
    options = parser.parse_args()
    lines = lines_of(options.lines)
    repairing = guard_for(Config())
    literal = replace(repairing, spelling=None)
    reference = [phoneme_line(literal.line(line)) for line in lines]
    count = sum(len(line.split()) for line in lines)
    print(f"{len(lines)} lines, {count} words; spoken otherwise, in a hundred words")
    print(f"{'habit':18}{'as written':>12}{'repaired':>10}")
    failed = False
    for name, habit in HABITS.items():
        spelled = [respelled(line, habit) for line in lines]
        before = otherwise(spelled, reference, literal)
        after = otherwise(spelled, reference, repairing)
        over = not options.no_floors and after > FLOORS[name]
        failed = failed or over
        print(f"{name:18}{before:12.2f}{after:10.2f}{'  above the floor' if over else ''}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
