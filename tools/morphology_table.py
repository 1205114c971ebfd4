"""Write ``src/mujaz/diacritizers/morphology.txt.gz``: the vocalised forms of the words of news.

    python tools/morphology_table.py WORDS

WORDS has one Arabic word a line, the most frequent first. The shipped table was made from
wordfreq's list ``ar`` (Robyn Speer, CC BY-SA 4.0; only the choice of words comes from it): the
120,000 most frequent words, and about 100,000 of the next 340,000.

The forms are those of farahidi 0.4.0 (Wael Tellat, GPL-3.0-or-later), the Python edition of
AlKhalil Morpho Sys 2 (Oujda NLP Team, GPL-3.0), and the counts those of its table of stems in
modern texts. The lexicon's words and the names of ``names.tsv`` are added.

A word that begins with clitics (و ف ب ل ك س) is kept without them: the reader of the table adds
them again. Analysing 200,000 words takes about 20 minutes.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from mujaz.arabic.lexicon_file import shipped
from mujaz.arabic.marks import shadda_first, strip_marks
from mujaz.arabic.tables import rows
from mujaz.diacritizers.candidates import Word
from mujaz.diacritizers.classes import (
    DOUBLING,
    NONE,
    WITH_KASRA,
    is_double,
    single,
    word_classes,
)
from mujaz.diacritizers.morphology import ATTESTED, ENERGY, Case, digits

_TARGET = Path(__file__).resolve().parents[1] / "src/mujaz/diacritizers/morphology.txt.gz"
_CLITICS = re.compile("(?P<clitics>[وف]?[بكلس]?)(?P<article>ال|ل)?")
_CASES = {"مرفوع": Case.NOMINATIVE, "منصوب": Case.ACCUSATIVE, "مجرور": Case.GENITIVE}
_JUSSIVE = "مجزوم"
_ARTICLE = "ال"
_NOUN, _VERB = "اسم", "فعل"
_ASKING, _EMPHATIC = "أَ", "لَ"

# Classes of names, and the counts that words of the lexicon and names get.
_NAMES = ("name", "foreign", "given", "surname")
_LEXICON_COUNT, _NAME_COUNT = "9", "3"
# From this count on a word is an ordinary one.
_ORDINARY = ENERGY[ATTESTED]
_LONG = "ايوى"
_CASE_ENDINGS = ((2, 1), (1, 2), (3, 4), (5, 1), (6, 4))
_ENDINGS = dict.fromkeys(("noun", "adjective", *_NAMES), _CASE_ENDINGS)

# Stems with this count are taken for nouns if no analysis has them.
_LEAST_COUNTED = 20
# Vowels of a verb without its last: كَتَبَ, شَرِبَ, كَبُرَ, كُتِبَ, كَاتَبَ, كُوتِبَ, دَحْرَجَ and the like.
_VERB_STEM = re.compile("1[0123]|23|10[123]|103|203|130|1[123]0")
# Pronouns after a noun: their classes after damma and fatha, and after kasra.
_SUFFIXES = {
    "ه": ((2,), (3,)),
    "ها": ((1, 0), (1, 0)),
    "هم": ((2, 0), (3, 0)),
    "هما": ((2, 1, 0), (3, 1, 0)),
    "نا": ((1, 0), (1, 0)),
}

# Form, stem, part of speech, kind, tense, case or mood, forms of the proclitics.
Row = tuple[str, str, str, str | None, str | None, str | None, tuple[str, ...]]


def analyzer() -> Callable[[str], list[Row]]:
    """Return a function that gives farahidi's analyses of a word."""
    from farahidi import Analyzer

    found = Analyzer()

    def analyze(word: str) -> list[Row]:
        return [
            (
                form.diacritized,
                one.stem,
                one.pos,
                one.type,
                one.tense,
                form.case or form.mood,
                tuple(clitic.form for clitic in one.proclitics),
            )
            for one in found.analyze(word)
            for form in one.inflections
        ]

    return analyze


def is_rare(row: Row) -> bool:
    """Tell whether the clitics of a form are ones that news hardly uses.

    The emphatic لَ before a noun, and the interrogative أ before a noun or a verb, would give every
    noun in ل and every verb in أ a second reading.
    """
    clitics = "".join(row[-1])
    asks = clitics.startswith(_ASKING) and row[2] in (_NOUN, _VERB)
    return asks or (row[2] == _NOUN and _EMPHATIC in clitics)


