"""The lexicon: what it knows, how it is found, and how the newsroom's file wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from mujaz.arabic.letters import WORD
from mujaz.arabic.lexicon import Lexicon
from mujaz.arabic.lexicon_file import CLASSES, Entry, checked, read_entries, shipped, store
from mujaz.arabic.marks import shadda_first, strip_marks
from mujaz.arabic.spelling import is_complete, problems
from mujaz.diacritizers import guard_for
from mujaz.errors import ConfigError
from mujaz.settings.values import Config


def test_every_shipped_word_obeys_the_rules_of_spelling() -> None:
    assert len(shipped()) >= 1000
    for entry in shipped():
        assert entry.word == strip_marks(entry.vocalized)
        assert entry.vocalized == shadda_first(entry.vocalized)
        assert [p for part in entry.vocalized.split() for p in problems(part)] == []
        assert entry.kind in CLASSES
        assert entry.source
    words = [entry.word for entry in shipped()]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("word", "fault"),
    [
        ("كَتب", "neither vowel nor sukun"),
        ("كَُتَب", "more than one vowel"),
        ("كَتٌبَ", "tanwin inside"),
        ("كَتّب", "shadda without a vowel"),
        ("الشَمْس", "no shadda on ش"),
        ("إَلَى", "إ without kasra"),
        ("مَدِينُة", "no fatha before ة"),
        ("abc", "not an Arabic letter"),
        ("عَىْنَا", "ى inside the word"),
    ],
)
def test_a_broken_rule_is_named(word: str, fault: str) -> None:
    assert any(fault in problem for problem in problems(word))


@pytest.mark.parametrize("word", ["كَتَبَ", "فِي", "قَالُوا", "الشَّمْسُ", "مُحَمَّدٌ", "عَلَى", "شَيْئًا"])
def test_a_word_marked_to_its_end_is_complete(word: str) -> None:
    assert is_complete(word)
    assert problems(word) == []


@pytest.mark.parametrize("word", ["كتب", "كَتَب", "أكّد", "بَين", "يَوم", "الشمْسُ"])
def test_a_half_marked_word_is_not(word: str) -> None:
    assert not is_complete(word)


_LEXICON = Lexicon(
    [
        Entry("قطر", "قَطَر", kind="name"),
        Entry("القاهرة", "الْقَاهِرَة", kind="name"),
        Entry("مدينة", "مَدِينَة"),
        Entry("سوري", "سُورِيّ", kind="adjective"),
        Entry("منذ", "مُنْذُ", kind="particle"),
        Entry("سلطنة عمان", "سَلْطَنَة عُمَان", kind="name"),
        Entry("مستشفى", "مُسْتَشْفَى"),
    ]
)


@pytest.mark.parametrize(
    ("bare", "predicted", "expected"),
    [
        ("قطر", "قُطْرِ", "قَطَرِ"),
        ("وقطر", "وَقُطْرُ", "وَقَطَرُ"),
        ("لقطر", "لِقُطْرٍ", "لِقَطَرٍ"),
        ("القاهرة", "الْقَاهَرَةُ", "الْقَاهِرَةُ"),
        ("بالقاهرة", "بِالْقَاهَرَةِ", "بِالْقَاهِرَةِ"),
        ("للقاهرة", "لِلْقَاهَرَةِ", "لِلْقَاهِرَةِ"),
        ("قاهرة", "قَاهَرَةٍ", "قَاهَرَةٍ"),
        ("المدينة", "الْمُدِينَةِ", "الْمَدِينَةِ"),
        ("ومدينتهم", "وَمُدِينَتُهُمْ", "وَمَدِينَتُهُمْ"),
        ("السورية", "السَّوْرِيَّةَ", "السُّورِيَّةَ"),
        ("السوريون", "السَّوْرِيُّونَ", "السُّورِيُّونَ"),
        ("ومنذ", "وَمُنذِ", "وَمُنْذُ"),
        ("مستشفى", "مُسْتَشْفًى", "مُسْتَشْفًى"),
    ],
)
def test_an_entry_is_found_under_clitics_and_keeps_the_case(
    bare: str, predicted: str, expected: str
) -> None:
    assert _LEXICON.vocalize([bare], [shadda_first(predicted)]) == [shadda_first(expected)]


def test_a_prefix_that_the_model_reads_as_a_letter_is_none() -> None:
    """وقطر with another first vowel than "and" has is some other word."""
    assert _LEXICON.vocalize(["وقطر"], ["وِقْطُرْ"]) == ["وِقْطُرْ"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("جَدَّةِ", "جَدَّةَ"),
        ("بِعَسِيرٍ", "بِعَسِيرَ"),
        ("تُونُسٌ", "تُونُسُ"),
        ("مُحَمَّدٍ", "مُحَمَّدٍ"),
        ("الرِّيَاضِ", "الرِّيَاضِ"),
        ("مُدِيرِ عَامِ", "مُدِيرِ عَامِّ"),
        ("مِدِينَةِ", "مَدِينَةِ"),
    ],
)
def test_a_place_is_a_diptote(line: str, expected: str) -> None:
    """Wright, A Grammar of the Arabic Language, 3rd ed., I § 309."""
    predicted = [shadda_first(word) for word in line.split()]
    bare = [strip_marks(word) for word in predicted]
    found = Lexicon.load().vocalize(bare, predicted)
    assert found == [shadda_first(word) for word in expected.split()]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("مَعْرِضًا لِلْخَطَرِ", "مُعَرَّضًا لِلْخَطَرِ"),
        ("اللَّجْنَةُ الْمُنَظَّمَةُ", "اللَّجْنَةُ الْمُنَظِّمَةُ"),
        ("لِلْجِهَاتِ الْمُشَارَكَةِ", "لِلْجِهَاتِ الْمُشَارِكَةِ"),
        ("وَلَمْ تَرُدَّ أَنْبَاءٌ", "وَلَمْ تَرِدْ أَنْبَاءٌ"),
        ("دَارِ نَشْرِ", "دَارِ نَشْرٍ"),
        ("وَجُرْحُ آخَرُونَ", "وَجُرِحَ آخَرُونَ"),
        ("رُوتِينِيَا", "رُوتِينِيًّا"),
    ],
)
def test_a_phrase_of_news_is_read_as_it_is_meant(line: str, expected: str) -> None:
    predicted = [shadda_first(word) for word in line.split()]
    bare = [strip_marks(word) for word in predicted]
    found = Lexicon.load().vocalize(bare, predicted)
    assert found == [shadda_first(word) for word in expected.split()]


def test_an_entry_of_two_words_counts_only_where_they_stand_together() -> None:
    assert _LEXICON.vocalize(["سلطنة", "عمان"], ["سُلْطَنَةِ", "عَمَّانَ"]) == [
        "سَلْطَنَةِ",
        "عُمَانَ",
    ]
    assert _LEXICON.vocalize(["عمان"], ["عَمَّانُ"]) == ["عَمَّانُ"]


def test_the_newsroom_wins_over_the_shipped_table(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text("# ours\nقطر\tقِطْر\n", encoding="utf-8")

    assert Lexicon.load().vocalize(["قطر"], ["قُطُرُ"]) == ["قَطَرُ"]
    assert Lexicon.load(path).vocalize(["قطر"], ["قُطُرُ"]) == ["قِطْرُ"]


def test_a_respelling_is_for_the_voice_alone(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    store(path, checked("فيسبوك", "", "فَايْسْبُوك", where="test"))
    lexicon = Lexicon.load(path)

    (marked,) = lexicon.vocalize(["وفيسبوك"], ["وَفِيسْبُوكْ"])
    assert strip_marks(marked) == "وفيسبوك"
    assert lexicon.respell(f"قَالَ {marked}.") == "قَالَ وَفَايْسْبُوك."
    assert Lexicon.load().respell(marked) == marked


def test_storing_replaces_a_row_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text("# ours\nدباس\tدَبَّاس\nقطر\tقَطَر\n", encoding="utf-8")

    store(path, checked("دباس", "دِبَّاس", where="test"))

    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# ours"
    assert len(lines) == 3
    assert [entry.vocalized for entry in read_entries(path)] == [
        shadda_first("دِبَّاس"),
        "قَطَر",
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("قطر\tقَطَن", "does not have the letters"),
        ("قطر\tقَطر", "neither vowel nor sukun"),
        ("CNN\tCNN", "is not an Arabic word"),
        ("قطر\tقطر", "neither marks nor a spoken form"),
        ("قطر\tقَطَر\tقَ طَر", "is not one Arabic word"),
        ("قطر\tقَطَر\t\tcity", "unknown class"),
    ],
)
def test_a_damaged_row_is_named_with_its_line(tmp_path: Path, row: str, fault: str) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text(f"# ours\n{row}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=fault) as caught:
        read_entries(path)

    assert "line 2" in caught.value.where


def test_a_particle_takes_no_preposition() -> None:
    lexicon = Lexicon([Entry("ثمة", "ثَمَّةَ", kind="particle"), Entry("مصر", "مِصْر", kind="name")])
    assert lexicon.knows("وثمة")
    assert not lexicon.knows("بثمة")
    assert lexicon.knows("بمصر")


def test_a_name_takes_no_article_that_it_does_not_have_and_keeps_its_own() -> None:
    assert _LEXICON.knows("قطر")
    assert not _LEXICON.knows("القطر")
    assert not _LEXICON.knows("للقطر")
    assert not _LEXICON.knows("قاهرة")
    assert _LEXICON.knows("المدينة")


def test_a_word_of_two_letters_takes_no_clitics() -> None:
    lexicon = Lexicon([Entry("لي", "لِي", kind="name"), Entry("دم", "دَم")])
    assert lexicon.knows("لي")
    assert not lexicon.knows("ولي")
    assert not lexicon.knows("بدم")
    assert lexicon.knows("الدم")


def test_an_entry_for_the_whole_word_is_preferred_to_one_with_clitics() -> None:
    lexicon = Lexicon([Entry("كتاب", "كُتَّاب"), Entry("كتابه", "كِتَابَه")])
    assert lexicon.vocalize(["كتابه"], ["كتابه"]) == ["كِتَابَه"]


@pytest.mark.parametrize(
    ("line", "word", "said"),
    [
        ("عاد الركاب سالمين بحمد الله", "بحمد", "بِحَمْدِ"),
        ("فتحت نافذة يطل من خلالها على البحر", "خلالها", "خِلَالِهَا"),
        ("اختير من بينهم ثلاثة", "بينهم", "بَيْنِهِم"),
        ("أعرب المجتمعون عن قلقهم", "المجتمعون", "الْمُجْتَمِعُونَ"),
        ("دعا المجتمع الدولي إلى الهدوء", "المجتمع", "الْمُجْتَمَعُ"),
        ("وهو مؤيد للقرار", "مؤيد", "مُؤَيِّد"),
        ("حول المدافع الكرة إلى مرماه", "حول", "حَوَّلَ"),
        ("وقف طويلا أمام شباك التذاكر", "شباك", "شُبَّاك"),
        ("بقي الحارس معرضا للخطر", "معرضا", "مُعَرَّضًا"),
        ("بقي الحارس معرضا للخطر", "للخطر", "لِلْخَطَرِ"),
    ],
)
def test_the_shipped_lexicon_leaves_ordinary_words(line: str, word: str, said: str) -> None:
    """They were read as names, or with the case of another sentence: مِنْ خِلَالَهَا."""
    words = WORD.findall(guard_for(Config()).line(line))
    assert words[line.split().index(word)].startswith(shadda_first(said))
