"""Rewrites irregularly spelled words into a regular spelling of their sound.

هذا becomes هاذا, أولئك becomes ألائك, مائة becomes مئة. Clitics before the word and pronouns
after it are kept, and so are the marks that the writer put on its last letter. The words are data:
``irregular_spellings.tsv`` and, for words without any marks, ``bare_words.tsv``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from mujaz.arabic.letters import ALIF, ALIF_WASLA
from mujaz.arabic.tables import rows
from mujaz.engines.espeak.rule_words import rule_words
from mujaz.engines.espeak.spelling import Letter, bare_text, letters_of

_LONGEST_BEFORE = 5
_BEFORE = {
    "c": "[أوف]",
    "p": "[بكل]",
    "t": "[بكلت]",
    "a": "(?:ال|ل(?=ل))",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    spelling: tuple[Letter, ...]
    said: tuple[Letter, ...]
    before: re.Pattern[str]
    after: frozenset[str]


def is_divine_name(bare: str) -> bool:
    """Whether a word is الله or اللهم, with or without a clitic: its ل may be dark."""
    return _DIVINE.fullmatch(bare) is not None


_DIVINE = re.compile("[أوف]?[بكلت]?(?:الل[ا]?ه|لل[ا]?ه)(?:م)?")


def regular(letters: list[Letter]) -> list[Letter]:
    """Return a word in a regular spelling of its sound; most words are returned unchanged."""
    bare = bare_text(letters).replace(ALIF_WASLA, ALIF)
    if all(letter.bare for letter in letters):
        vocalised = _bare_words().get(bare)
        if vocalised is not None:
            letters = letters_of(vocalised)
    table = _irregular()
    for start in range(min(_LONGEST_BEFORE, len(bare))):
        for end in range(len(bare), max(start, len(bare) - 4), -1):
            entry = table.get(bare[start:end])
            if (
                entry is not None
                and entry.before.fullmatch(bare[:start])
                and bare[end:] in entry.after
            ):
                said = _said(entry, letters[start:end], marked=not all(x.bare for x in letters))
                if said is not None:
                    return letters[:start] + said + letters[end:]
    return letters


def is_particle(bare: str) -> bool:
    """Whether a word is a particle that bears no stress."""
    return bare in _particles()


def _said(entry: _Entry, given: list[Letter], *, marked: bool) -> list[Letter] | None:
    """Return the regular letters with the writer's last marks, or None if the marks differ."""
    said = list(entry.said)
    last = said[-1].char
    place = max((i for i, x in enumerate(entry.spelling) if x.char == last), default=-1)
    for index, (ours, theirs) in enumerate(zip(entry.spelling, given, strict=True)):
        if index != place and _contradict(ours, theirs):
            return None
    if marked and place >= 0:
        said[-1] = replace(given[place], dagger=False)
    return said


def _contradict(ours: Letter, theirs: Letter) -> bool:
    if theirs.vowel:
        return theirs.vowel != ours.vowel
    return theirs.doubled and not ours.doubled


@cache
def _irregular() -> dict[str, _Entry]:
    table: dict[str, _Entry] = {}
    pronouns = frozenset(("", *rule_words("pronoun_suffix")))
    after = {
        "-": frozenset(("",)),
        "s": pronouns,
        "f": pronouns | set(rule_words("gender_number_suffix")),
    }
    for row in rows("irregular_spellings.tsv"):
        spelling = tuple(letters_of(row["spelling"]))
        table[bare_text(list(spelling))] = _Entry(
            spelling,
            tuple(letters_of(row["said"])),
            _before(row["before"]),
            after[row["after"]],
        )
    return table


@cache
def _before(kinds: str) -> re.Pattern[str]:
    allowed = "".join(f"{_BEFORE[kind]}?" for kind in "cpta" if kind in kinds)
    return re.compile(allowed)


@cache
def _bare_words() -> dict[str, str]:
    return {row["word"]: row["said"] for row in rows("bare_words.tsv")}


@cache
def _particles() -> frozenset[str]:
    words = {row["word"] for row in rows("bare_words.tsv") if row["class"] == "particle"}
    return frozenset(words | {clitic + word for clitic in "وف" for word in words})
