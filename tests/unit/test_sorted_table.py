"""The search in a sorted table finds every line of it, and nothing else."""

from __future__ import annotations

import pytest

from mujaz.arabic.sorted_table import SortedTable

_WORDS = sorted({f"{first}{second:04}" for first in "ابتث" for second in range(0, 4000, 3)})


@pytest.mark.parametrize("end", ["\n", ""])
def test_each_word_has_its_own_line(end: str) -> None:
    lines = [f"{word}\tline {place}" for place, word in enumerate(_WORDS)]
    table = SortedTable(("\n".join(lines) + end).encode())

    found = [table.line(word).decode() for word in _WORDS]

    assert [f"line {place}" for place in range(len(_WORDS))] == found


@pytest.mark.parametrize("word", ["", "!", "ا", "ا0001", "ب00030", "0000", "ث3998", "ي", "line 7"])
def test_a_word_that_is_not_there_has_none(word: str) -> None:
    table = SortedTable("".join(f"{one}\tline\n" for one in _WORDS).encode())

    assert table.line(word) == b""


def test_lines_before_the_first_word_are_passed_over() -> None:
    table = SortedTable("# a comment\n# another\nباب\tdoor\n".encode())

    assert table.line("باب") == b"door"
    assert table.line("#") == b""
