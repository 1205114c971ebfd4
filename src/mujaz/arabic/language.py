"""Language identification for text in Arabic script.

Each language scores by its function words (``data/function_words.tsv``), which are frequent in
any running text, and by words with letters that Arabic does not have. A single foreign name in
an Arabic text does not outweigh the function words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows

# The Arabic block and its supplement, which has the letters of other languages.
_WORD = re.compile("[\u0620-\u06d3\u06d5\u06ee-\u06fc\u0750-\u077f\u064b-\u0652\u0670]+")
# Least share of the letters that must be Arabic script, and fewest words to decide by.
_SCRIPT_SHARE = 0.5
_FEWEST_WORDS = 5

NAMES = {
    "fa": "Persian",
    "ur": "Urdu",
    "ckb": "Kurdish",
    "ps": "Pashto",
    "ug": "Uyghur",
    "und": "another script",
}


def language_of(text: str) -> str:
    """Identify the language of a text.

    Returns:
        A BCP 47 tag: ``ar``, ``fa``, ``ur``, ``ckb``, ``ps``, ``ug``, or ``und`` for another
        script. A text in Arabic script of fewer than five words counts as Arabic.
    """
    letters = sum(1 for char in text if unicodedata.category(char).startswith("L"))
    words = [strip_marks(word) for word in _WORD.findall(text)]
    if letters and sum(map(len, words)) < _SCRIPT_SHARE * letters:
        return "und"
    if len(words) < _FEWEST_WORDS:
        return "ar"
    scores: dict[str, float] = {}
    for language, (known, own_letters) in _languages().items():
        hits = sum(1 for word in words if word in known)
        foreign = sum(1 for word in words if own_letters & set(word))
        scores[language] = hits + foreign
    # The definite article, the most frequent word of Arabic, is a prefix of its noun.
    scores["ar"] += sum(
        1 for word in words if len(word) > 4 and word.startswith(("ال", "وال", "بال"))
    )
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > scores["ar"] else "ar"


@cache
def _languages() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    words: dict[str, set[str]] = {}
    letters: dict[str, set[str]] = {}
    for row in rows("function_words.tsv"):
        into = letters if row["kind"] == "letters" else words
        into.setdefault(row["language"], set()).update(
            row["word"] if row["kind"] == "letters" else [row["word"]]
        )
    return {
        language: (frozenset(known), frozenset(letters.get(language, ())))
        for language, known in words.items()
    }
