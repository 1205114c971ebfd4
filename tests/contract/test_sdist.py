"""The source distribution holds the whole checkout: it builds, and its tests run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.commands import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of this checkout, built and unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir"]
    _run([*build, folder, "--sdist", "."], ROOT)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    (out,) = (path for path in folder.iterdir() if path.is_dir())
    return out


def _run(command: list[object], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_holds_every_file_of_the_checkout(unpacked: Path) -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout")
    files = _run(["git", "-c", f"safe.directory={ROOT}", "ls-files"], ROOT).splitlines()
    assert [name for name in files if not (unpacked / name).exists()] == []


def test_it_builds_a_wheel_and_its_tests_run(unpacked: Path, tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir"]
    _run([*build, tmp_path, "--wheel", "."], unpacked)
    assert list(tmp_path.glob("mujaz-*.whl"))
    tests = ["tests/unit/test_numbers.py", "tests/unit/test_packaging.py"]
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *tests]
    printed = _run(command, unpacked, PYTHONPATH=str(unpacked / "src"))
    assert "[100%]" in printed
