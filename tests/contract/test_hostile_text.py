"""Text that would make a careless parser hang or crash; each in a process with a time limit."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import Mujaz

_LINE = "قال الوزير في المدينة إن العمل بدأ اليوم. "
_HOSTILE = {
    "one long line": (_LINE * 8_000).encode(),
    "NUL bytes": f"عنوان الخبر في المدينة\n\n{_LINE}".replace("العمل", "الع\x00مل").encode(),
    "unclosed tags": (f"<p>{_LINE}" * 3000 + "<" * 5000).encode(),
    "entities": (_LINE + "&amp;" * 20_000 + "&#x41;" * 20_000).encode(),
    "digits": ("1" * 50_000 + " " + "1,1" * 20_000 + " في المدينة").encode(),
    "quotes": ('"' * 20_000 + _LINE + "(" * 20_000 + _LINE).encode(),
    "marks": ("ب" + "\u064e" * 50_000).encode(),
    "joined numbers": ("و5 " * 8_000 + _LINE).encode(),
    "abbreviations": ("د. " * 8_000 + _LINE).encode(),
    "hours": ("5 مساء " * 4_000 + _LINE).encode(),
    "lone surrogates": b"\xed\xa0\x80 " + _LINE.encode(),
    "entity bomb": (
        b'<!DOCTYPE html [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><html><body>&b;</body></html>'
    ),
    "page without an article": b"<html><body><nav><a href='#'>x</a></nav></body></html>",
}


# What cannot be read as an article or as text; everything else must come out whole.
_REFUSED = {
    ("lone surrogates", "clean"): "bytes that are not text at line 1",
    ("lone surrogates", "split"): "bytes that are not text at line 1",
    ("entity bomb", "clean"): "no Arabic article found in this page",
    ("page without an article", "clean"): "no Arabic article found in this page",
}


# Those that take seconds of processor time in four commands, and a piece of each that does not.
_LONG = {"one long line": 12_000, "joined numbers": 2_400, "hours": 2_400, "digits": 20_000}


@pytest.mark.parametrize("kind", _LONG)
def test_a_piece_of_a_long_text_comes_out_whole(kind: str, mujaz: Mujaz) -> None:
    piece = _HOSTILE[kind][: _LONG[kind]].decode("utf-8", "ignore")
    comes_out_whole_or_is_refused(kind, f"{piece} {_LINE}".encode(), mujaz)


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=[pytest.mark.slow] * (kind in _LONG)) for kind in _HOSTILE],
)
def test_hostile_text_comes_out_whole_or_is_refused(kind: str, mujaz: Mujaz) -> None:
    comes_out_whole_or_is_refused(kind, _HOSTILE[kind], mujaz)


def comes_out_whole_or_is_refused(kind: str, data: bytes, mujaz: Mujaz) -> None:
    """Clean, split and normalize a text, each in a process."""
    for command in (["clean", "-"], ["split", "-"], ["normalize"], ["split", "--max-chars", "80"]):
        result = mujaz("text", *command, data=data)
        output, error = result.stdout.decode(), result.stderr.decode()
        refusal = _REFUSED.get((kind, command[0]), "")
        assert result.returncode == (1 if refusal else 0), error
        if refusal:
            assert error.startswith("Error: standard input: " + refusal)
            assert output == ""
        elif command[0] == "clean":
            article = json.loads(output)
            lines = [*article["paragraphs"], *(dropped["line"] for dropped in article["dropped"])]
            assert article["title"] or lines
        elif command[0] == "split":
            assert _letters(output) == _letters(data.decode())
        else:
            assert output.count("\n") == data.removesuffix(b"\n").count(b"\n") + 1
            assert not re.search("[0-9]", output)


def _letters(text: str) -> str:
    """A text without spaces, line ends and controls."""
    return re.sub(r"[\s\x00]", "", text)


@pytest.mark.parametrize("command", [["clean", "-"], ["split", "-"], ["normalize"]])
def test_more_than_20_mb_is_refused(command: list[str], mujaz: Mujaz) -> None:
    result = mujaz("text", *command, data=b"\xd8\xa7" * 10_000_001)
    assert result.returncode == 1
    assert "20 MB" in result.stderr.decode()
