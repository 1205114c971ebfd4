"""Converts a network's output to the samples of a clip."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mujaz.errors import EngineError

_FULL_SCALE = 32767.0


def pcm16(wave: npt.NDArray[np.float32], *, where: str) -> bytes:
    """Convert a wave in -1 to 1 to signed 16-bit samples; values outside are clipped.

    The level is not changed: scaling each clip to full scale would make loudness vary between
    sentences. A constant offset, which some vocoders leave, is removed: it is inaudible, but
    clicks where clips are joined.

    Raises:
        EngineError: If there are no samples, or some are not finite.
    """
    flat = np.asarray(wave, dtype=np.float32).reshape(-1)
    if flat.size == 0 or not np.isfinite(flat).all():
        raise EngineError("the model gave no usable sound for a sentence", where=where)
    flat = flat - flat.mean(dtype=np.float64).astype(np.float32)
    samples = np.rint(np.clip(flat, -1.0, 1.0) * _FULL_SCALE).astype(np.int16)
    return bytes(samples.tobytes())
