"""A process pool that survives the death of its workers: only the lost job is run again.

``concurrent.futures.ProcessPoolExecutor`` gives up the whole pool when a process dies (killed for
lack of memory, a fault in a C library), and pebble's pool does so when the process was idle. Here
each worker has its own pipe and its own thread in this process: the end of the pipe tells that the
worker has died, the job that it was running is known, and the other workers are not affected.
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

from mujaz.parallel.worker import DONE, STARTED, Worker

# A job during which this many workers died is given up. Fewer would be too strict: the system may
# be killing workers for another reason, by chance during the same job.
_MOST_DEATHS = 5
# A death before the job started is not blamed on the job, but after this many we give up.
_MOST_STARTS = 20
# A job that takes longer hangs: the slowest engine takes minutes for its longest line.
_JOB_LIMIT_S = 3600.0
# A worker whose jobs are shorter than this is sent the next one in advance, since it would lose a
# tenth of its time waiting for it. Longer jobs go to the worker that is free first.
_SHORT_JOB_S = 0.1
_SHORT_JOBS_SENT = 2
# A job sent in advance must fit into the pipe's buffer, or both ends would wait for the other to
# read. This is the smallest buffer of any system (macOS).
_MOST_ADVANCE_BYTES = 8000


class WorkerDiedError(Exception):
    """Every worker that ran this job died."""


@dataclass(slots=True, eq=False)
class _Job:
    """A call to run in a worker.

    Attributes:
        call: The function with its arguments, pickled.
        sent: Whether the present worker has received it.
        started: When the present worker started it, in seconds of the monotonic clock.
        starts: Number of workers that died while it was their first job.
        deaths: Number of those workers that had started it.
    """

    call: bytes
    future: Future[Any] = field(default_factory=Future)
    sent: bool = False
    started: float | None = None
    starts: int = 0
    deaths: int = 0


class ProcessPool(Executor):
    """An executor of worker processes, which are replaced when they die.

    Processes are started when jobs are submitted.

    Args:
        count: Largest number of processes.
        on_death: Called after each death that is followed by another try, in a thread of the pool.
        job_limit_s: Time limit of a job in seconds; its worker is killed, and it is not run again.
    """

    def __init__(
        self,
        count: int,
        on_death: Callable[[], None] = lambda: None,
        job_limit_s: float = _JOB_LIMIT_S,
    ) -> None:
        self._job_limit_s = job_limit_s
        self._count = count
        self._on_death = on_death
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._workers = _Workers()
        self._closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call a function in a worker; its arguments and result are pickled."""
        if self._closed:
            raise RuntimeError("this pool has been shut down")
        try:
            job = _Job(pickle.dumps((fn, args, kwargs)))
        except (pickle.PickleError, TypeError, AttributeError) as error:
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed
        self._jobs.put(job)
        if len(self._threads) < self._count:
            run = _WorkerThread(self._jobs, self._workers, self._on_death, self._job_limit_s).run
            thread = threading.Thread(target=run, daemon=True)
            self._threads.append(thread)
            thread.start()
        return job.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers when the submitted jobs are done, or without running them."""
        self._closed = True
        if cancel_futures:
            with contextlib.suppress(queue.Empty):
                while True:
                    job = self._jobs.get_nowait()
                    if job is not None:
                        job.future.cancel()
        for _ in self._threads:
            self._jobs.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def kill(self) -> None:
        """Kill the workers at once, whatever they are running."""
        self._workers.kill()
        self.shutdown(cancel_futures=True)


class _Workers:
    """The running workers of a pool."""

    def __init__(self) -> None:
        self.killed = False
        self._pids: set[int] = set()
        self._lock = threading.Lock()

    def start(self) -> Worker:
        """Start a worker.

        Raises:
            EOFError: If the pool was killed.
            OSError: If the system has no more processes or memory.
        """
        # Starting processes in two threads at once is not safe. After kill() no worker may be
        # started: kill() would not know its pid.
        with self._lock:
            if self.killed:
                raise EOFError
            worker = Worker()
            self._pids.add(worker.pid)
        return worker

    def stop(self, worker: Worker) -> None:
        """Stop a worker and wait for its end."""
        worker.stop()
        with self._lock:
            self._pids.discard(worker.pid)

    def kill(self) -> None:
        """Kill all workers and start no others."""
        with self._lock:
            self.killed = True
            for pid in self._pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


class _WorkerThread:
    """The thread that sends jobs to one worker and replaces the worker when it dies."""

    def __init__(
        self,
        jobs: queue.SimpleQueue[_Job | None],
        workers: _Workers,
        on_death: Callable[[], None],
        job_limit_s: float,
    ) -> None:
        self._job_limit_s = job_limit_s
        self._jobs = jobs
        self._workers = workers
        self._on_death = on_death
        self._worker: Worker | None = None
        # Jobs of this worker in order; only the first can have been started.
        self._assigned: deque[_Job] = deque()
        self._jobs_are_short = False

    def run(self) -> None:
        """Run jobs until the queue ends."""
        while self._take_jobs():
            try:
                self._worker = self._worker or self._workers.start()
                self._send_jobs(self._worker)
                self._receive(self._worker)
            except TimeoutError:
                self._handle_death(is_hanging=True)
            except (EOFError, OSError):
                self._handle_death()
        if self._worker is not None:
            self._workers.stop(self._worker)

    def _take_jobs(self) -> bool:
        """Take the worker's next jobs from the queue; False if the queue has ended."""
        most = _SHORT_JOBS_SENT if self._jobs_are_short else 1
        while len(self._assigned) < most:
            try:
                job = self._jobs.get(block=not self._assigned)
            except queue.Empty:
                break
            if job is None:
                if self._assigned:
                    self._jobs.put(None)
                break
            if job.future.set_running_or_notify_cancel():
                self._assigned.append(job)
        return bool(self._assigned)

    def _send_jobs(self, worker: Worker) -> None:
        """Send the worker the assigned jobs that it has not received."""
        for job in self._assigned:
            first = job is self._assigned[0]
            if not job.sent and (first or len(job.call) <= _MOST_ADVANCE_BYTES):
                worker.send(job.call)
                job.sent = True

    def _receive(self, worker: Worker) -> None:
        """Receive one message from the worker."""
        job = self._assigned[0]
        try:
            kind, value = worker.receive(self._job_limit_s)
        except (pickle.PickleError, TypeError, AttributeError) as error:
            self._assigned.popleft().future.set_exception(error)
            return
        now = time.monotonic()
        if kind == STARTED:
            job.started = now
            return
        self._assigned.popleft()
        self._jobs_are_short = job.started is not None and now - job.started < _SHORT_JOB_S
        if kind == DONE:
            job.future.set_result(value)
        else:
            job.future.set_exception(value)

    def _handle_death(self, *, is_hanging: bool = False) -> None:
        """Count a death; leave the jobs to the next worker, or fail the first if it is to blame."""
        if self._worker is not None:
            self._workers.stop(self._worker)
            self._worker = None
        first = self._assigned[0]
        first.starts += 1
        first.deaths += first.started is not None
        if self._workers.killed:
            self._give_up(len(self._assigned))
        elif is_hanging:
            self._give_up(1, f"no result after {self._job_limit_s:g} s")
        elif first.deaths == _MOST_DEATHS or first.starts == _MOST_STARTS:
            self._give_up(1)
        else:
            self._on_death()
        for job in self._assigned:
            job.sent, job.started = False, None

    def _give_up(self, jobs: int, reason: str = "the worker process died") -> None:
        for _ in range(jobs):
            job = self._assigned.popleft()
            job.future.set_exception(WorkerDiedError(reason))
