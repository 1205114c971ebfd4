"""A pytest plug-in for ``tools/mutate.py``: under which test each line is run.

Coverage.py has contexts for that. It cannot know two things, which are added here: processes that
a test starts (they read the context from the environment), and fixtures that several tests share
(they get a context of their own, and each test's fixtures are recorded).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import coverage
import pytest

CONTEXT = "MUJAZ_TEST_CONTEXT"
RECORD = "MUJAZ_TEST_RECORD"
"""File that gets one JSON object per test: its node id, outcome, seconds and shared fixtures."""


@contextmanager
def _context(name: str) -> Iterator[None]:
    measured = coverage.Coverage.current()
    before = os.environ.get(CONTEXT, "")
    os.environ[CONTEXT] = name
    if measured is not None:
        measured.switch_context(name)
    try:
        yield
    finally:
        os.environ[CONTEXT] = before
        if measured is not None:
            measured.switch_context(before)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    with _context(item.nodeid):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(fixturedef: Any) -> Iterator[None]:
    if fixturedef.scope == "function":
        return (yield)
    with _context(_label(fixturedef)):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[Any]:
    report = yield
    if report.when == "call" or report.outcome != "passed":
        info = getattr(item, "_fixtureinfo", None)
        shared = [d for found in (info.name2fixturedefs.values() if info else ()) for d in found]
        row = {
            "test": item.nodeid,
            "passed": report.outcome == "passed",
            "seconds": round(call.duration, 3),
            "fixtures": [_label(one) for one in shared if one.scope != "function"],
        }
        with Path(os.environ[RECORD]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
    return report


def _label(fixturedef: Any) -> str:
    return f"fixture {fixturedef.baseid}::{fixturedef.argname}"
