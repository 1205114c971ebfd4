"""Memory that does not grow with an episode."""

from __future__ import annotations

import ctypes
import os

# <malloc.h> of glibc.
_M_MMAP_THRESHOLD = -3
# Blocks of sound are about as large; what is smaller is soon used again.
_LARGE_BYTES = 1 << 20
_SAME_BY_USER = "MALLOC_MMAP_THRESHOLD_"


def give_back_large_blocks() -> None:
    """Have large blocks given back to the system as soon as they are free.

    Left to itself, glibc raises its idea of "large" up to 32 MB whenever such a block is freed
    (mallopt(3), ``M_MMAP_THRESHOLD``); blocks of sound then lie among small ones that stay, and
    the process keeps growing: 25 MB from 5 to 95 minutes, 3 to 7 with this (``bench/memory.py``).
    Nothing is done with another C library, nor where the user has set it.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None and _SAME_BY_USER not in os.environ:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
