"""Find the frames of an MP3 file, and checksum those of a stretch of time.

An MPEG-1 Layer III file is a sequence of frames, each with a header (ISO/IEC 11172-3, 2.4.1 and
2.4.2.3). Nothing is decoded. The checksum of a sentence's frames can be verified later from the
file alone.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from mujaz.audio.codecs.mp3 import (
    BITRATES_KBPS,
    DECODER_DELAY,
    ENCODER_DELAY,
    FRAME_SAMPLES,
    SAMPLE_RATE,
    Mp3Writer,
)
from mujaz.errors import AudioError

_ID3_HEADER_BYTES = 10
_READ_BYTES = 1 << 18


def stretch_checksums(path: Path, stretches: Iterable[tuple[float, float]]) -> list[str]:
    """Return the SHA-256 of the frames of each stretch.

    Args:
        path: An MP3 file as :class:`~mujaz.audio.codecs.mp3.Mp3Writer` writes it, with or without
            tags.
        stretches: Start and end in seconds.

    Raises:
        AudioError: If the file cannot be read, holds no frames, or ends before a stretch does.
    """
    try:
        with path.open("rb") as stream:
            offsets = _frame_offsets(stream)
            if len(offsets) < 2:
                raise AudioError("no MP3 frames found", where=str(path))
            return [_checksum(stream, offsets, start, end, path) for start, end in stretches]
    except OSError as error:
        raise AudioError(f"cannot be read: {error}", where=str(path)) from error


def copy_frames(path: Path, spans: Iterable[tuple[int, int]], target: Path) -> tuple[int, int]:
    """Write an MP3 of stretches of another, without encoding anything.

    Args:
        path: As in :func:`stretch_checksums`.
        spans: First frame of each stretch, which must need none before it, and the frame behind
            it. The stretches must end in silence.
        target: The file to write.

    Returns:
        The number of samples that players play, and their rate in Hz.

    Raises:
        AudioError: If the file cannot be read or written, or ends before a stretch does.
    """
    try:
        with path.open("rb") as stream, target.open("wb") as out:
            offsets = _frame_offsets(stream)
            if len(offsets) < 2:
                raise AudioError("no MP3 frames found", where=str(path))
            stream.seek(offsets[0])
            writer = Mp3Writer(out, BITRATES_KBPS[(stream.read(4)[2] >> 4) - 1])
            frames = 0
            for first, end in spans:
                end = min(end, len(offsets) - 1)
                if not 0 <= first < end:
                    raise AudioError(f"the recording has no frame {first}", where=str(path))
                stream.seek(offsets[first])
                writer.append(stream.read(offsets[end] - offsets[first]), end - first, 0)
                frames += end - first
            # Encoder and decoder delay the sound; of the silence at the end as much is lost.
            writer.samples = frames * FRAME_SAMPLES - ENCODER_DELAY - DECODER_DELAY
            writer.close()
            return writer.samples, SAMPLE_RATE
    except OSError as error:
        raise AudioError(f"cannot be read: {error}", where=str(path)) from error


def frame_ends(data: bytes, at: int = 0) -> list[int]:
    """Return the end of each complete frame from an offset on."""
    ends: list[int] = []
    known: dict[bytes, int] = {}
    length = len(data)
    while True:
        # Of a constant bitrate there are two headers, with and without padding.
        header = data[at : at + 3]
        size = known.get(header)
        if size is None:
            size = known[header] = _frame_bytes(header)
        at += size
        if not size or at > length:
            return ends
        ends.append(at)


def _checksum(
    stream: BinaryIO, offsets: Sequence[int], start: float, end: float, path: Path
) -> str:
    first = max(int(start * SAMPLE_RATE + ENCODER_DELAY) // FRAME_SAMPLES, 0)
    last = -(-int(end * SAMPLE_RATE + ENCODER_DELAY) // FRAME_SAMPLES)
    if last >= len(offsets):
        raise AudioError(f"the recording ends before {end:.2f} s", where=str(path))
    stream.seek(offsets[first])
    data = stream.read(offsets[max(last, first + 1)] - offsets[first])
    return hashlib.sha256(data).hexdigest()


def _frame_offsets(stream: BinaryIO) -> array[int]:
    """Return the start of each audio frame, and the end of the last; the Info frame is left out."""
    start = _tag_bytes(stream.read(_ID3_HEADER_BYTES))
    offsets = array("Q")
    while True:
        # Read in pieces: the file may be hours long.
        stream.seek(start)
        ends = frame_ends(stream.read(_READ_BYTES))
        if not ends:
            return offsets
        offsets.extend(start + end for end in ends)
        start += ends[-1]


def _tag_bytes(data: bytes) -> int:
    """Return the length of an ID3v2 tag at the start (ID3v2.3, section 3.1: seven bits a byte)."""
    if data[:3] != b"ID3" or len(data) < _ID3_HEADER_BYTES:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte
    return _ID3_HEADER_BYTES + size


def _frame_bytes(header: bytes) -> int:
    """Return the length of the frame that begins with three bytes; 0 if no frame does."""
    if len(header) < 3 or header[0] != 0xFF or header[1] & 0xFE != 0xFA:
        return 0
    index = header[2] >> 4
    if not 0 < index <= len(BITRATES_KBPS):
        return 0
    padding = header[2] >> 1 & 1
    return 144_000 * BITRATES_KBPS[index - 1] // SAMPLE_RATE + padding
