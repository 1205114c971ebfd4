"""Shared memory through which a worker process returns its results.

A pipe holds about a hundred kilobytes, so that the writer of a larger clip must wait for the
reader. A result that is pickled into shared memory needs no such waiting.
"""

from __future__ import annotations

import mmap
import os
import pickle
from multiprocessing.reduction import DupFd
from typing import Any

# 95 s of 16-bit speech at 22,050 Hz. The system allocates pages only when they are written.
_SLOT_BYTES = 4 << 20
# One result may wait to be read while the next is written.
_SLOTS = 2

# Position of a value: the number of its slot, and its length in bytes.
Place = tuple[int, int]


class ResultBuffer:
    """Shared memory for two results: one that waits to be read, one that is being written.

    It is pickled when a process is started with it, and maps the same memory there.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        starts = range(0, _SLOTS * _SLOT_BYTES, _SLOT_BYTES)
        self._slots = [mmap.mmap(file, _SLOT_BYTES, offset=start) for start in starts]
        self._next = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return _attached, (DupFd(self._file),)

    def put(self, value: object) -> Place | None:
        """Overwrite the value before the last; returns its position, or None if it does not fit.

        Raises:
            PicklingError, TypeError, AttributeError: If it cannot be pickled.
        """
        number = self._next
        memory = self._slots[number]
        memory.seek(0)
        try:
            pickle.Pickler(memory, pickle.HIGHEST_PROTOCOL).dump(value)
        except ValueError:  # raised by mmap: beyond its end
            return None
        self._next = (number + 1) % _SLOTS
        return number, memory.tell()

    def take(self, place: Place) -> Any:
        """Read the value at a position."""
        number, size = place
        with memoryview(self._slots[number]) as memory, memory[:size] as written:
            return pickle.loads(written)

    def close(self) -> None:
        """Unmap the memory here; the other process keeps its mapping."""
        for memory in self._slots:
            memory.close()
        os.close(self._file)


def make_result_buffer() -> ResultBuffer | None:
    """Allocate the memory; None if the system has no ``memfd_create``: then the pipe is used."""
    if not hasattr(os, "memfd_create"):
        return None
    file = os.memfd_create("mujaz-results")
    os.ftruncate(file, _SLOTS * _SLOT_BYTES)
    return ResultBuffer(file)


def _attached(file: Any) -> ResultBuffer:
    return ResultBuffer(file.detach())
