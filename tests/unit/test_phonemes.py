"""The phonetiser against a table derived from grammars, and its properties on any text."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mujaz.arabic.letters import LETTERS, MARKS
from mujaz.arabic.marks import split_marks, strip_marks
from mujaz.arabic.tables import rows
from mujaz.engines.espeak.mnemonics import is_vowel, join, stressed_vowel
from mujaz.engines.espeak.phonetizer import phoneme_line, phonetize
from mujaz.engines.espeak.rendering import render

GOLD = Path(__file__).resolve().parents[1] / "data" / "phonemes.tsv"
INVENTORY = frozenset(row["phoneme"] for row in rows("sounds.tsv")) | frozenset(
    ["L", *(v + dark + long for v in "aiu" for dark in ("", ".") for long in ("", ":"))]
)
_WORD = st.text(alphabet=LETTERS + MARKS * 2, min_size=1, max_size=24)
_LINE = st.lists(_WORD, max_size=8).map(" ".join)


def gold() -> list[tuple[str, str, str]]:
    """(text, phonemes, class) of every row; a malformed row is an error."""
    out: list[tuple[str, str, str]] = []
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines[1:] if line and not line.startswith("#")):
        cells = line.split("\t")
        if len(cells) != 4 or not all(cells):
            raise ValueError(f"malformed row: {line!r}")
        if cells[0] != "text":
            out.append((cells[0], cells[1], cells[2]))
    return out


def unscored(phonemes: str) -> str:
    """Phonemes without stress and darkness, which the table leaves out."""
    return re.sub(r"(?<=[aiu])\.", "", phonemes.replace("'", "")).replace("L", "l")


@pytest.mark.parametrize(("text", "phonemes", "rule"), gold())
def test_the_gold_table(text: str, phonemes: str, rule: str) -> None:
    assert phonemes == unscored(phoneme_line(text)), rule


def test_the_gold_table_is_large_and_has_no_row_twice() -> None:
    texts = [text for text, _, _ in gold()]
    assert len(texts) == len(set(texts)) >= 400


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("كَتَبَ", "k'ataba"),
        ("كِتَابٌ.", "kit'a:b"),
        ("مَدْرَسَةٌ", "madR'asatun"),
        ("مُعَلِّمُونَ", "muAallim'u:na"),
        ("الأَبُ", "?al?'abu"),
        ("بِالبَيْتِ", "bilb'ajti"),
        ("بِاسْمِ", "b'ismi"),
        ("مِنْ", "min"),
    ],
)
def test_stress(text: str, phonemes: str) -> None:
    assert phoneme_line(text) == phonemes


def test_dark_vowels_stand_beside_emphatics_and_dark_l_in_the_name_of_god() -> None:
    assert phoneme_line("طَالِبٌ") == "t['a.:libun"
    assert phoneme_line("رَسُولُ اللَّهِ") == "Ras'u:lu LL'a:hi"
    assert phoneme_line("بِاللَّهِ") == "bill'a:hi"


@given(_WORD)
def test_the_order_of_marks_on_a_letter_changes_nothing(word: str) -> None:
    reversed_marks = "".join(letter + marks[::-1] for letter, marks in split_marks(word))
    assert phoneme_line(word) == phoneme_line(reversed_marks)


@given(_LINE)
def test_every_word_is_said_in_the_inventory_and_only_once(line: str) -> None:
    words = [word for clause in phonetize(line) for word in clause.words]
    assert {phoneme for word in words for phoneme in word.phonemes} <= INVENTORY
    assert all(word.phonemes for word in words)
    with_letters = [i for i, word in enumerate(line.split()) if strip_marks(word)]
    assert [word.index for word in words] == with_letters


@given(st.lists(st.text(alphabet="بتثجحدرسشفقكلمنه", min_size=1, max_size=9), max_size=3))
def test_bare_words_are_no_consonant_piles(words: list[str]) -> None:
    for word in phonetize(" ".join(words)):
        for spoken in word.words:
            shape = "".join("v" if is_vowel(p) else "c" for p in spoken.phonemes)
            assert "ccc" not in shape
            assert not shape.startswith("cc") or spoken.index
            assert "v" in shape


@given(st.text(max_size=60))
def test_nothing_but_phoneme_groups_reaches_the_library(text: str) -> None:
    group = r"\[\[[^\[\] ]+(?: [^\[\] ]+)*\]\][.!?;:,]?"
    assert re.fullmatch(f"(?:{group}(?: {group})*)?", _without_spaced_mnemonics(text))


def _without_spaced_mnemonics(text: str) -> str:
    # s[ and t[ are the only mnemonics with a bracket in them.
    groups = render(phonetize(text, at_end=True))
    return re.sub(r"(?<=[st])\[", "", " ".join(group.text for group in groups))


def test_two_phonemes_are_never_read_as_one() -> None:
    names = sorted(INVENTORY | {"'"}, key=len, reverse=True)
    token = re.compile("|".join(map(re.escape, names)))
    for pair in itertools.product(sorted(INVENTORY), repeat=2):
        parts = join(pair).split("|")
        assert [found for part in parts for found in token.findall(part)] == list(pair)


def test_stress_never_falls_before_the_stem() -> None:
    assert stressed_vowel(["w", "a", "h", "u", "w", "a"], 2) == 3
    assert stressed_vowel(["b", "n"], 0) is None


def test_breaks_end_clauses_and_only_stops_change_endings() -> None:
    clauses = phonetize("كِتَابٌ، الوَلَدُ. هَلْ قَالَ؟")
    assert [clause.stop for clause in clauses] == [",", ".", "?"]
    assert phoneme_line("كِتَابٌ، الوَلَدُ.") == "kit'a:bun ?alw'alad"
    assert phoneme_line("كِتَابٌ") == "kit'a:bun"
    assert str(phonetize("كِتَابٌ", at_end=True)[0].words[0]) == "kit'a:b"


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("\ufedb\ufe98\ufe8e\ufe8f", "كتاب"),  # presentation forms
        ("کتاب", "كتاب"),  # Persian kaf
        ("كـتـا\u200dب", "كتاب"),  # tatweel and a joiner
        ("إلاّ", "إلّا"),
        ("لاَ", "لا"),
        ("ا\u0654كل", "أكل"),  # hamza as a combining mark
        ("عبدالله", "عبد الله"),
    ],
)
def test_other_ways_to_write_the_same_word(written: str, same_as: str) -> None:
    ours, theirs = (unscored(phoneme_line(text)).replace(" ", "") for text in (written, same_as))
    assert ours == theirs
