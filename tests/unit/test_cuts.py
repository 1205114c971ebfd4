"""Where passages are cut, and where clips are trimmed, at the edges of what is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from mujaz.audio.codecs.pcm import trim
from mujaz.audio.mix.arrangement import Spoken, arrange
from mujaz.audio.mix.clip_spool import ClipSpool
from mujaz.audio.mix.station_sounds import StationSounds
from mujaz.audio.mix.timeline import Timeline
from mujaz.domain import Clip, Kind, Sentence

_FRAME = 1152
_RATE = 22050


def _hurried(pause_ms: int) -> Iterator[Spoken]:
    """Two minutes of sentences of two seconds, with short pauses between them."""
    tone = (8000 * np.sin(np.arange(2 * _RATE) / 9)).astype(np.int16).tobytes()
    sentence = Sentence("متن", "متن", Kind.BODY, 0, 0, pause_ms)
    for number in range(60):
        yield Spoken(replace(sentence, spoken=f"متن {number}"), Clip(tone, _RATE))


def test_no_cut_in_a_pause_too_short_for_the_codecs(tmp_path: Path) -> None:
    """A cut needs three frames of silence before it and one after: 104 ms."""
    with ClipSpool(tmp_path) as spool:
        hurried = list(arrange(_hurried(60), Timeline(spool), StationSounds()))
        calm = list(arrange(_hurried(350), Timeline(spool), StationSounds()))
    assert len(calm) > 1
    for one, _ in pairwise([*hurried, *calm]):
        if not one.is_last:
            assert one.samples - one.pieces[-1].stop >= 3 * _FRAME


def test_a_quiet_voice_keeps_its_soft_beginning() -> None:
    """What is silence depends on the level of the clip: a hundredth of its peak."""
    soft = np.full(_RATE // 2, 20, np.int16)
    clip = np.concatenate((np.zeros(_RATE // 2, np.int16), soft, np.full(_RATE, 400, np.int16)))
    kept, cut = trim(clip, _RATE)
    assert cut <= _RATE // 2
    assert kept.size >= soft.size + _RATE