def core(word: str, row: Row) -> str | None:
    """Return the word without the clitics that the reader of the table can add again.

    None if there is another clitic, such as the interrogative أ. A preposition stays with what is
    neither a noun in the genitive nor a verb: بما, لأنه, كما.
    """
    clitics = "".join(map(strip_marks, row[-1]))
    match = _CLITICS.fullmatch(clitics)
    if match is None:
        return None
    noun = row[2] == _NOUN and _CASES.get(row[5] or "") == Case.GENITIVE
    if not noun and row[4] != "مضارع":
        return word[1:] if clitics[:1] in ("و", "ف") else word
    if clitics in ("", _ARTICLE):
        return word
    if clitics.endswith("لل"):
        return _ARTICLE + word[len(clitics) :]
    return word[len(match["clitics"]) :]


def flags(row: Row, word: str) -> int:
    """Return what the reader must know of a form (see :class:`Case`)."""
    _, _, speech, kind, tense, ending, clitics = row
    out = _CASES.get(ending or "", 0)
    if ending == _JUSSIVE:
        out |= Case.JUSSIVE
    if speech == _NOUN:
        out |= Case.NOUN
    if speech == _VERB and tense == "مضارع":
        out |= Case.IMPERFECT
    if kind == "اسم علم":
        out |= Case.NAME
    if word.startswith(_ARTICLE) and not "".join(map(strip_marks, clitics)).endswith("ال"):
        out |= Case.STEM_LAM
    return out


def line(word: str, rows: Iterable[Row], counts: dict[str, int]) -> str:
    """Return the line of a word: its stems, each with its count and its endings."""
    letters = Word.of(word)
    stem_end = len(word) - letters.ending
    stems: dict[str, dict[str, int]] = defaultdict(dict)
    best: dict[str, int] = defaultdict(int)
    for row in rows:
        classes = word_classes(shadda_first(row[0]), word)
        if classes is None:
            continue
        reading = letters.reading(classes)
        if not any(reading):
            continue  # the name of God, which farahidi leaves bare
        spelled = digits(reading)
        stem, ending = spelled[:stem_end], spelled[stem_end:]
        mark = flags(row, word)
        key = stem + ("!" if mark & Case.STEM_LAM else "")
        stems[key][ending] = stems[key].get(ending, 0) | (mark & ~Case.STEM_LAM)
        best[key] = max(best[key], counts.get(row[1], 0))
    parts = []
    for stem, endings in stems.items():
        count = min(len(ENERGY) - 1, round(2 * math.log(best[stem] + 1)))
        ends = ",".join(f"{ending}{mark:02x}" for ending, mark in endings.items())
        parts.append(f"{stem}:{ENERGY[count]}:{ends}")
    return f"{word}\t{' '.join(parts)}" if parts else ""


def table(words: Iterable[str], analyze: Callable[[str], list[Row]]) -> list[str]:
    """Return the lines of the table, sorted by code point."""
    counts = stem_counts()
    kept: dict[str, list[Row]] = {}
    wanted = list(dict.fromkeys(words))
    for word in wanted:
        own = []
        for row in analyze(word):
            if is_rare(row):
                continue
            bare = core(word, row)
            if bare is None or bare == word:
                own.append(row)
            elif len(bare) > 1 and bare not in kept:
                kept.setdefault(bare, [])
                wanted.append(bare)
        kept[word] = own
    found = {word: one for word, rows in kept.items() if rows and (one := line(word, rows, counts))}
    for word, part in counted_nouns(found, counts):
        found[word] = " ".join((found[word], part)) if word in found else f"{word}\t{part}"
    for word, part, kind in listed():
        known = found.get(word, "").partition("\t")[2].split()
        if kind in _NAMES and any(one.split(":")[1] >= _ORDINARY for one in known):
            continue
        if not any(one.startswith(part.partition(":")[0] + ":") for one in known):
            found[word] = "\t".join((word, " ".join([*known, part])))
    return sorted(found.values())


