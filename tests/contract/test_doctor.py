"""What ``mujaz doctor`` tells of the installation."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.conftest import Mujaz


def _check(result: subprocess.CompletedProcess[bytes], name: str) -> dict[str, Any]:
    checks: list[dict[str, Any]] = json.loads(result.stdout)["checks"]
    return next(check for check in checks if check["name"] == name)


def test_modules_that_are_compiled_by_every_command_are_told(mujaz: Mujaz, tmp_path: Path) -> None:
    nowhere = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled")}
    result = mujaz("doctor", "--json", **nowhere)
    assert result.returncode == 0
    told = _check(result, "compiled modules")
    assert told["optional"]
    assert not told["ok"]
    assert "compiles them again" in told["detail"]
    assert "-m compileall -q" in told["hint"]
    kept = _check(mujaz("doctor", "--json", PYTHONDONTWRITEBYTECODE=""), "compiled modules")
    assert kept["ok"]
