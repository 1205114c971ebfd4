"""Text that would hang or crash a careless reader; each in a process with a time limit."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Mujaz

_LINE = "قال الوزير في المدينة إن العمل بدأ اليوم. "
_HOSTILE = {
    "one long line": (_LINE * 20_000).encode(),
    "NUL bytes": f"عنوان الخبر في المدينة\n\n{_LINE}".replace("العمل", "الع\x00مل").encode(),
    "unclosed tags": (f"<p>{_LINE}" * 3000 + "<" * 5000).encode(),
    "entities": (_LINE + "&amp;" * 20_000 + "&#x41;" * 20_000).encode(),
    "digits": ("1" * 50_000 + " " + "1,1" * 20_000 + " في المدينة").encode(),
    "quotes": ('"' * 20_000 + _LINE + "(" * 20_000 + _LINE).encode(),
    "marks": ("ب" + "\u064e" * 50_000).encode(),
    "joined numbers": ("و5 " * 20_000 + _LINE).encode(),
    "abbreviations": ("د. " * 20_000 + _LINE).encode(),
    "hours": ("5 مساء " * 10_000 + _LINE).encode(),
    "lone surrogates": b"\xed\xa0\x80 " + _LINE.encode(),
    "entity bomb": (
        b'<!DOCTYPE html [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><html><body>&b;</body></html>'
    ),
    "page without an article": b"<html><body><nav><a href='#'>x</a></nav></body></html>",
}


@pytest.mark.parametrize("kind", _HOSTILE)
def test_hostile_text_gives_a_clean_result_or_a_clear_error(kind: str, mujaz: Mujaz) -> None:
    for command in (["clean", "-"], ["split", "-"], ["normalize"], ["split", "--max-chars", "80"]):
        result = mujaz("text", *command, data=_HOSTILE[kind])
        error = result.stderr.decode()
        assert result.returncode in (0, 1), error
        assert "Traceback" not in error
        assert "unexpected" not in error
        if result.returncode == 1:
            assert error.startswith("Error: ")
        elif command[0] == "clean":
            assert "paragraphs" in json.loads(result.stdout)


@pytest.mark.parametrize("command", [["clean", "-"], ["split", "-"], ["normalize"]])
def test_more_than_20_mb_is_refused(command: list[str], mujaz: Mujaz) -> None:
    result = mujaz("text", *command, data=b"\xd8\xa7" * 10_000_001)
    assert result.returncode == 1
    assert "20 MB" in result.stderr.decode()
