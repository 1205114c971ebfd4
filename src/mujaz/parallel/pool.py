"""Worker processes that may die: each is replaced, and only its own work is done again.

``concurrent.futures.ProcessPoolExecutor`` shares one queue among its processes and gives the whole
pool up when one of them dies (killed for memory, a fault in a C library); nobody says which item
was to blame, and a process that is killed while it starts can leave the pool waiting for ever.
Here each process has a pipe of its own and a thread that keeps it: a death is the end of that
pipe, the item in hand is known, and no other process notices.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

from mujaz.parallel.worker import BEGUN, DONE, Worker

# An item that has killed so many workers will kill the next one too. Not fewer: somebody else may
# be killing them, and the same item be in hand each time.
_DEATHS = 5
# A worker that dies before it has begun has died of something else; but not for ever.
_STARTS = 20
# Where jobs are done in less, a worker is told the next one meanwhile, for it would lose a tenth
# of its time or more waiting to hear of it. Where they take longer, whoever is free first has it.
_BRIEF_S = 0.1
_BRIEF_JOBS = 2
# An order that a busy worker is told must go into the pipe whole, or both might wait to be read:
# the smallest buffer of any system (macOS).
_AHEAD_BYTES = 8000


class WorkerDiedError(Exception):
    """An item killed every worker that tried it."""


@dataclass(slots=True, eq=False)
class _Job:
    """What a worker shall do.

    Attributes:
        order: The call with its arguments, pickled.
        told: Whether the worker that lives now knows of it.
        begun: When that worker began with it, by the monotonic clock in s.
        starts: Workers that were told of it and died with it first in hand.
        deaths: Those of them that had begun with it.
    """

    order: bytes
    future: Future[Any] = field(default_factory=Future)
    told: bool = False
    begun: float | None = None
    starts: int = 0
    deaths: int = 0


class Crew(Executor):
    """An executor of worker processes that outlives their deaths.

    Processes are started when there is work.

    Args:
        count: Most processes at once.
        on_death: Told of each death, in a thread of the crew; the item is then tried again.
    """

    def __init__(self, count: int, on_death: Callable[[], None] = lambda: None) -> None:
        self._count = count
        self._on_death = on_death
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._keepers: list[threading.Thread] = []
        self._roll = _Roll()
        self._closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a function called in a worker; its arguments and result are pickled."""
        if self._closed:
            raise RuntimeError("this crew has gone home")
        try:
            job = _Job(pickle.dumps((fn, args, kwargs)))
        except (pickle.PickleError, TypeError, AttributeError) as error:
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed
        self._jobs.put(job)
        if len(self._keepers) < self._count:
            keep = _Keeper(self._jobs, self._roll, self._on_death).keep
            keeper = threading.Thread(target=keep, daemon=True)
            self._keepers.append(keeper)
            keeper.start()
        return job.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers after the work that is left, or without it."""
        self._closed = True
        if cancel_futures:
            with contextlib.suppress(queue.Empty):
                while True:
                    job = self._jobs.get_nowait()
                    if job is not None:
                        job.future.cancel()
        for _ in self._keepers:
            self._jobs.put(None)
        if wait:
            for keeper in self._keepers:
                keeper.join()

    def kill(self) -> None:
        """End the workers at once, whatever they have in hand."""
        self._roll.kill()
        self.shutdown(cancel_futures=True)


class _Roll:
    """The workers that live."""

    def __init__(self) -> None:
        self.killed = False
        self._pids: set[int] = set()
        self._lock = threading.Lock()

    def hire(self) -> Worker:
        """A new worker.

        Raises:
            EOFError: If all were killed.
            OSError: If the system has no more processes or memory.
        """
        # One at a time: starting a process is not safe in two threads at once. And none after
        # the order to kill, which then would not reach it.
        with self._lock:
            if self.killed:
                raise EOFError
            worker = Worker()
            self._pids.add(worker.pid)
        return worker

    def dismiss(self, worker: Worker) -> None:
        """Wait for the end of a worker."""
        worker.dismiss()
        with self._lock:
            self._pids.discard(worker.pid)

    def kill(self) -> None:
        """End all, and let there be no others."""
        with self._lock:
            self.killed = True
            for pid in self._pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


class _Keeper:
    """Keeps one worker at work until there is no more, and replaces it when it dies."""

    def __init__(
        self, jobs: queue.SimpleQueue[_Job | None], roll: _Roll, on_death: Callable[[], None]
    ) -> None:
        self._jobs = jobs
        self._roll = roll
        self._on_death = on_death
        self._worker: Worker | None = None
        # What the worker is told, in order; it has begun with the first at most.
        self._in_hand: deque[_Job] = deque()
        self._brief = False

    def keep(self) -> None:
        """Go on until the queue says that there is no more."""
        while self._fill_hand():
            try:
                self._worker = self._worker or self._roll.hire()
                self._tell(self._worker)
                self._hear(self._worker)
            except (EOFError, OSError):
                self._bury()
        if self._worker is not None:
            self._roll.dismiss(self._worker)

    def _fill_hand(self) -> bool:
        """Take what the worker shall do next; False if there is no more."""
        most = _BRIEF_JOBS if self._brief else 1
        while len(self._in_hand) < most:
            try:
                job = self._jobs.get(block=not self._in_hand)
            except queue.Empty:
                break
            if job is None:
                if self._in_hand:
                    self._jobs.put(None)
                break
            if job.future.set_running_or_notify_cancel():
                self._in_hand.append(job)
        return bool(self._in_hand)

    def _tell(self, worker: Worker) -> None:
        """Tell the worker what it does not know of."""
        for job in self._in_hand:
            first = job is self._in_hand[0]
            if not job.told and (first or len(job.order) <= _AHEAD_BYTES):
                worker.tell(job.order)
                job.told = True

    def _hear(self, worker: Worker) -> None:
        """Hear the worker once."""
        job = self._in_hand[0]
        try:
            kind, value = worker.hear()
        except (pickle.PickleError, TypeError, AttributeError) as error:
            self._in_hand.popleft().future.set_exception(error)
            return
        now = time.monotonic()
        if kind == BEGUN:
            job.begun = now
            return
        self._in_hand.popleft()
        self._brief = job.begun is not None and now - job.begun < _BRIEF_S
        if kind == DONE:
            job.future.set_result(value)
        else:
            job.future.set_exception(value)

    def _bury(self) -> None:
        """Take note of a death; what was in hand is for the next worker, unless it is to blame."""
        if self._worker is not None:
            self._roll.dismiss(self._worker)
            self._worker = None
        first = self._in_hand[0]
        first.starts += 1
        first.deaths += first.begun is not None
        if self._roll.killed:
            self._give_up(len(self._in_hand))
        elif first.deaths == _DEATHS or first.starts == _STARTS:
            self._give_up(1)
        else:
            self._on_death()
        for job in self._in_hand:
            job.told, job.begun = False, None

    def _give_up(self, jobs: int) -> None:
        for _ in range(jobs):
            job = self._in_hand.popleft()
            job.future.set_exception(WorkerDiedError("the worker process died"))
