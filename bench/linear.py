"""Processor time of each text stage at 20 kB and at 200 kB, for patterns that are hard for rules.

The larger text is ten times the smaller, so linear work takes about ten times as long; the floor
is a ratio of twelve. A ratio above it is measured again, because times on a shared machine vary.
Garbage collection is off while a stage runs: its share grows with what the process holds already.

python bench/linear.py --most 12
python bench/linear.py --every 4        # every fourth pattern
python bench/linear.py --stage clean --large 1000000
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT))

from tests import patterns  # noqa: E402

from mujaz.arabic.clauses import split_clauses  # noqa: E402
from mujaz.arabic.language import language_of  # noqa: E402
from mujaz.arabic.lexicon import Lexicon  # noqa: E402
from mujaz.arabic.pausal import pausal_line  # noqa: E402
from mujaz.diacritizers.guard import Guard  # noqa: E402
from mujaz.domain import Page  # noqa: E402
from mujaz.engines.espeak.phonetizer import phoneme_line  # noqa: E402
from mujaz.errors import MujazError  # noqa: E402
from mujaz.ingest.decode import decode  # noqa: E402
from mujaz.ingest.source import page_from_bytes  # noqa: E402
from mujaz.text.cleaning.article import clean  # noqa: E402
from mujaz.text.normalize.line import normalize_line  # noqa: E402
from mujaz.text.sentences import split_sentences  # noqa: E402
from mujaz.text.unicode import normalize_unicode  # noqa: E402

_SENTENCE = "قال الوزير إن العمل في المشروع الجديد بدأ أمس في كل المدن."
# The smaller text; a stage that needs more than 10 microseconds a character gets a tenth.
_SMALL, _SLOW_STAGES = 20_000, {"normalize": 2_000, "phonemes": 2_000}
# Times below this many seconds say nothing.
_LEAST_S = 0.05
_LINE_CHARS = 60
_SHORT_CHARS = 20
_AGAIN = 3


class _Unchanged:
    """A diacritizer that predicts no marks."""

    name = "unchanged"

    def diacritize(self, words: Sequence[str]) -> list[str]:
        return list(words)


_GUARD = Guard(_Unchanged(), Lexicon.load())


def _lines(text: str) -> str:
    return "\n".join(text[i : i + _LINE_CHARS] for i in range(0, len(text), _LINE_CHARS))


def _page(text: str) -> object:
    """Read a text as a page of short lines with line breaks between them."""
    lines = (escape(text[i : i + _SHORT_CHARS]) for i in range(0, len(text), _SHORT_CHARS))
    page = f"<html><body><h1>{_SENTENCE}</h1><div>{'<br>'.join(lines)}</div></body></html>"
    try:
        return clean(page_from_bytes(page.encode("utf-8", "replace"), "-"))
    except MujazError as error:
        return error


STAGES: dict[str, Callable[[str], object]] = {
    "decode": lambda text: decode((_SENTENCE + text).encode("utf-8", "replace"), where="-"),
    "unicode": normalize_unicode,
    "clean": lambda text: clean(Page(text, "-")),
    "clean lines": lambda text: clean(Page(_lines(text), "-")),
    "page": _page,
    "title": lambda text: clean(Page(_SENTENCE, "-", title=text)),
    "sentences": split_sentences,
    "clauses": lambda text: split_clauses(text, 200),
    "pausal": pausal_line,
    "language": language_of,
    "guard": _GUARD.line,
    "normalize": normalize_line,
    "phonemes": phoneme_line,
}


def seconds(stage: Callable[[str], object], text: str) -> float:
    """Return the processor time of one call."""
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        stage(text)
        return time.process_time() - start
    finally:
        gc.enable()


def ratio(stage: Callable[[str], object], pattern: str, small: int, large: int) -> float:
    """Return how many times as long the large text takes, per ten times the size."""
    longer = seconds(stage, patterns.repeated(pattern, large))
    if longer < _LEAST_S:
        return 0.0
    shorter = seconds(stage, patterns.repeated(pattern, small))
    return longer / max(shorter, _LEAST_S / 10) / (large / small / 10)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=float, default=12)
    parser.add_argument("--stage", choices=list(STAGES), action="append")
    parser.add_argument("--every", type=int, default=1, help="measure every so-many-th pattern")
    parser.add_argument("--large", type=int, default=0, help="characters of the larger text")
    options = parser.parse_args()
    failed = 0
    for name in options.stage or STAGES:
        stage = STAGES[name]
        small = _SLOW_STAGES.get(name, _SMALL)
        large = options.large or 10 * small
        stage(_SENTENCE)
        worst = (0.0, "")
        start = time.process_time()
        measured = [*patterns.TEXT, *(patterns.NORMALIZE if name == "normalize" else ())]
        measured = measured[:: options.every]
        for pattern in measured:
            found = ratio(stage, pattern, small, large)
            for _ in range(_AGAIN):
                if found > options.most:
                    found = min(found, ratio(stage, pattern, small, large))
            worst = max(worst, (found, pattern))
            if found > options.most:
                failed += 1
                print(f"  {name}: {pattern!r} takes {found:.0f} times as long")
        spent = time.process_time() - start
        print(f"{name}: {len(measured)} patterns, {spent:.0f} s, worst {worst}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
