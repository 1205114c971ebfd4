"""Tunes glibc malloc so that memory is returned to the system; the command line alone does so."""

from __future__ import annotations

import ctypes
import os

# <malloc.h> of glibc.
_M_MMAP_THRESHOLD = -3
# About the size of a block of samples; smaller blocks are soon used again.
_LARGE_BYTES = 1 << 20
_VARIABLE = "MALLOC_MMAP_THRESHOLD_"
_tuned = False


def give_back_large_blocks() -> None:
    """Make malloc return blocks over 1 MB to the system as soon as they are freed.

    By default glibc raises this threshold up to 32 MB whenever such a block is freed (mallopt(3),
    ``M_MMAP_THRESHOLD``). Blocks of samples then lie on the heap among small ones that stay, and
    the process keeps growing: by 25 MB from 5 to 95 minutes, by 3 to 7 MB with this call
    (``bench/memory.py``). Does nothing with another C library, nor if the user has set
    ``MALLOC_MMAP_THRESHOLD_``.
    """
    global _tuned
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None and _VARIABLE not in os.environ:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        _tuned = True


def is_memory_limited() -> bool:
    """Whether :func:`give_back_large_blocks` was called in this process and could do something."""
    return _tuned


def give_back_freed_memory() -> None:
    """Return what was freed to the system, such as the networks' memory when a text is read.

    Does nothing in a process that :func:`give_back_large_blocks` was not called in.
    """
    if _tuned:
        ctypes.CDLL(None).malloc_trim(0)
