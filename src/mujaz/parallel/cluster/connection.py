"""The connection to a scheduler: one a process, made when it is first needed."""

from __future__ import annotations

import contextlib
import secrets
import threading
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from mujaz.errors import ClusterError, MissingPackageError, installing
from mujaz.parallel.cluster.address import require_safe_address, security
from mujaz.parallel.cluster.files import PART_BYTES, Files, missing, put_part
from mujaz.settings.values import Config

# Packages that must be the same everywhere; of Python, the minor version.
_SAME = ("mujaz", "distributed", "python")
_QUIET = ("distributed", "distributed.client", "tornado", "tornado.application")
_INSTALL = f"run {installing('cluster')}"


class Connection:
    """A scheduler and its workers.

    Args:
        config: Its ``speech.cluster`` and ``[cluster]``.

    Raises:
        ConfigError: If the address cannot be used.
        MissingPackageError: If the extra is not installed.
        ClusterError: If the scheduler does not answer, has no workers in time, or if versions
            differ.
    """

    def __init__(self, config: Config) -> None:
        self.address = require_safe_address(config)
        self.settings = config.cluster
        client_class = _client_class()
        safe = security(config)
        try:
            self.client: Any = client_class(
                self.address, security=safe, timeout=self.settings.wait_s, set_as_default=False
            )
        except (OSError, ValueError, ImportError) as error:
            raise ClusterError(
                f"the scheduler does not answer: {_first_line(error)}",
                where=self.address,
                hint='start it (docs/cluster.md), or take --cluster "" to speak on this machine',
            ) from None
        try:
            self._require_same_versions()
            self._await_workers()
        except BaseException:
            self.close()
            raise

    @property
    def is_open(self) -> bool:
        """Whether the scheduler can still be reached."""
        return bool(self.client.status == "running")

    def slots(self) -> int:
        """Count the jobs that the workers can run at once."""
        return int(sum(self.client.nthreads().values()))

    def workers(self) -> list[str]:
        """Addresses of the workers."""
        return list(self.client.nthreads())

    def send(self, files: Files, sources: Mapping[str, Path], worker: str) -> None:
        """Send a worker those files of a set that it lacks.

        Args:
            files: The set.
            sources: Where the files lie here, by their hash.
            worker: Its address.

        Raises:
            ClusterError: If they are larger than the settings allow.
            Exception: Whatever happens to the worker meanwhile.
        """
        lacking = self._run_on(worker, missing, files)
        size = sum(files[index].size for index in lacking)
        if size > self.settings.send_mb * 1_000_000:
            raise ClusterError(
                f"this worker lacks files of the voice: {size / 1e6:.0f} MB",
                where=worker,
                hint="install the voice there (`mujaz voices install`), or raise cluster.send_mb",
            )
        sender = secrets.token_hex(6)
        for index in lacking:
            for part in _parts(sources[files[index].sha256]):
                self._run_on(worker, put_part, files, index, part, sender)

    def close(self) -> None:
        """Leave the cluster; jobs of this process are dropped there."""
        with contextlib.suppress(Exception):
            self.client.close(timeout=5)

    def _run_on(self, worker: str, function: Callable[..., Any], *arguments: object) -> Any:
        return self.client.run(function, *arguments, workers=[worker])[worker]

    def _require_same_versions(self) -> None:
        told = self.client.get_versions(packages=["mujaz"])
        here = told["client"]["packages"]
        others = {f"scheduler {self.address}": told["scheduler"]}
        others.update({f"worker {name}": found for name, found in told["workers"].items()})
        for name, found in others.items():
            for package in _SAME:
                mine, theirs = (
                    _version(package, packages)
                    for packages in (here, found["packages"] if found else {})
                )
                if mine != theirs:
                    raise ClusterError(
                        f"it runs {package} {theirs}, and here is {mine}",
                        where=name,
                        hint="install the same versions on this machine, the scheduler and all "
                        "workers",
                    )

    def _await_workers(self) -> None:
        try:
            self.client.wait_for_workers(1, timeout=self.settings.wait_s)
        except TimeoutError:
            raise ClusterError(
                "the scheduler has no workers",
                where=self.address,
                hint="start workers (docs/cluster.md)",
            ) from None


_LOCK = threading.Lock()
_OPEN: dict[tuple[object, ...], Connection] = {}


def connection(config: Config) -> Connection:
    """Return this process's connection to the configured scheduler.

    Raises:
        ConfigError, MissingPackageError, ClusterError: As :class:`Connection`.
    """
    key = (config.speech.cluster, config.cluster, config.home)
    with _LOCK:
        found = _OPEN.get(key)
        if found is None or not found.is_open:
            found = _OPEN[key] = Connection(config)
        return found


def _client_class() -> Any:
    """Import Dask's client, without its log on the terminal: what matters is told by us."""
    try:
        import dask

        levels = {f"logging.{name}": "critical" for name in _QUIET}
        dask.config.set(
            {"logging": {name.partition(".")[2]: level for name, level in levels.items()}}
        )
        from distributed import Client
        from distributed.versions import VersionMismatchWarning
    except ImportError as error:
        raise MissingPackageError(
            "the package 'distributed' is not installed", where="speech.cluster", hint=_INSTALL
        ) from error
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)
    return Client


def _version(package: str, packages: Mapping[str, Any]) -> str:
    found = str(packages.get(package) or "not installed")
    return ".".join(found.split(".")[:2]) if package == "python" else found


def _parts(path: Path) -> Iterable[bytes]:
    with path.open("rb") as stream:
        yield stream.read(PART_BYTES)
        while part := stream.read(PART_BYTES):
            yield part


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
