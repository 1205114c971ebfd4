"""Encode clips as one MP3 stream that listeners hear while later clips are still being made.

The episode itself is encoded again when it is complete. Its loudness cannot be measured before the
last sentence exists, so each clip gets the gain that brings its voice to the target: ``gain_db`` of
the voice file makes all voices equally loud (measured by ``bench/voices.py``), and a constant
brings that level to the target.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from mujaz.audio.codecs.mp3 import SAMPLE_RATE, full_scale, new_encoder, to_pcm
from mujaz.audio.codecs.pcm import Floats, fade_edges, from_clip, resample, to_floats, trim
from mujaz.audio.loudness.limiter import limit
from mujaz.audio.loudness.meter import LoudnessMeter
from mujaz.audio.mix.station_sounds import BUILT_IN, load_station_sounds
from mujaz.domain import Clip
from mujaz.settings.values import AudioConfig

# Integrated loudness of the voices that ship with mujaz, after the gain in their files.
_CALIBRATED_LUFS = -21.0
_CEILING_DBTP = -2.0


class StreamEncoder:
    """Encodes one MP3 stream without a header frame, so that it can be played from its first byte.

    Args:
        bitrate_kbps: One of the constant bitrates of MP3.
        loudness_lufs: Target loudness of speech.
    """

    def __init__(self, bitrate_kbps: int, loudness_lufs: float) -> None:
        self._encoder = new_encoder(bitrate_kbps)
        self._full_scale = full_scale(bitrate_kbps)
        self._gain_db = loudness_lufs - _CALIBRATED_LUFS
        self._samples = 0

    @property
    def seconds(self) -> float:
        """Length of the sound encoded so far, in seconds."""
        return self._samples / SAMPLE_RATE

    def encode_clip(self, clip: Clip, gain_db: float) -> bytes:
        """Trim, level and encode one clip.

        Args:
            clip: The clip, at any sample rate.
            gain_db: Gain of its voice in dB.
        """
        samples, _ = trim(from_clip(clip), clip.sample_rate)
        floats = fade_edges(to_floats(samples), clip.sample_rate)
        floats = resample(floats, clip.sample_rate, SAMPLE_RATE)
        gain_db += self._gain_db
        pieces = limit([floats], gain_db=gain_db, ceiling_dbtp=_CEILING_DBTP)
        return b"".join(self.encode(piece) for piece in pieces)

    def encode(self, samples: Floats) -> bytes:
        """Encode samples at 44.1 kHz without changing their level."""
        if samples.size == 0:
            return b""
        self._samples += int(samples.size)
        return bytes(self._encoder.encode(to_pcm(samples, self._full_scale)))

    def encode_silence(self, seconds: float) -> bytes:
        """Encode a pause."""
        return self.encode(np.zeros(round(seconds * SAMPLE_RATE), np.float32))

    def flush(self) -> bytes:
        """Return the last frames; nothing can be encoded afterwards."""
        return bytes(self._encoder.flush()) if self._samples else b""


def load_intro(config: AudioConfig, home: Path) -> Floats:
    """Load the intro at 44.1 kHz, as loud as speech will be.

    Args:
        config: If it names no intro, the built-in one is used.
        home: Folder that relative paths start from.

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
