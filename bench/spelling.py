"""Words spoken otherwise when a well-spelled line is respelled by a habit of loose spelling.

    python bench/spelling.py [--lines FILE ...] [--no-floors]

Each line is respelled by each habit and by all together, diacritized with and without repair, and
its phonemes are compared word by word with those of the well-spelled line. The last rows respell
nothing: they count the well-spelled words that the repair changes. Below them stands how many lines
with علي, the name or a respelled على, are read as the other word.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from mujaz.arabic.marks import strip_marks
from mujaz.diacritizers import Guard, guard_for
from mujaz.diacritizers.repair import SpellingRepair
from mujaz.engines.espeak.phonetizer import phoneme_line
from mujaz.settings.values import Config
from mujaz.text.normalize.line import normalize_line
from mujaz.text.sentences import split_sentences

_ROOT = Path(__file__).resolve().parents[1]
# Lines with the name علي and the preposition على.
_NAMED = _ROOT / "tests" / "data" / "ali.tsv"
_WITH_NAMED = "and lines of علي"
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
    _WITH_NAMED: (),
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
    _WITH_NAMED: 0.12,
}

# Most lines with علي that are read as the other word, by part of the table and word that is meant.
MISTAKEN = {
    ("test", "علي"): 2,
    ("test", "على"): 0,
    ("held out", "علي"): 4,
    ("held out", "على"): 0,
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
            if not line.strip() or line.startswith(("#", "input", "line")) or _LOOSE.search(line):
                continue
            out += [normalize_line(strip_marks(one)) for one in split_sentences(line)]
    return [line for line in out if line]


def mistaken() -> Counter[tuple[str, str]]:
    """Count the lines of :data:`MISTAKEN`."""
    repair = SpellingRepair()
    found: Counter[tuple[str, str]] = Counter()
    for line in _NAMED.read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "part")):
            continue
        part, meant, text = line.split("\t")
        words = respelled(text, (_maksura,) if meant == "على" else ()).split()
        place = words.index("علي")
        spoken = {one.place: one.spoken for one in repair.of(words)}
        found[part, meant] += spoken.get(place, words[place]) != meant
    return found


def otherwise(ours: str, theirs: str) -> int:
    """Return how many words of two lines of phonemes differ."""
    one, other = ours.split(), theirs.split()
    if len(one) == len(other):
        return sum(first != second for first, second in zip(one, other, strict=True))
    return max(len(one), len(other)) - len(set(one) & set(other))


Counts = dict[str, tuple[int, int, int]]


def tally(lines: Sequence[str], named: Sequence[str]) -> Counts:
    """Return for each habit the words, and how many sound different, written and repaired.

    Args:
        lines: Are respelled by each habit.
        named: Are counted with them in the last row.
    """
    repairing = guard_for(Config())
    # A habit leaves many lines as they are.
    literal, repaired = map(_spoken, (replace(repairing, spelling=None), repairing))
    found = {}
    for name, habit in HABITS.items():
        chosen = [*lines, *named] if name == _WITH_NAMED else lines
        reference = [literal(line) for line in chosen]
        spelled = [respelled(line, habit) for line in chosen]
        before, after = (
            sum(
                otherwise(say(line), theirs)
                for line, theirs in zip(spelled, reference, strict=True)
            )
            for say in (literal, repaired)
        )
        found[name] = sum(len(line.split()) for line in reference), before, after
    return found


def _spoken(guard: Guard) -> Callable[[str], str]:
    return cache(lambda line: phoneme_line(guard.line(line)))


def main() -> int:
    """Print the table; 1 if a habit is above its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=Path, nargs="+", default=_SOURCES)
    parser.add_argument("--no-floors", action="store_true")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    lines = lines_of(options.lines)
    named = lines_of([_NAMED]) if options.lines == _SOURCES else []
    parts = range(options.processes)
    shares = [[some[first :: options.processes] for first in parts] for some in (lines, named)]
    with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
        tallies = list(pool.map(tally, *shares))
    count = sum(len(line.split()) for line in lines)
    print(f"{len(lines)} lines, {count} words; spoken otherwise, in a hundred words")
    print(f"{'habit':18}{'as written':>12}{'repaired':>10}")
    failed = False
    for name in HABITS:
        words, *changed = (
            sum(column) for column in zip(*(one[name] for one in tallies), strict=True)
        )
        before, after = (100 * wrong / max(1, words) for wrong in changed)
        over = not options.no_floors and after > FLOORS[name]
        failed = failed or over
        print(f"{name:18}{before:12.2f}{after:10.2f}{'  above the floor' if over else ''}")
    wrong = mistaken()
    for key, most in MISTAKEN.items():
        over = not options.no_floors and wrong[key] > most
        failed = failed or over
        print(f"{' '.join(key)}: {wrong[key]} wrong{'  above the floor' if over else ''}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
