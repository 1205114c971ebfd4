"""Write a constant-bitrate MP3 with an Info header.

lameenc writes no header frame, so this module adds one: the Xing/Info frame (G. Bouvigne, "Mp3
Info Tag rev 1 specifications") with the numbers of frames and bytes, a seek table, and the encoder
delay and padding, from which players know the exact length.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import numpy as np

from mujaz.audio.codecs.pcm import Floats
from mujaz.errors import AudioError

SAMPLE_RATE = 44100
FRAME_SAMPLES = 1152
# Layer III bitrates of MPEG-1 in kbit/s (ISO/IEC 11172-3, table of 2.4.2.3).
BITRATES_KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
# Delay of LAME in samples; decoders that read the tag add their own delay of 529.
ENCODER_DELAY = 576
DECODER_DELAY = 529
_QUALITY = 5
_SIDE_INFO_BYTES = 17  # MPEG-1 mono
_TAG_BYTES = 156
# Factors by which LAME's presets lower the signal, up to each bitrate in kbit/s (LAME 3.100,
# "scale" of the ABR presets, which constant bitrates use too); lameenc cannot switch this off.
_PRESET_SCALES = ((160, 0.95), (192, 0.97), (224, 0.98), (320, 1.0))


def check_bitrate(bitrate_kbps: int) -> None:
    """Check that a bitrate is one of MPEG-1 Layer III.

    Raises:
        AudioError: If it is not; the hint lists the bitrates.
    """
    if bitrate_kbps not in BITRATES_KBPS:
        raise AudioError(
            f"MP3 knows no constant bitrate of {bitrate_kbps} kbit/s",
            where="audio.bitrate_kbps",
            hint="one of " + ", ".join(map(str, BITRATES_KBPS)),
        )


class Mp3Writer:
    """Writes an MP3 from samples (mono, 44.1 kHz) or from frames that are encoded already.

    Args:
        stream: Binary file open for writing and seeking, positioned where the MP3 begins.
        bitrate_kbps: One of ``BITRATES_KBPS``.

    Raises:
        AudioError: If the bitrate is not one of MPEG-1 Layer III.
    """

    def __init__(self, stream: BinaryIO, bitrate_kbps: int) -> None:
        self._stream = stream
        self._bitrate = bitrate_kbps
        self._encoder = new_encoder(bitrate_kbps)
        self._full_scale = full_scale(bitrate_kbps)
        self._start = stream.tell()
        self._bytes = 0
        self._samples_here = self._bytes_here = 0
        self._frames_before = 0
        self.samples = 0
        stream.write(b"\0" * self._header_size())

    def write(self, samples: Floats) -> None:
        """Encode samples, full scale ±1; the decoded sound has the same level.

        At bitrates up to 160 kbit/s samples above 0.95 are clipped.
        """
        if samples.size == 0:
            return
        self._samples_here += int(samples.size)
        self.samples += int(samples.size)
        self._encoded(self._encoder.encode(to_pcm(samples, self._full_scale)))

    def append(self, data: bytes, frames: int, samples: int) -> None:
        """Append encoded frames.

        Args:
            data: Complete frames from a new encoder; the first needs no data of earlier frames.
            frames: Number of frames.
            samples: Number of samples of the recording that they contain.
        """
        self._put(data)
        self._frames_before += frames
        self.samples += samples

    def close(self) -> None:
        """Flush the encoder and write the header. The stream stays open."""
        if self._samples_here:
            self._encoded(self._encoder.flush())
        end = self._stream.tell()
        self._stream.seek(self._start)
        self._stream.write(self._header())
        self._stream.seek(end)

    def _encoded(self, data: bytes | bytearray) -> None:
        self._bytes_here += len(data)
        self._put(data)

    def _put(self, data: bytes | bytearray) -> None:
        self._bytes += len(data)
        self._stream.write(data)

    def _header_size(self) -> int:
        """Return the size of the header frame in bytes, at low bitrates larger than the others."""
        return 144000 * _header_bitrate(self._bitrate) // SAMPLE_RATE

    def _header(self) -> bytes:
        size = self._header_size()
        bitrate = BITRATES_KBPS.index(_header_bitrate(self._bitrate)) + 1
        # MPEG-1 Layer III, no CRC; 44.1 kHz, no padding; mono.
        frame = bytearray([0xFF, 0xFB, bitrate << 4, 0xC0])
        frame += b"\0" * _SIDE_INFO_BYTES
        frames = self._frames()
        frame += b"Info" + struct.pack(">III", 0x0F, frames, self._bytes + size)
        frame += bytes(min(255, i * 256 // 100) for i in range(100))
        frame += struct.pack(">I", 100 - _QUALITY * 10)
        frame += self._lame_tag(frames, size, bytes(frame))
        return bytes(frame.ljust(size, b"\0"))

    def _lame_tag(self, frames: int, size: int, before: bytes) -> bytes:
        padding = max(frames * FRAME_SAMPLES - ENCODER_DELAY - self.samples, 0)
        delays = (ENCODER_DELAY << 12 | min(padding, 0xFFF)).to_bytes(3, "big")
        tag = b"LAME3.100"
        tag += bytes([0x01, 200])  # revision 0, CBR; low-pass is not stated exactly (20 kHz)
        tag += b"\0" * 8  # peak and replay gain: not stated
        tag += bytes([0, min(self._bitrate, 255)]) + delays
        tag += bytes([0, 0]) + b"\0\0"  # misc, gain, preset
        # The checksum of the audio bytes stays 0: no player reads it.
        tag += struct.pack(">I", self._bytes + size) + b"\0\0"
        return tag + struct.pack(">H", _crc16(before + tag))

    def _frames(self) -> int:
        """Return the number of audio frames; those encoded here are computed from their bytes."""
        here = round(self._bytes_here * SAMPLE_RATE / (144000 * self._bitrate))
        return self._frames_before + here


def new_encoder(bitrate_kbps: int) -> Any:
    """Return a LAME encoder for mono samples at 44.1 kHz.

    Raises:
        AudioError: If the bitrate is not one of MPEG-1 Layer III.
    """
    import lameenc

    check_bitrate(bitrate_kbps)
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(bitrate_kbps)
    encoder.set_in_sample_rate(SAMPLE_RATE)
    encoder.set_out_sample_rate(SAMPLE_RATE)
    encoder.set_channels(1)
    encoder.set_quality(_QUALITY)
    return encoder


def full_scale(bitrate_kbps: int) -> np.float32:
    """Return the 16-bit value of full scale, raised to cancel the level drop of LAME's presets.

    See ``_PRESET_SCALES``.
    """
    scale = next(scale for most, scale in _PRESET_SCALES if bitrate_kbps <= most)
    return np.float32(32767 / scale)


def to_pcm(samples: Floats, scale: np.float32) -> bytes:
    """Convert samples to 16-bit PCM for the encoder.

    Args:
        samples: Full scale ±1.
        scale: From :func:`full_scale`.
    """
    scaled = samples * scale
    np.rint(scaled, out=scaled)
    np.clip(scaled, -32768, 32767, out=scaled)
    return scaled.astype("<i2").tobytes()


def _header_bitrate(bitrate_kbps: int) -> int:
    """Return the lowest bitrate from the audio's on whose frames have room for the tag."""
    for value in BITRATES_KBPS:
        if (
            value >= bitrate_kbps
            and 144000 * value // SAMPLE_RATE >= 4 + _SIDE_INFO_BYTES + _TAG_BYTES
        ):
            return value
    return BITRATES_KBPS[-1]


def _crc16(data: bytes) -> int:
    """Return the CRC-16/ARC, which LAME uses for its tag."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc
