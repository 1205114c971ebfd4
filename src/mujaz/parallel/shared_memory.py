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
# One result may wait here while the next is written.
_PLACES = 2

# Where a value lies: the number of its place, and its bytes.
Place = tuple[int, int]


class Handover:
    """Memory for two results: one that waits to be taken, one that is being written.

    Given to a process that is being started, it is the same memory there.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        starts = range(0, _PLACES * _BYTES, _BYTES)
        self._places = [mmap.mmap(file, _BYTES, offset=start) for start in starts]
        self._next = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return _attached, (DupFd(self._file),)

    def put(self, value: object) -> Place | None:
        """Write a value over the last but one; gives where it lies, None if it does not fit.

        Raises:
            PicklingError, TypeError, AttributeError: If it cannot be pickled.
        """
        number = self._next
        memory = self._places[number]
        memory.seek(0)
        try:
            pickle.Pickler(memory, pickle.HIGHEST_PROTOCOL).dump(value)
        except ValueError:  # from the memory: beyond its end
            return None
        self._next = (number + 1) % _PLACES
        return number, memory.tell()

    def take(self, place: Place) -> Any:
        """The value that was written to a place."""
        number, size = place
        with memoryview(self._places[number]) as memory, memory[:size] as written:
            return pickle.loads(written)

    def close(self) -> None:
        """Give the memory back; the other process may keep its own end."""
        for memory in self._places:
            memory.close()
        os.close(self._file)


def make_handover() -> Handover | None:
    """New memory; None where the system has none without a name, then a pipe must do."""
    if not hasattr(os, "memfd_create"):
        return None
    file = os.memfd_create("mujaz-handover")
    os.ftruncate(file, _PLACES * _BYTES)
    return Handover(file)


def _attached(file: Any) -> Handover:
    return Handover(file.detach())
