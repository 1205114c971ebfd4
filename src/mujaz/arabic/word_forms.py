"""Frequent word forms by their letters without the distinctions that sloppy spelling drops.

``word_forms.tsv`` groups well-spelled forms that loose spelling confuses: الارهاب is the key of
الإرهاب, ان of أن and إن, مدينه of مدينة. It is made by ``tools/word_forms.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from mujaz.arabic.letters import ALIF_MAKSURA, TEH_MARBUTA, YEH
from mujaz.arabic.sorted_table import SortedTable

_TABLE = "word_forms.tsv"
_FOLD = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ي", "ء": None})
# The seat of hamza beside a long vowel is often left out: مسؤل.
_DOUBLED = re.compile("(?<=.)و(?=و)|ي(?=ي)")
_FINAL = {ALIF_MAKSURA: YEH, TEH_MARBUTA: "ه"}
_MOST_CACHED = 100_000


def key_of(word: str) -> str:
    """Return the key of a bare word: hamzas, doubled long letters and final ى, ة folded."""
    folded = (word[:-1] + _FINAL.get(word[-1:], word[-1:])).translate(_FOLD)
    return _DOUBLED.sub("", folded)


@lru_cache(_MOST_CACHED)
def forms_of(key: str) -> Mapping[str, float]:
    """Return the forms of a key, each with its share of the words of running text."""
    cells = (cell.rpartition(":") for cell in _table().line(key).decode("utf-8").split())
    # Centibels: 100 is a tenth, 200 a hundredth, as in the package wordfreq.
    return {form: 10.0 ** (-int(level) / 100) for form, _, level in cells}


@cache
def _table() -> SortedTable:
    return SortedTable((files("mujaz.arabic") / "data" / _TABLE).read_bytes())
