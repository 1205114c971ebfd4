"""What readers reported, and the tool that adds it: names, readings, pages."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools import add

from mujaz.arabic.lexicon_file import read_entries
from mujaz.arabic.marks import strip_marks
from mujaz.text.normalize.line import normalize_line
from tests.commands import ROOT

_PAGES = ROOT / add.PAGES


def _readings(root: Path = ROOT) -> list[tuple[str, str]]:
    lines = (root / add.READINGS).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(row[0], row[1]) for row in rows[1:]]


def _pattern(accepted: str) -> re.Pattern[str]:
    """``{a/b/}`` as a regular expression."""
    signs = {"{": "(?:", "}": ")", "/": "|"}
    return re.compile("".join(signs.get(char, re.escape(char)) for char in accepted))


@pytest.mark.parametrize(("line", "accepted"), _readings())
def test_a_reported_line_is_read_as_it_should_be(line: str, accepted: str) -> None:
    assert _pattern(accepted).fullmatch(strip_marks(normalize_line(line)))


@pytest.mark.parametrize("page", sorted(_PAGES.glob("*.html")), ids=lambda page: page.stem)
def test_a_reported_page_is_read_as_it_should_be(page: Path) -> None:
    expected = page.with_suffix(".txt").read_text(encoding="utf-8")
    assert add.article_text(page.read_bytes()) == expected


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that the tool writes to, and a saved page."""
    for name in (add.LEXICON, add.READINGS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    # The page's example is new, whatever the lexicon has meanwhile.
    lexicon = tmp_path / add.LEXICON
    lines = lexicon.read_text(encoding="utf-8").splitlines(keepends=True)
    lexicon.write_text("".join(x for x in lines if not x.startswith("رلى\t")), encoding="utf-8")
    (tmp_path / add.PAGES).mkdir(parents=True)
    shutil.copy(_PAGES / "square-works.html", tmp_path / "saved-page.html")
    return tmp_path


def _typed(page: str) -> list[list[str]]:
    """The words behind ``tools/add.py`` in the lines of a page."""
    import shlex

    text = (ROOT / page).read_text(encoding="utf-8")
    lines = re.findall(r"^\$ python tools/add\.py (.*)$", text, re.M)
    return [shlex.split(line, comments=True) for line in lines]


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "CONTRIBUTING.ar.md"])
def test_the_lines_of_the_page_add_what_it_says(page: str, checkout: Path) -> None:
    before = len(read_entries(checkout / add.LEXICON))
    typed = _typed(page)
    assert [words[0] for words in typed] == ["name", "reading", "page"]
    for words in typed:
        command = [sys.executable, str(ROOT / "tools/add.py"), "--root", str(checkout), *words]
        subprocess.run(command, cwd=checkout, check=True, capture_output=True)

    entries = read_entries(checkout / add.LEXICON)
    assert len(entries) == before + 1
    assert (entries[-1].word, entries[-1].vocalized, entries[-1].kind) == ("رلى", "رُلَى", "name")
    assert _readings(checkout)[-1] == ("أصيب 3 أشخاص", "أصيب ثلاثة أشخاص")
    written = (checkout / add.PAGES / "town-square.txt").read_text(encoding="utf-8")
    assert written == (_PAGES / "square-works.txt").read_text(encoding="utf-8")


def test_marks_that_do_not_fit_are_refused(checkout: Path) -> None:
    before = (checkout / add.LEXICON).read_bytes()
    with pytest.raises(add.MujazError, match="letters"):
        add.add_name(checkout, "رلى", "رُلا", "x", "name")
    assert "already" in add.add_name(checkout, "قطر", "قَطَر", "x", "name")
    assert (checkout / add.LEXICON).read_bytes() == before
