"""Pronunciation lexicon: the shipped table and the newsroom's own file.

An entry gives a word's marks. It also applies to the word with clitics (و ف، ب ل ك س، ال before;
pronouns and the endings of dual, plural and accusative after). If its last letter has no mark,
the case ending is taken from the predicted form. An entry of several words, such as سلطنة عُمان,
applies only to the whole phrase.

Entries of a newsroom's file replace those of the shipped table. They may respell a word for the
voice; the text that is shown does not change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mujaz.arabic.clitics import prefixes
from mujaz.arabic.letters import (
    ALIF,
    ALIF_MAKSURA,
    DAMMA,
    DAMMATAN,
    FATHA,
    FATHATAN,
    KASRA,
    KASRATAN,
    LAM,
    SHADDA,
    SUKUN,
    SUN_LETTERS,
    TEH_MARBUTA,
    WORD,
)
from mujaz.arabic.lexicon_file import Entry, read_entries, shipped
from mujaz.arabic.marks import has_marks, shadda_first, split_marks, strip_marks
from mujaz.arabic.tables import rows

_ARTICLE = ALIF + LAM
# A foreign name has no case ending.
_NAMES = ("name", "foreign")
# The class of a word of a phrase: it takes what a name takes.
_OF_PHRASE = "of a phrase"
_TEH = "ت"
_FEMININE = tuple(r["ending"] for r in rows("word_endings.tsv") if r["class"] == "feminine")
_SUFFIXES = tuple(r["ending"] for r in rows("word_endings.tsv") if r["class"] != "feminine")
_ENDINGS = (*_SUFFIXES, *_FEMININE)
# Fewest letters of a word that takes clitics.
_LEAST_STEM = 3

# Vowels of prefixed particles: if the model predicts another one, the letter is no prefix.
_PREFIX_VOWELS = {"و": FATHA, "ف": FATHA, "ب": KASRA, "ك": FATHA, "ل": KASRA + FATHA, "س": FATHA}

# Case endings of a triptote, and what a diptote has instead.
_OF_DIPTOTE = {KASRA: FATHA, KASRATAN: FATHA, FATHATAN: FATHA, DAMMATAN: DAMMA}

_MOST_CACHED = 50_000

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Match:
    """An entry found in a word.

    Attributes:
        entry: The entry.
        stem: Letters and marks of the entry without the article.
        prefix: Letters before the stem, including the article.
        article: Number of letters of the article in the prefix: 0, 2, or 1 in لل.
        suffix: Letters after the stem.
    """

    entry: Entry
    stem: Pairs
    prefix: str
    article: int
    suffix: str


Stems = Mapping[str, Sequence[Entry]]


class Lexicon:
    """Entries by word; a later entry replaces an earlier one for the same word."""

    def __init__(
        self, entries: Iterable[Entry], ordinary: Callable[[str], bool] | None = None
    ) -> None:
        self._ordinary = ordinary or (lambda word: False)
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            before = self._entries.get(entry.word)
            if before and entry.spoken and not has_marks(entry.vocalized):
                # An entry that only respells the word keeps the marks of the earlier entry.
                entry = replace(entry, vocalized=before.vocalized)
            self._entries[entry.word] = entry
        single = [entry for entry in self._entries.values() if " " not in entry.word]
        self._stems = _by_stem(entry for entry in single if has_marks(entry.vocalized))
        self._spoken = _by_stem(entry for entry in single if entry.spoken)
        self._phrases: dict[str, list[tuple[Stems, ...]]] = {}
        for entry in self._entries.values():
            if " " in entry.word:
                parts = zip(entry.word.split(), entry.vocalized.split(), strict=True)
                stems = tuple(_by_stem([Entry(*part, kind=_OF_PHRASE)]) for part in parts)
                self._phrases.setdefault(next(iter(stems[0])), []).append(stems)
        self._cache: dict[str, tuple[_Match, ...]] = {}

    @classmethod
    def load(
        cls, path: Path | None = None, ordinary: Callable[[str], bool] | None = None
    ) -> Lexicon:
        """Load the shipped table, and then the newsroom's file, if any.

        Args:
            path: The newsroom's file.
            ordinary: Tells of a word whether it is in the dictionary as more than a name. Such a
                word after ب ل ك is not taken for a name: «بحمد الله» is no man called حمد.

        Raises:
            ConfigError: If the file cannot be read or a row is invalid.
        """
        return cls([*shipped(), *(read_entries(path) if path else ())], ordinary)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """All entries by their word without marks."""
        return self._entries

    def vocalize(self, bare: Sequence[str], predicted: Sequence[str]) -> list[str]:
        """Replace predicted marks by those of the entries.

        Args:
            bare: Words without marks.
            predicted: The same words with the marks of a model, which are used where an entry
                gives none.
        """
        out = [
            _first(self._matches(word), marked) or marked
            for word, marked in zip(bare, predicted, strict=True)
        ]
        for start, word in enumerate(bare):
            for stems in self._starting(word):
                stop = start + len(stems)
                parts = _phrase(stems, bare[start:stop], predicted[start:stop])
                if parts:
                    out[start : start + len(parts)] = parts
        return out

    def respell(self, line: str) -> str:
        """Replace words by their spelling for the voice."""
        if not self._spoken:
            return line
        return WORD.sub(lambda match: self._respelled(match.group()), line)

    def knows(self, bare: str) -> bool:
        """Return whether a word has an entry, with or without clitics."""
        return bool(self._matches(bare) or _found(bare, self._spoken))

    def _respelled(self, word: str) -> str:
        for match in _found(strip_marks(word), self._spoken):
            if not match.suffix:
                prefix = split_marks(word)[: len(match.prefix)]
                return "".join(letter + marks for letter, marks in prefix) + match.entry.spoken
        return word

    def _starting(self, word: str) -> list[tuple[Stems, ...]]:
        rests = [word, *(word[len(prefix) :] for prefix, _ in prefixes(word, 1))]
        return [stems for rest in dict.fromkeys(rests) for stems in self._phrases.get(rest, ())]

    def _matches(self, bare: str) -> tuple[_Match, ...]:
        if bare not in self._cache:
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            self._cache[bare] = tuple(
                match
                for match in _found(bare, self._stems)
                if not (_is_name_after_preposition(match) and self._ordinary(bare))
            )
        return self._cache[bare]


def _by_stem(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    out: dict[str, list[Entry]] = {}
    for entry in entries:
        stem = entry.word[len(_ARTICLE) :] if _has_article(entry) else entry.word
        out.setdefault(stem, []).append(entry)
    return out


def _has_article(entry: Entry) -> bool:
    """Return whether an entry begins with the article: القاهرة, but not الله or ألمانيا."""
    if not entry.word.startswith(_ARTICLE) or len(entry.word) <= len(_ARTICLE) + 2:
        return False
    (_, lam), (letter, marks) = split_marks(entry.vocalized or entry.word)[1:3]
    # الْتَقَى: a spoken ل before a sun letter belongs to the stem.
    return not (SUKUN in lam and letter in SUN_LETTERS and SHADDA not in marks)


def _found(bare: str, stems: Stems) -> list[_Match]:
    """Return the entries that fit a word, those with the fewest letters in clitics first."""
    found = []
    for prefix, article in (("", 0), *prefixes(bare, 1)):
        for stem, suffix in _stems_of(bare[len(prefix) :]):
            for entry in stems.get(stem, ()):
                if _takes(entry, prefix, article, suffix):
                    pairs = split_marks(shadda_first(entry.vocalized))
                    pairs = pairs[len(_ARTICLE) :] if _has_article(entry) else pairs
                    found.append(_Match(entry, pairs, prefix, article, suffix))
    return sorted(found, key=lambda match: len(match.prefix) + len(match.suffix))


def _stems_of(rest: str) -> list[tuple[str, str]]:
    """Return the possible pairs of stem and suffix; ة is written ت before a suffix."""
    out = [(rest, "")]
    if not rest.endswith(_ENDINGS):
        return out
    for suffix in _ENDINGS:
        stem = rest.removesuffix(suffix)
        if stem and stem != rest:
            out.append((stem, suffix))
            if stem.endswith(_TEH):
                out.append((stem[:-1] + TEH_MARBUTA, suffix))
    return out


def _is_name_after_preposition(match: _Match) -> bool:
    clitics = match.prefix[: len(match.prefix) - match.article]
    return match.entry.kind in _NAMES and bool(set(clitics) & set("بكل"))


def _takes(entry: Entry, prefix: str, article: int, suffix: str) -> bool:
    """Return whether a word of this class can have these clitics."""
    own = _has_article(entry)
    inflects = entry.kind in ("noun", "adjective")
    if (own and not article) or (article and not own and not inflects):
        return False
    clitics = set(prefix[: len(prefix) - article])
    if not clitics and not suffix:
        return True
    if len(entry.word) < _LEAST_STEM and entry.kind != _OF_PHRASE:
        return False
    if suffix and (entry.kind != "adjective" if suffix in _FEMININE else not inflects):
        return entry.kind == "verb" and suffix not in _FEMININE
    if clitics & set("بكل"):
        return inflects or entry.kind in (*_NAMES, _OF_PHRASE)
    return "س" not in clitics or entry.kind == "verb"


def _first(matches: Iterable[_Match], predicted: str) -> str | None:
    return next((word for match in matches if (word := _applied(match, predicted))), None)


def _phrase(
    stems: Sequence[Stems], bare: Sequence[str], predicted: Sequence[str]
) -> list[str] | None:
    if len(stems) > len(bare) or not all(map(_may_hold, bare, stems)):
        return None
    found = [
        _first(_found(word, part), marked)
        for part, word, marked in zip(stems, bare, predicted, strict=False)
    ]
    return None if None in found else [word for word in found if word is not None]


def _may_hold(word: str, stems: Stems) -> bool:
    """Whether a word has the letters of one of these stems; the last may be ت for ة."""
    return any(stem[:-1] in word for stem in stems)


def _applied(match: _Match, predicted: str) -> str | None:
    """Return the word with the entry's marks; None if the predicted prefix is another one."""
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
    # Behind ل the article of a stem that begins with ل is not written: لِلَّاعِب.
    hidden = stem[0][0] == LAM and match.prefix.endswith(LAM) and SHADDA in pairs[start][1]
    assimilated = match.article and stem[0][0] in SUN_LETTERS
    if (hidden or assimilated) and SHADDA not in stem[0][1]:
        stem[0] = (stem[0][0], SHADDA + stem[0][1])
    return "".join(letter + marks for letter, marks in [*pairs[:start], *stem, *pairs[end:]])


