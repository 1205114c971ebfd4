"""Words whose pronunciation is known: the shipped table and the newsroom's own.

An entry gives a word's marks. It is found under clitics too (و ف، ب ل ك س، ال before; pronouns
and the endings of dual, plural and accusative after), and where its last letter is left bare
the case ending stays what the sentence asks for. An entry of several words counts only where
they stand together: سلطنة عُمان.

A newsroom's file wins over the shipped table. It may respell a word for the voice; the
respelling is for the ear only and touches no text that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from mujaz.arabic.letters import (
    ALIF,
    ALIF_MAKSURA,
    FATHA,
    FATHATAN,
    KASRA,
    LAM,
    LETTERS,
    MARKS,
    SHADDA,
    SUKUN,
    SUN_LETTERS,
    TEH_MARBUTA,
    WORD,
)
from mujaz.arabic.marks import has_marks, shadda_first, split_marks, strip_marks
from mujaz.arabic.spelling import problems
from mujaz.arabic.tables import rows
from mujaz.errors import ConfigError

SHIPPED = "lexicon.tsv"
CLASSES = ("noun", "adjective", "name", "particle", "verb")
HEADER = ("word", "vocalized", "spoken", "class", "source")

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
class Entry:
    """One row.

    Attributes:
        word: Without marks; several words are separated by single spaces.
        vocalized: The same letters with marks; a bare last letter leaves its case open.
        spoken: How a voice should be given it, where its letters mislead; or empty.
        kind: ``noun`` and ``verb`` take every clitic, ``adjective`` also the feminine endings,
            ``name`` no pronoun and no article of its own, ``particle`` only و and ف.
        source: Where the form is from.
    """

    word: str
    vocalized: str
    spoken: str = ""
    kind: str = "noun"
    source: str = ""


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


@cache
def shipped() -> tuple[Entry, ...]:
    """The table that comes with the package."""
    return tuple(
        Entry(row["word"], row["vocalized"], row["spoken"], row["class"], row["source"])
        for row in rows(SHIPPED)
    )


def read_entries(path: Path) -> tuple[Entry, ...]:
    """The entries of a newsroom's file: tab-separated word, vocalised form, spoken, class.

    The last two columns may be missing; ``#`` begins a comment; a header is optional.

    Raises:
        ConfigError: If it cannot be read, or a row is damaged; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ConfigError(
            f"the lexicon cannot be read: {reason}", where=str(path), hint="check text.lexicon"
        ) from error
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or cells[0] == HEADER[0]:
            continue
        cells += [""] * (len(HEADER) - len(cells))
        out.append(checked(cells[0], cells[1], cells[2], cells[3], where=f"{path}, line {number}"))
    return tuple(out)


def checked(word: str, vocalized: str, spoken: str = "", kind: str = "", *, where: str) -> Entry:
    """An entry made of what somebody wrote.

    Raises:
        ConfigError: If the letters of both forms differ, or the marks break a rule of spelling.
    """
    word = " ".join(strip_marks(word).split())
    vocalized = shadda_first(" ".join(vocalized.split())) or word
    if not word or not re.fullmatch(f"[{LETTERS} ]+", word):
        raise ConfigError(
            f"{word!r} is not an Arabic word", where=where, hint="give it without marks"
        )
    if strip_marks(vocalized) != word:
        raise ConfigError(
            f"{vocalized!r} does not have the letters of {word!r}",
            where=where,
            hint="a form with other letters belongs in the third column, spoken",
        )
    if not spoken and not has_marks(vocalized):
        raise ConfigError(
            f"{word!r} has neither marks nor a spoken form", where=where, hint="mark its letters"
        )
    wrong = [
        one for part in vocalized.split() if part != strip_marks(part) for one in problems(part)
    ]
    if wrong:
        raise ConfigError(
            f"{vocalized!r}: {wrong[0]}", where=where, hint="mark every letter but the last"
        )
    if spoken and not re.fullmatch(f"[{LETTERS}{MARKS}]+", spoken):
        raise ConfigError(
            f"{spoken!r} is not one Arabic word", where=where, hint="write it as one word"
        )
    if kind and kind not in CLASSES:
        raise ConfigError(
            f"unknown class {kind!r}", where=where, hint="one of " + ", ".join(CLASSES)
        )
    return Entry(word, vocalized, spoken, kind or "noun", where)


def row_of(entry: Entry) -> str:
    """An entry as a line of a lexicon file."""
    return "\t".join((entry.word, entry.vocalized, entry.spoken, entry.kind, entry.source))


def store(path: Path, entry: Entry) -> str:
    """Put an entry in a newsroom's file, in place of an older one for the same word.

    Comments and the order of rows stay. The file is replaced whole. Returns the row.

    Raises:
        ConfigError: If the file is damaged or cannot be written.
    """
    lines = ["\t".join(HEADER)]
    if path.is_file():
        read_entries(path)
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    row = row_of(replace(entry, source=""))
    places = [n for n, line in enumerate(lines) if line.split("\t")[0].strip() == entry.word]
    if places:
        lines[places[-1]] = row
    else:
        lines.append(row)
    unfinished = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise ConfigError(
            f"the lexicon cannot be written: {error.strerror}",
            where=str(path),
            hint="check the folder's permissions, or set text.lexicon",
        ) from error
    return row
