"""Reading of sound files from outside: bounded, mono, at the recording's rate.

Files may have any format that libsndfile reads, and any sample rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np

from mujaz.audio.codecs.mp3 import SAMPLE_RATE
from mujaz.audio.codecs.pcm import Floats
from mujaz.audio.loudness.meter import SILENCE_LUFS, LoudnessMeter
from mujaz.errors import AudioError

FORMATS = "WAV, FLAC, Ogg, Opus, MP3 or AIFF"
_BLOCK_FRAMES = 1 << 16
_RATES = (4000, 384_000)
# More channels would make a block too large for memory; surround sound has at most eight.
_MOST_CHANNELS = 8


def read_mono(
    stream: BinaryIO, most_s: int, refused: Callable[[str], AudioError]
) -> tuple[Floats, float]:
    """Read a whole sound file.

    Args:
        stream: The open file.
        most_s: Longest accepted length in seconds.
        refused: Makes the error for a file, given the reason.

    Returns:
        Finite samples at the recording's rate, and their integrated loudness in LUFS.

    Raises:
        AudioError: If the file is not audio, damaged, empty, silent or too long.
    """
    import soundfile

    try:
        # By descriptor, so that libsndfile looks at the content: by name it would take a .raw
        # file for samples without a header.
        with soundfile.SoundFile(stream.fileno(), closefd=False) as sound:
            if not _RATES[0] <= sound.samplerate <= _RATES[1]:
                raise refused(f"its sample rate is {sound.samplerate} Hz")
            if sound.channels > _MOST_CHANNELS:
                raise refused(f"it has {sound.channels} channels")
            if sound.frames > most_s * sound.samplerate:
                minutes, seconds = divmod(round(sound.frames / sound.samplerate), 60)
                raise refused(
                    f"it lasts {minutes}:{seconds:02d} minutes; at most {most_s} seconds are played"
                )
            parts = list(_converted(sound, most_s * sound.samplerate))
    except soundfile.SoundFileError as error:
        raise refused("this is not audio that can be read") from error
    samples: Floats = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    if samples.size == 0:
        raise refused("there is no sound in it")
    if not np.isfinite(samples).all():
        raise refused("it holds values that are no numbers")
    meter = LoudnessMeter(SAMPLE_RATE)
    meter.push(samples)
    lufs = meter.integrated_lufs()
    if lufs == SILENCE_LUFS:
        raise refused("it is silent (as one channel)")
    return samples, lufs


def _converted(sound: object, most_frames: int) -> Iterator[Floats]:
    """Yield mono blocks at the recording's rate, of at most ``most_frames`` frames of the file."""
    import soundfile
    import soxr

    assert isinstance(sound, soundfile.SoundFile)
    stream = soxr.ResampleStream(sound.samplerate, SAMPLE_RATE, 1, dtype="float32")
    left = most_frames
    while left > 0:
        block = sound.read(min(_BLOCK_FRAMES, left), dtype="float32", always_2d=True)
        if not block.size:
            break
        left -= len(block)
        yield stream.resample_chunk(np.ascontiguousarray(block.mean(axis=1)))
    yield stream.resample_chunk(np.zeros(0, np.float32), last=True)
