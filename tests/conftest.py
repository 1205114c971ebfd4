"""What the tests share: the real command in a real process, and articles to give it."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.commands import PLUGINS, ROOT, run_command

EXAMPLES = ROOT / "examples"
# A story that is spoken in a few seconds.
STORY = ROOT / "tests" / "data" / "story.txt"
# Voices that are installed for the user would read instead of the embedded ones.
os.environ["XDG_DATA_HOME"] = str(ROOT / "tests" / "no-data")

# An example of Hypothesis takes as long as a busy machine makes it.
settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")

# The files that take longest, the longest first: one that began last would be waited for.
_LONG = (
    "bulletin", "parallel", "coqui", "streams", "privacy", "diacritizers", "access", "publish",
    "live", "espeak", "newsroom", "normalization", "make", "extending", "show", "opus", "examples",
    "passages", "faults", "jobs", "speech", "assembly", "serving", "station", "hostile_text",
    "python_page", "clients", "episode_picture", "library", "screens", "install",
)  # fmt: skip

Mujaz = Callable[..., subprocess.CompletedProcess[bytes]]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Processes for ``-n auto``: one more than cores, since many tests wait; one for files."""
    single = all(".py" in argument for argument in config.args)
    return 0 if single else min(4, (os.cpu_count() or 1) + 1)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Search no test for garbage: all of them stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; the others stay in their order."""
    rank = {f"test_{name}.py": place for place, name in enumerate(_LONG)}
    items.sort(key=lambda item: rank.get(item.path.name, len(rank)))


@pytest.fixture
def speech_cache(tmp_path: Path) -> Path:
    """The clip cache of ``mujaz``; a module whose tests count no clips may share one."""
    return tmp_path / "cache"


@pytest.fixture
def one_day() -> None:
    """Begin a test of commands at least two minutes before midnight, else after it."""
    left = 86_400 - time.time() % 86_400
    if left < 120:
        time.sleep(left + 1)


@pytest.fixture
def mujaz(tmp_path: Path, speech_cache: Path, one_day: None) -> Mujaz:
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
    path.write_bytes(STORY.read_bytes())
    return path


def today() -> str:
    """The date in UTC, which is the time zone of the shows that the tests make."""
    return datetime.now(UTC).date().isoformat()


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
