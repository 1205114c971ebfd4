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

_PLAIN = Reading(lambda line: line, pausal=False, marks=False)
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
    assert all(warning.startswith("a.script:5: ") for warning in warnings)
    assert any("figure" in warning for warning in warnings), warnings


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


def _script(text: str = "جاء 3 رجال إلى البيت.") -> str:
    spoken = _PLAIN.spoken(text)
    voices = {"body": "espeak-anchor-male", "station": "espeak-anchor-female"}
    sentences = (
        Sentence("أهلا بكم.", "أَهْلًا بِكُمْ.", Kind.STATION),
        Sentence(text, spoken, Kind.BODY, 0, 0),
        Sentence("انتهى الخبر.", "اِنْتَهَى الْخَبَر.", Kind.BODY, 1, 0),
    )
    return write_script(Script("نشرة", (Story("عنوان"),), sentences, None, "k", "", voices))


def test_a_changed_shown_line_is_read_anew_and_both_changed_stand() -> None:
    untouched, warnings = _read(_script())
    assert not warnings
    assert [s.voice for s in untouched.sentences] == ["", "", ""]
    changed, warnings = _read(_script().replace("جاء 3 رجال", "جاء 4 رجال"))
    assert changed.sentences[1].spoken == "جاء أربعة رجال إلى البيت."
    assert len(warnings) == 1
    assert "read anew" in warnings[0]
    both = _script().replace("جاء 3 رجال", "جاء 4 رجال").replace("جاء ثلاثة", "أقبل أربعة")
    script, warnings = _read(both)
    assert script.sentences[1].spoken == "أقبل أربعة رجال إلى البيت."
    assert not [warning for warning in warnings if "read anew" in warning]
    said = _script().replace("جاء ثلاثة", "جاء خمسة")
    script, warnings = _read(said)
    assert script.sentences[1].spoken == "جاء خمسة رجال إلى البيت."
    assert ["figure" in warning for warning in warnings] == [True]


def test_a_voice_is_of_a_sentence_else_of_its_story_else_of_its_part() -> None:
    text = _script()
    assert text.count("voice=espeak-anchor-male") == 2
    assert text.count("voice=espeak-anchor-female") == 1
    story, _ = _read(text.replace("@story", "@story voice=ziad"))
    assert [s.voice for s in story.sentences] == ["", "ziad", "ziad"]
    lines = text.splitlines()
    (place,) = [i for i, line in enumerate(lines) if "p=1" in line]
    lines[place] = lines[place].replace("voice=espeak-anchor-male", "voice=espeak-ar")
    one, _ = _read("\n".join(lines).replace("@story", "@story voice=ziad"))
    assert [s.voice for s in one.sentences] == ["", "ziad", "espeak-ar"]
    assert _read(write_script(one))[0].sentences == one.sentences
    part, _ = _read(text.replace(" body=espeak-anchor-male", " body=espeak-ar"))
    assert part.voices["body"] == "espeak-ar"
    assert [s.voice for s in part.sentences] == ["", "", ""]


def test_only_changed_sentences_are_diacritized() -> None:
    said: list[str] = []

    def diacritize(line: str) -> str:
        said.append(line)
        return line

    sentences = [
        Sentence(text, text, story=0)
        for text in ("جاء 3 رجال.", "وصل الوفد إلى بيروت.", "اختير للتجربة 120 متطوعا.")
    ]
    text = write_script(Script("عنوان", (Story("عنوان"),), tuple(sentences)))
    how = Reading(diacritize, pausal=False, marks=False)
    script, _ = read_script_file(text.replace("120", "150", 1), "a.script", how)
    assert [line.split()[0] for line in said] == ["اختير"]
    assert "150" in script.sentences[2].text
    assert [s.word_map for s in script.sentences[:2]] == [
        how.read(s.text)[1] for s in sentences[:2]
    ]