def counted_nouns(found: dict[str, str], counts: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Yield word, and stem with its endings, of nouns that have a count but no analysis.

    farahidi counts عُمَّال and عُمْر, but its patterns do not derive them. A stem that may be a verb
    is left out.
    """
    for stem, count in counts.items():
        bare = strip_marks(stem)
        classes = word_classes(shadda_first(stem), bare)
        if count < _LEAST_COUNTED or len(bare) < 3 or classes is None or bare[-1] in _LONG:
            continue
        letters = Word.of(bare)
        reading = letters.reading(classes)
        if any(single(one) > WITH_KASRA for one in reading) or single(reading[-1]):
            continue
        if _VERB_STEM.fullmatch(digits(tuple(map(single, reading[:-1])))):
            continue
        digit = ENERGY[min(len(ENERGY) - 1, round(2 * math.log(count + 1)))]
        for before, suffix, after in _around(bare):
            word = before + bare + suffix
            # A rare word is taken for known only if the list of words or the dictionary has it.
            if word not in found and suffix:
                continue
            whole = Word.of(word)
            ends: dict[str, list[str]] = {}
            for vowel, case in _CASE_ENDINGS[: 3 if before or suffix else None]:
                last = reading[-1] + vowel
                tail = after[case] if suffix else ()
                full = whole.reading((*(NONE,) * len(before), *reading[:-1], last, *tail))
                cut = len(word) - whole.ending
                mark = Case.NOUN | case
                ends.setdefault(digits(full[:cut]), []).append(f"{digits(full[cut:])}{mark:02x}")
            known = {one.split(":")[0] for one in found.get(word, "\t").split("\t")[1].split()}
            for start, endings in ends.items():
                if start not in known:
                    yield word, f"{start}:{digit}:{','.join(endings)}"


def _around(stem: str) -> Iterator[tuple[str, str, dict[int, tuple[int, ...]]]]:
    """Yield what may stand before and after a noun, with the marks after it by case."""
    yield "", "", {}
    if not stem.startswith(_ARTICLE):
        yield _ARTICLE, "", {}
    if not stem.endswith("ة"):
        for suffix, (plain, genitive) in _SUFFIXES.items():
            yield "", suffix, {1: plain, 2: plain, 4: genitive}


def listed() -> Iterator[tuple[str, str, str]]:
    """Yield word, stem with its endings, and class of the lexicon's and the names table's words.

    The lexicon's are added to those of the dictionary; a name only if the dictionary does not have
    the word, or not as an ordinary word of modern texts.
    """
    entries = [(one.word, one.vocalized, one.kind, _LEXICON_COUNT) for one in shipped()]
    entries += [(r["word"], r["vocalized"], r["class"], _NAME_COUNT) for r in rows("names.tsv")]
    for word, vocalized, kind, count in entries:
        classes = word_classes(shadda_first(vocalized), word)
        if classes is None or " " in word or kind not in _ENDINGS:
            continue
        letters = Word.of(word)
        reading = letters.reading(classes)
        mark = Case.NAME if kind in _NAMES else Case.NOUN
        stem = reading[: len(word) - letters.ending]
        last = reading[len(stem) :]
        ends = [f"{digits(last)}{mark | 7:02x}"]
        long = word[-1] in _LONG and not is_double(last[-1])
        fixed = len(last) > 1 or long or single(last[-1])
        if not fixed and kind != "foreign":
            shadda = DOUBLING if is_double(last[-1]) else 0
            article = word.startswith(_ARTICLE)
            for vowel, case in _ENDINGS[kind][: 3 if article else None]:
                ends.append(f"{digits((vowel + shadda,))}{mark | case:02x}")
            if shadda:
                ends = ends[1:] if word[-1] != "ي" else [f"0{mark | 7:02x}", *ends[1:]]
            elif kind == "noun" or kind == "adjective":
                ends = ends[1:]
        yield word, f"{digits(stem)}:{count}:{','.join(ends)}", kind


def stem_counts() -> dict[str, int]:
    """Return how often modern texts have each vocalised stem, by farahidi's table."""
    path = files("farahidi") / "data" / "DATA.MSA.SHA.STEM.map.jsonl.gz"
    text = gzip.decompress(path.read_bytes()).decode("utf-8")
    return {one["key"]: one["value"] for one in map(json.loads, text.splitlines())}


def main() -> int:
    words = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    text = "\n".join(table(words, analyzer())) + "\n"
    _TARGET.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    return 0


if __name__ == "__main__":
    sys.exit(main())
