"""Work spread over an executor, its results in order and a bounded distance ahead.

The executor may be of any kind (this process, a :class:`~mujaz.parallel.pool.Crew`, a cluster's):
only its maker is known here.
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
from mujaz.parallel.pool import Crew

Item = TypeVar("Item")
Result = TypeVar("Result")
MakeExecutor = Callable[[], Executor]


class Here(Executor):
    """Does the work in this process, when it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call the function now; the future holds what it gave, or its error of ours."""
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
    is_again: bool = False


@dataclass(slots=True)
class InOrder(Generic[Item, Result]):
    """Applies a function to items; results come in the order of the items.

    Attributes:
        function: Must be picklable for processes, and free of effects: it may be done twice.
        make_executor: Called when there is work for it.
        ahead: Most items in work at once; bounds memory.
        ready: Gives the result of an item if it is there already: no executor sees it.
        again: Asked of each item that is done, in order; an item that it gives is done in the
            place of the one that was, once.
    """

    function: Callable[[Item], Result]
    make_executor: MakeExecutor
    ahead: int
    ready: Callable[[Item], Result | None] = lambda item: None
    again: Callable[[Item, Future[Result]], Item | None] = lambda item, future: None
    _executor: Executor | None = field(default=None, init=False)

    def __call__(self, items: Iterable[Item]) -> Iterator[tuple[Item, Callable[[], Result]]]:
        """Do the work; what is left when the iterator is closed is stopped at once.

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
                while len(jobs) < self.ahead and (item := next(source, _END)) is not _END:
                    jobs.append(_Job(item, self._begun(item)))
                if not jobs:
                    done = True
                    return
                job = jobs[0]
                job.future.exception()  # waits
                if not job.is_again and (other := self.again(job.item, job.future)) is not None:
                    jobs[0] = _Job(other, self._submitted(other), is_again=True)
                    continue
                jobs.popleft()
                yield job.item, job.future.result
        finally:
            self._close(at_once=not done)

    def _begun(self, item: Item) -> Future[Result]:
        result = self.ready(item)
        if result is None:
            return self._submitted(item)
        future: Future[Result] = Future()
        future.set_result(result)
        return future

    def _submitted(self, item: Item) -> Future[Result]:
        if self._executor is None:
            self._executor = self.make_executor()
        return self._executor.submit(self.function, item)

    def _close(self, *, at_once: bool) -> None:
        """End the executor; at once means without waiting for what a crew has in hand."""
        executor, self._executor = self._executor, None
        if at_once and isinstance(executor, Crew):
            executor.kill()
        elif executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)


_END: Any = object()


def fitting_workers(memory_mb: int) -> int:
    """How many processes of a size this machine has cores and free memory for; 1 at least.

    Args:
        memory_mb: What one of them takes.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    free = _available_mb()
    if not free:
        return 1
    # A third stays free for the rest of the machine and for what a model needs at its peak.
    return max(1, min(cores or 1, int(free * 2 / 3) // max(memory_mb, 1)))


def _available_mb() -> int:
    """Free memory of the machine or of the container, whichever is less; 0 if nobody says."""
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
