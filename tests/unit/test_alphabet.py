"""Lines fitted to what a model can read."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mujaz.arabic.letters import LETTERS, MARKS, SHADDA, WORD
from mujaz.engines.alphabet import everything, fit
from mujaz.engines.settings import Choice, Flag, Number, read_settings
from mujaz.errors import EngineError, VoiceError

_ARABIC = frozenset(LETTERS + MARKS + ".،؟! ")


@pytest.mark.parametrize(
    ("line", "fitted"),
    [
        ("«نعم».", "نعم."),
        ("نعم", "نعم."),
        ("نعم؟!", "نعم!"),
        ("نعم...", "نعم."),
        ("(قال): «نعم»؟", "قال، نعم؟"),
        ("قال — وهو يبتسم — نعم", "قال، وهو يبتسم، نعم."),
        ("-نعم-", "نعم."),
        ("قال ، نعم ؛ ثم", "قال، نعم، ثم."),
        ("كـــتب", "كتب."),
        ("كتب\u200f\u202b الولد\u202c", "كتب الولد."),
        ("نعم…", "نعم."),
    ],
)
def test_a_line_ends_with_one_stop_and_holds_no_brackets(line: str, fitted: str) -> None:
    assert fit(line, _ARABIC.__contains__, voice="v") == fitted


@pytest.mark.parametrize(
    ("line", "lacking", "fitted"),
    [
        ("ٱلبيت", "ٱ", "البيت."),
        ("پاريس", "پ", "باريس."),
        ("نعم؟", "؟", "نعم."),
        ("نعم، ثم", "،", "نعم ثم."),
        ("هٰذا", "\u0670", "هاذا."),
        ("نعم\u0652", "\u0652", "نعم."),
        ("بيت\u064c", "\u064c", "بيت\u064fن."),
        ("مدرسة", "ة", "مدرسه."),
        ("مآل", "آ", "مأال."),
        ("نعم", ".", "نعم"),
    ],
)
def test_what_a_model_lacks_is_replaced_by_what_sounds_alike(
    line: str, lacking: str, fitted: str
) -> None:
    known = _ARABIC - set(lacking)
    assert fit(line, known.__contains__, voice="v") == fitted


def test_shadda_is_written_out_for_a_model_without_it() -> None:
    known = _ARABIC - {SHADDA}
    for marked in ("عل\u0651\u064eم", "عل\u064e\u0651م"):
        assert fit(marked, known.__contains__, voice="v") == "علل\u064eم."


def test_a_letter_that_cannot_be_said_is_named() -> None:
    with pytest.raises(EngineError, match="'v' cannot say ص ض"):
        fit("صار ضوء", (_ARABIC - set("صض")).__contains__, voice="v")


@example("ء«--ء")
@example("ء-«-ء")
@given(
    st.text(alphabet=st.sampled_from(LETTERS + MARKS + " .،؛؟!:()«»-—…\u200f\u0640"), max_size=80)
)
def test_every_letter_and_word_survives(line: str) -> None:
    """Whatever stands around them: nothing is dropped in silence."""
    if WORD.search(line) is None:
        with pytest.raises(EngineError):
            fit(line, everything, voice="v")
        return
    fitted = fit(line, everything, voice="v")
    assert [char for char in fitted if char in LETTERS] == [c for c in line if c in LETTERS]
    assert [char for char in fitted if char in MARKS] == [c for c in line if c in MARKS]
    assert fitted[-1] in ".؟!"
    assert fit(fitted, everything, voice="v") == fitted


@given(st.text(max_size=60))
def test_any_text_is_fitted_or_an_error(line: str) -> None:
    try:
        fitted = fit(line, _ARABIC.__contains__, voice="v")
    except EngineError:
        return
    assert set(fitted) <= _ARABIC


def test_settings_take_defaults_and_name_the_nearest_known_one() -> None:
    from mujaz.domain import Voice

    rules = {"speed": Number(0.5, 2, 1.0), "kind": Choice(("a", "b"), "a"), "free": Flag()}
    assert read_settings(Voice("v", "v", "e"), rules) == {"speed": 1.0, "kind": "a", "free": False}
    chosen = Voice("v", "v", "e", settings={"speed": 2, "kind": "b", "free": True})
    assert read_settings(chosen, rules) == {"speed": 2, "kind": "b", "free": True}
    with pytest.raises(VoiceError) as caught:
        read_settings(Voice("v", "v", "e", settings={"speeed": 1}), rules)
    assert "'speed'" in caught.value.hint
