"""Write ``src/mujaz/arabic/data/names.tsv``: names with the vowels that their Latin spelling tells.

    python tools/names_table.py names.sqlite3

The file is ``arabic_name_romanizer/resources/names.sqlite3`` of arabic-name-romanizer 0.2.0 (Jan
Romaniak, MIT), whose pairs come from Wikidata (CC0), the Algerian Name Transcription Corpus (Taha
Zerrouki, CC0) and DziriNames (MIT). It has the names without hamza, ة and ى, which the Latin
spelling tells as well.

Each letter of a name takes some Latin letters and a vowel. The cheapest alignment by dynamic
programming wins, where the networks' probability for the name by itself counts too. Of several
Latin spellings the reading with the most occurrences wins.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mujaz.diacritizers.candidates import Word
from mujaz.diacritizers.classes import DOUBLING, NONE, WITH_DAMMA, WITH_FATHA, WITH_KASRA, spell
from mujaz.diacritizers.networks import Frame, Rawi

_TARGET = Path(__file__).resolve().parents[1] / "src/mujaz/arabic/data/names.tsv"
_ARTICLE = "ال"
_LATIN_ARTICLE = re.compile(r"^(?:[aeu]l[ -]?|[aeu](?:[lrsztdn]|sh|th|ch|dh)[ -])")
_NAME = re.compile("[\u0621-\u063a\u0641-\u064a]{3,12}")
# Countries whose names are not Arabic for the most part: a name only from there keeps no case.
_FOREIGN = {"IR", "PK", "AF"}
_LETTERS = {
    "ا": ("a", "aa", "e", ""),
    "أ": ("", "'"),
    "ء": ("", "'"),
    "ئ": ("", "'", "y", "e", "i"),
    "ؤ": ("", "'", "o", "u"),
    "ب": ("b", "p"),
    "ت": ("t",),
    "ث": ("th", "t", "s"),
    "ج": ("j", "g", "dj", "dg"),
    "ح": ("h",),
    "خ": ("kh", "k", "h"),
    "د": ("d",),
    "ذ": ("dh", "th", "d", "z"),
    "ر": ("r",),
    "ز": ("z", "s"),
    "س": ("s", "ss", "c"),
    "ش": ("sh", "ch", "s"),
    "ص": ("s", "ss", "c"),
    "ض": ("d", "dh", "dd", "z"),
    "ط": ("t", "tt"),
    "ظ": ("z", "dh", "th", "d"),
    "ع": ("", "'", "a"),
    "غ": ("gh", "g", "r"),
    "ف": ("f", "ph", "v"),
    "ق": ("q", "k", "g", "c"),
    "ك": ("k", "c", "ck", "g"),
    "ل": ("l",),
    "م": ("m",),
    "ن": ("n",),
    "ه": ("h", ""),
    "ة": ("", "h", "t"),
    "و": ("w", "ou", "v", "u", "o", ""),
    "ي": ("y", "i", "e", "ee", "ai", ""),
    "ى": ("", "a"),
}
_VOWELS = {
    NONE: (("", 0.0),),
    WITH_FATHA: (("a", 0.0), ("e", 0.3), ("aa", 0.2), ("", 1.5), ("o", 1.0)),
    WITH_KASRA: (("i", 0.0), ("e", 0.3), ("y", 0.6), ("ee", 0.2), ("", 1.5)),
    WITH_DAMMA: (("u", 0.0), ("o", 0.1), ("ou", 0.0), ("oo", 0.2), ("", 1.5)),
}
_NETWORK = 0.35
_MISSING, _BEAM, _DEAREST = 2.5, 24, 6.0
_CLUSTER = 2.0
_LONG = {"ا": WITH_FATHA, "ى": WITH_FATHA, "و": WITH_DAMMA, "ي": WITH_KASRA}

State = tuple[float, int, tuple[int, ...]]


def align(word: str, latin: str, masses: np.ndarray) -> tuple[float, tuple[int, ...]] | None:
    """Return the cost and the classes of the cheapest alignment of a name with its spelling."""
    states: list[State] = [(0.0, 0, ())]
    for place in range(len(word)):
        best: dict[tuple[int, tuple[int, ...]], float] = {}
        for cost, at, classes in states:
            for more, end, index in _steps(word, place, latin, at, classes):
                total = cost + more - _NETWORK * float(np.log(masses[place, index] + 1e-3))
                key = (end, (*classes, index))
                if total < best.get(key, 1e9):
                    best[key] = total
        states = sorted((cost, end, found) for (end, found), cost in best.items())[:_BEAM]
    done = [(cost + 1.5 * (len(latin) - at), classes) for cost, at, classes in states]
    return min(done) if done else None


def _steps(
    word: str, place: int, latin: str, at: int, classes: tuple[int, ...]
) -> Iterator[tuple[float, int, int]]:
    letter = word[place]
    last = place == len(word) - 1
    before = classes[-1] % DOUBLING if classes else NONE
    consonants = [(text, 0.0) for text in _LETTERS.get(letter, ())] + [("", _MISSING)]
    if letter in "اى":
        if before != WITH_FATHA:
            return
        yield from ((c, at + len(t), NONE) for t, c in consonants if latin.startswith(t, at))
        return
    if letter == "ة" and before != WITH_FATHA:
        return
    vowels = [NONE] if last else list(_VOWELS)
    for double in (0, 1):
        if double and (place == 0 or letter in "ةأءئؤ"):
            continue
        for text, cost in consonants:
            spelled = text * 2 if double and len(text) == 1 else text
            if not latin.startswith(spelled, at):
                continue
            more = cost + (0.8 if double and len(text) != 1 else 0.0)
            end = at + len(spelled)
            for vowel in vowels:
                if place == 0 and vowel == NONE:
                    continue
                if double and vowel == NONE and not last:
                    continue
                alone = vowel == NONE and place > 0 and before == NONE and not last
                cluster = _CLUSTER if alone and not _is_long(word, classes) else 0.0
                for short, extra in _VOWELS[vowel]:
                    if latin.startswith(short, end):
                        yield more + extra + cluster, end + len(short), vowel + DOUBLING * double


def _is_long(word: str, classes: tuple[int, ...]) -> bool:
    """Whether the last letter of these classes lengthens the vowel before it."""
    place = len(classes) - 1
    return place > 0 and _LONG.get(word[place]) == classes[-2] % DOUBLING


def names(path: Path) -> dict[str, list[tuple[str, str, str, str, int]]]:
    """Return the Latin spellings of each name of one word."""
    query = "select arabic_key, latin, country, role, source, count from units"
    out = defaultdict(list)
    for name, *rest in sqlite3.connect(path).execute(query):
        if _NAME.fullmatch(name):
            out[name].append(tuple(rest))
    return out


def restored(key: str, latin: str) -> str:
    """Return a name with the final letter that its Latin spelling tells."""
    if key.endswith("ه") and re.search("[ae]h?$", latin):
        return key[:-1] + "ة"
    if key.endswith("ي") and latin.endswith("a"):
        return key[:-1] + "ى"
    return key


def readings(rawi: Rawi, key: str, spellings: list) -> Iterator[tuple[str, tuple[int, ...], int]]:
    """Yield for each Latin spelling the word, its reading, and its count."""
    masses: dict[str, np.ndarray] = {}
    spellings = sorted(spellings, key=lambda one: -one[-1])[:6]
    for latin, _, _, _, count in spellings:
        plain = unicodedata.normalize("NFD", latin.lower())
        plain = re.sub("[^a-z' -]", "", plain)
        article = key.startswith(_ARTICLE) and len(key) > 4
        stem = key
        if article:
            match = _LATIN_ARTICLE.match(plain)
            if match is None:
                continue
            plain, stem = plain[match.end() :], key[2:]
        plain = plain.replace(" ", "").replace("-", "")
        stem = restored(stem, plain)
        if stem.startswith("ا"):
            stem = "أ" + stem[1:]
        if stem not in masses:
            ((second, third),) = rawi.read(stem, [Frame(". ", ".")])
            masses[stem] = Word.of(stem).masses(np.sqrt(second * third))
        found = align(stem, plain, masses[stem])
        if found is None or found[0] > _DEAREST + 0.4 * len(stem):
            continue
        classes = list(found[1])
        if stem.startswith("أ") and classes[0] == WITH_KASRA:
            stem = "إ" + stem[1:]
        if stem.endswith("ي") and article:
            classes[-1] = DOUBLING
            classes[-2] = (DOUBLING if classes[-2] >= DOUBLING else 0) + WITH_KASRA
        word = _ARTICLE * article + stem
        full = (0, 0, *classes) if article else tuple(classes)
        yield word, full, count


def main() -> int:
    rawi = Rawi()
    rows = []
    for key, spellings in sorted(names(Path(sys.argv[1])).items()):
        votes: dict[tuple[str, tuple[int, ...]], int] = defaultdict(int)
        for word, classes, count in readings(rawi, key, spellings):
            votes[word, classes] += count
        if not votes:
            continue
        word, classes = max(votes, key=votes.__getitem__)
        countries = {one[1] for one in spellings}
        roles = {one[2] for one in spellings} - {"unknown"}
        kind = (
            "foreign" if countries <= _FOREIGN else ("surname" if roles == {"surname"} else "given")
        )
        rows.append(
            (word, spell(word, classes), kind, "+".join(sorted({one[3] for one in spellings})))
        )
    head = "# Vowels inferred from Latin spellings by tools/names_table.py.\n"
    text = "".join("\t".join(row) + "\n" for row in dict.fromkeys(sorted(rows)))
    _TARGET.write_text(head + "word\tvocalized\tclass\tsource\n" + text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
