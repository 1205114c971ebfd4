"""Every promise of SECURITY.md names tests, and they exist."""

from __future__ import annotations

import re

import pytest

from tests.commands import ROOT

_PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
_PROMISES = re.findall(
    r"^- (.+)$", _PAGE.partition("## What is promised")[2].partition("\n## ")[0], re.MULTILINE
)
_TESTS = {
    name
    for path in ROOT.glob("tests/*/test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("promise", _PROMISES, ids=lambda promise: promise[:40])
def test_a_promise_names_tests_that_exist(promise: str) -> None:
    named = re.findall(r"`(test_\w+)`", promise)
    assert named
    assert set(named) <= _TESTS


def test_every_paragraph_of_the_promises_is_a_list() -> None:
    assert len(_PROMISES) >= 30
