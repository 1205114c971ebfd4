"""Clips become an MP3 stream that can be heard while the next are still being made.

An encode of its own, apart from the episode's: loudness cannot be measured before the last
sentence is there, so each clip is brought to the target by what is known of its voice. ``gain_db``
makes voices equal; ``bench/voices.py`` measures where that is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mujaz.audio.codecs.mp3 import SAMPLE_RATE, full_scale, new_encoder, to_pcm
from mujaz.audio.codecs.pcm import Floats, fade_edges, from_clip, resample, to_floats, trim
from mujaz.audio.loudness.limiter import limit
from mujaz.audio.loudness.meter import LoudnessMeter
from mujaz.audio.mix.station_sounds import BUILT_IN, load_station_sounds
from mujaz.domain import Clip
from mujaz.settings.values import AudioConfig

# Integrated loudness of the shipped voices with their gain: what gain_db is calibrated to.
_CALIBRATED_LUFS = -21.0
_CEILING_DBTP = -2.0


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
        self._full_scale = full_scale(bitrate_kbps)
        self._gain_db = loudness_lufs - _CALIBRATED_LUFS
        self.meter = AirMeter()

    def speech(self, clip: Clip, gain_db: float) -> bytes:
        """Encode one clip, trimmed and levelled."""
        samples, _ = trim(from_clip(clip), clip.sample_rate)
        floats = fade_edges(to_floats(samples), clip.sample_rate)
        floats = resample(floats, clip.sample_rate, SAMPLE_RATE)
        gain_db += self._gain_db
        pieces = limit([floats], gain_db=gain_db, ceiling_dbtp=_CEILING_DBTP)
        return b"".join(self.sound(piece) for piece in pieces)

    def sound(self, samples: Floats) -> bytes:
        """Encode samples as they are."""
        if samples.size == 0:
            return b""
        self.meter.samples += int(samples.size)
        return bytes(self._encoder.encode(to_pcm(samples, self._full_scale)))

    def silence(self, seconds: float) -> bytes:
        """Encode a pause."""
        return self.sound(np.zeros(round(seconds * SAMPLE_RATE), np.float32))

    def end(self) -> bytes:
        """The last frames."""
        return bytes(self._encoder.flush()) if self.meter.samples else b""


def intro(config: AudioConfig, home: Path) -> Floats:
    """The station's sound at 44.1 kHz, as loud as speech will be: the configured one, or ours.

    Raises:
        AudioError: If the file cannot be read.
    """
    named = replace(config, intro=config.intro or f"{BUILT_IN}intro", outro="", stinger="", bed="")
    sound = load_station_sounds(named, home).intro
    if sound is None:
        return np.zeros(0, np.float32)
    meter = LoudnessMeter(SAMPLE_RATE)
    meter.push(sound)
    gain_db = config.loudness_lufs - meter.integrated_lufs()
    return np.concatenate(list(limit([sound], gain_db=gain_db, ceiling_dbtp=_CEILING_DBTP)))
