"""The page of figures: what each benchmark measures, and charts of the files that they write."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

_BENCH = Path(__file__).resolve().parents[2] / "bench"
_RECORDED = _BENCH / "recorded"
_LINE, _LABEL, _WIDTH, _VALUE = 26, 210, 360, 60
_LEAD = (
    "# What the figures mean",
    "Each figure in these pages comes from a benchmark below `bench/`, which anybody can run "
    "again: `python bench/NAME.py`. Speed and memory are compared as ratios within one run where "
    "that can be done, because machines differ. A benchmark has a floor, and CI fails below it; "
    "floors only rise. The charts are drawn from the files in which the benchmarks keep their "
    "floors, and from those that they write with `--record` (below `bench/recorded`).",
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

# What is drawn of the recorded figures: file, series, decimals, title, text before the chart.
_CHARTS = (
    (
        "bulletin",
        "cpu_s_a_minute",
        2,
        "Processor seconds for a minute of bulletin",
        "## Time for a bulletin",
        "What one minute of a bulletin takes of one core, from the sources to the published show "
        "(`python bench/bulletin`): made for the first time, made again after one of its stories "
        "was corrected, and made again when nothing has changed.",
    ),
    (
        "bulletin",
        "stage_s_a_minute",
        0,
        "Share of each stage in the time of a first run, in per cent",
        "Of a first run by the clock, this is where the time goes.",
    ),
    (
        "memory",
        "peak_mb",
        0,
        "Peak memory while an episode is put together, in MB",
        "## Memory and the length of an episode",
        "Sound is never held in memory as a whole, so a long episode needs what a short one needs "
        "(`python bench/audio.py`).",
    ),
    (
        "large_show",
        "cpu_s",
        2,
        "Processor seconds to add an episode, by episodes in the show",
        "## Growth with the show",
        "One episode more is added to shows of different sizes (`python bench/large_show.py`), "
        "each time by `mujaz make` of a short article in a process of its own. A large show must "
        "cost hardly more than a small one.",
    ),
    (
        "large_show",
        "peak_mb",
        0,
        "Peak memory while an episode is added, in MB, by episodes in the show",
        "And the memory that this takes:",
    ),
    (
        "scale",
        "sentences_a_second",
        1,
        "Sentences a second, by workers",
        "## Growth with the workers",
        "Workers of a cluster speak with an engine that sleeps for 0.3 s a sentence, as a neural "
        "voice on a graphics card would let its core wait (`python bench/scale`): so more workers "
        "than cores can be told apart, and what is measured is what mujaz adds.",
    ),
)


def page() -> str:
    """Make the page."""
    words = json.loads((_BENCH / "diacritics" / "floors.json").read_text(encoding="utf-8"))
    voices = json.loads((_BENCH / "listen" / "floors.json").read_text(encoding="utf-8"))
    letters = {name: float(row["cer"]) for name, row in voices.items()}
    out = [*_LEAD, *_WORDS, chart("Words heard wrong, of a hundred", _best_first(words))]
    out += [*_LETTERS, chart("Letters misheard, of a hundred", _best_first(letters))]
    for name, series, decimals, title, *texts in _CHARTS:
        out += [*texts, *_recorded(name, series, title, decimals)]
    out += ["## All benchmarks", *_list()]
    return "\n\n".join(out) + "\n"


def _best_first(values: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(values.items(), key=lambda row: row[1]))


def _recorded(name: str, series: str, title: str, decimals: int) -> tuple[str, str]:
    """A chart of recorded figures, and when and on what they were measured."""
    data = json.loads((_RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    values: dict[str, float] = data["series"][series]
    if title.endswith("per cent"):
        whole = sum(values.values())
        values = {key: 100 * value / whole for key, value in values.items() if value}
    about = (
        f"Measured on {data['day']}: {data['machine']}, {data['cores']} cores with a load of "
        f"{data['load']}, Python {data['python']}. `bench/recorded/{name}.json`"
    )
    return chart(title, values, decimals), about


def _list() -> list[str]:
    """A line for each benchmark: its first sentence."""
    lines = []
    for path in sorted([*_BENCH.glob("*.py"), *_BENCH.glob("*/__main__.py")]):
        name = path.parent.name if path.name == "__main__.py" else path.name
        about = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        lines.append(f"- `bench/{name}`: {about.partition(chr(10))[0].replace('``', '`')}")
    return ["\n".join(lines)]


def chart(title: str, values: Mapping[str, float], decimals: int = 1) -> str:
    """Draw bars as SVG in the text's own colour; the values are text too."""
    rows = list(values.items())
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
        out.append(f'<text x="{_LABEL + length + 6}" y="{middle + 5}">{value:.{decimals}f}</text>')
    return "".join(out) + "</svg>"
