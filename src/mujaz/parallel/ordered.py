"""Ordered results from an executor, with a limit on the jobs that run ahead.

Any :class:`concurrent.futures.Executor` will do: this process, a
:class:`~mujaz.parallel.pool.ProcessPool`, or that of a cluster.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from mujaz.errors import MujazError

Item = TypeVar("Item")
Result = TypeVar("Result")
MakeExecutor = Callable[[], Executor]


class SerialExecutor(Executor):
    """Runs each call in this process, when it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call the function now; its :class:`MujazError` is stored, other errors are raised."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except MujazError as error:
            future.set_exception(error)
        return future


@dataclass(slots=True)
class _Job(Generic[Item, Result]):
    item: Item
    future: Future[Result]
    is_repeat: bool = False


@dataclass(slots=True)
class OrderedMap(Generic[Item, Result]):
    """Apply a function to items in an executor and yield the results in the items' order.

    Attributes:
        function: Must be picklable for processes, and without side effects: it may run twice.
        make_executor: Called when the first item has to be submitted.
        ahead: Largest number of items submitted and not yet yielded; bounds memory. If the
            executor has ``jobs_at_once``, so many are added, twice: workers may come and go.
        ready: Returns the result of an item if it is known already; it is then not submitted.
        again: Called for each finished item, in order; may return an item to process in its place,
            once.
    """

    function: Callable[[Item], Result]
    make_executor: MakeExecutor
    ahead: int
    ready: Callable[[Item], Result | None] = lambda item: None
    again: Callable[[Item, Future[Result]], Item | None] = lambda item, future: None
    _executor: Executor | None = field(default=None, init=False)

    def __call__(self, items: Iterable[Item]) -> Iterator[tuple[Item, Callable[[], Result]]]:
        """Process the items; closing the iterator early stops the workers at once.

        Args:
            items: Consumed no more than ``ahead`` before what has been yielded.

        Yields:
            Each item with a function that gives its result or raises what it raised.
        """
        source = iter(items)
        jobs: deque[_Job[Item, Result]] = deque()
        done = False
        try:
            while True:
                while len(jobs) < self._room() and (item := next(source, _END)) is not _END:
                    jobs.append(_Job(item, self._start(item)))
                if not jobs:
                    done = True
                    return
                job = jobs[0]
                job.future.exception()  # waits
                if not job.is_repeat and (other := self.again(job.item, job.future)) is not None:
                    jobs[0] = _Job(other, self._submit(other), is_repeat=True)
                    continue
                jobs.popleft()
                yield job.item, job.future.result
        finally:
            self._close(at_once=not done)

    def _room(self) -> int:
        return self.ahead + 2 * getattr(self._executor, "jobs_at_once", 0)

    def _start(self, item: Item) -> Future[Result]:
        result = self.ready(item)
        if result is None:
            return self._submit(item)
        future: Future[Result] = Future()
        future.set_result(result)
        return future

    def _submit(self, item: Item) -> Future[Result]:
        if self._executor is None:
            self._executor = self.make_executor()
        return self._executor.submit(self.function, item)

    def _close(self, *, at_once: bool) -> None:
        """Shut the executor down; ``at_once`` drops what runs, if it can."""
        executor, self._executor = self._executor, None
        kill = getattr(executor, "kill", None)
        if at_once and kill is not None:
            kill()
        elif executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)


_END: Any = object()


def fitting_workers(memory_mb: int) -> int:
    """Count the processes that this machine has cores and free memory for; at least 1.

    Args:
        memory_mb: Memory of one process in MB.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    free = _available_mb()
    if not free:
        return 1
    # A third stays free for the rest of the machine and for the peaks of a model.
    return max(1, min(cores or 1, int(free * 2 / 3) // max(memory_mb, 1)))


def _available_mb() -> int:
    """Free memory in MB of the machine or its container, whichever is less; 0 if unknown."""
    found: list[int] = []
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            found = [int(line.split()[1]) // 1024]
    limit = _lines("/sys/fs/cgroup/memory.max")
    used = _lines("/sys/fs/cgroup/memory.current")
    if limit and used and limit[0].isdigit():
        found.append((int(limit[0]) - int(used[0])) >> 20)
    return max(0, min(found)) if found else 0


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
