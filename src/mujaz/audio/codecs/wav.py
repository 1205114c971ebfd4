"""Write clips as a WAV file, with pydub."""

from __future__ import annotations

import io
from collections.abc import Iterable

from mujaz.audio.mix.segments import as_segment
from mujaz.domain import Clip


def wav_bytes(clips: Iterable[tuple[Clip, int]]) -> bytes:
    """Return a WAV file of clips, each followed by a pause in milliseconds.

    All clips are resampled to the sample rate of the first.
    """
    rate = 0
    parts: list[bytes] = []
    for clip, pause_ms in clips:
        rate = rate or clip.sample_rate
        segment = as_segment(clip.pcm, clip.sample_rate)
        if clip.sample_rate != rate:
            segment = segment.set_frame_rate(rate)
        parts.append(bytes(segment.raw_data))
        parts.append(b"\0\0" * (rate * pause_ms // 1000))
    whole = as_segment(b"".join(parts), rate)
    out = io.BytesIO()
    whole.export(out, format="wav")
    return out.getvalue()
