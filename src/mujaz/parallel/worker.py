"""A worker process: runs the calls that it receives through a pipe, until the pipe is closed."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from mujaz.parallel.shared_memory import ResultBuffer, make_result_buffer

STARTED, DONE, RAISED = "started", "done", "raised"
_IN_BUFFER = "in buffer"


class Worker:
    """One process and the parent's end of its pipe.

    It runs calls in the order they are sent, and answers each twice: when it starts the call, and
    with the result. At most one more may be sent while it is busy, since the shared memory has
    room for two results.

    Raises:
        OSError: If the system has no more processes or memory.
    """

    def __init__(self) -> None:
        # Spawned and not forked: a fork copies locks that other threads hold at that moment, also
        # those inside the libraries of engines.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._buffer = make_result_buffer()
        self._process = context.Process(target=_work, args=(theirs, self._buffer), daemon=True)
        # When it starts, the resource tracker unblocks SIGINT in this thread: so it starts first.
        resource_tracker.ensure_running()
        with _interrupts_blocked():
            self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid or 0

    def send(self, call: bytes) -> None:
        """Send a call: a function, its arguments and its keyword arguments, pickled.

        Raises:
            OSError: If the process is dead.
        """
        self._pipe.send_bytes(call)

    def receive(self, limit_s: float) -> tuple[str, Any]:
        """Wait for the next message: ``STARTED``, ``DONE`` with a result, or ``RAISED``.

        Raises:
            EOFError, OSError: If the process is dead.
            TimeoutError: If it does not answer in time. It is then killed.
        """
        if not self._pipe.poll(limit_s):
            self._process.kill()
            raise TimeoutError
        kind, value = self._pipe.recv()
        if kind == _IN_BUFFER and self._buffer is not None:
            kind, value = self._buffer.take(value)
        return kind, value

    def stop(self) -> None:
        """Close the pipe and wait until the process has run what it received and ended."""
        self._pipe.close()
        self._process.join()
        if self._buffer is not None:
            self._buffer.close()


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C in this thread and in processes that it starts.

    A worker that is interrupted while it imports its modules would print a traceback.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, buffer: ResultBuffer | None) -> None:
    """Run calls from the pipe and send their results, until the pipe is closed."""
    # Ctrl-C reaches every process of the group; only the parent handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # A parent that is killed by SIGKILL cannot stop a busy worker, so the worker watches it.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            call, arguments, keywords = pipe.recv()
            pipe.send((STARTED, None))
            try:
                answer = (DONE, call(*arguments, **keywords))
            except Exception as error:  # noqa: BLE001 - an executor passes every error to its caller
                answer = (RAISED, error)
            _send(pipe, buffer, answer)


def _send(pipe: Connection, buffer: ResultBuffer | None, answer: tuple[str, Any]) -> None:
    try:
        place = buffer.put(answer) if buffer is not None else None
        data = pickle.dumps((_IN_BUFFER, place) if place else answer)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        data = pickle.dumps((RAISED, TypeError(f"{answer[1]!r} cannot be sent back: {error}")))
    pipe.send_bytes(data)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
