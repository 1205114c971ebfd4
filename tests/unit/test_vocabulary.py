"""Arabic vocabulary belongs in ``arabic/data/*.tsv``, with its source, and not in code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import mujaz
from mujaz.arabic.letters import LETTER_RANGES, MARK_RANGES

ROOT = Path(mujaz.__file__).parent
FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))

_WORD = re.compile(f"[{LETTER_RANGES}{MARK_RANGES}]{{2,}}")
# A character class, and a string of single letters to iterate over, are no words.
_CLASS = re.compile(r"\[[^\]]*\]")
_LETTER_SETS = frozenset(("بكل", "بكلس", "وفبكل", "وفبلك"))
# The article with the particles that are written onto it.
_ARTICLES = frozenset(("ال", "وال", "بال", "كال", "فال", "لل"))
# Letters and their classes are the subject of this module.
_ALPHABET = "arabic/letters.py"

# Affixes and sets of letters left in literals: the rules of spelling and sound cut them off and
# put them on. They may only become fewer; a word is no longer among them.
_LEFT = {
    "engines": 12,
    "text/normalize": 49,
}
_AFFIXES = frozenset(("ات", "ان", "اء", "الل", "تان", "تين", "ست", "وا", "ون", "ين"))
_CLITICS = frozenset(("بك", "بكلت", "بل", "بلك", "بلكوف", "وبل", "وبلف", "وف", "وفبكلس"))
# Weak letters, prefixes of the imperfect, and letters that assimilate the ت of a verb.
_SOUNDS = frozenset(("تط", "تطدذثزظ", "وي", "يت", "يتنأ"))


def _words(source: str) -> list[str]:
    """Return the Arabic words in the string literals of a module, without its docstrings."""
    tree = ast.parse(source)
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        word
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        for word in _WORD.findall(_CLASS.sub(" ", node.value))
        if word not in _ARTICLES and word not in _LETTER_SETS
    ]


def _folder(name: str) -> str:
    """Return the folder of a module, with a second level in ``text`` only."""
    parts = name.split("/")[:-1]
    return "/".join(parts[:2] if parts[:1] == ["text"] else parts[:1])


@pytest.mark.parametrize("folder", sorted({_folder(name) for name in FILES}))
def test_no_arabic_words_in_string_literals(folder: str) -> None:
    found = [
        f"{name}: {word}"
        for name in FILES
        if _folder(name) == folder and name != _ALPHABET
        for word in _words((ROOT / name).read_text(encoding="utf-8"))
    ]
    words = [line.split(": ")[1] for line in found]
    unknown = set(words) - _AFFIXES - _CLITICS - _SOUNDS
    assert not unknown, f"move to arabic/data/*.tsv: {found}"
    assert len(found) <= _LEFT.get(folder, 0), f"move to arabic/data/*.tsv: {found}"


def test_words_are_found() -> None:
    assert _words('x = re.compile(r"^(?:عاجل|خاص)\\s[وف](?:ال)?")') == ["عاجل", "خاص"]
    assert _words('"""عاجل"""\nx = f"{y} عاجل"') == ["عاجل"]
    assert _words('for letter in "بكلس": pass') == []
