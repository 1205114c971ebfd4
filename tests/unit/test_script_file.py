"""A script file gives its script back, and takes an editor's corrections."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mujaz.domain import Kind, Script, Sentence, Story
from mujaz.errors import TextError
from mujaz.text.script import Reading
from mujaz.text.script_file import is_script, read_script_file, write_script
from tests.conftest import Mujaz, report_of

_PLAIN = Reading(lambda line: line, pausal=False)
_LINE = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=40).map(
    lambda text: " ".join(text.split())
)


def _read(text: str) -> tuple[Script, list[str]]:
    return read_script_file(text, "a.script", _PLAIN)


@st.composite
def _scripts(draw: st.DrawFn) -> Script:
    words = _LINE.filter(bool)
    stories = draw(st.lists(st.builds(Story, words, section=words), min_size=1, max_size=3))
    sentences = [Sentence(draw(words), draw(words), Kind.STATION, pause_ms=700)]
    for index in range(len(stories)):
        sentences += draw(
            st.lists(
                st.builds(
                    Sentence, words, words, st.sampled_from([Kind.BODY, Kind.CREDIT]),
                    st.integers(-1, 9), st.just(index), st.integers(0, 5000),
                ),
                min_size=1, max_size=4,
            )
        )  # fmt: skip
    return Script(draw(words), tuple(stories), tuple(sentences), date(2026, 11, 24), "k", "d")


@settings(deadline=None)
@given(_scripts())
def test_what_is_written_reads_back(script: Script) -> None:
    text = write_script(script)
    assert is_script(text)
    again, _ = _read(text)
    assert write_script(again) == text
    assert [(s.text, s.spoken, s.kind, s.story) for s in again.sentences] == [
        (s.text, s.spoken, s.kind, s.story) for s in script.sentences
    ]
    assert (again.stories, again.key, again.day) == (script.stories, script.key, script.day)


def test_a_missing_spoken_line_is_made_anew_and_a_strange_one_is_told() -> None:
    head = "# mujaz script 1\n@story\ntitle: عنوان\n\n@body\nجاء 3 رجال إلى البيت.\n"
    script, warnings = _read(head)
    assert script.sentences[0].spoken == "جاء ثلاثة رجال إلى البيت."
    assert not warnings
    script, warnings = _read(head + "> كلام آخر تماما لا صلة له\n")
    assert script.sentences[0].spoken == "كلام آخر تماما لا صلة له"
    assert warnings == ["a.script:5: what is said differs from what is shown"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# mujaz script 1\nنص\n@body\nأ\n", ":2"),
        ("# mujaz script 1\n@verse\nأ\n", ":2"),
        ("# mujaz script 1\n@body\nأ\nب\n", ":2"),
        ("# mujaz script 1\n@story\ncolour: x\n@body\nأ\n", ":3"),
        ("# mujaz script 1\n@script\ndate: today\n@body\nأ\n", ":2"),
        ("# mujaz script 1\n@body 350 story=4\nأ\n", ":2"),
        ("# mujaz script 1\n", ""),
    ],
)
def test_a_damaged_script_is_refused_with_its_line(text: str, line: str) -> None:
    with pytest.raises(TextError) as caught:
        _read(text)
    assert caught.value.where.endswith(f"a.script{line}")


def test_a_corrected_script_is_voiced_under_the_same_guid(
    mujaz: Mujaz, tmp_path: Path, short_article: Path
) -> None:
    show = tmp_path / "show"
    first = report_of(mujaz("make", short_article, "-o", show, "--json"))
    text = mujaz("script", "make", short_article).stdout.decode()
    path = tmp_path / "news.script"
    path.write_text(text, encoding="utf-8")
    same = report_of(mujaz("make", path, "-o", show, "--json"))
    assert same["episode"] == first["episode"]
    shown = [line for line in text.splitlines() if not line.startswith(">")]
    path.write_text("\n".join(shown).replace("جسر", "نفق"), encoding="utf-8")
    corrected = report_of(mujaz("make", path, "-o", show, "--json"))
    assert corrected["episode"]["guid"] == first["episode"]["guid"]
    assert corrected["episode"]["media"] != first["episode"]["media"]
    assert "نفق" in corrected["episode"]["title"]
    alone = mujaz("make", path, short_article, "-o", show)
    assert alone.returncode == 1


@pytest.mark.parametrize(("same", "warned"), [(1, True), (2, False), (4, False)])
def test_a_spoken_line_of_which_half_the_words_are_shown_is_no_strange_one(
    same: int, warned: bool
) -> None:
    shown = "وصل الوزير إلى المطار"
    said = " ".join([*shown.split()[:same], *"خرج شاعر عند الغروب".split()[same:]])
    _, warnings = _read(f"# mujaz script 1\n@story\ntitle: عنوان\n\n@body\n{shown}\n> {said}\n")
    assert bool(warnings) is warned
