"""Clips become an MP3 stream that can be heard while the next are still being made.

An encode of its own, apart from the episode's: loudness cannot be measured before the last
sentence is there, so each clip is brought to the target by what is known of its voice. ``gain_db``
makes voices equal; ``bench/voices.py`` measures where that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mujaz.audio.limiter import limit
from mujaz.audio.mp3 import SAMPLE_RATE, new_encoder, to_pcm
from mujaz.audio.pcm import Floats, amplify, fade_edges, from_clip, resample, trim
from mujaz.domain import Clip

# Integrated loudness of the shipped voices with their gain: what gain_db is calibrated to.
_CALIBRATED_LUFS = -21.0
_CEILING_DBTP = -2.0
_INTRO_GAIN_DB = -20.0
# Two rising notes, a fifth apart, and their octave: a station's chime where none is configured.
_CHIME_HZ = (392.0, 587.33, 783.99)
_CHIME_STEP_S = 0.45
_CHIME_S = 2.6


@dataclass(slots=True)
class AirMeter:
    """Where the stream stands, in samples at 44.1 kHz."""

    samples: int = 0

    @property
    def seconds(self) -> float:
        """Length of what was encoded."""
        return self.samples / SAMPLE_RATE


class AirEncoder:
    """One MP3 stream without a header: frames follow one another from the first byte.

    Args:
        bitrate_kbps: One of the constant bitrates of MP3.
        loudness_lufs: What speech is brought to.
    """

    def __init__(self, bitrate_kbps: int, loudness_lufs: float) -> None:
        self._encoder = new_encoder(bitrate_kbps)
        self._gain_db = loudness_lufs - _CALIBRATED_LUFS
        self.meter = AirMeter()

    def speech(self, clip: Clip, gain_db: float) -> bytes:
        """Encode one clip, trimmed and levelled."""
        samples, _ = trim(from_clip(clip), clip.sample_rate)
        samples = fade_edges(amplify(samples, gain_db), clip.sample_rate)
        samples = resample(samples, clip.sample_rate, SAMPLE_RATE)
        floats = samples.astype(np.float32) / np.float32(32768)
        pieces = limit([floats], gain_db=self._gain_db, ceiling_dbtp=_CEILING_DBTP)
        return b"".join(self.sound(piece) for piece in pieces)

    def sound(self, samples: Floats) -> bytes:
        """Encode samples as they are."""
        if samples.size == 0:
            return b""
        self.meter.samples += int(samples.size)
        return bytes(self._encoder.encode(to_pcm(samples)))

    def silence(self, seconds: float) -> bytes:
        """Encode a pause."""
        return self.sound(np.zeros(round(seconds * SAMPLE_RATE), np.float32))

    def end(self) -> bytes:
        """The last frames."""
        return bytes(self._encoder.flush()) if self.meter.samples else b""


def intro(path: Path | None) -> Floats:
    """The station's sound at 44.1 kHz: a file, or a chime of our own.

    Raises:
        AudioError: If the file cannot be read.
    """
    if path is None:
        return _chime()
    import soundfile

    from mujaz.errors import AudioError

    try:
        data, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, RuntimeError) as error:
        raise AudioError(
            f"this sound cannot be read: {error}", where=str(path), hint="check audio.intro"
        ) from error
    mono = np.clip(data.mean(axis=1) * 32768, -32768, 32767).astype(np.int16)
    return resample(mono, rate, SAMPLE_RATE).astype(np.float32) / np.float32(32768)


def _chime() -> Floats:
    time = np.arange(round(_CHIME_S * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    out = np.zeros(time.size, np.float32)
    for place, hertz in enumerate(_CHIME_HZ):
        local = time - place * _CHIME_STEP_S
        swell = np.clip(local / 0.02, 0, 1) * np.exp(-np.clip(local, 0, None) * 2.5)
        out += (np.sin(2 * np.pi * hertz * local) * swell).astype(np.float32)
    out *= np.clip((_CHIME_S - time) / 0.3, 0, 1)
    return (out * 10 ** (_INTRO_GAIN_DB / 20)).astype(np.float32)
