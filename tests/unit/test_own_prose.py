"""Lines in which nothing needs reading out stay as they are, word for word.

The lines are made of the nouns and verbs of the dictionary and the forms of ``word_forms.tsv``,
each once, in a fixed order; a sentence with a figure behind a line sends it through every tagger.
"""

from __future__ import annotations

import random
import re
from importlib.resources import files
from pathlib import Path

import pytest

from mujaz.arabic.letters import LETTERS
from mujaz.text.normalize.dictionary import nouns, verbs
from mujaz.text.normalize.line import normalize_line

_WORDS_A_LINE = 13
_FIGURE, _SAID = "وصل 25 رجلا.", "وصل خمسة وعشرون رجلا."
# «etc.» is an abbreviation, and is read.
_ABBREVIATIONS = re.compile("[وف]?[اإ]لخ")
_EXAMPLES = Path(__file__).parents[2] / "examples"


def _forms() -> list[str]:
    table = (files("mujaz.arabic") / "data" / "word_forms.tsv").read_text(encoding="utf-8")
    forms = re.findall(rf"([{LETTERS}]{{2,}}):\d+", table)
    listed = [*nouns().genders, *nouns().singulars.values(), *verbs()]
    forms += [word for word in listed if re.fullmatch(rf"[{LETTERS}]{{3,}}", word)]
    return sorted({form for form in forms if not _ABBREVIATIONS.fullmatch(form)})


def _lines(forms: list[str]) -> list[str]:
    chance = random.Random(20)
    chance.shuffle(forms)
    breaks = (" ", " ", " ", " ", "، ", "؛ ", ": ")
    return [
        "".join(form + chance.choice(breaks) for form in forms[start : start + _WORDS_A_LINE])
        for start in range(0, len(forms), _WORDS_A_LINE)
    ]


def test_no_word_of_five_thousand_lines_is_changed() -> None:
    lines = [line.rstrip(" ،؛:") + "." for line in _lines(_forms())]
    assert len(lines) >= 5_000
    assert [line for line in lines if normalize_line(line) != line] == []


@pytest.mark.parametrize(
    "part", [pytest.param(10, id="a tenth"), pytest.param(1, id="all", marks=pytest.mark.slow)]
)
def test_a_figure_changes_no_word_of_another_sentence(part: int) -> None:
    lines = [line.rstrip(" ،؛:") + "." for line in _lines(_forms())[::part]]
    changed = [line for line in lines if normalize_line(f"{line} {_FIGURE}") != f"{line} {_SAID}"]
    assert changed == []


def test_the_examples_without_figures_are_read_as_written() -> None:
    paragraphs = [
        line
        for path in sorted(_EXAMPLES.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and re.fullmatch(rf"[{LETTERS} ،؛؟.!:]+", line)
    ]
    assert len(paragraphs) >= 5
    assert [line for line in paragraphs if normalize_line(line) != line] == []
