"""Conversion to and from pydub's ``AudioSegment``, for fades and WAV files of short sounds.

Episodes are not joined with it, since each ``+`` copies everything before.
"""

from __future__ import annotations

import warnings

import numpy as np

from mujaz.audio.codecs.pcm import Floats, Samples, to_floats

with warnings.catch_warnings():
    # pydub warns on import if there is no ffmpeg, which is not needed here.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

__all__ = ["AudioSegment", "as_floats", "as_segment"]


def as_segment(samples: Samples | bytes, sample_rate: int) -> AudioSegment:
    """Return mono 16-bit samples as a segment."""
    data = samples if isinstance(samples, bytes) else samples.tobytes()
    return AudioSegment(data, sample_width=2, frame_rate=sample_rate, channels=1)


def as_floats(segment: AudioSegment) -> Floats:
    """Return the samples of a mono 16-bit segment, full scale ±1."""
    return to_floats(np.frombuffer(segment.raw_data, np.int16))
