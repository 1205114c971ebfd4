"""Runs one call on a worker of the cluster, if it has the same mujaz as the one that asks."""

from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import os
import pickle
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import Any

from mujaz.errors import ClusterError
from mujaz.storage.content_cache import code_version

DONE, RAISED = "done", "raised"
# The packages whose code decides what a sentence sounds like.
_PACKAGES = ("arabic", "domain", "engines", "parallel", "plugins", "speech")


@cache
def own_version() -> str:
    """Version of mujaz, and a short hash of the code that speaks."""
    code = "".join(code_version(f"mujaz.{package}") for package in _PACKAGES)
    return f"{version('mujaz')} ({hashlib.sha256(code.encode()).hexdigest()[:8]})"


def run_job(wanted: str, call: bytes, limit_s: float) -> bytes:
    """Run a call in this process and return its outcome.

    Args:
        wanted: The version of mujaz that asks for it; see :func:`own_version`.
        call: A function, its arguments and its keyword arguments, pickled.
        limit_s: Time limit in seconds; a call that takes longer ends this process.

    Returns:
        ``DONE`` with the result or ``RAISED`` with the error, pickled.
    """
    answer: tuple[str, Any]
    try:
        _refuse_other_version(wanted)
        with _limited(limit_s):
            function, arguments, keywords = pickle.loads(call)
            answer = (DONE, function(*arguments, **keywords))
    except Exception as error:  # noqa: BLE001 - an executor passes every error to its caller
        answer = (RAISED, error)
    try:
        return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        return pickle.dumps((RAISED, TypeError(f"{answer[1]!r} cannot be sent back: {error}")))


def worker_address() -> str:
    """Address of the worker that runs this; empty elsewhere."""
    worker = _worker()
    return str(worker.address) if worker else ""


def _refuse_other_version(wanted: str) -> None:
    if own_version() != wanted:
        raise ClusterError(
            f"this worker runs mujaz {own_version()}, and here is {wanted}",
            where=worker_address(),
            hint="install the same version of mujaz on this machine, the scheduler and all workers",
        )


@contextlib.contextmanager
def _limited(limit_s: float) -> Iterator[None]:
    """End this process if the block takes longer; its nanny starts another one.

    A call that hangs in a C library cannot be stopped otherwise. The watchdog is a thread in C,
    which also runs while such a call holds the interpreter. A worker with several threads has
    none, since their calls would end with it.
    """
    if not _has_one_thread():
        yield
        return
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a device
        faulthandler.dump_traceback_later(limit_s, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def _has_one_thread() -> bool:
    worker = _worker()
    return worker is not None and worker.state.nthreads == 1


def _worker() -> Any:
    """Dask's worker whose job this thread runs; None elsewhere."""
    dask = sys.modules.get("distributed.worker")
    try:
        return dask.get_worker() if dask else None
    except ValueError:
        return None
