"""Memory through which a worker process hands over its results.

A pipe takes some hundred kilobytes at a time, and both ends must wait for one another; a clip of a
few seconds is more than that. What is pickled into shared memory is there at once.
"""

from __future__ import annotations

import mmap
import os
import pickle
from multiprocessing.reduction import DupFd
from typing import Any

# A minute and a half of a voice at 22 kHz. Nothing is taken before it is written to.
_BYTES = 4 << 20


class Handover:
    """A stretch of memory for one result at a time.

    Given to a process that is being started, it is the same memory there.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._memory = mmap.mmap(file, _BYTES)

    def __reduce__(self) -> tuple[Any, ...]:
        return _attached, (DupFd(self._file),)

    def put(self, value: object) -> int:
        """Write a value; gives the bytes that it takes, or 0 if it does not fit.

        Raises:
            PicklingError, TypeError, AttributeError: If it cannot be pickled.
        """
        self._memory.seek(0)
        try:
            pickle.Pickler(self._memory, pickle.HIGHEST_PROTOCOL).dump(value)
        except ValueError:  # from the memory: beyond its end
            return 0
        return self._memory.tell()

    def take(self, size: int) -> Any:
        """The value that was written last, of so many bytes."""
        with memoryview(self._memory) as memory, memory[:size] as written:
            return pickle.loads(written)

    def close(self) -> None:
        """Give the memory back; the other process may keep its own end."""
        self._memory.close()
        os.close(self._file)


def make_handover() -> Handover | None:
    """New memory; None where the system has none without a name, then a pipe must do."""
    if not hasattr(os, "memfd_create"):
        return None
    file = os.memfd_create("mujaz-handover")
    os.ftruncate(file, _BYTES)
    return Handover(file)


def _attached(file: Any) -> Handover:
    return Handover(file.detach())
