"""What the tests of neural voices share: hostile lines, and the command without an extra."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import Mujaz, report_of

SENTENCE = "أَعْلَنَتِ الحُكُومَةُ الْيَوْمَ، بَعْدَ اجْتِمَاعٍ طَوِيلٍ، خُطَّةً جَدِيدَةً."

# Lines that hold nothing to say, or what no network may be given; with a word of the error.
REFUSED = {
    "": "nothing",
    " ": "nothing",
    "\u064e\u0651": "nothing",
    "...": "nothing",
    "«»": "nothing",
    "漢字": "nothing",
    "ارتفع السعر 20": "0 2",
    "ارتفع السعر ٢٠": "٠",
    "دفع $": "$",
    "زاد عشرة ٪": "٪",
    "شركة أ & ب": "&",
    "في ١٥/٣": "/",
    "درجة °": "°",
    "سهم ← هنا": "←",
}
# Lines that must be spoken.
SPOKEN = [
    "بَ",
    "«نَعَمْ»",
    "(قَالَ): «نَعَمْ»...؟!",
    "قَالَ — وَهُوَ يَبْتَسِمُ — نَعَمْ",
    "هَٰذَا ٱلْبَيْتُ",
    "كَتَبَ\u200f الوَلَدُ\u200d الدَّرْسَ",
    "پَارِيس وگُوگِل وڤِيِنَّا",
    "كتب الولد الدرس",
    "كَتَبَ الوَلَدُ الدَّرْسَ. " * 90,
    "ب" * 2000,
]


def run_without(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``mujaz`` as if a package were not installed."""
    code = (
        "import sys\n"
        f"sys.modules[{module!r}] = None\n"
        f"sys.argv = ['mujaz', *{list(arguments)!r}]\n"
        "from mujaz.cli import main\nmain()\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )


def made_twice(mujaz: Mujaz, article: Path, voice: str, folder: Path) -> list[dict[str, Any]]:
    """Reports of an episode made in one process and in two, each with a clip cache of its own."""
    return [
        report_of(
            mujaz(
                *("make", article, "-o", folder / f"show{number}", "--voice", voice, "--json"),
                *("--workers", number),
                MUJAZ_SPEECH_CACHE=str(folder / f"cache{number}"),
            )
        )
        for number in (1, 2)
    ]
