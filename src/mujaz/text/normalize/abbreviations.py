"""Expand Arabic abbreviations in their contexts: د. before a name, هـ after a year, (ص)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial

from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES
from mujaz.arabic.tables import column, rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import words_before
from mujaz.text.normalize.words import is_a, spoken, words

_LETTER = rf"[{LETTER_RANGES}]"
_HEADS = {
    "afternumber": r"(?<=\d)\s?",
    "agency": rf"(?<={spoken('agency')}\s)",
    # The year of a court: «لسنة 68 ق».
    "courtyear": "|".join(
        rf"(?<={word} {figures})\s?"
        for word in sorted(words("feminineyear"))
        for figures in (r"\d", r"\d\d")
    ).join(("(?:", ")")),
}
_PREFIXES = {
    "before": r"(?<!\d)(?<!\d\s)(?P<prefix>[وف]?[بل]?)",
    "word": r"(?P<prefix>[وف]?[بلك]?)",
}
# Titles of one letter that make a word with a particle before them: «لا», «لم», «فم».
_ONLY_AND = re.compile(r"[اأم]\.")
_TAILS = {
    # Behind initials a title has no name: «أ.د وم.ح».
    "before": (
        rf"(?!\s?و{_LETTER}\.{_LETTER})"
        rf"(?=\s?[{LETTER_RANGES}{MARK_RANGES}]{{2,}}|\s?{_LETTER}\.)"
    ),
    "phone": r"(?=\s?[\d+])",
    "beforenumber": r"\.?:?(?=\s?\d)",
    "afternumber": rf"(?![{LETTER_RANGES}{MARK_RANGES}.])",
    "courtyear": rf"(?![{LETTER_RANGES}{MARK_RANGES}.])",
}
_NAME = re.compile(rf"\s?([{LETTER_RANGES}{MARK_RANGES}]+)")
# A dotted chain of single letters that the table lacks: its letters are named.
_CHAIN = re.compile(
    rf"(?<![{LETTER_RANGES}{MARK_RANGES}.])(?P<lead>[وبلف](?={_LETTER}\.{_LETTER}))?"
    rf"(?P<chain>{_LETTER}(?:\.{_LETTER}){{1,5}})\.?(?![{LETTER_RANGES}{MARK_RANGES}])"
)


@dataclass(frozen=True, slots=True)
class _Abbreviation:
    """A row of ``abbreviations.tsv``."""

    short: str
    spoken: str
    feminine: str
    context: str

    @property
    def title(self) -> bool:
        """Whether it is a title, which stands before a name."""
        return self.context == "before"


def tag_abbreviations(line: Line) -> None:
    """Claim every abbreviation of the table in its context."""
    for row in _abbreviations():
        if row.short in line.text:
            line.each(
                _pattern(row.short, row.context), partial(_expanded, line.text, row), "abbreviation"
            )


def tag_chains(line: Line) -> None:
    """Claim chains of single letters that nothing else has claimed: «م.ع.» is «ميم عين»."""
    if "." in line.text:
        line.each(_CHAIN, lambda m: (m["lead"] or "") + _spelled(m["chain"]), "abbreviation")


@cache
def _abbreviations() -> tuple[_Abbreviation, ...]:
    """Return the rows of the table, the longest abbreviation first."""
    table = sorted(rows("abbreviations.tsv"), key=lambda row: -len(row["abbreviation"]))
    return tuple(
        _Abbreviation(row["abbreviation"], row["spoken"], row["feminine"], row["context"])
        for row in table
    )


@cache
def _pattern(short: str, context: str) -> re.Pattern[str]:
    """Return the pattern of an abbreviation in its context; compiled at first use."""
    head = _HEADS.get(context, rf"(?<![{LETTER_RANGES}{MARK_RANGES}.])")
    prefix = _PREFIXES.get(context, "(?P<prefix>)")
    if _ONLY_AND.fullmatch(short):
        prefix = r"(?<!\d)(?<!\d\s)(?P<prefix>و?)"
    tail = _TAILS.get(context, rf"(?![{LETTER_RANGES}{MARK_RANGES}])")
    return re.compile(head + prefix + re.escape(short) + tail)


def _expanded(text: str, row: _Abbreviation, match: re.Match[str]) -> str:
    """Expand an abbreviation: a title agrees with the name behind, a blessing with that before."""
    spoken = row.spoken
    if row.feminine:
        woman = _woman_behind(text, match) if row.title else _woman_before(text, match.start())
        spoken = row.feminine if woman else spoken
    prefix = match["prefix"]
    if prefix.endswith("ل") and spoken.startswith("ال"):
        spoken = spoken[1:]
    after_digit = match.start() > 0 and text[match.start() - 1].isdigit()
    lead = " " if after_digit or text[match.start()] == " " else ""
    return f"{lead}{prefix}{spoken}{' ' if row.title else ''}"


def _woman_behind(text: str, match: re.Match[str]) -> bool:
    name = _NAME.match(text, match.end())
    return name is not None and is_womans_name(name[1], text, match.start())


def _woman_before(text: str, position: int) -> bool:
    before = words_before(text, position)[-3:]
    return any(word in _womens_names() or is_a(word, "holywoman") for word in before)


def _spelled(chain: str) -> str:
    return " ".join(letter_names().get(letter, letter) for letter in chain.split("."))


@cache
def letter_names() -> Mapping[str, str]:
    """Map Arabic letters to their names."""
    return {row["letter"]: row["spoken"] for row in rows("arabic_letters.tsv")}


@cache
def _womens_names() -> frozenset[str]:
    return frozenset(column("womens_names.tsv", "name"))


def is_womans_name(name: str, text: str, position: int) -> bool:
    """Tell whether a title at a position belongs to a woman, by her name or the verb before."""
    if name in _womens_names():
        return True
    if name.endswith("ة") and not is_a(name, "mansname"):
        return True
    if is_a(name, "mansname"):
        return False
    before = words_before(text, position)
    return bool(before) and is_a(before[-1].removeprefix("و"), "womanlead")
