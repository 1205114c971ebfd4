"""Measure a correction by script: a bulletin of twenty stories, one shown figure changed.

The floor: at most 4 s on two idle cores, and as many clips made as sentences changed.

    python bench/script_correction.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.newsroom.articles import invent

_STORIES = 20
_MOST_S = 4.0
_FIGURE, _CORRECTED = "اختير للتجربة 120 متطوعا.", "اختير للتجربة 150 متطوعا."
_CONFIG = """
[show]
base_url = "https://news.example/audio/"
[speech]
cache = "cache"
[bulletin]
max_stories = 20
max_minutes = 600
[[bulletin.sources]]
path = "stories"
order = "name"
"""


def main() -> int:
    """Run the measurement; returns 1 if the floor is not reached."""
    with tempfile.TemporaryDirectory() as name:
        desk = Path(name)
        (desk / "stories").mkdir()
        (desk / "mujaz.toml").write_text(_CONFIG, encoding="utf-8")
        for number, article in enumerate(invent(_STORIES, 120)):
            paragraphs = [*article.paragraphs, *([_FIGURE] if number == 7 else [])]
            text = "\n\n".join([article.title, *paragraphs])
            (desk / "stories" / f"{number:02d}.txt").write_text(text + "\n", encoding="utf-8")
        _mujaz(desk, "bulletin", "--draft", "today.script")
        first = json.loads(_mujaz(desk, "make", "today.script", "--json"))
        script = desk / "today.script"
        script.write_text(script.read_text("utf-8").replace(_FIGURE, _CORRECTED), "utf-8")
        start = time.monotonic()
        report = json.loads(_mujaz(desk, "make", "today.script", "--json"))
        took_s = time.monotonic() - start
    minutes = first["episode"]["duration_s"] / 60
    made = report["clips"]["made"]
    print(f"{minutes:.0f} min, corrected in {took_s:.1f} s, {made} clip made, {report['seconds']}")
    return 0 if took_s <= _MOST_S and made == 1 else 1


def _mujaz(desk: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "mujaz", *arguments]
    done = subprocess.run(command, cwd=desk, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
