"""Clips as a WAV file, through pydub, which keeps the container's details."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable

from mujaz.domain import Clip

with warnings.catch_warnings():
    # It looks for ffmpeg when imported and complains; WAV needs none.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment


def wav_bytes(clips: Iterable[tuple[Clip, int]]) -> bytes:
    """A WAV file of clips, each followed by a pause in milliseconds.

    Clips of other rates than the first's are resampled to it.
    """
    rate = 0
    parts: list[bytes] = []
    for clip, pause_ms in clips:
        rate = rate or clip.sample_rate
        segment = _segment(clip)
        if clip.sample_rate != rate:
            segment = segment.set_frame_rate(rate)
        parts.append(bytes(segment.raw_data))
        parts.append(b"\0\0" * (rate * pause_ms // 1000))
    whole = AudioSegment(b"".join(parts), sample_width=2, frame_rate=rate, channels=1)
    out = io.BytesIO()
    whole.export(out, format="wav")
    return out.getvalue()


def _segment(clip: Clip) -> AudioSegment:
    return AudioSegment(clip.pcm, sample_width=2, frame_rate=clip.sample_rate, channels=1)
