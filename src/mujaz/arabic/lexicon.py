"""Words whose pronunciation is known: the shipped table and the newsroom's own.

An entry gives a word's marks. It is found under clitics too (و ف، ب ل ك س، ال before; pronouns
and the endings of dual, plural and accusative after), and where its last letter is left bare
the case ending stays what the sentence asks for. An entry of several words counts only where
they stand together: سلطنة عُمان.

A newsroom's file wins over the shipped table. It may respell a word for the voice; the
respelling is for the ear only and touches no text that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mujaz.arabic.letters import (
    ALIF,
    ALIF_MAKSURA,
    FATHA,
    FATHATAN,
    KASRA,
    LAM,
    SHADDA,
    SUKUN,
    SUN_LETTERS,
    TEH_MARBUTA,
    WORD,
)
from mujaz.arabic.lexicon_file import Entry, read_entries, shipped
from mujaz.arabic.marks import has_marks, shadda_first, split_marks, strip_marks

_ARTICLE = ALIF + LAM
_TEH = "ت"
# Suffix pronouns (Ryding 2005, ch. 12) and the endings of dual, sound plural and accusative.
_SUFFIXES = tuple("ه ها هم هن هما ك كم كما نا ي ا ان ين ون".split())
_FEMININE = ("ة", "ات")
_LEAST_STEM = 3

# What the prefix letters sound like: a و that the model reads as anything else is no "and".
_PREFIX_VOWELS = {"و": FATHA, "ف": FATHA, "ب": KASRA, "ك": FATHA, "ل": KASRA + FATHA, "س": FATHA}

_MOST_CACHED = 50_000

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Match:
    """An entry found in a word.

    Attributes:
        entry: The entry.
        stem: Its letters and marks without the article.
        prefix: Letters before the stem, the article's among them.
        article: How many letters of the prefix are the article's: 0, 2, or 1 in لل.
        suffix: Letters after the stem.
    """

    entry: Entry
    stem: Pairs
    prefix: str
    article: int
    suffix: str


Stems = Mapping[str, Sequence[Entry]]


class Lexicon:
    """Entries by word; later ones win over earlier ones."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            before = self._entries.get(entry.word)
            if before and entry.spoken and not has_marks(entry.vocalized):
                # A respelling for the voice leaves the marks of the text as they were known.
                entry = replace(entry, vocalized=before.vocalized)
            self._entries[entry.word] = entry
        single = [entry for entry in self._entries.values() if " " not in entry.word]
        self._stems = _by_stem(entry for entry in single if has_marks(entry.vocalized))
        self._spoken = _by_stem(entry for entry in single if entry.spoken)
        self._phrases: dict[str, list[tuple[Stems, ...]]] = {}
        for entry in self._entries.values():
            if " " in entry.word:
                parts = zip(entry.word.split(), entry.vocalized.split(), strict=True)
                stems = tuple(_by_stem([Entry(*part, kind="name")]) for part in parts)
                self._phrases.setdefault(next(iter(stems[0])), []).append(stems)
        self._cache: dict[str, tuple[_Match, ...]] = {}

    @classmethod
    def load(cls, path: Path | None = None) -> Lexicon:
        """The shipped table, and the newsroom's file over it.

        Raises:
            ConfigError: If the file cannot be read or a row is damaged.
        """
        return cls([*shipped(), *(read_entries(path) if path else ())])

    @property
    def entries(self) -> Mapping[str, Entry]:
        """All entries by their bare word."""
        return self._entries

    def vocalize(self, bare: Sequence[str], predicted: Sequence[str]) -> list[str]:
        """Lay the entries over a model's answer.

        Args:
            bare: Words without marks.
            predicted: The same words with marks; they decide what an entry leaves open.
        """
        out = [
            _first(self._matches(word), marked) or marked
            for word, marked in zip(bare, predicted, strict=True)
        ]
        for start, word in enumerate(bare):
            for stems in self._starting(word):
                parts = _phrase(stems, bare[start:], predicted[start:])
                if parts:
                    out[start : start + len(parts)] = parts
        return out

    def respell(self, line: str) -> str:
        """The line with words replaced by their spoken spelling, for the voice alone."""
        if not self._spoken:
            return line
        return WORD.sub(lambda match: self._respelled(match.group()), line)

    def knows(self, bare: str) -> bool:
        """Whether a word, under any clitics, has an entry."""
        return bool(self._matches(bare) or _found(bare, self._spoken))

    def _respelled(self, word: str) -> str:
        for match in _found(strip_marks(word), self._spoken):
            if not match.suffix:
                prefix = split_marks(word)[: len(match.prefix)]
                return "".join(letter + marks for letter, marks in prefix) + match.entry.spoken
        return word

    def _starting(self, word: str) -> list[tuple[Stems, ...]]:
        rests = [word, *(word[len(prefix) :] for prefix, _ in _prefixes(word))]
        return [stems for rest in dict.fromkeys(rests) for stems in self._phrases.get(rest, ())]

    def _matches(self, bare: str) -> tuple[_Match, ...]:
        if bare not in self._cache:
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            self._cache[bare] = tuple(_found(bare, self._stems))
        return self._cache[bare]


