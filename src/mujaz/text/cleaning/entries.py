"""Order of the entries of a live page that was copied as text: the newest stands first there."""

from __future__ import annotations

from itertools import pairwise

from mujaz.text.cleaning.dates import time_line
from mujaz.text.cleaning.lines import Line

_FEWEST_ENTRIES = 3


def oldest_first(lines: list[Line]) -> list[Line]:
    """Reverse entries that begin with a line of a time, if the times descend."""
    marks = [
        (n, time) for n, line in enumerate(lines) if (time := time_line(line.text)) is not None
    ]
    times = [time for _, time in marks]
    if len(marks) < _FEWEST_ENTRIES or any(a <= b for a, b in pairwise(times)):
        return lines
    starts = [n for n, _ in marks]
    # Clutter below the oldest entry is not part of it.
    end = next((n for n in range(starts[-1] + 1, len(lines)) if lines[n].reason), len(lines))
    entries = [lines[a:b] for a, b in zip(starts, [*starts[1:], end], strict=True)]
    if any(not any(line.is_sentence() for line in entry) for entry in entries):
        return lines
    told = [line for entry in reversed(entries) for line in entry]
    return [*lines[: starts[0]], *told, *lines[end:]]
