"""Samples on disk until they are needed again."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from types import TracebackType

import numpy as np

from mujaz.audio.codecs.pcm import Samples


class ClipSpool:
    """A nameless file of samples; several threads may read.

    Args:
        folder: On the disk that holds it.

    Raises:
        OSError: If the disk refuses, here and in every method.
    """

    def __init__(self, folder: Path) -> None:
        # Closed by __exit__.
        self._file = tempfile.TemporaryFile(dir=folder, prefix="spool-")  # noqa: SIM115
        self._samples = 0
        self._lock = threading.Lock()

    def add(self, samples: Samples) -> int:
        """Keep samples; gives their place."""
        with self._lock:
            self._file.seek(0, 2)
            self._file.write(samples.tobytes())
            place = self._samples
            self._samples += samples.size
        return place

    def read(self, place: int, count: int) -> Samples:
        """Samples from a place on."""
        with self._lock:
            self._file.seek(place * 2)
            return np.frombuffer(self._file.read(count * 2), np.int16)

    def __enter__(self) -> ClipSpool:
        """The spool itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the room back; what the disk refuses now matters no more."""
        with self._lock:
            try:
                self._file.close()
            except OSError:
                if kind is None:
                    raise
