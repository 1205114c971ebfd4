"""What every diacritizer must keep, under the guard and with the lexicon over it."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mujaz import plugins
from mujaz.arabic.letters import HARAKAT, SHADDA, TATWEEL
from mujaz.arabic.lexicon import Lexicon
from mujaz.arabic.marks import has_marks, shadda_first, split_marks, strip_marks
from mujaz.diacritizers import Guard
from mujaz.errors import MissingPackageError
from tests.conftest import Mujaz

_BASES = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءأإآؤئةى"
_NOISE = st.text(alphabet=_BASES + HARAKAT + TATWEEL + "  .،؟!«»()123A%😀\u200f", max_size=120)
# Marked and half-marked words of the language, where a model has something to say.
_WORDS = (
    "قال وقالت مدينة المدينةِ كِتَاب مسؤولٌ إلى إلىٰ هذا هَذَا الذين سُورية وبالسعودية لِلقاهرة "
    "عبدالله عبدُالرحمن قراراً قَرَارًا أكّد أنّ يكتبوا قالُوا مستشفى مستشفىً شيئا شيءٍ رأى السماءُ "
    "سلطنة عمان بنتها كتابهم ومنظماتهم فسيكتبون الاستقلال للاجتماع مُواصَلة والمؤسّسات ذلِك لكن"
).split()
_SENTENCES = st.lists(
    st.one_of(
        st.sampled_from(_WORDS),
        st.builds(strip_marks, st.sampled_from(_WORDS)),
        st.sampled_from([".", "،", "15", "«", "»", "😀", "U2"]),
    ),
    max_size=12,
).map(" ".join)


# The tests have plug-ins of their own, which need not keep what is promised here.
_SHIPPED = [
    entry.name
    for entry in entry_points(group=plugins.DIACRITIZERS)
    if entry.value.startswith("mujaz.")
]


@pytest.fixture(scope="module", params=_SHIPPED)
def guard(request: pytest.FixtureRequest) -> Guard:
    try:
        model = plugins.load_diacritizer(request.param)
    except MissingPackageError as error:
        pytest.skip(f"{error}; {error.hint}")
    return Guard(model, Lexicon.load() if request.param != "none" else None)


@given(text=st.one_of(_NOISE, _SENTENCES))
@settings(max_examples=120, deadline=None)
def test_only_marks_change_and_twice_gives_the_same(guard: Guard, text: str) -> None:
    out = guard.line(text)

    assert strip_marks(out) == strip_marks(text)
    assert guard.line(out) == out


@given(text=_SENTENCES)
@settings(max_examples=60, deadline=None)
def test_every_given_mark_survives(guard: Guard, text: str) -> None:
    out = guard.line(text)

    for (letter, before), (same, after) in zip(split_marks(text), split_marks(out), strict=True):
        assert letter == same
        assert set(before) <= set(after)


def test_a_given_tanwin_and_shadda_are_read_with_the_word(guard: Guard) -> None:
    out = guard.line("مسارٍ طويلٍ إضافةً أكّد أنّ")

    assert [word[-1] for word in out.split()[:3]] == ["\u064d", "\u064d", "\u064b"]
    assert out.count(SHADDA) >= 2
    if guard.model.name != "none":
        assert shadda_first("أَكَّدَ") in out


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "U2 😀 100%",
        "كتب" * 5000,
        "كتب " * 150,
        pytest.param("كتب " * 1500, marks=pytest.mark.slow),
        "ـــ",
        "\u064e\u0651",
        "قال: «نعم.» (1,250.75) 10:30\u0001",
    ],
)
def test_odd_text_comes_back(guard: Guard, text: str) -> None:
    assert strip_marks(guard.line(text)) == strip_marks(text)


def test_four_threads_give_what_one_gives(guard: Guard) -> None:
    lines = [f"{first} {second} إلى المدينة" for first in _WORDS[:8] for second in _WORDS[8:12]]
    alone = [guard.line(line) for line in lines]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(guard.line, lines))

    assert together == alone


def test_diacritizers_differ(mujaz: Mujaz) -> None:
    """The option chooses: no two installed diacritizers read a hard sentence alike."""
    agreed = "وقعت الشركتان اتفاقية لبناء مصنع للسيارات الكهربائية"
    data = f"{agreed} وقدرت كلفة العقد بمبلغ كبير".encode()
    outs = {}
    for name in _SHIPPED:
        result = mujaz("text", "diacritize", "--diacritizer", name, data=data)
        if result.returncode == 0:
            outs[name] = result.stdout.decode()
    assert {"rawi", "mishkal", "none"} <= set(outs)
    assert len(set(outs.values())) == len(outs)
    assert not has_marks(outs["none"])


@pytest.mark.parametrize("name", ["ensemble", "libtashkeel"])
def test_a_missing_extra_is_named(name: str) -> None:
    """Exit 1 and the line that installs it; nothing else is used in its place."""
    code = (
        "import sys\n"
        "sys.modules['piper'] = None\n"
        f"sys.argv = ['mujaz', 'text', 'diacritize', '--diacritizer', '{name}']\n"
        "from mujaz.cli import main\n"
        "main()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], input=b"\xd8\xa8", capture_output=True, check=False
    )
    assert result.returncode == 1
    assert result.stdout == b""
    assert b".[piper]" in result.stderr


def test_the_models_of_the_extra_are_tested_where_it_is_installed() -> None:
    if find_spec("piper") is None:
        pytest.skip("piper-tts is not installed; pip install '.[piper]'")
    read = plugins.load_diacritizer("ensemble").diacritize(["وصل", "الوفد"])
    assert read == ["وَصَلَ", "الْوَفْدُ"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("التقى", "الْتَقَى"),
        ("والتزم", "وَالْتَزَمَ"),
        ("التحق", "الْتَحَقَ"),
        ("التهاب", "الْتِهَاب"),
        ("التقوى", "التَّقْوَى"),
        ("التعليم", "التَّعْلِيم"),
        ("التقاعد", "التَّقَاعُد"),
    ],
)
def test_an_eighth_form_verb_has_no_article(word: str, expected: str) -> None:
    guard = Guard(plugins.load_diacritizer("rawi"), Lexicon.load())

    assert guard.line(f"{word} الرئيس بالوفد.").startswith(shadda_first(expected))


def test_a_foreign_name_has_no_case_ending() -> None:
    guard = Guard(plugins.load_diacritizer("rawi"), Lexicon.load())

    line = guard.line("نشرت شركة فيسبوك بيانا عن بايدن وكييف.")

    assert "فِيسْبُوكْ" in line
    assert "بَايْدِنْ" in line
    assert "وَكِيِيفْ" in line
