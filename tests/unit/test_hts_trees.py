"""Questions and decision trees of HTS voices."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mujaz.engines.hts.trees import Answers, Question, Questions, parse_pattern, read_trees
from mujaz.errors import VoiceError

_TREE = """
QS Is-a { "*-a+*" }
QS Is-b { *-b+* , "x^*" }
{*}[2]
{
 0 Is-a -1 "s2_1"
 -1 Is-b "s2_2" "s2_3"
}
{*}[3]
 "s3_1"
"""


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=10))
def test_patterns_match_as_the_shell_does(pattern: str, label: str) -> None:
    expected = fnmatchcase(label, pattern)
    assert parse_pattern(pattern).matches(label) is expected
    assert Question([pattern]).matches(label) is expected
    assert Question(["c", pattern]).matches(label) is expected


def test_a_tree_is_walked_by_the_answers() -> None:
    first, second = read_trees(_TREE, [3, 1], Questions(), "here")
    assert [first.leaf(Answers(label)) for label in ("y-a+z", "y-b+z", "x^c-c+z", "y-c+z")] == [
        0, 2, 2, 1,
    ]  # fmt: skip
    assert second.leaf(Answers("y-c+z")) == 0


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"s2_3"', '"s2_4"', "which is no distribution"),
        ('"s2_3"', '"s2_0"', "which is no distribution"),
        ('"s2_3"', "-7", "which is no distribution"),
        ('"s2_3"', "0", "more than one way"),
        ('"s2_2"', "-1", "more than one way"),
        ("0 Is-a", "0 Is-z", "unknown question"),
        (' -1 Is-b "s2_2" "s2_3"', ' -1 Is-b "s2_2"', "no yes"),
        (" 0 Is-a", " -2 Is-a", "without a root"),
        ("{*}[3]", "{*}[4]", "not expected"),
        ('{*}[3]\n "s3_1"', "", "1 trees for 2 states"),
        ('"*-a+*"', "", "no usable patterns"),
        ('"*-a+*"', '"' + "a" * 300 + '"', "too long"),
    ],
)
def test_a_damaged_tree_is_an_error(old: str, new: str, reason: str) -> None:
    assert old in _TREE
    with pytest.raises(VoiceError, match=reason):
        read_trees(_TREE.replace(old, new), [3, 1], Questions(), "here")


def test_a_pattern_with_many_stars_takes_no_time() -> None:
    label = "a" * 200
    assert not parse_pattern("*a" * 90 + "b").matches(label)
