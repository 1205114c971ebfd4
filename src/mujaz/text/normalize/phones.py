"""Read telephone numbers and codes digit by digit, in groups."""

from __future__ import annotations

import re

from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import numbers_law, words_before
from mujaz.text.normalize.numbers import digits
from mujaz.text.normalize.words import is_a, spoken

_INTERNATIONAL = re.compile(r"(?<![\d.,])(?:\+|00)\s?\(?\d[\d\s()./-]{5,18}\d(?!\d)")
_FIGURES = re.compile(
    r"(?<![\d.,/-])\(?\d[\d\s()/-]{1,16}\d(?![\d%٪]|[.,:]\d)|(?<![\d.,])\d{3,}(?![\d%٪]|[.,:]\d)"
)
_DATE = re.compile(
    r"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}[/-]\d{1,2}[/-]\d{1,2}|\d{4}\s?[-/]\s?\d{4}"
)
# Runs of this many digits are no numbers; int() refuses some thousands.
_ENDLESS = re.compile(r"(?<!\d)\d{40,}")
_SHORTEST = 3
# Fewest digits behind a word that may also name an object («هاتف 256 GB»).
_SHORTEST_PHONE = 5
# Fewest digits of a figure that begins with 0 and stands behind no such word.
_SHORTEST_WITHOUT_WORD = 7


def tag_phones(line: Line) -> None:
    """Claim numbers with + or 00, with a leading 0, or behind a word for a telephone or code."""
    line.each(_ENDLESS, lambda match: digits(match.group()), "code")
    line.each(_INTERNATIONAL, lambda match: _phone(match.group()), "phone")

    # A colon between word and number does not end the clause: «هاتف: 12345».
    text = line.text.replace(":", " ")

    def read(match: re.Match[str]) -> str | None:
        figures = match.group()
        if _DATE.fullmatch(figures.strip()):
            return None
        plain = re.sub(r"\D", "", figures)
        clause = words_before(text, match.start())
        before = clause[-2:]
        stems = [form for word in before for form in (word, word.lstrip("وبل"))]
        if any(is_a(stem, "dial") for stem in stems) and len(plain) >= _SHORTEST:
            return _phone(figures)
        if any(is_a(stem, "phone") for stem in stems) and len(plain) >= _SHORTEST_PHONE:
            return _phone(figures)
        coded = any(is_a(stem, "code") for stem in stems) and not numbers_law(clause)
        if "-" in figures and coded:
            return _phone(figures)
        bare = figures.lstrip("(").startswith("0") and len(plain) >= _SHORTEST_WITHOUT_WORD
        return _phone(figures) if bare else None

    line.each(_FIGURES, read, "phone")


def _phone(text: str) -> str:
    groups = re.findall(r"\d+", text)
    lead = f"{spoken('plus')} " if text.startswith("+") else ""
    return lead + "، ".join(digits(group) for group in groups)
