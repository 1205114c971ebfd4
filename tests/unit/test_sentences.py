"""Where sentences end."""

from __future__ import annotations

from pathlib import Path

import pytest

from mujaz.text.sentences import split_sentences

_CASES = [
    line
    for line in (Path(__file__).parents[1] / "data" / "sentences.txt")
    .read_text(encoding="utf-8")
    .splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("line", _CASES)
def test_breaks_stand_where_the_bars_are(line: str) -> None:
    wanted = [part.strip() for part in line.split("|")]
    assert split_sentences(" ".join(wanted)) == wanted


def test_a_newline_always_ends_a_sentence() -> None:
    assert split_sentences("عنوان بلا نقطة\nثم فقرة") == ["عنوان بلا نقطة", "ثم فقرة"]
