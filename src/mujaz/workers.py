"""Work spread over an executor, in order, though its workers may die.

``concurrent.futures`` gives a whole pool up when one process dies (killed for memory, a fault in a
C library): every pending future fails alike and nobody says which item was to blame. Here the
pool is replaced and what was pending is done again; an item that was pending through two deaths
is tried alone, so that the guilty one is found and the others are not lost with it.

The executor may be of any kind (this process, other processes, a cluster's): only its maker is
known here.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from mujaz.errors import MujazError

Item = TypeVar("Item")
Result = TypeVar("Result")
MakeExecutor = Callable[[], Executor]

_DEATHS_IN_COMPANY = 2


class WorkerDiedError(Exception):
    """An item killed the worker that did it, even alone."""


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


def processes(count: int) -> MakeExecutor:
    """A maker of process pools.

    Processes are started afresh, not forked: a fork copies the locks of other threads as they
    stand, and the libraries of engines with them.
    """

    def make() -> Executor:
        return ProcessPoolExecutor(
            count, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_worker
        )

    return make


def _begin_worker() -> None:
    # Ctrl-C goes to the whole group; the parent decides, and workers print no tracebacks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A parent that is killed outright cannot end its workers: each watches for it.
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


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


@dataclass(slots=True)
class _Job(Generic[Item, Result]):
    item: Item
    future: Future[Result]
    deaths: int = 0
    is_again: bool = False


@dataclass(slots=True)
class InOrder(Generic[Item, Result]):
    """Applies a function to items; results come in the order of the items.

    Attributes:
        function: Must be picklable for processes, and free of effects: it may be done twice.
        make_executor: Called when there is work for it, and after each death.
        ahead: Most items in work at once; bounds memory.
        ready: Gives the result of an item if it is there already: no executor sees it.
        again: Asked of each result, in order; an item that it gives is done in the place of the
            one that was, once.
        on_death: Told of each death with the number of items that will be done again.
    """

    function: Callable[[Item], Result]
    make_executor: MakeExecutor
    ahead: int
    ready: Callable[[Item], Result | None] = lambda item: None
    again: Callable[[Item, Result], Item | None] = lambda item, result: None
    on_death: Callable[[int], None] = lambda pending: None
    _executor: Executor | None = field(default=None, init=False)

    def __call__(self, items: Iterable[Item]) -> Iterator[tuple[Item, Callable[[], Result]]]:
        """Do the work; what is left when the iterator is closed is stopped at once.

        Args:
            items: Consumed no more than ``ahead`` before what has been yielded.

        Yields:
            Each item with a function that gives its result or raises what it raised;
            ``WorkerDiedError`` if it killed its worker when it was alone.
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
                error = job.future.exception()
                if isinstance(error, BrokenExecutor):
                    self._start_again(jobs)
                    continue
                if error is None and not job.is_again:
                    other = self.again(job.item, job.future.result())
                    if other is not None:
                        jobs[0] = _Job(other, self._submitted(other), is_again=True)
                        continue
                jobs.popleft()
                yield job.item, job.future.result
        finally:
            self._close(at_once=not done)

    def alone(self, item: Item) -> Result:
        """Do one item in an executor of its own.

        Raises:
            WorkerDiedError: If it kills its worker.
        """
        with self.make_executor() as executor:
            future = executor.submit(self.function, item)
            error = future.exception()
        if isinstance(error, BrokenExecutor):
            raise WorkerDiedError("the worker process died")
        return future.result()

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
        try:
            return self._executor.submit(self.function, item)
        except BrokenExecutor as error:
            # It died since the last look: this item starts as one that the death has undone.
            future: Future[Result] = Future()
            future.set_exception(error)
            return future

    def _start_again(self, jobs: deque[_Job[Item, Result]]) -> None:
        """Do again what a death has undone; the first one alone if it is under suspicion."""
        self._close(at_once=True)
        undone = [job for job in jobs if not _is_done(job.future)]
        self.on_death(len(undone))
        for job in undone:
            job.deaths += 1
        first = jobs[0]
        if first.deaths >= _DEATHS_IN_COMPANY:
            first.future = self._tried_alone(first.item)
        for job in undone:
            if not _is_done(job.future):
                job.future = self._submitted(job.item)

    def _tried_alone(self, item: Item) -> Future[Result]:
        future: Future[Result] = Future()
        try:
            future.set_result(self.alone(item))
        except (MujazError, WorkerDiedError) as error:
            future.set_exception(error)
        return future

    def _close(self, *, at_once: bool) -> None:
        """End the executor; at once means without waiting for what its processes have in hand."""
        executor, self._executor = self._executor, None
        if executor is None:
            return
        if at_once:
            # Only from Python 3.14 on is there a public way (kill_workers).
            for process in list((getattr(executor, "_processes", None) or {}).values()):
                process.kill()
        executor.shutdown(wait=True, cancel_futures=True)


_END: Any = object()


def _is_done(future: Future[Result]) -> bool:
    """Whether a future holds a result or an error of its own."""
    if not future.done() or future.cancelled():
        return False
    return not isinstance(future.exception(), BrokenExecutor)
