"""The monitoring script of docs/unattended.md alarms when the last run failed or is too old."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import ROOT

_SCRIPT = re.compile(r"```sh\n(#!/bin/sh\n.*?health\.json.*?)```", re.DOTALL)


@pytest.mark.parametrize(
    ("status", "hours", "alarms"),
    [("ok", 1, False), ("incomplete", 24, False), ("ok", 26, True), ("failed", 1, True)],
)
def test_the_script_of_the_page_tells_a_failed_run(
    tmp_path: Path, status: str, hours: int, alarms: bool
) -> None:
    match = _SCRIPT.search((ROOT / "docs" / "unattended.md").read_text("utf-8"))
    assert match is not None
    script = tmp_path / "check.sh"
    script.write_text(match[1], encoding="utf-8")
    last = (datetime.now(UTC) - timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
    health = {"status": status, "last_success": last, "error": "no source can be read"}
    private = tmp_path / "show" / ".mujaz"
    private.mkdir(parents=True)
    (private / "health.json").write_text(json.dumps(health), encoding="utf-8")
    done = subprocess.run(["sh", script, tmp_path / "show"], capture_output=True, check=False)
    assert bool(done.returncode) == alarms, done.stderr
