"""An executor whose jobs run on the workers of a Dask cluster.

Dask gives the job of a worker that died to another one. A worker that hangs or is cut off is found
here: when no result has come for longer than a job may take, the jobs on the worker of the oldest
one are given to others. A job that fails twice in such ways fails with an error. Results are
fetched in batches, since each fetch waits for the network.
"""

from __future__ import annotations

import contextlib
import pickle
import queue
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, InvalidStateError, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mujaz.errors import ClusterError
from mujaz.parallel.cluster.connection import Connection
from mujaz.parallel.cluster.files import FilesMissingError
from mujaz.parallel.cluster.job import DONE, own_version, run_job
from mujaz.parallel.pool import WorkerDiedError

# Dask counts a worker's death against all of its jobs, started or not, and fails a job after four
# deaths; so such a job is tried once more before its call fails.
_TRIES = 2
# Times that files are sent for one job; a worker may die after it got them.
_SENDINGS = 10
# Without a result for this many time limits a job is moved to another worker; then it fails.
_MOVE_AFTER, _FAIL_AFTER = 1.2, 2.5
_TICK_S = 0.5
_COUNT_EVERY_S = 5.0
_BATCH = 32
# Threads that wait for the network: they fetch results and send files.
_THREADS = 4


@dataclass(slots=True, eq=False)
class _Job:
    """A call that runs on the cluster.

    Attributes:
        call: The function with its arguments, pickled.
        remote: Dask's future of the present try.
        tries: Tries that ended with the death of their workers.
        sendings: Times that files were sent for it.
        is_moved: Whether it was taken from a worker that did not answer.
    """

    call: bytes
    future: Future[Any] = field(default_factory=Future)
    remote: Any = None
    tries: int = 0
    sendings: int = 0
    is_moved: bool = False


