"""Our phonemes as phones, syllables and labels of HTS voices."""

from __future__ import annotations

import re

import pytest

from mujaz.arabic.tables import rows
from mujaz.engines.espeak.phonetizer import SpokenClause, SpokenWord, phonetize
from mujaz.engines.hts.labels import labels
from mujaz.engines.hts.phones import syllables, word_phones
from mujaz.errors import EngineError

_LABEL = re.compile(
    r"\S+\^\S+-(?P<phone>[^+]+)\+\S+=\S+@(?:\d+_\d+|x_x)/A:0_0_\d+/B:\S+/C:0\+0\+\d+/D:\w+"
    r"/E:\S+/F:\w+/G:\d+_\d+/H:\S+@\d+=\d+\|(?:NONE|0)/I:\d+=\d+/J:\d+\+\d+-\d+"
)


def spelled(word: str) -> str:
    (clause,) = phonetize(word)
    phones = [word_phones(part.phonemes) for part in clause.words]
    return " ".join("|".join(" ".join(p.name for p in s) for s in syllables(w)) for w in phones)


# Written from the rules of Festival's generic syllabifier, a word at a time.
@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("تَخْتَبِرُ", "t a x|t a b|i r|u"),
        ("الْحُكُومَةَ", "ah|a l H|u k|uu m|a t|a"),
        ("وَالْمَعْلُومَاتِ", "w a l|m a E|l uu m|aa t|i"),
        ("مِنْ", "m ia n"),
        ("هُمْ", "h ua m"),
        ("قِطَارٌ", "q I T|aa r|ua n"),
        ("الصَّبْرِ", "ah|A SS|a b|r i"),
    ],
)
def test_a_word_becomes_phones_in_the_syllables_of_training(word: str, expected: str) -> None:
    assert spelled(word) == expected


def test_only_an_emphatic_consonant_after_it_makes_a_vowel_dark() -> None:
    names = [phone.name for phone in word_phones(["t[", "a.:", "b", "a.", "s[", "s[", "a."])]
    assert names == ["T", "aa", "b", "A", "SS", "a"]


def test_every_consonant_of_ours_has_a_phone_single_and_doubled() -> None:
    for row in rows("sounds.tsv"):
        phoneme = row["phoneme"]
        (single,) = word_phones([phoneme])
        doubled = [phone.name for phone in word_phones([phoneme, phoneme])]
        if phoneme == "v":
            assert doubled == ["v", "v"]
        else:
            assert doubled != [single.name]
            assert len(doubled) == 1


def test_a_phoneme_without_a_phone_is_an_error_that_names_it() -> None:
    with pytest.raises(EngineError, match="'ts'"):
        word_phones(["ts"])


def test_the_labels_of_two_phrases() -> None:
    clauses = [
        SpokenClause((SpokenWord(0, ("?", "a", "n")), SpokenWord(1, ("b", "a:"))), ","),
        SpokenClause((SpokenWord(2, ("l", "a:")),), "."),
    ]
    found = labels(clauses)
    assert [label.text.split("@")[0] for label in found] == [
        "x^x-pau+ah=a", "x^pau-ah+a=n", "pau^ah-a+n=b", "ah^a-n+b=aa", "a^n-b+aa=pau",
        "n^b-aa+pau=l", "b^aa-pau+l=aa", "aa^pau-l+aa=pau", "pau^l-aa+pau=x", "l^aa-pau+x=x",
    ]  # fmt: skip
    assert found[6].text == (
        "b^aa-pau+l=aa@x_x/A:0_0_2/B:x-x-x@x-x&x-x#x-x$x-x!x-x;x-x|x/C:0+0+2/D:content_1"
        "/E:x+x@x+x&x+x#x+x/F:content_1/G:3_2/H:x=x@1=2|0/I:1=1/J:4+3-2"
    )
    assert found[4].text == (
        "a^n-b+aa=pau@1_2/A:0_0_2/B:0-0-2@1-1&3-1#1-1$1-1!0-0;0-0|aa/C:0+0+2/D:content_2"
        "/E:content+1@2+1&1+0#1+0/F:content_1/G:0_0/H:3=2@1=2|NONE/I:1=1/J:4+3-2"
    )
    assert [label.word for label in found] == [None, 0, None, None, 1, None, None, 2, None, None]
    assert [label.stop for label in found if label.is_pause] == ["", ",", "."]


def test_every_label_of_a_news_sentence_has_the_format() -> None:
    line = "قَالَ الْوَزِيرُ، أَمْسِ: إِنَّ الْمُفَاوَضَاتِ بَدَأَتْ؛ وَلَمْ تَنْتَهِ."
    found = labels(phonetize(line, at_end=True))
    for label in found:
        match = _LABEL.fullmatch(label.text)
        assert match is not None, label.text
        assert (match["phone"] == "pau") == label.is_pause
    assert [label.stop for label in found if label.is_pause] == ["", ",", ":", ";", "."]


def test_nothing_to_say_has_no_labels() -> None:
    assert labels(phonetize("… — !", at_end=True)) == []
