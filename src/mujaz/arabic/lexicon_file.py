"""Lexicon entries and lexicon files: the shipped table and the newsroom's own.

A file is tab-separated text: word, vocalized form, spelling for the voice (if the letters would
be read wrongly), class, source. Entries of the newsroom's file must keep the rules of spelling.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from mujaz.arabic.letters import LETTERS, MARKS
from mujaz.arabic.marks import has_marks, shadda_first, strip_marks
from mujaz.arabic.spelling import problems
from mujaz.arabic.tables import rows
from mujaz.errors import ConfigError
from mujaz.storage.atomic import replace_file

SHIPPED = "lexicon.tsv"
CLASSES = ("noun", "adjective", "name", "foreign", "particle", "verb")
HEADER = ("word", "vocalized", "spoken", "class", "source")
# Sources of the shipped table's names of cities, regions and countries begin so.
_PLACES = ("usual Arabic name of the city", "usual Arabic name of the country")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row.

    Attributes:
        word: Word or phrase without marks, with single spaces.
        vocalized: The same letters with marks; without a mark on the last letter the case
            ending is taken from the sentence.
        spoken: Spelling for the voice, if the letters would be read wrongly; or empty.
        kind: ``noun`` and ``verb`` take every clitic, ``adjective`` also the feminine endings,
            ``name`` no pronoun and no article, ``particle`` only و and ف.
        source: Authority for the form.
    """

    word: str
    vocalized: str
    spoken: str = ""
    kind: str = "noun"
    source: str = ""

    @property
    def is_place(self) -> bool:
        """Whether the entry is a city, region or country of the shipped table."""
        return self.source.startswith(_PLACES)


@cache
def shipped() -> tuple[Entry, ...]:
    """Return the entries of the table that comes with the package."""
    return tuple(
        Entry(row["word"], row["vocalized"], row["spoken"], row["class"], row["source"])
        for row in rows(SHIPPED)
    )


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Read a newsroom's file: tab-separated word, vocalized form, spoken, class.

    The last two columns may be missing; ``#`` begins a comment; a header is optional.

    Raises:
        ConfigError: If it cannot be read, or a row is invalid; the message names the line.
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
    """Make an entry from user input.

    Raises:
        ConfigError: If the letters of both forms differ, or the marks break a rule of spelling.
    """
    word = " ".join(strip_marks(word).split())
    vocalized = shadda_first(" ".join(vocalized.split())) or word
    if not word or not re.fullmatch(f"[{LETTERS} ]+", word):
        raise ConfigError(
            f"{word!r} is not an Arabic word", where=where, hint="give an Arabic word without marks"
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
    """Format an entry as a line of a lexicon file."""
    return "\t".join((entry.word, entry.vocalized, entry.spoken, entry.kind, entry.source))


def store(path: Path, entry: Entry) -> str:
    """Write an entry to a newsroom's file, in place of an earlier one for the same word.

    Comments and the order of rows are kept. The file is replaced atomically.

    Returns:
        The row as written.

    Raises:
        ConfigError: If the file is invalid or cannot be written.
    """
    lines = _lines(path)
    row = row_of(replace(entry, source=""))
    places = _rows_of(lines, entry.word)
    if places:
        lines[places[-1]] = row
    else:
        lines.append(row)
    _write(path, lines)
    return row


def remove(path: Path, word: str) -> list[str]:
    """Remove the rows of a word from a newsroom's file; the rest of the file is kept as it is.

    Returns:
        The rows that were removed; none if the file has no such word.

    Raises:
        ConfigError: If the file is invalid or cannot be written.
    """
    lines = _lines(path)
    places = _rows_of(lines, " ".join(strip_marks(word).split()))
    if places:
        _write(path, [line for place, line in enumerate(lines) if place not in places])
    return [lines[place] for place in places]


def _lines(path: Path) -> list[str]:
    """Return the lines of a valid file, or the header if there is no file.

    Raises:
        ConfigError: If the file cannot be read, or a row is invalid.
    """
    if not path.is_file():
        return ["\t".join(HEADER)]
    read_entries(path)
    return path.read_text(encoding="utf-8-sig").splitlines()


def _rows_of(lines: list[str], word: str) -> list[int]:
    cells = [" ".join(strip_marks(line.split("\t")[0]).split()) for line in lines]
    return [place for place, cell in enumerate(cells) if cell == word]


def _write(path: Path, lines: list[str]) -> None:
    try:
        replace_file(path, "\n".join(lines) + "\n")
    except OSError as error:
        raise ConfigError(
            f"the lexicon cannot be written: {error.strerror}",
            where=str(path),
            hint="check the folder's permissions, or set text.lexicon",
        ) from error
