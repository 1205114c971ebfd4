"""Say from time to time that a silent run is still at work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType


class StillWorking:
    """Calls a function when nothing was heard for some seconds; a context manager.

    Args:
        say: Gets the seconds since the start.
        silence_s: Seconds of silence before the first call.
        again_s: Seconds of silence before each further one.
    """

    def __init__(self, say: Callable[[float], None], *, silence_s: float, again_s: float) -> None:
        self._say = say
        self._first_s, self._again_s = silence_s, again_s
        self._start = self._last = time.monotonic()
        self._said = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="mujaz-progress", daemon=True)

    def heard(self) -> None:
        """Note that the user was shown something."""
        self._last, self._said = time.monotonic(), False

    def __enter__(self) -> StillWorking:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop watching; nothing is said any more."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        wait_s = self._first_s
        while not self._ended.wait(wait_s):
            silent_s = time.monotonic() - self._last
            due_s = self._again_s if self._said else self._first_s
            wait_s = due_s - silent_s
            if wait_s > 0:
                continue
            self._say(time.monotonic() - self._start)
            self._last, self._said, wait_s = time.monotonic(), True, self._again_s
