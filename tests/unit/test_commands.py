"""Which commands of the tests are forked from the process that has everything imported."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mujaz.privacy import disable_telemetry
from tests.commands import PLUGINS, may_fork, told


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a command, after this process made an episode."""
    for name in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "")
    disable_telemetry()
    return {**os.environ, "PYTHONPATH": str(PLUGINS)}


def test_a_command_is_forked_after_this_process_made_an_episode(given: dict[str, str]) -> None:
    assert may_fork(given)
    assert may_fork({**given, "MUJAZ_LANG": "ar", "HOME": "/nowhere"})
    assert not may_fork({**given, "LC_ALL": "C"})


@pytest.mark.parametrize(
    ("name", "forked"),
    [("new_plugin.py", True), ("lameenc.py", False), ("sitecustomize.py", False)],
)
def test_a_folder_that_hides_a_module_needs_a_process_of_its_own(
    given: dict[str, str], tmp_path: Path, name: str, *, forked: bool
) -> None:
    (tmp_path / name).touch()
    assert may_fork({**given, "PYTHONPATH": str(tmp_path)}) == forked


def test_lines_that_tell_of_slow_work_are_left_out() -> None:
    assert told("Error: x\nstill at work: diacritizing (3 s)\nHint: y\nالعمل جار: الإلقاء") == [
        "Error: x",
        "Hint: y",
    ]
