"""A process that does what it is told through a pipe, until the pipe ends."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
from multiprocessing.connection import Connection
from typing import Any

from mujaz.parallel.shared_memory import Handover, make_handover

BEGUN, DONE, RAISED = "begun", "done", "raised"
_HANDED_OVER = "handed over"


class Worker:
    """One process and this end of its pipe.

    It takes jobs in the order they are told, and answers each twice: that it has begun, and with
    its result. It may be told one more while it is busy, and no more: its results lie in memory
    for two.

    Raises:
        OSError: If the system has no more processes or memory.
    """

    def __init__(self) -> None:
        # Started afresh and not forked: a fork copies the locks of other threads as they stand,
        # and the libraries of engines with them.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._handover = make_handover()
        self._process = context.Process(target=_work, args=(theirs, self._handover), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid or 0

    def tell(self, order: bytes) -> None:
        """Give it a job: a call, its arguments and its keywords, pickled.

        Raises:
            OSError: If it is dead.
        """
        self._pipe.send_bytes(order)

    def hear(self) -> tuple[str, Any]:
        """What it says next, and with what: ``BEGUN``, ``DONE`` or ``RAISED``.

        Raises:
            EOFError, OSError: If it is dead.
        """
        kind, value = self._pipe.recv()
        if kind == _HANDED_OVER and self._handover is not None:
            kind, value = self._handover.take(value)
        return kind, value

    def dismiss(self) -> None:
        """End it, once it has done what it was told, and wait for that."""
        self._pipe.close()
        self._process.join()
        if self._handover is not None:
            self._handover.close()


def _work(pipe: Connection, handover: Handover | None) -> None:
    """A worker's life: calls come in, results go out, until the pipe ends."""
    # Ctrl-C goes to the whole group; the parent decides, and workers print no tracebacks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A parent that is killed outright cannot end a worker that is busy: it watches by itself.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            call, arguments, keywords = pipe.recv()
            pipe.send((BEGUN, None))
            try:
                answer = (DONE, call(*arguments, **keywords))
            except Exception as error:  # noqa: BLE001 - an executor hands every error to its caller
                answer = (RAISED, error)
            _send(pipe, handover, answer)


def _send(pipe: Connection, handover: Handover | None, answer: tuple[str, Any]) -> None:
    try:
        place = handover.put(answer) if handover is not None else None
        data = pickle.dumps((_HANDED_OVER, place) if place else answer)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        data = pickle.dumps((RAISED, TypeError(f"{answer[1]!r} cannot be sent back: {error}")))
    pipe.send_bytes(data)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
