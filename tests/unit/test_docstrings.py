"""Docstrings begin with what a thing is or does (PEP 257), not with a question word."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import mujaz

_ROOT = Path(mujaz.__file__).parent
_QUESTION_WORDS = ("What", "How", "Whose", "Where", "Which", "Who")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _questions(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _DOCUMENTED):
            first = (ast.get_docstring(node) or "").partition("\n")[0]
            if first.split(" ")[0] in _QUESTION_WORDS:
                yield first


def test_no_docstring_begins_with_a_question_word() -> None:
    found = [
        f"{path.relative_to(_ROOT)}: {line}"
        for path in sorted(_ROOT.rglob("*.py"))
        for line in _questions(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_such_a_docstring_is_found() -> None:
    assert list(_questions('def f():\n    """How long it takes."""')) == ["How long it takes."]
    assert not list(_questions('"""Length in seconds."""'))
