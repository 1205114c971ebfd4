"""pydub's ``AudioSegment``, the common type for short pieces of sound.

Fades, gain, overlays and the WAV container are its work; joining an episode is not, since each
``+`` copies all that came before.
"""

from __future__ import annotations

import warnings

import numpy as np

from mujaz.audio.codecs.pcm import Floats, Samples, to_floats

with warnings.catch_warnings():
    # It looks for ffmpeg when imported and complains; nothing here needs it.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

__all__ = ["AudioSegment", "as_floats", "as_segment"]


def as_segment(samples: Samples | bytes, sample_rate: int) -> AudioSegment:
    """Mono 16-bit samples as a segment."""
    data = samples if isinstance(samples, bytes) else samples.tobytes()
    return AudioSegment(data, sample_width=2, frame_rate=sample_rate, channels=1)


def as_floats(segment: AudioSegment) -> Floats:
    """The samples of a mono 16-bit segment, full scale ±1."""
    return to_floats(np.frombuffer(segment.raw_data, np.int16))
