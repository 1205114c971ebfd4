"""A constant-bitrate MP3 stream with an Info header.

lameenc writes no header frame, so this module puts one in front: the Xing/Info frame
(G. Bouvigne, "Mp3 Info Tag rev 1 specifications") with frame and byte counts, a seek table,
and LAME's delay and padding, from which players and decoders know the exact length.
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
# LAME starts this many samples late; decoders that honour the tag add their own 529.
ENCODER_DELAY = 576
DECODER_DELAY = 529
_QUALITY = 5
_SIDE_INFO_BYTES = 17  # MPEG-1 mono
_TAG_BYTES = 156
# LAME's presets quieten the signal, the more the lower the bitrate (LAME 3.100, "scale" of its
# ABR presets, which constant bitrates use too), and lameenc cannot switch that off.
_PRESET_SCALES = ((160, 0.95), (192, 0.97), (224, 0.98), (320, 1.0))


def check_bitrate(bitrate_kbps: int) -> None:
    """Refuse a bitrate that MPEG-1 Layer III does not know.

    Raises:
        AudioError: With those that it knows.
    """
    if bitrate_kbps not in BITRATES_KBPS:
        raise AudioError(
            f"MP3 knows no constant bitrate of {bitrate_kbps} kbit/s",
            where="audio.bitrate_kbps",
            hint="one of " + ", ".join(map(str, BITRATES_KBPS)),
        )


class Mp3Writer:
    """Puts an MP3 together in a file opened for writing and seeking.

    Its frames are encoded from samples here (mono, 44.1 kHz), or come encoded as passages.

    Args:
        stream: Binary file, positioned where the MP3 shall begin.
        bitrate_kbps: One of ``BITRATES_KBPS``.

    Raises:
        AudioError: If the bitrate is not one that MPEG-1 Layer III knows.
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
        """Encode samples, full scale ±1; they are decoded at the level that they have here.

        Up to 160 kbit/s what exceeds 0.95 is clipped.
        """
        if samples.size == 0:
            return
        self._samples_here += int(samples.size)
        self.samples += int(samples.size)
        self._encoded(self._encoder.encode(to_pcm(samples, self._full_scale)))

    def append(self, data: bytes, frames: int, samples: int) -> None:
        """Put in frames that were encoded on their own.

        Args:
            data: Whole frames; the first of them refers to none before it, and its encoder
                began with the samples that these frames hold.
            frames: How many.
            samples: How many of this recording they stand for.
        """
        self._put(data)
        self._frames_before += frames
        self.samples += samples

    def close(self) -> None:
        """Flush the encoder and write the header; the stream stays open."""
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
        """Bytes of one frame: at low bitrates the tag needs a larger frame than the audio's."""
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
        # The checksum over all audio bytes is left at zero: no player reads it.
        tag += struct.pack(">I", self._bytes + size) + b"\0\0"
        return tag + struct.pack(">H", _crc16(before + tag))

    def _frames(self) -> int:
        """Audio frames written, those from here by their bytes: padding is one byte at most."""
        here = round(self._bytes_here * SAMPLE_RATE / (144000 * self._bitrate))
        return self._frames_before + here


def new_encoder(bitrate_kbps: int) -> Any:
    """A LAME encoder for mono samples at 44.1 kHz.

    Raises:
        AudioError: If the bitrate is not one that MPEG-1 Layer III knows.
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
    """What full scale is multiplied by so that it is decoded as such."""
    scale = next(scale for most, scale in _PRESET_SCALES if bitrate_kbps <= most)
    return np.float32(32767 / scale)


def to_pcm(samples: Floats, scale: np.float32) -> bytes:
    """Samples as the encoder takes them: 16 bits, its quietening made good."""
    data: bytes = np.clip(np.rint(samples * scale), -32768, 32767).astype("<i2").tobytes()
    return data


def _header_bitrate(bitrate_kbps: int) -> int:
    """The least bitrate, from the audio's on, whose frame holds the tag."""
    for value in BITRATES_KBPS:
        if (
            value >= bitrate_kbps
            and 144000 * value // SAMPLE_RATE >= 4 + _SIDE_INFO_BYTES + _TAG_BYTES
        ):
            return value
    return BITRATES_KBPS[-1]


def _crc16(data: bytes) -> int:
    """CRC-16/ARC, as LAME uses it over its tag."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc
