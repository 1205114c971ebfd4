"""Peak resident memory of this process alone."""

from __future__ import annotations

from pathlib import Path


def peak_mb() -> float:
    """The kernel's high-water mark since the program started, in MB.

    ``getrusage`` would not do: it counts in what the parent held when it forked.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
