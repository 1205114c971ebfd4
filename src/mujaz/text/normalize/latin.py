"""Read Latin letters: names by table, places by CLDR, acronyms by letter, others by sound."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mujaz.arabic.letters import LETTER_RANGES
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import rows
from mujaz.text.normalize.claims import Line
from mujaz.text.normalize.context import words_before
from mujaz.text.normalize.endings import Case
from mujaz.text.normalize.foreign import vocalized_name
from mujaz.text.normalize.numbers import Form, cardinal, digits
from mujaz.text.normalize.words import alternatives, spoken

_LETTERS = "A-Za-zÀ-ÖØ-öø-ž"
# The bound on a word's length bounds the work at each position of a long run of letters.
_WORD = rf"[{_LETTERS}](?:[{_LETTERS}'’.&+-]{{0,60}}[{_LETTERS}+])?"
_PHRASE = re.compile(rf"(?<![{_LETTERS}]){_WORD}(?:[ ](?:&[ ])?{_WORD}){{1,4}}")
_REPEATED = re.compile(r"(?<=[ء-ي])\s?\((?P<word>[A-Z][A-Za-z.&-]{1,9})\)")
_LONGEST_SPELLED = 5


@cache
def _latin_run() -> re.Pattern[str]:
    """Return a pattern for a word with its prefix and its number: بـBBC, F-16, Windows 11.

    A number behind a space belongs to the name only if no counted noun follows it. The full stop
    of an initial (J. K. Rowling) is no pause.
    """
    follows = rf"(?:{alternatives('function')}|ال[{LETTER_RANGES}]+)(?![{LETTER_RANGES}])"
    free = rf"\s\d{{1,4}}(?=\s*(?:$|[،؛؟.!:()«»\"]|{follows}))"
    return re.compile(
        rf"(?P<prefix>(?:(?<![{LETTER_RANGES}])(?:[وفبلك]{{0,2}}(?:ال|لل)?)?[ـ-]?)?)(?P<lead>\d{{1,2}}(?=[A-Z]\b))?"
        rf"(?P<word>{_WORD})(?P<num>(?:[-‑]?\d+|{free})(?![\d%-]|[.,:/]\d))?"
        r"(?:(?<![A-Za-z][A-Z])(?<=[A-Z])\.(?=\s[A-Z]))?"
    )


def tag_latin(line: Line) -> None:
    """Claim Latin words and phrases with their numbers (F-16, A320)."""
    line.each(_REPEATED, lambda match: "", "acronym repeated")
    if "/" in line.text:
        line.each(_slashed_names(), lambda match: names()[match.group()], "latin")
    line.each(_PHRASE, _known_phrase, "latin")
    for start, end, said in _longest_names(line):
        line.claim(start, end, said, "latin")
    line.each(_latin_run(), lambda match: _latin(line.text, match), "latin")


@cache
def _slashed_names() -> re.Pattern[str]:
    """Return a pattern for the names of the table that hold a slash: SAMP/T."""
    known = "|".join(re.escape(name) for name in names() if "/" in name)
    return re.compile(rf"(?<![{_LETTERS}])(?:{known})(?![{_LETTERS}])")


def _known_phrase(match: re.Match[str]) -> str | None:
    return names().get(match.group()) or names().get(match.group().lower())


def _longest_names(line: Line) -> list[tuple[int, int, str]]:
    """List names of several words within a longer phrase: Real Madrid in «Real Madrid TV»."""
    out: list[tuple[int, int, str]] = []
    for match in _PHRASE.finditer(line.text):
        if line.taken(match.start(), match.end()):
            continue
        words = [(m.start(), m.end()) for m in re.finditer(_WORD, match.group())]
        first = 0
        while first < len(words) - 1:
            for last in range(len(words) - 1, first, -1):
                start, end = words[first][0], words[last][1]
                said = names().get(match.group()[start:end].lower())
                if said:
                    out.append((match.start() + start, match.start() + end, said))
                    first = last
                    break
            first += 1
    return out


def _latin(text: str, match: re.Match[str]) -> str:
    prefix = match["prefix"].replace("ـ", "").replace("-", "")
    word, number = match["word"], match["num"] or ""
    if match["lead"] and (said := names().get((match["lead"] + word).lower())):
        return _joined(prefix, said)
    lead = cardinal(int(match["lead"])) + " " if match["lead"] else ""
    whole = word + number
    known = _named(whole)
    if known and not lead:
        before = words_before(text, match.start())
        if before and _says_again(known, before[-1]):
            # مجموعة G7، بتوقيت GMT: the name begins with the noun that stands before it.
            known = known.partition(" ")[2]
        return _joined(prefix, known)
    said = _read(word)
    if number.strip():
        said += " " + _model_number(number.strip().lstrip("-‑"))
    return _joined(prefix, lead + said)


def _says_again(known: str, before: str) -> bool:
    first = known.partition(" ")[0]
    return " " in known and _stripped(strip_marks(first)) == _stripped(before)


def _stripped(word: str) -> str:
    return _attached_pattern().sub("", word)


@cache
def _attached_pattern() -> re.Pattern[str]:
    """Return a pattern for the article and the prepositions before a word, and of بتوقيت."""
    return re.compile(rf"^(?:[وفبل]?ال|لل|[وبل](?={alternatives('clockword')}))")


def _model_number(figures: str) -> str:
    if figures.startswith("0") or len(figures) > 4:
        return digits(figures)
    return cardinal(int(figures), Form(case=Case.NOMINATIVE))


def _joined(prefix: str, said: str) -> str:
    """Attach a prefix to a name; «الـ» and ل merge with the article of the name."""
    if prefix.endswith("لل"):
        return prefix + said.removeprefix("ال")
    if prefix.endswith("ال") and said.startswith("ال"):
        said = said[2:]
    if prefix.endswith("ل") and not prefix.endswith("ال") and said.startswith("ال"):
        return prefix + "ل" + said[2:]
    return prefix + said


def _named(word: str) -> str | None:
    return names().get(word) or names().get(word.lower())


def _read(word: str) -> str:
    known = _named(word)
    if known:
        return known
    parts = [part for part in re.split(r"[^A-Za-zÀ-ž+]+", word) if part]
    if len(parts) > 1 and not all(len(part) == 1 for part in parts):
        return " ".join(_read(part) for part in parts)
    humps = re.findall("[A-Z][a-z]+", word)
    if len(humps) > 1 and "".join(humps) == word:
        return " ".join(_read(hump) for hump in humps)
    bare = "".join(parts)
    plain = bare.replace("+", "")
    if plain.isascii() and (
        len(plain) == 1 or (plain.isupper() and len(plain) <= _LONGEST_SPELLED)
    ):
        said = " ".join(_letter_names()[char] for char in plain.upper())
    else:
        said = _place(word) or transliterated(plain)
    return said + f" {spoken('plus sign of a name')}" * bare.count("+")


def transliterated(word: str) -> str:
    """Transliterate a Latin word by the sounds of its letters, the longest group first."""
    from unicodedata import normalize

    text = "".join(c for c in normalize("NFKD", word.lower()) if c.isascii() and c.isalpha())
    out = ""
    if text.endswith("e") and len(text) > 3:
        text = text[:-1]
    place = 0
    while place < len(text):
        for latin, initial, inside in _sounds():
            if text.startswith(latin, place):
                out += inside if out else initial
                place += len(latin)
                break
    return vocalized_name(re.sub(r"(.)\1+", r"\1", out))


@cache
def names() -> Mapping[str, str]:
    """Map names to Arabic, as written and in lower case unless two differ by case alone."""
    out: dict[str, str] = {}
    for row in rows("latin.tsv"):
        out[row["latin"]] = row["spoken"]
        out.setdefault(row["latin"].lower(), row["spoken"])
    return out


@cache
def _letter_names() -> Mapping[str, str]:
    return {row["letter"]: row["spoken"] for row in rows("latin_letters.tsv")}


@cache
def _sounds() -> tuple[tuple[str, str, str], ...]:
    """Return letter groups with their Arabic at and after a word's start, the longest first."""
    table = [(r["latin"], r["initial"], r["inside"]) for r in rows("latin_sounds.tsv")]
    return tuple(sorted(table, key=lambda row: -len(row[0])))


def _place(word: str) -> str | None:
    return _places().get(word.lower())


@cache
def _places() -> Mapping[str, str]:
    """Map English names of states to Arabic, from CLDR."""
    from babel import Locale

    english, arabic = Locale("en").territories, Locale("ar").territories
    return {name.lower(): arabic[code] for code, name in english.items() if code in arabic}
