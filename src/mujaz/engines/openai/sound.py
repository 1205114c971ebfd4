"""Decodes the answer of a speech server, and finds what is wrong with it."""

from __future__ import annotations

import io
import json
import re
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from mujaz.domain import Voice
from mujaz.engines.samples import pcm16
from mujaz.errors import EngineError, VoiceError

FORMATS = ("wav", "pcm", "mp3", "flac")
# The protocol's rate of headerless PCM (OpenAI, "Create speech", response_format).
PCM_RATE = 24_000
_RATES = range(4000, 192_001)
# WAV headers of servers that do not know the length yet: 0, or about the largest number.
_UNKNOWN_FROM = 0x7FFF_0000
# An MP3 may lose so much of what its header announces to the decoder's delay.
_MP3_DELAY_S = 0.15
_SHOWN_CHARS = 200
_TEXT_TYPES = ("text/", "application/json", "application/problem+json", "application/xml")
_TAGS = re.compile(rb"<[^>]*>")

Wave = npt.NDArray[np.float32]


def decode(data: bytes, content_type: str, wanted: str, voice: Voice) -> tuple[bytes, int]:
    """Decode an answer to signed 16-bit mono samples and their rate in Hz.

    Args:
        data: The body of the answer.
        content_type: Its media type, with parameters.
        wanted: The format that was asked for.
        voice: If it states a sample rate, another one is an error.

    Raises:
        EngineError: If it is empty, cut short, damaged, or text instead of sound.
        VoiceError: If it has another format or sample rate than the voice file says.
    """
    where = f"voice {voice.name}"
    if not data:
        raise EngineError("the speech server sent nothing", where=where)
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith(_TEXT_TYPES):
        raise EngineError(
            f"the speech server sent {kind} instead of sound: {excerpt(data)}", where=where
        )
    found = _format(data) or ("pcm" if wanted == "pcm" else "")
    if found != wanted:
        raise VoiceError(
            f"the speech server sent {found or 'an unknown format'} instead of {wanted}",
            where=where,
            hint=f'set format = "{found}" under [settings] of the voice file'
            if found in FORMATS
            else f"set format to one of: {', '.join(FORMATS)}",
        )
    wave, rate = _pcm(data, content_type, voice) if wanted == "pcm" else _file(data, wanted, where)
    stated = voice.sample_rate
    if rate not in _RATES or (stated and rate != stated):
        raise VoiceError(
            f"the speech server sent sound of {rate} Hz"
            + (f"; the voice file says {stated} Hz" if stated else ""),
            where=where,
            hint=f"if the voice sounds right, set sample_rate = {rate} in the voice file",
        )
    return pcm16(wave, where=where), rate


def excerpt(data: bytes) -> str:
    """Return the message in an error page, shortened: of JSON its ``message``, of HTML the text."""
    try:
        table: Any = json.loads(data)
    except ValueError:
        text = _TAGS.sub(b" ", data).decode("utf-8", "replace")
    else:
        text = _message(table)
    return " ".join(text.split())[:_SHOWN_CHARS]


def _message(table: Any) -> str:
    """Find the message in a JSON error: OpenAI nests it, FastAPI calls it ``detail``."""
    while isinstance(table, dict):
        keys = [key for key in ("error", "message", "detail", "msg") if key in table]
        if not keys:
            break
        table = table[keys[0]]
    return table if isinstance(table, str) else json.dumps(table, ensure_ascii=False)


def _format(data: bytes) -> str:
    """Tell a format by its first bytes; empty if unknown, as headerless PCM is."""
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return "wav"
    if data[:4] == b"fLaC":
        return "flac"
    if data[:4] == b"OggS":
        return "opus"
    # An ADTS header has layer 0, which no MPEG audio has.
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xF6 == 0xF0:
        return "aac"
    if data[:3] == b"ID3" or _is_mp3_frame(data):
        return "mp3"
    return ""


def _is_mp3_frame(data: bytes) -> bool:
    """Whether data begin with a frame of MPEG audio, layer III, with possible rate and bit rate.

    In headerless PCM the same bytes would be two neighbouring samples, so every field is checked.
    """
    return (
        len(data) > 3
        and data[0] == 0xFF
        and data[1] & 0xE6 == 0xE2
        and data[1] & 0x18 != 0x08
        and data[2] & 0xF0 not in (0x00, 0xF0)
        and data[2] & 0x0C != 0x0C
    )


def _pcm(data: bytes, content_type: str, voice: Voice) -> tuple[Wave, int]:
    """Decode headerless signed 16-bit little-endian mono samples."""
    if len(data) % 2:
        raise EngineError("the sound was cut within a sample", where=f"voice {voice.name}")
    told = re.search(r"\brate\s*=\s*\"?(\d{4,6})", content_type)
    rate = int(told[1]) if told else voice.sample_rate or PCM_RATE
    return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768), rate


def _file(data: bytes, kind: str, where: str) -> tuple[Wave, int]:
    """Decode a file with a header."""
    import soundfile

    if kind == "wav":
        data = _with_length(data, where)
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as sound:
            announced, rate = sound.frames, sound.samplerate
            wave = sound.read(dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise EngineError(
            f"the sound from the speech server is cut short or damaged ({kind})", where=where
        ) from error
    # A FLAC stream of unknown length announces the largest number.
    cut = kind == "flac" and announced < _UNKNOWN_FROM and len(wave) < announced
    if cut or (kind == "mp3" and len(wave) / rate < _length_of_mp3(data) - _MP3_DELAY_S):
        raise EngineError(f"the sound from the speech server is cut short ({kind})", where=where)
    return wave.mean(axis=1, dtype=np.float32), rate


def _with_length(data: bytes, where: str) -> bytes:
    """Write the length into the header of a WAV that was streamed without one.

    Raises:
        EngineError: If the header announces more than has come, or there are no samples.
    """
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data":
            there = len(data) - at - 8
            if 0 < size < _UNKNOWN_FROM and size > there:
                raise EngineError(
                    f"the sound from the speech server is cut short: {there} of {size} bytes came",
                    where=where,
                )
            if 0 < size <= there:
                return data
            header = data[:4] + struct.pack("<I", len(data) - 8) + data[8 : at + 4]
            return header + struct.pack("<I", there) + data[at + 8 :]
        at += 8 + size + size % 2
    raise EngineError("the sound from the speech server has no samples (wav)", where=where)


def _length_of_mp3(data: bytes) -> float:
    """Return the length in seconds that an MP3 announces, or that its size suggests; 0 if none."""
    import mutagen
    from mutagen.mp3 import MP3

    try:
        return float(MP3(io.BytesIO(data)).info.length)
    except mutagen.MutagenError:
        return 0.0
