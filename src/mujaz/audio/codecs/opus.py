"""Encode a smaller copy of the recording as Opus in Ogg, for listeners who pay by the megabyte.

RFC 6716 (Opus), RFC 7845 (Opus in Ogg: pre-skip, and the length in the last page's position). The
source is the finished MP3, decoded. Opus raises peaks more than MP3 does, so the limiter's ceiling
is lower here; the result is decoded and measured. PyAV provides encoder and container, and the
sound is processed as a stream.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from mujaz.audio.codecs.pcm import Floats
from mujaz.audio.loudness.limiter import limit
from mujaz.audio.loudness.meter import LoudnessMeter
from mujaz.audio.loudness.true_peak import TruePeakMeter
from mujaz.audio.mastering import Mastered, Mastering, remove_if_unfinished
from mujaz.domain import Loudness
from mujaz.errors import AudioError, MissingPackageError, installing

SAMPLE_RATE = 48000
_ENCODER_HEADROOM_DB = 1.5
_TOLERANCE_LU = 0.3
_MOST_ENCODINGS = 4
_READ_FRAMES = 1 << 16


def require_encoder() -> None:
    """Check that the encoder is installed.

    Raises:
        MissingPackageError: If it is not; the hint says how to install it.
    """
    if find_spec("av") is None:
        raise MissingPackageError(
            "the package 'av', which encodes Opus, is not installed",
            where="audio.opus_kbps",
            hint=f"run {installing('opus')}, or set audio.opus_kbps = 0",
        )


def encode_opus(source: Path, target: Path, goal: Mastering, bitrate_kbps: int) -> Mastered:
    """Encode a recording as Opus.

    Args:
        source: The finished recording, mono, in any format that soundfile reads.
        target: The file to write.
        goal: Target loudness and true peak.
        bitrate_kbps: Average bitrate in kbit/s.

    Returns:
        The number of samples at 48 kHz and the loudness of the decoded file.

    Raises:
        AudioError: If encoding or writing fails; no file is left.
    """

    def encode(gain_db: float, ceiling_dbtp: float) -> int:
        limited = limit(_resampled(source), gain_db=gain_db, ceiling_dbtp=ceiling_dbtp)
        return _encode(limited, target, bitrate_kbps)

    with remove_if_unfinished(target):
        return _reach(encode, target, goal)


def _reach(encode: Callable[[float, float], int], target: Path, goal: Mastering) -> Mastered:
    """Encode and measure; repeat with a corrected gain and ceiling if a target is missed.

    Args:
        encode: Encodes with a gain in dB and a limiter ceiling in dBTP; returns the number of
            samples.
        target: The file that it writes.
        goal: Target loudness and true peak.
    """
    gain, ceiling = 0.0, goal.true_peak_dbtp - _ENCODER_HEADROOM_DB
    for attempt in range(_MOST_ENCODINGS):
        best = Mastered(encode(gain, ceiling), _measure(target, gain))
        off = goal.loudness_lufs - best.reached.integrated_lufs
        over = best.reached.true_peak_dbtp - goal.true_peak_dbtp
        if (abs(off) <= _TOLERANCE_LU and over <= 0) or attempt == _MOST_ENCODINGS - 1:
            break
        if over > 0:
            ceiling -= over + 0.1
        gain += off
    return best


def _measure(path: Path, gain_db: float) -> Loudness:
    """Decode a file and measure it, as a stream."""
    import soundfile

    with soundfile.SoundFile(str(path)) as sound:
        meter, peak = LoudnessMeter(sound.samplerate), TruePeakMeter()
        while (block := sound.read(_READ_FRAMES, dtype="float32")).size:
            meter.push(block)
            peak.push(block)
    return Loudness(meter.integrated_lufs(), meter.short_term_lufs(), peak.dbtp(), gain_db)


def _resampled(source: Path) -> Iterator[Floats]:
    import soundfile
    import soxr

    with soundfile.SoundFile(str(source)) as sound:
        stream = soxr.ResampleStream(sound.samplerate, SAMPLE_RATE, 1, dtype="float32")
        while (block := sound.read(_READ_FRAMES, dtype="float32")).size:
            yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.zeros(0, np.float32), last=True)


def _encode(blocks: Iterator[Floats], target: Path, bitrate_kbps: int) -> int:
    """Encode into a file and fsync it; return the number of samples."""
    import av

    samples = 0
    # With a Python file object, disk errors are raised as OSError.
    with target.open("wb") as file:
        try:
            # Without time and random serial number, so that the same sound gives the same file.
            with av.open(file, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
                stream = container.add_stream("libopus", rate=SAMPLE_RATE, layout="mono")
                stream.bit_rate = bitrate_kbps * 1000
                stream.options = {"application": "audio", "vbr": "on"}
                for block in blocks:
                    if block.size:
                        frame = av.AudioFrame.from_ndarray(
                            block.reshape(1, -1), format="flt", layout="mono"
                        )
                        frame.sample_rate = SAMPLE_RATE
                        frame.time_base = Fraction(1, SAMPLE_RATE)
                        frame.pts = samples
                        samples += block.size
                        container.mux(stream.encode(frame))
                container.mux(stream.encode(None))
        except av.FFmpegError as error:
            if isinstance(error, OSError):
                raise
            raise AudioError(
                f"the Opus encoder refused: {error}",
                where=f"{bitrate_kbps} kbit/s",
                hint=f"run {installing('opus')}, or set audio.opus_kbps = 0",
            ) from error
        file.flush()
        os.fsync(file.fileno())
    return samples