def _is_diptote(match: _Match) -> bool:
    """Return whether a name takes fatha in the genitive and no tanwin: جَدَّةَ, عَسِيرَ.

    Names in ة and names of places without an article (Wright, A Grammar of the Arabic Language,
    3rd ed., I § 309).
    """
    entry = match.entry
    if entry.kind != "name" or match.article or match.suffix:
        return False
    return entry.word.endswith(TEH_MARBUTA) or entry.is_place


def _keep_case(stem: Pairs, predicted: Pairs, match: _Match) -> None:
    """Use the predicted case ending if the entry has none."""
    letter, marks = stem[-1]
    if letter == ALIF_MAKSURA and len(stem) > 1 and FATHATAN in predicted[-2][1]:
        before, known = stem[-2]
        stem[-2] = (before, known.replace(FATHA, FATHATAN))
    if letter in (ALIF, ALIF_MAKSURA) or set(marks) - {SHADDA}:
        return
    vowels = "".join(mark for mark in predicted[-1][1] if mark != SHADDA)
    if SHADDA in marks and vowels == SUKUN:
        vowels = ""
    if match.entry.kind == "adjective" and match.suffix == ALIF:
        vowels = FATHATAN
    if _is_diptote(match):
        vowels = _OF_DIPTOTE.get(vowels, vowels)
    stem[-1] = (letter, (SHADDA if SHADDA in marks else "") + vowels)
