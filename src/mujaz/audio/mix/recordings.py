"""Recordings that are played in a story, such as a reporter's: file -> clip."""

from __future__ import annotations

import hashlib
from io import BufferedReader
from pathlib import Path

import numpy as np

from mujaz.audio.codecs.mp3 import SAMPLE_RATE
from mujaz.audio.codecs.pcm import Samples, factor
from mujaz.audio.mix.sound_files import FORMATS, read_mono
from mujaz.domain import Clip
from mujaz.errors import AudioError

# A report on the radio lasts two to four minutes. A longer one would also have to be held in memory
# as a whole, because there is no pause in it to cut it in.
LONGEST_S = 300
MOST_BYTES = 100_000_000
# Roughly that of speech before mastering, which levels each recording with the voices; live
# listeners hear it like this.
_LUFS = -20.0


def measured(path: Path) -> tuple[str, float]:
    """Read a recording; return the SHA-256 of its file in hex, and its length in seconds.

    Raises:
        AudioError: If it is missing, not audio, silent, too long or too large.
    """
    samples, digest = _read(path)
    return digest, samples.size / SAMPLE_RATE


def recording_clip(path: Path, sha256: str) -> Clip:
    """Read a recording as a clip.

    Args:
        path: Its file.
        sha256: What :func:`measured` returned.

    Raises:
        AudioError: As :func:`measured`, or if it is another file than the one that was measured.
    """
    samples, digest = _read(path)
    if digest != sha256:
        raise _refused(path, "the file was changed during the run")
    return Clip(samples.tobytes(), SAMPLE_RATE)


def _read(path: Path) -> tuple[Samples, str]:
    try:
        if not path.is_file():
            raise _refused(path, "there is no such file")
        with path.open("rb") as stream:
            return _levelled(path, stream), _digest(path, stream)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or error
        raise _refused(path, f"cannot be read: {reason}") from error


def _digest(path: Path, stream: BufferedReader) -> str:
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()


def _levelled(path: Path, stream: BufferedReader) -> Samples:
    size = stream.seek(0, 2)
    stream.seek(0)
    if size == 0:
        raise _refused(path, "this file is empty")
    if size > MOST_BYTES:
        raise _refused(path, f"it has {size / 1_000_000:.0f} MB")
    samples, lufs = read_mono(stream, LONGEST_S, lambda why: _refused(path, why))
    gain = min(factor(_LUFS - lufs), 1.0 / float(np.abs(samples).max()))
    whole: Samples = np.rint(samples * np.float32(32767 * gain)).astype(np.int16)
    return whole


def _refused(path: Path, why: str) -> AudioError:
    return AudioError(
        f"this recording cannot be played: {why}",
        where=str(path),
        hint=f"give a {FORMATS} file of at most {LONGEST_S} seconds and "
        f"{MOST_BYTES // 1_000_000} MB",
    )
