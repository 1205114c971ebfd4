"""The page of figures: what each benchmark measures, and charts of the files that they write."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

_BENCH = Path(__file__).resolve().parents[2] / "bench"
_LINE, _LABEL, _WIDTH, _VALUE = 26, 210, 360, 60
_LEAD = (
    "# What the figures mean",
    "Each figure in these pages comes from a benchmark below `bench/`, which anybody can run "
    "again: `python bench/NAME.py`. Speed and memory are compared as ratios within one run where "
    "that can be done, because machines differ. A benchmark has a floor, and CI fails below it; "
    "floors only rise. The charts are drawn from the files in which the benchmarks keep their "
    "floors.",
)
_WORDS = (
    "## Words that are read wrongly",
    "Of a hundred words of news, how many would be heard wrong, by diacritizer "
    "(`python bench/diacritics`). A word counts if it would sound wrong: a sukun that is not "
    "written makes no difference, a wrong ending that is not said in pause neither. The sentences "
    "are few and our own, so a difference of half a word is none; [Diacritics](diacritics.md) has "
    "those of a benchmark that others made.",
)
_LETTERS = (
    "## Letters that a machine mishears",
    "Of a hundred letters, how many Whisper base writes down otherwise than they were read, by "
    "voice (`python bench/listen`). It tells how clear a voice is to a machine, not how pleasant "
    "it is to a person, and a machine is a worse listener than you are: what is 8 here is easy to "
    "follow, at 50 one has to listen closely. Nobody has judged the voices by ear in a listening "
    "test yet; `mujaz voices listening-test` makes one. The intervals stand in "
    "[How a text is spoken](speech.md#figures-of-voices).",
)


def page() -> str:
    """Make the page."""
    words = json.loads((_BENCH / "diacritics" / "floors.json").read_text(encoding="utf-8"))
    voices = json.loads((_BENCH / "listen" / "floors.json").read_text(encoding="utf-8"))
    letters = {name: float(row["cer"]) for name, row in voices.items()}
    out = [*_LEAD, *_WORDS, chart("Words heard wrong, of a hundred", words)]
    out += [*_LETTERS, chart("Letters misheard, of a hundred", letters)]
    out += ["## All benchmarks", *_list()]
    return "\n\n".join(out) + "\n"


def _list() -> list[str]:
    """A line for each benchmark: its first sentence."""
    lines = []
    for path in sorted([*_BENCH.glob("*.py"), *_BENCH.glob("*/__main__.py")]):
        name = path.parent.name if path.name == "__main__.py" else path.name
        about = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        lines.append(f"- `bench/{name}`: {about.partition(chr(10))[0].replace('``', '`')}")
    return ["\n".join(lines)]


def chart(title: str, values: Mapping[str, float]) -> str:
    """Draw bars, the best first, as SVG in the text's own colour; the values are text too."""
    rows = sorted(values.items(), key=lambda row: row[1])
    most = max(values.values())
    height, width = _LINE * len(rows), _LABEL + _WIDTH + _VALUE
    out = [
        f'<svg viewBox="0 0 {width} {height}" width="100%" role="img" '
        f'aria-label="{escape(title)}" font-size="14" fill="currentColor">',
        f"<title>{escape(title)}</title>",
    ]
    for number, (name, value) in enumerate(rows):
        middle = number * _LINE + _LINE // 2
        length = max(1, round(_WIDTH * value / most))
        out.append(
            f'<text x="{_LABEL - 8}" y="{middle + 5}" text-anchor="end">{escape(name)}</text>'
        )
        out.append(
            f'<rect x="{_LABEL}" y="{middle - 8}" width="{length}" height="16" opacity="0.7"/>'
        )
        out.append(f'<text x="{_LABEL + length + 6}" y="{middle + 5}">{value:.1f}</text>')
    return "".join(out) + "</svg>"
