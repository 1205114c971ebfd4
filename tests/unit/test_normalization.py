"""Lines as they are said: cases by class, and what must hold for any text."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from hypothesis import given, settings
from hypothesis import strategies as st

from mujaz.arabic.letters import MARKS, TATWEEL
from mujaz.arabic.marks import strip_marks
from mujaz.arabic.tables import column
from mujaz.text.normalize.line import normalize, normalize_line
from mujaz.text.normalize.nouns import gender_of
from mujaz.text.normalize.unread import unread, unread_of
from mujaz.text.unicode import normalize_unicode

_ROWS = [
    line.split("\t")
    for table in ("normalization.tsv", "news_kinds.tsv", "outlets.tsv")
    for line in (Path(__file__).parents[1] / "data" / table)
    .read_text(encoding="utf-8")
    .splitlines()[3:]
]


def _alternatives(pattern: str) -> re.Pattern[str]:
    """``{a/b/}`` as a regular expression over compared words, spaces optional."""
    out = ""
    for char in pattern:
        out += {"{": "(?:", "}": ")", "/": "|", " ": " *"}.get(char, re.escape(char))
    return re.compile(" *" + out + " *")


def _compared(text: str) -> str:
    """Letters and single spaces: punctuation and marks are not what a case is about."""
    kept = [c if c.isalnum() else " " for c in strip_marks(text).replace(TATWEEL, "")]
    return _one_spelling(" ".join("".join(kept).split()))


def _one_spelling(words: str) -> str:
    """Spellings that newspapers use side by side, folded."""
    for a, b in _SPELLINGS:
        words = words.replace(a, b)
    return words


_SPELLINGS = (
    ("بالمئة", "في المئة"), ("مائة", "مئة"), ("بالمائة", "في المئة"), ("جرام", "غرام"),
    ("أميرك", "أمريك"), ("كيلو متر", "كيلومتر"), ("كيلو غرام", "كيلوغرام"),
    ("استرليني", "إسترليني"),
)  # fmt: skip


def _case(row: list[str]) -> ParameterSet:
    """A row; one whose note is "known wrong" has to fail until it is mended."""
    wrong = len(row) > 4 and row[4] == "known wrong"
    return pytest.param(row, id=row[0], marks=[pytest.mark.xfail(strict=True)] if wrong else [])


@pytest.mark.parametrize("row", [_case(row) for row in _ROWS])
def test_a_line_is_read_as_its_class_demands(row: list[str]) -> None:
    said = _compared(normalize_line(row[2]))
    assert any(
        _alternatives(_compared_pattern(wanted)).fullmatch(said) for wanted in row[3].split("|")
    ), said


def _compared_pattern(pattern: str) -> str:
    kept = [c if c.isalnum() or c in "{}/" else " " for c in strip_marks(pattern)]
    return _one_spelling(" ".join("".join(kept).split()))


@given(st.text(max_size=120))
@settings(max_examples=400, deadline=None)
def test_nothing_unsayable_comes_out_of_any_text(text: str) -> None:
    out = normalize_line(text.replace("\n", " "))
    assert not [c for c in out if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co")]
    assert not re.search(r"[0-9A-Za-z%$€£@#_&]", out)


_NEWS = st.text(alphabet="ابتجحدرسعفقكلمنهوية 0123456789.,:/-%$()«»،؛؟كمطول", max_size=60)


@given(_NEWS)
@settings(max_examples=400, deadline=None)
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = normalize_line(text)
    assert normalize_line(once) == once


@given(
    st.lists(
        st.text(
            alphabet="ابتجحدرسعفقلنهوية" + "\u064e\u064f\u0650\u0652", min_size=4, max_size=9
        ).filter(lambda word: word[0] not in MARKS),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=200, deadline=None)
def test_plain_prose_passes_letter_for_letter(words: list[str]) -> None:
    line = unicodedata.normalize("NFC", "، ".join(words) + ".")
    assert normalize_line(line) == line


@given(_NEWS)
@settings(max_examples=200, deadline=None)
def test_the_span_map_covers_both_sides_in_order(text: str) -> None:
    written = normalize_unicode(text)
    result = normalize(written)
    assert [s.written for s in result.spans] == sorted(s.written for s in result.spans)
    assert sum(end - start for start, end in (s.written for s in result.spans)) == len(written)
    places = [s.spoken for s in result.spans]
    assert all(a[1] <= b[0] for a, b in pairwise(places))
    if places:
        assert places[-1][1] == len(result.text)


def test_spoken_words_map_to_the_written_words_that_they_read() -> None:
    written = "وصل 12 شخصا إلى $5 هنا"
    result = normalize(written)
    assert result.text == "وصل اثنا عشر شخصا إلى خمسة دولارات هنا"
    assert result.word_map(written) == (0, 1, 1, 2, 3, 4, 4, 5)


_WRITTEN = st.text(
    alphabet="ابتحدرسعقلمنوي 0123456789.,:/-+%$€±≈@#_()«»،؛؟!abFNT😀★•Жㄱ²½Ⅳ", max_size=60
)
# A character of any script, sign or number, where news has one: alone, at a figure, in a word.
_CHARACTER = st.characters(categories=("L", "N", "S", "M"))
_NEWS_WITH_IT = st.tuples(
    st.sampled_from(
        ("قال الوزير {} أمس", "بلغ {}5 طن", "سعر 5{} أمس", "اسم{}ها", "{}", "(د {}2)", "12{}3 ألف")
    ),
    st.text(_CHARACTER, min_size=1, max_size=4),
).map(lambda pair: pair[0].format(pair[1]))
_SILENT = frozenset(column("silent_signs.tsv", "sign")) | {TATWEEL}


def _lost(text: str) -> list[str]:
    """The characters of a line that are neither within a reading nor listed as not read."""
    written = normalize_unicode(text)
    result = normalize(written)
    listed = {
        place
        for one in unread_of(written, result)
        for place in range(one.start, one.start + len(one.text))
    }
    lost = []
    for span in result.spans:
        said = result.text[slice(*span.spoken)].strip()
        for place in range(*span.written):
            char = written[place]
            silent = char in _SILENT or unicodedata.category(char)[0] in "PCZ"
            read = said and (span.kind != "text" or char in said)
            if not (silent or read or place in listed or span.kind == "acronym repeated"):
                lost.append(char)
    return lost


@given(st.one_of(_WRITTEN, _NEWS_WITH_IT))
@settings(max_examples=600, deadline=None)
def test_every_character_is_said_or_listed(text: str) -> None:
    assert _lost(text) == []


def test_what_is_not_read_is_listed_with_its_place() -> None:
    line = "زوروا www.site.com 😀 وقال Путин إن التصنيف بي+"
    assert [(one.text, one.start) for one in unread(line)] == [
        ("www.site.com 😀", 6),
        ("Путин", 26),
    ]
    assert unread("ارتفع السعر 3.5% إلى $5، قال «الخبير» (أحمد) – أمس…") == ()


def test_plurals_have_the_gender_of_their_singular() -> None:
    table = (Path(__file__).parents[1] / "data" / "plural_gender.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines()[3:]]
    assert len(rows) >= 1_500
    assert [word for word, gender, _ in rows if gender_of(word).value != gender] == []
