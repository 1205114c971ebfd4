"""A Dask cluster for tests: a scheduler and workers, each a process, on loopback addresses."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.commands import PLUGINS

_PATIENCE_S = 120.0
_MODULES = {"scheduler": "distributed.cli.dask_scheduler", "worker": "distributed.cli.dask_worker"}


def require_dask() -> None:
    """Skip a test module where the extra is not installed."""
    pytest.importorskip("distributed", reason="the extra cluster is not installed")


class DaskCluster:
    """A scheduler and its workers.

    Args:
        folder: For their logs, caches and files.
        secure: Command-line options for TLS; empty for none.
        environment: Of the scheduler and, unless they get another, the workers.
    """

    def __init__(
        self, folder: Path, secure: Sequence[str] = (), environment: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self._secure = list(secure)
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(PLUGINS),
            "XDG_CACHE_HOME": str(folder / "worker-cache"),
            # A job that is given to a worker starts there at once.
            "DASK_DISTRIBUTED__SCHEDULER__WORKER_SATURATION": "1.0",
            **(environment or {}),
        }
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        host = "tls://127.0.0.1:0" if secure else "tcp://127.0.0.1:0"
        self.scheduler = self._start(
            "scheduler", "--host", host, "--scheduler-file", str(self._file)
        )
        wait_until(self._is_told)
        self.address: str = json.loads(self._file.read_text())["address"]

    def start_worker(
        self, *, threads: int = 1, environment: Mapping[str, str] | None = None
    ) -> None:
        """Start a worker, on an address of its own where the system has more."""
        number = len(self.workers) + 1
        host = f"127.0.0.{number}" if sys.platform == "linux" else "127.0.0.1"
        space = str(self.folder / f"space-{number}")
        protocol = ["--protocol", "tls"] if self._secure else []
        self.workers.append(
            self._start(
                "worker", "--scheduler-file", str(self._file), "--host", host,
                "--nthreads", str(threads), "--local-directory", space, *protocol,
                environment=environment, log=f"worker-{number}",
            )
        )  # fmt: skip
        wait_until(lambda: self._registered() >= number)

    def worker_process(self, number: int) -> int:
        """Process id of the process that speaks, a child of the worker's nanny; 0 if none runs."""
        import psutil

        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.workers[number].pid).children():
                if "spawn_main" in " ".join(child.cmdline()):
                    return int(child.pid)
        return 0

    def kill_worker_process(self, number: int, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the process that speaks, if one runs; its nanny starts another."""
        if pid := self.worker_process(number):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)

    def log(self, name: str) -> str:
        """What the scheduler or a worker has logged."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        """End all processes."""
        for process in (*self.workers, self.scheduler):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _registered(self) -> int:
        """Count the workers that the scheduler has told of, each restart included."""
        return self.log("scheduler").count("Register worker")

    def _is_told(self) -> bool:
        with contextlib.suppress(OSError, ValueError):
            return bool(json.loads(self._file.read_text())["address"])
        return False

    def _start(
        self,
        part: str,
        *options: str,
        environment: Mapping[str, str] | None = None,
        log: str = "",
    ) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", _MODULES[part], "--no-dashboard", *self._secure, *options]
        with (self.folder / f"{log or part}.log").open("wb") as stream:
            return subprocess.Popen(
                command,
                env={**self._environment, **(environment or {})},
                cwd=self.folder,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


@contextlib.contextmanager
def dask_cluster(
    folder: Path,
    workers: int = 2,
    secure: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[DaskCluster]:
    """A running cluster whose workers have registered."""
    cluster = DaskCluster(folder, secure, environment)
    try:
        for _ in range(workers):
            cluster.start_worker()
        yield cluster
    finally:
        cluster.close()


def wait_until(true: Callable[[], bool]) -> None:
    """Wait until something is true.

    Raises:
        AssertionError: If it does not become so in two minutes.
    """
    end = time.monotonic() + _PATIENCE_S
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
