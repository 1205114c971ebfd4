"""Encode passages as MP3 frames, limited so that the decoded sound stays below the ceiling.

Each passage is encoded with a new encoder, so that its first frame needs no data of earlier frames
(ISO/IEC 11172-3, 2.4.3.4: the data of a frame may begin in the frames before it). A passage begins
and ends in silence, so that the decoder carries nothing over from its neighbors. Therefore the
frames of all passages, one after another, are one valid stream.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mujaz.audio.codecs.frames import frame_ends
from mujaz.audio.codecs.mp3 import (
    DECODER_DELAY,
    ENCODER_DELAY,
    FRAME_SAMPLES,
    SAMPLE_RATE,
    full_scale,
    new_encoder,
    to_pcm,
)
from mujaz.audio.codecs.pcm import Floats
from mujaz.audio.loudness.limiter import limit
from mujaz.audio.loudness.meter import Energies, LoudnessMeter
from mujaz.audio.loudness.true_peak import TruePeakMeter
from mujaz.audio.mix.passages import Passage

# EncodingSettings moves peaks: over 90 minutes of limited speech at 96 kbit/s by up to 0.8 dB.
_HEADROOM_DB = 1.0
_MOST_ENCODINGS = 4
_READ_FRAMES = 1 << 16


@dataclass(frozen=True, slots=True)
class EncodingSettings:
    """Settings of an encoding.

    Attributes:
        gain_db: Gain before the limiter in dB.
        true_peak_dbtp: Highest true peak of the decoded sound in dBTP.
        bitrate_kbps: Constant bitrate in kbit/s.
    """

    gain_db: float
    true_peak_dbtp: float
    bitrate_kbps: int

    @property
    def ceiling_dbtp(self) -> float:
        """Ceiling of the limiter in dBTP; lower, because encoding raises peaks."""
        return self.true_peak_dbtp - _HEADROOM_DB


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """Frames of a passage, with the levels of the decoded sound.

    Attributes:
        data: The frames.
        frames: Number of frames.
        energies: See :meth:`~mujaz.audio.loudness.meter.LoudnessMeter.hop_energies`.
        true_peak_dbtp: Highest true peak in dBTP; minus infinity for silence.
    """

    data: bytes
    frames: int
    energies: Energies
    true_peak_dbtp: float


def encode_passage(
    passage: Passage, blocks: Callable[[], Iterator[Floats]], how: EncodingSettings
) -> EncodedPassage:
    """Limit, encode, decode and measure a passage; repeat with a lower ceiling if it is too high.

    Args:
        passage: The passage.
        blocks: Returns its samples; called once for each encoding.
        how: Gain, ceiling and bitrate.
    """
    ceiling = how.ceiling_dbtp
    for _ in range(_MOST_ENCODINGS):
        limited = limit(blocks(), gain_db=how.gain_db, ceiling_dbtp=ceiling)
        data = _encode(limited, how.bitrate_kbps)
        energies, peak = _measured(data, passage.samples)
        over = peak - how.true_peak_dbtp
        if over <= 0:
            break
        ceiling -= over + 0.1
    ends = frame_ends(data)
    # The frames from flushing the encoder are silence and are replaced by the next passage's first.
    frames = len(ends) if passage.is_last else passage.samples // FRAME_SAMPLES
    return EncodedPassage(data[: ends[frames - 1]], frames, energies, peak)


def _encode(limited: Iterator[Floats], bitrate_kbps: int) -> bytes:
    encoder, scale = new_encoder(bitrate_kbps), full_scale(bitrate_kbps)
    parts = [bytes(encoder.encode(to_pcm(block, scale))) for block in limited if block.size]
    return b"".join(parts) + bytes(encoder.flush())


def _measured(data: bytes, samples: int) -> tuple[Energies, float]:
    """Return energies and true peak of the decoded sound, without the delay at its beginning."""
    import soundfile

    meter, peak = LoudnessMeter(SAMPLE_RATE), TruePeakMeter()
    with soundfile.SoundFile(io.BytesIO(data)) as sound:
        sound.read(ENCODER_DELAY + DECODER_DELAY, dtype="float32")
        while samples and (block := sound.read(min(_READ_FRAMES, samples), dtype="float32")).size:
            meter.push(block)
            peak.push(block)
            samples -= block.size
    return meter.hop_energies(), peak.dbtp()