class ClusterExecutor(Executor):
    """Runs calls on the workers of a cluster.

    Args:
        connection: The cluster.
        sources: Files that workers may lack, by their hash.
        on_death: Called in a thread of the executor when a job is tried again.
    """

    def __init__(
        self,
        connection: Connection,
        sources: Mapping[str, Path],
        on_death: Callable[[], None] = lambda: None,
    ) -> None:
        self._connection = connection
        self._sources = sources
        self._on_death = on_death
        self._limit_s = connection.settings.job_limit_s
        self._group = f"mujaz-{uuid.uuid4().hex}"
        self._number = 0
        self._jobs: dict[_Job, None] = {}
        self._lock = threading.Lock()
        self._ended: queue.SimpleQueue[tuple[_Job, Any]] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._progress = time.monotonic()
        self._counted = 0.0
        self._seen_workers = time.monotonic()
        self.jobs_at_once = connection.slots()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="mujaz-cluster")
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call a function on a worker; its arguments and result are pickled."""
        if self._closed.is_set():
            raise RuntimeError("this executor has been shut down")
        job = _Job(pickle.dumps((fn, args, kwargs)))
        job.future.set_running_or_notify_cancel()
        with self._lock:
            if not self._jobs:
                self._progress = time.monotonic()
            self._jobs[job] = None
        self._start(job)
        return job.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the executor when its jobs are done, or drop them; the cluster goes on."""
        jobs = list(self._jobs)
        if cancel_futures:
            self.kill()
        elif wait:
            for job in jobs:
                job.future.exception()
        self._closed.set()
        self._thread.join()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def kill(self) -> None:
        """Drop all jobs; those that workers have begun run to their end unheard."""
        self._closed.set()
        self._fail(list(self._jobs), ClusterError("the work on the cluster was given up"))

    def _start(self, job: _Job, workers: Sequence[str] = ()) -> None:
        """Submit a job to Dask.

        Args:
            job: The job.
            workers: The only workers that may run it; any if empty.
        """
        with self._lock:
            self._number += 1
            # Keys of one group: Dask then keeps those that no worker is free for in a queue.
            key = (self._group, self._number)
        arguments = (own_version(), job.call, self._limit_s)
        try:
            remote = self._connection.client.submit(
                run_job, *arguments, key=key, pure=False, workers=list(workers) or None
            )
            job.remote = remote
            remote.add_done_callback(lambda done: self._ended.put((job, done)))
        except Exception as error:  # noqa: BLE001 - Dask's errors have no common base class
            self._fail([job], self._lost(error))

    def _watch(self) -> None:
        """Take what has ended from the queue, and look after what has not."""
        while not self._closed.is_set():
            batch: list[tuple[_Job, Any]] = []
            with contextlib.suppress(queue.Empty):
                batch.append(self._ended.get(timeout=_TICK_S))
                while len(batch) < _BATCH:
                    batch.append(self._ended.get_nowait())
            finished = [pair for pair in batch if pair[1].status == "finished"]
            if finished:
                self._pool.submit(self._fetch, finished)
            for job, remote in batch:
                if remote.status != "finished":
                    self._handle_loss(job, remote)
            try:
                self._look_after_jobs()
            except Exception as error:  # noqa: BLE001 - Dask's errors have no common base class
                if not self._closed.is_set():
                    self._fail(list(self._jobs), self._lost(error))

    def _fetch(self, finished: Sequence[tuple[_Job, Any]]) -> None:
        """Fetch results; in a thread of the pool."""
        try:
            gathered = self._connection.client.gather([remote for _, remote in finished])
        except Exception:  # noqa: BLE001 - the worker with one of the results has died
            if len(finished) > 1:
                for pair in finished:
                    self._fetch([pair])
            elif not self._closed.is_set():
                self._handle_loss(*finished[0])
            return
        for (job, _), answer in zip(finished, gathered, strict=True):
            try:
                kind, value = pickle.loads(answer)
            except Exception as error:  # noqa: BLE001 - whatever the value's class raises
                self._fail([job], error)
                continue
            if kind == DONE:
                self._finish(job, value)
            elif isinstance(value, FilesMissingError):
                self._send_files(job, value)
            else:
                self._fail([job], value)

    def _send_files(self, job: _Job, lacking: FilesMissingError) -> None:
        """Send a worker the files that it lacks, and run the job again."""
        job.sendings += 1
        try:
            self._connection.send(lacking.files, self._sources, lacking.worker)
        except ClusterError as error:
            self._fail([job], error)
            return
        except Exception as error:  # noqa: BLE001 - the worker has died
            if job.sendings >= _SENDINGS:
                self._fail([job], self._lost(error))
                return
        self._made_progress()
        self._start(job)

    def _handle_loss(self, job: _Job, remote: Any) -> None:
        """Handle a job that Dask has ended without a result."""
        if job.remote is not remote or job not in self._jobs:
            return
        error = None if remote.cancelled() else remote.exception()
        if type(error).__name__ == "KilledWorker":
            job.tries += 1
            if job.tries < _TRIES:
                self._on_death()
                self._start(job)
            else:
                self._fail([job], WorkerDiedError("the workers died"))
        elif error is None:
            self._fail([job], self._lost(None))
        else:
            self._fail([job], _not_runnable(error))

    def _look_after_jobs(self) -> None:
        now = time.monotonic()
        if now - self._counted > _COUNT_EVERY_S:
            self._counted = now
            self.jobs_at_once = self._connection.slots()
            if self.jobs_at_once:
                self._seen_workers = now
        with self._lock:
            head = next(iter(self._jobs), None)
            idle_s = now - self._progress
        if head is None:
            return
        if not self._connection.is_open:
            raise ConnectionError("the connection ended")
        if now - self._seen_workers > self._connection.settings.wait_s + _COUNT_EVERY_S:
            raise ConnectionError("the scheduler has no workers any more")
        if idle_s > _MOVE_AFTER * self._limit_s:
            self._handle_standstill(head, idle_s)

    def _handle_standstill(self, head: _Job, idle_s: float) -> None:
        """Move jobs from a worker that does not answer, or let the oldest one fail."""
        if idle_s > _FAIL_AFTER * self._limit_s:
            self._cancel(head)
            self._fail([head], WorkerDiedError(f"no result after {self._limit_s:g} s"))
            return
        if head.is_moved or head.remote is None:
            return
        processing = self._connection.client.processing()
        holder = next((w for w, keys in processing.items() if head.remote.key in keys), None)
        if holder is None:
            # It waits for a worker that is free, or its result is being fetched.
            if head.remote.status == "pending":
                self._made_progress()
            return
        keys = set(processing[holder])
        stuck = [
            job for job in list(self._jobs) if job.remote is not None and job.remote.key in keys
        ]
        others = [worker for worker in self._connection.workers() if worker != holder]
        for job in stuck:
            job.is_moved = True
            self._cancel(job)
            self._on_death()
            self._start(job, others)

    def _cancel(self, job: _Job) -> None:
        remote, job.remote = job.remote, None
        if remote is not None:
            with contextlib.suppress(Exception):
                self._connection.client.cancel([remote], force=True)

    def _finish(self, job: _Job, value: Any) -> None:
        self._forget(job)
        with contextlib.suppress(InvalidStateError):
            job.future.set_result(value)

    def _fail(self, jobs: Sequence[_Job], error: BaseException) -> None:
        for job in jobs:
            self._forget(job)
            with contextlib.suppress(InvalidStateError):
                job.future.set_exception(error)

    def _forget(self, job: _Job) -> None:
        """Drop a job; letting go of its future also removes its result from the cluster."""
        with self._lock:
            self._jobs.pop(job, None)
        job.remote = None
        self._made_progress()

    def _made_progress(self) -> None:
        self._progress = time.monotonic()

    def _lost(self, error: BaseException | None) -> ClusterError:
        reason = f": {error}" if error is not None and str(error) else ""
        return ClusterError(
            f"the cluster was lost in the middle of the work{reason}",
            where=self._connection.address,
            hint="run it again: what was spoken is kept",
        )


def _not_runnable(error: BaseException) -> ClusterError:
    """The error for a job that a worker could not even begin."""
    return ClusterError(
        f"a worker cannot run the job: {type(error).__name__}: {str(error)[:200]}",
        hint="install the same version of mujaz on this machine, the scheduler and all workers",
    )
