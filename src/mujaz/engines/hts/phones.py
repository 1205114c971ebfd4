"""Our phonemes as the phones of Arabic HTS voices, and their syllables.

The phone set is that of the voices trained on the Arabic Speech Corpus with Festival: a doubled
consonant is one phone, a vowel before an emphatic consonant has a phone of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mujaz.errors import EngineError

PAUSE = "pau"
_VOWEL_SONORITY = 5
_NAMED_LIKE_A_VOWEL = tuple("aeiouAEIOU")
# A vowel before one of these, or before its doubled form, is dark.
_DARKENING = frozenset(["S", "SS", "D", "DD", "T", "TT", "Z", "ZZ", "q", "qq"])
_CLOSED_FINAL_VOWEL = {"i": "ia", "u": "ua"}


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone of a word.

    Attributes:
        sonority: 5 for a vowel, down to 1 for a voiceless consonant.
    """

    name: str
    sonority: int

    @property
    def is_vowel(self) -> bool:
        """Whether it is a vowel."""
        return self.sonority == _VOWEL_SONORITY

    @property
    def counts_as_vowel(self) -> bool:
        """Whether Festival's syllabifier counts it as a vowel, as it does ``ah`` by its name."""
        return self.is_vowel or self.name.startswith(_NAMED_LIKE_A_VOWEL)


@dataclass(frozen=True, slots=True)
class _Row:
    phone: str
    doubled: tuple[str, ...]
    sonority: int


def word_phones(phonemes: Sequence[str]) -> list[Phone]:
    """The phones of one word.

    Raises:
        EngineError: If a phoneme has no phone.
    """
    phones: list[Phone] = []
    at = 0
    while at < len(phonemes):
        row = _row(phonemes[at])
        again = at + 1 < len(phonemes) and phonemes[at + 1] == phonemes[at]
        twice = again and row.sonority < _VOWEL_SONORITY
        names = row.doubled if twice else (row.phone,)
        phones += [Phone(name, row.sonority) for name in names]
        at += 2 if twice else 1
    return _shaded(phones)


def syllables(phones: Sequence[Phone]) -> list[list[Phone]]:
    """The phones of a word in syllables, as Festival's generic syllabifier cuts them.

    Its cuts are not those of Arabic phonology (``walm a E l uu m`` begins ``walm``), but the voices
    were trained with them, and true syllables sound worse.
    """
    out: list[list[Phone]] = []
    current: list[Phone] = []
    for at, phone in enumerate(phones):
        if (
            any(part.counts_as_vowel for part in current)
            and any(part.counts_as_vowel for part in phones[at:])
            and _may_begin(current, phones, at)
        ):
            out.append(current)
            current = []
        current.append(phone)
    return [*out, current] if current else out


def _may_begin(current: Sequence[Phone], phones: Sequence[Phone], at: int) -> bool:
    phone = phones[at]
    if phone.is_vowel:
        return True
    if at + 1 == len(phones):
        return False
    return current[-1].sonority <= phone.sonority <= phones[at + 1].sonority


def _shaded(phones: list[Phone]) -> list[Phone]:
    """Vowels as their neighbours shade them: dark ones, and those of a closed last syllable."""
    out: list[Phone] = []
    last = len(phones) - 1
    for at, phone in enumerate(phones):
        name = phone.name
        if phone.is_vowel and at < last and phones[at + 1].name in _DARKENING:
            name = name.upper()
        elif name in _CLOSED_FINAL_VOWEL and at == last - 1 and not phones[last].is_vowel:
            name = _CLOSED_FINAL_VOWEL[name]
        out.append(Phone(name, phone.sonority))
    return out


def _row(phoneme: str) -> _Row:
    """A phoneme's row; a dark vowel is looked up as the plain one, since phones shade their own."""
    row = _table().get(phoneme.replace(".", ""))
    if row is None:
        raise EngineError(
            f"the voice has no phone for the phoneme {phoneme!r}",
            hint="report it: the table hts_phones.tsv lacks a row",
        )
    return row


@cache
def _table() -> dict[str, _Row]:
    text = (files("mujaz.engines") / "data" / "hts_phones.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    table: dict[str, _Row] = {}
    for line in lines[1:]:
        phoneme, phone, doubled, sonority, _ = line.split("\t")
        table[phoneme] = _Row(phone, tuple(doubled.split()), int(sonority))
    return table
