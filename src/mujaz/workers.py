"""Work spread over an executor, in order, though its workers may die.

``concurrent.futures`` gives a whole pool up when one process dies (killed for memory, a fault in a
C library): every pending future fails alike and nobody says which item was to blame. Here the
pool is replaced and what was pending is done again; an item that was pending through two deaths
is tried alone, so that the guilty one is found and the others are not lost with it.

The executor may be of any kind (processes, threads, a cluster's): only its maker is known here.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
MakeExecutor = Callable[[], Executor]

_DEATHS_IN_COMPANY = 2


class WorkerDiedError(Exception):
    """An item killed the worker that did it, even alone."""


@dataclass(slots=True)
class _Job(Generic[Item, Result]):
    item: Item
    future: Future[Result]
    deaths: int = 0


def processes(count: int) -> MakeExecutor:
    """A maker of process pools.

    Processes are started afresh, not forked: a fork copies the locks of other threads as they
    stand, and the libraries of engines with them.
    """

    def make() -> Executor:
        return ProcessPoolExecutor(
            count, mp_context=multiprocessing.get_context("spawn"), initializer=_ignore_interrupt
        )

    return make


def _ignore_interrupt() -> None:
    # Ctrl-C goes to the whole group; the parent decides, and workers print no tracebacks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def in_order(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    make_executor: MakeExecutor,
    *,
    ahead: int,
    on_death: Callable[[int], None] = lambda pending: None,
) -> Iterator[tuple[Item, Callable[[], Result]]]:
    """Apply a function to items; results come in the order of the items.

    Args:
        function: Must be picklable for processes, and free of effects: it may be done twice.
        items: Consumed no more than ``ahead`` before what has been yielded.
        make_executor: Called at the start and after each death.
        ahead: Most items in work at once; bounds memory.
        on_death: Told of each death with the number of items that will be done again.

    Yields:
        Each item with a function that gives its result or raises what it raised;
        ``WorkerDiedError`` if it killed its worker when it was alone.
    """
    source = iter(items)
    jobs: deque[_Job[Item, Result]] = deque()
    executor = make_executor()
    try:
        while True:
            try:
                for item in source:
                    jobs.append(_Job(item, executor.submit(function, item)))
                    if len(jobs) >= ahead:
                        break
            except BrokenExecutor:
                # The item was taken but not submitted: it starts with a future that failed.
                jobs.append(_Job(item, _failed()))
            if not jobs:
                return
            job = jobs[0]
            if isinstance(job.future.exception(), BrokenExecutor):
                executor.shutdown(wait=False, cancel_futures=True)
                executor = _start_again(function, jobs, make_executor, on_death)
                continue
            jobs.popleft()
            yield job.item, job.future.result
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _start_again(
    function: Callable[[Item], Result],
    jobs: deque[_Job[Item, Result]],
    make_executor: MakeExecutor,
    on_death: Callable[[int], None],
) -> Executor:
    """A new executor with every job that the death has undone; the first one alone if need be."""
    undone = [job for job in jobs if not _is_done(job.future)]
    on_death(len(undone))
    for job in undone:
        job.deaths += 1
    first = jobs[0]
    if first.deaths >= _DEATHS_IN_COMPANY:
        first.future = _alone(function, first.item, make_executor)
    executor = make_executor()
    for job in undone:
        if not _is_done(job.future):
            job.future = executor.submit(function, job.item)
    return executor


def _is_done(future: Future[Result]) -> bool:
    """Whether a future holds a result or an error of its own."""
    if not future.done() or future.cancelled():
        return False
    return not isinstance(future.exception(), BrokenExecutor)


def _alone(
    function: Callable[[Item], Result], item: Item, make_executor: MakeExecutor
) -> Future[Result]:
    with make_executor() as executor:
        future = executor.submit(function, item)
        error = future.exception()
    if isinstance(error, BrokenExecutor):
        future = Future()
        future.set_exception(WorkerDiedError("the worker process died"))
    return future


def _failed() -> Future[Result]:
    future: Future[Result] = Future()
    future.set_exception(BrokenExecutor("submitted to a dead pool"))
    return future
