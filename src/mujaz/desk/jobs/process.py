"""Starts the job process when there is something to do, and again if it has died."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from mujaz.desk.jobs.runner import is_due
from mujaz.desk.services.context import Context

_LOOK_S = 0.5
# Pause after a process that ended with an error, so that a broken set-up does not spin.
_PAUSE_S = 5.0


class JobProcess:
    """The job process of a server.

    Args:
        context: The desk.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._wanted = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="mujaz-jobs")

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def wake(self) -> None:
        """Look for jobs at once."""
        self._wanted.set()

    def stop(self) -> None:
        """Begin no more jobs; the one under way is finished by its process, which then ends."""
        self._stopping.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._wanted.wait(_LOOK_S)
            self._wanted.clear()
            if self._process is not None:
                status = self._process.poll()
                if status is None:
                    continue
                self._close()
                if status > 0 and self._stopping.wait(_PAUSE_S):
                    return
            if not self._stopping.is_set() and is_due(self._context):
                self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        config = self._context.config_path
        arguments = [str(self._context.root), *([str(config)] if config else [])]
        return subprocess.Popen(
            [sys.executable, "-m", "mujaz.desk.jobs.runner", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            # Ctrl-C in the terminal of the server must not stop a publication half-way.
            start_new_session=True,
        )

    def _close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None
