"""Temporary file for the samples of clips between measuring and mastering."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from types import TracebackType

import numpy as np

from mujaz.audio.codecs.pcm import Samples


class ClipSpool:
    """Temporary file of 16-bit samples; several threads may use it.

    Args:
        folder: Folder of the file, which has no name and vanishes when closed.

    Raises:
        OSError: From every method, if the disk cannot be written or read.
    """

    def __init__(self, folder: Path) -> None:
        # Closed by __exit__.
        self._file = tempfile.TemporaryFile(dir=folder, prefix="spool-")  # noqa: SIM115
        self._samples = 0
        self._lock = threading.Lock()

    def add(self, samples: Samples) -> int:
        """Append samples; return their position in the file, in samples."""
        with self._lock:
            self._file.seek(0, 2)
            self._file.write(samples.tobytes())
            place = self._samples
            self._samples += samples.size
        return place

    def read(self, place: int, count: int) -> Samples:
        """Read ``count`` samples from a position."""
        with self._lock:
            self._file.seek(place * 2)
            return np.frombuffer(self._file.read(count * 2), np.int16)

    def __enter__(self) -> ClipSpool:
        """Return the spool itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file; an error on closing does not hide an earlier one."""
        with self._lock:
            try:
                self._file.close()
            except OSError:
                if kind is None:
                    raise
