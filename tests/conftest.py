"""What the tests share: the real command in a real process, and articles to give it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from tests.commands import PLUGINS, ROOT, run_command

EXAMPLES = ROOT / "examples"

Mujaz = Callable[..., subprocess.CompletedProcess[bytes]]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Processes for ``-n auto``: few enough for timeouts to hold, and one for single files."""
    single = all(".py" in argument for argument in config.args)
    return 0 if single else min(4, os.cpu_count() or 1)


@pytest.fixture
def speech_cache(tmp_path: Path) -> Path:
    """The clip cache of ``mujaz``; a module whose tests count no clips may share one."""
    return tmp_path / "cache"


@pytest.fixture
def mujaz(tmp_path: Path, speech_cache: Path) -> Mujaz:
    """Run ``mujaz`` in a process of its own, in a folder of its own."""
    work = tmp_path / "work"
    work.mkdir()

    def run(*arguments: object, data: bytes = b"", **environment: str) -> Any:
        wanted = {**environ(tmp_path), "MUJAZ_SPEECH_CACHE": str(speech_cache), **environment}
        return run_command([*map(str, arguments)], data, work, wanted)

    return run


def environ(folder: Path) -> dict[str, str]:
    """An environment for ``mujaz``: English, a clip cache of its own, the faulty engines."""
    return {
        **os.environ,
        "MUJAZ_LANG": "en",
        "MUJAZ_SPEECH_CACHE": str(folder / "cache"),
        "PYTHONPATH": str(PLUGINS),
    }


def heed_interrupts() -> None:
    """Before a child runs: a shell's background job ignores Ctrl-C, and its children would too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def short_article(tmp_path: Path) -> Path:
    """An article that is spoken in a few seconds."""
    path = tmp_path / "short.txt"
    path.write_text(
        "افتتاح جسر جديد في المدينة\n\nالأحد 8 مايو 2022 - 17:54\n\n"
        "افتتحت المدينة جسرا جديدا فوق النهر صباح اليوم الأحد.\n\n"
        "وقال رئيس البلدية إن الجسر سيخفف الازدحام عن وسط المدينة.\n",
        encoding="utf-8",
    )
    return path


def tree(folder: Path) -> dict[str, bytes]:
    """Every published file of a show folder with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".mujaz" not in path.parts
    }


def report_of(result: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    """The report object that ``--json`` printed."""
    data: dict[str, Any] = json.loads(result.stdout)
    return data


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Escape lone surrogates in captured output: worker processes hand reports over as UTF-8."""
    report = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections
    ]
    return report
