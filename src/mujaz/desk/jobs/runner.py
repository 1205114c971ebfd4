"""The job process of a show: ``python -m mujaz.desk.jobs.runner DIR [CONFIG]``.

The lock lets one process at a time do the jobs of a show. A job that was running when its process
died is put back by the next one. The server tells by closing standard input that it has ended; the
job under way is finished then, and no other is begun.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from pathlib import Path

from mujaz.desk.jobs import webhooks
from mujaz.desk.jobs.work import Worker
from mujaz.desk.services.context import Context
from mujaz.desk.store.database import now
from mujaz.desk.store.jobs import Ending, Job, Jobs, finish
from mujaz.privacy import disable_telemetry
from mujaz.storage.locks import LockTimeoutError, exclusive_lock

LOCK = "desk-jobs.lock"
_POLL_S = 0.2
# The process ends after so long without a job: it would hold the memory of models for nothing.
IDLE_S = 60.0
_LOCK_WAIT_S = 3600.0
# Jobs that wait for the network; the others stop between two sentences.
_SIGNALLED = ("gather", "install")


class Runner:
    """Takes jobs and does them.

    Args:
        context: The desk.
        idle_s: See ``IDLE_S``.
    """

    def __init__(self, context: Context, idle_s: float = IDLE_S) -> None:
        self._context = context
        self._idle_s = idle_s
        self._jobs = Jobs(context.database)
        self._worker = Worker(context)
        self.stopping = threading.Event()

    def run(self) -> None:
        """Do jobs until there was none for a while, or the server has ended."""
        self._jobs.requeue_interrupted()
        last = time.monotonic()
        while not self.stopping.is_set():
            webhooks.send_due(self._context)
            job = self._jobs.take()
            if job is None:
                if time.monotonic() - last > self._idle_s:
                    return
                self.stopping.wait(_POLL_S)
                continue
            self._do(job)
            last = time.monotonic()

    def _do(self, job: Job) -> None:
        self._worker.stopping.clear()
        watch = _Watch(self._jobs, job, self._worker)
        try:
            with watch:
                self._worker.do(job)
        except KeyboardInterrupt:
            if self._jobs.view(job.id).is_over:
                return
            if self._worker.has_published(job):
                # Too late: it is on air. Doing it again changes nothing and records it.
                self._worker.stopping.clear()
                self._worker.do(job)
                return
            with self._context.database.change() as connection:
                report = self._worker.report.as_dict()
                finish(connection, job.id, Ending("cancelled", report=report))


class _Watch:
    """Records the progress of a job, and interrupts it when it is cancelled."""

    def __init__(self, jobs: Jobs, job: Job, worker: Worker) -> None:
        self._jobs, self._job, self._worker = jobs, job, worker
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True, name="mujaz-progress")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._over.set()
        self._thread.join()

    def _run(self) -> None:
        told: tuple[int, int, str] = (-1, -1, "")
        while not self._over.wait(_POLL_S):
            state = self._worker.progress()
            if state != told and any(state):
                self._jobs.progress(self._job.id, *state)
                told = state
            if self._jobs.is_cancelled(self._job.id):
                with self._lock:
                    if not self._over.is_set():
                        self._worker.stopping.set()
                        if self._job.kind in _SIGNALLED:
                            main = threading.main_thread().ident
                            signal.pthread_kill(main or 0, signal.SIGINT)
                return


def main(arguments: list[str]) -> int:
    """Run the process; returns its exit status."""
    root, *rest = arguments
    disable_telemetry()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    context = Context(Path(root), Path(rest[0]) if rest else None)
    runner = Runner(context)
    threading.Thread(target=_end_with_server, args=(runner,), daemon=True).start()
    try:
        with exclusive_lock(context.private / LOCK, wait_s=_LOCK_WAIT_S):
            runner.run()
    except LockTimeoutError:
        return 1
    finally:
        context.close()
    return 0


def _end_with_server(runner: Runner) -> None:
    sys.stdin.buffer.read()
    runner.stopping.set()


def is_due(context: Context) -> bool:
    """Whether a job or a message waits that is due, or a job was interrupted."""
    due = Jobs(context.database).next_due()
    if due is not None and due <= now():
        return True
    message = webhooks.next_due(context)
    if message is not None and message <= time.time():
        return True
    return context.database.row("SELECT 1 FROM jobs WHERE state = 'running'") is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
