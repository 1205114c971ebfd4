"""Name single Arabic letters: initials of persons, vitamins, groups and sections.

«المدعو م. ع.» is «ميم عين», «فيتامين د» is «فيتامين دال». Titles (د. before a name) are
abbreviations and read there.
"""

from __future__ import annotations

import re
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES
from mujaz.text.normalize.abbreviations import letter_names
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import words_before
from mujaz.text.normalize.words import alternatives, is_a

_LETTER = f"[{LETTER_RANGES}]"
_WORD_BEFORE = 3
# (م. ع.) or (م ع): only in brackets may initials stand without full stops.
_BRACKETED = re.compile(
    rf"(?<=\()\s?(?P<chain>{_LETTER}(?:\.\s?|\s){{1,2}}(?:{_LETTER}(?:\.\s?|\s){{0,2}}){{1,4}})(?=\))"
)
_CHAIN = re.compile(
    rf"(?<![{LETTER_RANGES}{MARK_RANGES}.])(?P<chain>{_LETTER}\.(?:\s?{_LETTER}\.){{0,3}})"
    rf"(?![{LETTER_RANGES}{MARK_RANGES}])"
)


@cache
def _headed() -> re.Pattern[str]:
    """Return a pattern for a noun that a single letter belongs to, and the letter."""
    return re.compile(
        rf"(?<![{LETTER_RANGES}])[وفبل]?(?:{alternatives('lettered')})\s[(\"«]?"
        rf"(?P<chain>{_LETTER})(?=[)\"»]|[\s،.؛:]|$)"
    )


def tag_initials(line: Line) -> None:
    """Claim initials of persons: in brackets, or behind a word for a person."""
    for match in _BRACKETED.finditer(line.text):
        line.claim(match.start("chain"), match.end("chain"), _named(match["chain"]), "letters")
    for match in _CHAIN.finditer(line.text):
        before = words_before(line.text.replace(".", " "), match.start())[-_WORD_BEFORE:]
        if any(is_a(word.removeprefix("و"), "initials") for word in before):
            end = match.end("chain")
            if not line.text[end:].strip():
                end -= 1  # the full stop of the sentence
            line.claim(match.start("chain"), end, _named(match["chain"]), "letters")


def tag_lettered(line: Line) -> None:
    """Claim a single letter behind the noun that it distinguishes: فيتامين د، المجموعة ج."""
    for match in _headed().finditer(line.text):
        letter = match["chain"]
        if letter != "و" or line.text[match.end() : match.end() + 1] in (")", '"', "»"):
            line.claim(match.start("chain"), match.end("chain"), _named(letter), "letters")


def _named(chain: str) -> str:
    return " ".join(letter_names()[char] for char in chain if char in letter_names())
