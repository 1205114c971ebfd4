"""The ``mujaz`` command in a process of its own, forked from one that has everything imported.

Importing the libraries costs more than most commands do. Each command is still a process: it has
its own environment, folder, arguments and standard streams, and ends with an exit status.
"""

from __future__ import annotations

import importlib.util
import io
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "tests" / "plugins"
_LIMIT_S = 120
# Read anew by each command; other variables may be read by libraries when they are imported.
_READ_LATE = (
    "MUJAZ_", "COLUMNS", "XDG_", "AWS_", "COVERAGE", "PYTEST_", "NO_PROXY", "no_proxy", "HOME",
)  # fmt: skip
# Set by mujaz itself, and the last two by PyTorch: in a command as in a test that makes an episode
# or loads a network.
_SET_BY_MUJAZ = {
    "ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "LRU_CACHE_CAPACITY", "OMP_WAIT_POLICY",
    "DNNL_PRIMITIVE_CACHE_CAPACITY", "ONEDNN_PRIMITIVE_CACHE_CAPACITY",
    "PYTORCH_ENABLE_MPS_FALLBACK",
    "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "TRANSFORMERS_VERBOSITY",
    "KMP_INIT_AT_FORK", "TORCHINDUCTOR_CACHE_DIR",
}  # fmt: skip
# Modules that Python imports when it starts, if a folder of its path has them.
_HOOKS = {"sitecustomize", "usercustomize"}

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.commands_loaded"])
_started_with = dict(os.environ)


def run_command(
    arguments: list[str], data: bytes, folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run ``mujaz`` with arguments and standard input; gives status and output.

    Raises:
        subprocess.TimeoutExpired: The command ran longer than two minutes.
    """
    if not may_fork(environment):
        return subprocess.run(
            [sys.executable, "-m", "mujaz", *arguments],
            input=data,
            capture_output=True,
            cwd=folder,
            env=dict(environment),
            timeout=_LIMIT_S,
            check=False,
        )
    with tempfile.TemporaryDirectory() as streams:
        names = [Path(streams) / name for name in ("stdin", "stdout", "stderr")]
        names[0].write_bytes(data)
        process = FORKS.Process(
            target=_main, args=(arguments, dict(environment), str(folder), [*map(str, names)])
        )
        process.start()
        process.join(_LIMIT_S)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(["mujaz", *arguments], _LIMIT_S)
        output, errors = (name.read_bytes() if name.exists() else b"" for name in names[1:])
        return subprocess.CompletedProcess(["mujaz", *arguments], process.exitcode, output, errors)


def told(errors: str) -> list[str]:
    """Lines of standard error but for those that depend on the speed of the machine."""
    slow = ("still at work: ", "العمل جار: ")
    return [line for line in errors.splitlines() if not line.startswith(slow)]


def may_fork(environment: Mapping[str, str]) -> bool:
    """Whether all that differs from the environment of the fork server is read by the command."""
    changed = {
        name
        for name in {*environment, *_started_with}
        if environment.get(name) != _started_with.get(name)
        and not name.startswith(_READ_LATE)
        and name not in _SET_BY_MUJAZ
    }
    folders = [Path(name) for name in environment.get("PYTHONPATH", "").split(os.pathsep) if name]
    return changed <= {"PYTHONPATH"} and bool(folders) and all(map(_adds_modules, folders))


def _adds_modules(folder: Path) -> bool:
    """Whether no module of a folder hides another one, which the fork server may have loaded."""
    if folder == PLUGINS:
        return True
    names = {path.stem for path in folder.glob("*") if path.suffix in ("", ".py", ".pth", ".so")}
    found = map(importlib.util.find_spec, names)
    return not names & _HOOKS and not any(spec and spec.origin for spec in found)


def _main(
    arguments: list[str], environment: Mapping[str, str], folder: str, streams: list[str]
) -> None:
    """Be ``python -m mujaz`` in this process."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, name in enumerate(streams):
        flags = os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY
        opened = os.open(name, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    # multiprocessing has closed the one that there was.
    sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False))  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    import_from(folder, *environment["PYTHONPATH"].split(os.pathsep))
    sys.argv = ["mujaz", *arguments]
    import mujaz.__main__
    from mujaz.cli import main

    # Workers that the command starts import the main module, as they do under ``python -m mujaz``.
    sys.modules["__main__"] = mujaz.__main__
    with _measured():
        main()


@contextmanager
def _measured() -> Iterator[None]:
    """Measure this process as coverage.py measures a process that is started."""
    if "COVERAGE_PROCESS_START" not in os.environ:
        yield
        return
    import coverage

    if inherited := coverage.Coverage.current():
        inherited.stop()
    measured = coverage.Coverage(config_file=os.environ["COVERAGE_PROCESS_START"], data_suffix=True)
    measured.start()
    try:
        yield
    finally:
        measured.stop()
        measured.save()


def import_from(folder: str, *added: str) -> None:
    """Import from a folder, from folders that are added, and from installed packages."""
    outside = [path for path in sys.path if path and not Path(path).is_relative_to(ROOT / "tests")]
    sys.path[:] = [folder, *added, *(path for path in outside if path != str(ROOT))]
