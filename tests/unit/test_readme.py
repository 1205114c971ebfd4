"""The README in two languages: the same blocks, sections, links and lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.doc_pages import blocks, prose

_ENGLISH, _ARABIC = ROOT / "README.md", ROOT / "README.ar.md"
_FIRST = (
    "python3 -m venv .venv && .venv/bin/pip install -q --no-compile -U pip &&\n"
    ".venv/bin/pip install -q --no-compile . && .venv/bin/mujaz make examples/politics.txt\n",
    "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest\n",
)


def _code(page: Path) -> list[tuple[str, str]]:
    """The blocks with their language, without comments."""
    return [
        (block.language, re.sub(r"\s+#.*$", "", block.text, flags=re.M)) for block in blocks(page)
    ]


def _links(page: Path) -> list[str]:
    """Where the page leads, in order; the Arabic side of a page counts as the page."""
    found = re.findall(r"\]\(([^)\s]+)\)", prose(page))
    return [link.replace(".ar.md", ".md") for link in found]


@pytest.mark.parametrize("page", [_ENGLISH, _ARABIC], ids=["en", "ar"])
def test_the_first_two_commands_are_those_that_ci_runs(page: Path) -> None:
    assert [b.text for b in blocks(page) if b.language == "sh"] == list(_FIRST)


def test_both_have_the_same_blocks() -> None:
    assert _code(_ARABIC) == _code(_ENGLISH)


def test_both_have_the_same_sections_lists_and_links() -> None:
    for pattern in (r"^## ", r"^- ", r"^\*\*|^- \*\*", r"^!\[", r"`mujaz "):
        english, arabic = (
            len(re.findall(pattern, prose(page), re.M)) for page in (_ENGLISH, _ARABIC)
        )
        assert arabic == english, pattern
    # A page leads to its other language at its end.
    assert _links(_ARABIC)[:-1] == _links(_ENGLISH)[:-1]


@pytest.mark.parametrize("page", [_ENGLISH, _ARABIC], ids=["en", "ar"])
def test_it_begins_with_one_sentence_and_a_picture(page: Path) -> None:
    parts = page.read_text(encoding="utf-8").split("\n\n")
    heading, sentence, picture = [part for part in parts if not part.startswith("<div")][:3]
    assert heading.startswith("# ")
    assert len(re.findall(r"\.(?:\s|$)", sentence)) == 1
    assert picture.startswith("![")