def _by_stem(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    out: dict[str, list[Entry]] = {}
    for entry in entries:
        stem = entry.word[len(_ARTICLE) :] if _has_article(entry) else entry.word
        out.setdefault(stem, []).append(entry)
    return out


def _has_article(entry: Entry) -> bool:
    """Whether an entry is a word with its article: القاهرة, but not الله or ألمانيا."""
    return entry.word.startswith(_ARTICLE) and len(entry.word) > len(_ARTICLE) + 2


def _found(bare: str, stems: Stems) -> list[_Match]:
    """Entries that a word may hold, those that explain most of its letters first."""
    found = []
    for prefix, article in (("", 0), *_prefixes(bare)):
        for stem, suffix in _stems_of(bare[len(prefix) :]):
            for entry in stems.get(stem, ()):
                if _takes(entry, prefix, article, suffix):
                    pairs = split_marks(shadda_first(entry.vocalized))
                    pairs = pairs[len(_ARTICLE) :] if _has_article(entry) else pairs
                    found.append(_Match(entry, pairs, prefix, article, suffix))
    return sorted(found, key=lambda match: len(match.prefix) + len(match.suffix))


def _prefixes(bare: str) -> list[tuple[str, int]]:
    """Prefixes that a word's letters allow, and how many of those are the article's."""
    out = []
    for conjunction in ("", "و", "ف"):
        for preposition in ("", *"بكلس"):
            for article in ("", LAM if preposition == LAM else _ARTICLE):
                prefix = conjunction + preposition + article
                if prefix and bare.startswith(prefix) and len(bare) > len(prefix):
                    out.append((prefix, len(article)))
    return out


def _stems_of(rest: str) -> list[tuple[str, str]]:
    """What remains as stem and suffix; ة is written ت before a suffix."""
    out = [(rest, "")]
    for suffix in (*_SUFFIXES, *_FEMININE):
        stem = rest.removesuffix(suffix)
        if stem and stem != rest:
            out.append((stem, suffix))
            if stem.endswith(_TEH):
                out.append((stem[:-1] + TEH_MARBUTA, suffix))
    return out


def _takes(entry: Entry, prefix: str, article: int, suffix: str) -> bool:
    """Whether a word of this class stands under these clitics."""
    own = _has_article(entry)
    inflects = entry.kind in ("noun", "adjective")
    if (own and not article) or (article and not own and not inflects):
        return False
    clitics = set(prefix[: len(prefix) - article])
    if not clitics and not suffix:
        return True
    if len(entry.word) < _LEAST_STEM:
        return False
    if suffix and (entry.kind != "adjective" if suffix in _FEMININE else not inflects):
        return entry.kind == "verb" and suffix not in _FEMININE
    if clitics & set("بكل"):
        return inflects or entry.kind == "name"
    return "س" not in clitics or entry.kind == "verb"


def _first(matches: Iterable[_Match], predicted: str) -> str | None:
    return next((word for match in matches if (word := _applied(match, predicted))), None)


def _phrase(
    stems: Sequence[Stems], bare: Sequence[str], predicted: Sequence[str]
) -> list[str] | None:
    if len(stems) > len(bare):
        return None
    found = [
        _first(_found(word, part), marked)
        for part, word, marked in zip(stems, bare, predicted, strict=False)
    ]
    return None if None in found else [word for word in found if word is not None]


def _applied(match: _Match, predicted: str) -> str | None:
    """The word with the entry's marks; None if the model reads the prefix as something else."""
    pairs = split_marks(predicted)
    start, end = len(match.prefix), len(match.prefix) + len(match.stem)
    if len(pairs) != end + len(match.suffix):
        return None
    for letter, marks in pairs[: start - match.article]:
        vowels = set(marks) - {SHADDA}
        if vowels and not vowels & set(_PREFIX_VOWELS.get(letter, "")):
            return None
    stem = [(pairs[start + n][0], marks) for n, (_, marks) in enumerate(match.stem)]
    _keep_case(stem, pairs[start:end], match)
    if match.article and stem[0][0] in SUN_LETTERS and SHADDA not in stem[0][1]:
        stem[0] = (stem[0][0], SHADDA + stem[0][1])
    return "".join(letter + marks for letter, marks in [*pairs[:start], *stem, *pairs[end:]])


def _keep_case(stem: Pairs, predicted: Pairs, match: _Match) -> None:
    """Give the stem's end the sentence's case where the entry leaves it open."""
    letter, marks = stem[-1]
    if letter == ALIF_MAKSURA and len(stem) > 1 and FATHATAN in predicted[-2][1]:
        before, known = stem[-2]
        stem[-2] = (before, known.replace(FATHA, FATHATAN))
    if letter in (ALIF, ALIF_MAKSURA) or set(marks) - {SHADDA}:
        return
    vowels = "".join(mark for mark in predicted[-1][1] if mark != SHADDA)
    if SHADDA in marks and vowels == SUKUN:
        vowels = ""
    stem[-1] = (letter, (SHADDA if SHADDA in marks else "") + vowels)
