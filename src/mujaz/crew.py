"""Worker processes that may die: each is replaced, and only its own work is done again.

``concurrent.futures.ProcessPoolExecutor`` shares one queue among its processes and gives the whole
pool up when one of them dies (killed for memory, a fault in a C library); nobody says which item
was to blame, and a process that is killed while it starts can leave the pool waiting for ever.
Here each process has a pipe of its own and a thread that keeps it: a death is the end of that
pipe, the item in hand is known, and no other process notices.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from mujaz.handover import Handover, make_handover

# An item that has killed so many workers will kill the next one too. Not fewer: somebody else may
# be killing them, and the same item be in hand each time.
_DEATHS = 5
# A worker that dies before it has begun has died of something else; but not for ever.
_STARTS = 20
_BEGUN, _DONE, _RAISED = "begun", "done", "raised"
_HANDED_OVER = "handed over"


class WorkerDiedError(Exception):
    """An item killed every worker that tried it."""


@dataclass(slots=True)
class _Job:
    call: Callable[..., Any]
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    future: Future[Any] = field(default_factory=Future)


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    handover: Handover | None

    def hear(self) -> tuple[str, Any]:
        """What it says next, and with what."""
        kind, value = self.pipe.recv()
        if kind == _HANDED_OVER and self.handover is not None:
            kind, value = self.handover.take(value)
        return kind, value


class Crew(Executor):
    """An executor of worker processes that outlives their deaths.

    Processes are started when there is work, afresh and not forked: a fork copies the locks of
    other threads as they stand, and the libraries of engines with them.

    Args:
        count: Most processes at once.
        on_death: Told of each death, in a thread of the crew; the item is then tried again.
    """

    def __init__(self, count: int, on_death: Callable[[], None] = lambda: None) -> None:
        self._count = count
        self._on_death = on_death
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._keepers: list[threading.Thread] = []
        self._workers: set[int] = set()
        self._lock = threading.Lock()
        self._killed = False
        self._closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a function called in a worker; its arguments and result are pickled."""
        if self._closed:
            raise RuntimeError("this crew has gone home")
        job = _Job(fn, args, kwargs)
        self._jobs.put(job)
        if len(self._keepers) < self._count:
            keeper = threading.Thread(target=self._keep, daemon=True)
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
        with self._lock:
            self._killed = True
            for pid in self._workers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.shutdown(cancel_futures=True)

    def _keep(self) -> None:
        """Keep one worker at work until there is no more."""
        worker: _Worker | None = None
        while (job := self._jobs.get()) is not None:
            if job.future.set_running_or_notify_cancel():
                worker = self._done(job, worker)
        if worker is not None:
            self._dismiss(worker)

    def _done(self, job: _Job, worker: _Worker | None) -> _Worker | None:
        """Have a job done, by new workers as long as the old ones die."""
        deaths = 0
        for _ in range(_STARTS):
            begun = False
            try:
                worker = worker or self._hire()
                worker.pipe.send((job.call, job.arguments, job.keywords))
                while True:
                    kind, value = worker.hear()
                    if kind == _DONE:
                        job.future.set_result(value)
                        return worker
                    if kind == _RAISED:
                        job.future.set_exception(value)
                        return worker
                    begun = True
            except (EOFError, OSError):
                if worker is not None:
                    self._dismiss(worker)
                    worker = None
            except (pickle.PickleError, TypeError, AttributeError) as error:
                job.future.set_exception(error)
                return worker
            if self._killed:
                break
            deaths += begun
            if deaths == _DEATHS:
                break
            self._on_death()
        job.future.set_exception(WorkerDiedError("the worker process died"))
        return None

    def _hire(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        # One at a time: starting a process is not safe in two threads at once. And none after
        # the order to kill, which then would not reach it.
        with self._lock:
            if self._killed:
                raise EOFError
            handover = make_handover()
            process = context.Process(target=_work, args=(theirs, handover), daemon=True)
            process.start()
            theirs.close()
            if process.pid is not None:
                self._workers.add(process.pid)
        return _Worker(process, ours, handover)

    def _dismiss(self, worker: _Worker) -> None:
        worker.pipe.close()
        worker.process.join()
        if worker.handover is not None:
            worker.handover.close()
        with self._lock:
            self._workers.discard(worker.process.pid or 0)


def _work(pipe: Connection, handover: Handover | None) -> None:
    """A worker's life: calls come in, results go out, until the pipe ends."""
    # Ctrl-C goes to the whole group; the parent decides, and workers print no tracebacks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A parent that is killed outright cannot end a worker that is busy: it watches by itself.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            call, arguments, keywords = pipe.recv()
            pipe.send((_BEGUN, None))
            try:
                answer = (_DONE, call(*arguments, **keywords))
            except Exception as error:  # noqa: BLE001 - an executor hands every error to its caller
                answer = (_RAISED, error)
            _send(pipe, handover, answer)


def _send(pipe: Connection, handover: Handover | None, answer: tuple[str, Any]) -> None:
    try:
        size = handover.put(answer) if handover is not None else 0
        data = pickle.dumps((_HANDED_OVER, size) if size else answer)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        data = pickle.dumps((_RAISED, TypeError(f"{answer[1]!r} cannot be sent back: {error}")))
    pipe.send_bytes(data)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
