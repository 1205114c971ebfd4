"""What an editor corrected in a script stays when its article is made again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import STORY, Mujaz, report_of, tree


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_bytes(STORY.read_bytes())
    return path


@pytest.fixture
def script(mujaz: Mujaz, article: Path) -> Path:
    path = article.with_suffix(".script")
    path.write_bytes(mujaz("script", "make", article).stdout)
    return path


def _edit(script: Path, was: str, now: str) -> None:
    text = script.read_text("utf-8")
    assert was in text
    script.write_text(text.replace(was, now), "utf-8")


def _blocks(script: Path) -> list[str]:
    """The sentences of the news, as they stand in the file."""
    return re.findall(r"^@body[^@]*", script.read_text("utf-8"), re.MULTILINE)


def _make(mujaz: Mujaz, source: Path, *more: str) -> str:
    """Make an episode; the guid."""
    report = report_of(mujaz("make", source, "-o", source.parent / "show", "--json", *more))
    return str(report["episode"]["guid"])


def _refusal(mujaz: Mujaz, article: Path, language: str = "en") -> str:
    """What a refusal says; nothing is published by it."""
    show = article.parent / "show"
    before = {name: data for name, data in tree(show).items() if not name.startswith(".mujaz")}
    result = mujaz("make", article, "-o", show, MUJAZ_LANG=language)
    after = {name: data for name, data in tree(show).items() if not name.startswith(".mujaz")}
    assert result.returncode == 1
    assert before == after
    return str(result.stderr.decode())


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_article_does_not_undo_a_corrected_sentence(
    mujaz: Mujaz, article: Path, script: Path, language: str
) -> None:
    shown = _blocks(script)[0].split("\n")[1]
    corrected = f"اليوم {shown}"
    _edit(script, shown, corrected)
    guid = _make(mujaz, script)
    told = _refusal(mujaz, article, language)
    assert f"«{corrected}»" in told
    assert f"--replaces {guid}" in told
    assert "mujaz make FILE.script" in told
    assert ("لفقدت جملة واحدة" if language == "ar" else "would lose 1 sentence:") in told


def test_a_corrected_reading_and_a_voice_are_kept_too(
    mujaz: Mujaz, article: Path, script: Path
) -> None:
    first, second, *_ = _blocks(script)
    _edit(script, re.findall(r"^> .*", first, re.MULTILINE)[0], "> قَالَ الشَّيْخُ كَلِمَةً")
    _edit(script, second, second.replace("\n", " voice=espeak-anchor-female\n", 1))
    _make(mujaz, script)
    told = _refusal(mujaz, article)
    for block in (first, second):
        assert f"«{block.split(chr(10))[1]}»" in told


def test_a_sentence_that_was_cut_does_not_come_back(
    mujaz: Mujaz, article: Path, script: Path
) -> None:
    cut = _blocks(script)[0]
    _edit(script, cut, "")
    _make(mujaz, script)
    assert f"«{cut.split(chr(10))[1]}»" in _refusal(mujaz, article)


def test_the_article_replaces_it_on_request_and_is_free_from_then_on(
    mujaz: Mujaz, article: Path, script: Path
) -> None:
    shown = _blocks(script)[0].split("\n")[1]
    _edit(script, shown, f"اليوم {shown}")
    guid = _make(mujaz, script)
    assert _make(mujaz, article, "--replaces", guid) == guid
    _edit(article, shown, f"أمس {shown}")
    assert _make(mujaz, article) == guid


def test_a_script_that_nobody_changed_is_no_obstacle(
    mujaz: Mujaz, article: Path, script: Path
) -> None:
    guid = _make(mujaz, script)
    assert _make(mujaz, article) == guid
    # With another voice of the settings everything is spoken anew.
    assert _make(mujaz, article, "--voice", "espeak-anchor-male") == guid
